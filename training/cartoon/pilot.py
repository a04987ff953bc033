"""The first episode: a day at the kiosk."""

from __future__ import annotations

from training.cartoon.cast import PILOT_COSTUMES
from training.cartoon.film import ALWAYS, LEFT, RIGHT, Film, close_up
from training.cartoon.sets import PLACES
from training.cartoon.stage import Actor, Shot

PILOT = Film(
    "Kiosk.S01E01.Pilot",
    (
        Shot(place=PLACES["street"], frames=44, camera_x=((0, 180), (1, 760)), crowd=4, seed=1),
        Shot(
            place=PLACES["street"],
            frames=57,
            seed=2,
            zoom=((0, 1.45),),
            camera_x=((0, 700),),
            camera_y=((0, 340),),
            actors=(
                Actor(
                    who="mara", x=((0, 170), (0.75, 900), (1, 900)), yaw=RIGHT, away=((0.8, 1.0),)
                ),
            ),
        ),
        Shot(
            place=PLACES["kiosk"],
            frames=47,
            seed=3,
            zoom=((0, 1.5),),
            camera_x=((0, 560),),
            camera_y=((0, 320),),
            actors=(
                Actor(
                    who="mara",
                    x=((0, 520), (1, 560)),
                    yaw=((0, -0.6), (0.5, 0), (1, 0.7)),
                    talks=((0.2, 0.9),),
                    gesture="hold",
                ),
            ),
        ),
        Shot(
            place=PLACES["kiosk"],
            frames=57,
            seed=4,
            zoom=((0, 1.45),),
            camera_x=((0, 650),),
            camera_y=((0, 330),),
            actors=(
                Actor(who="mara", x=((0, 450),), yaw=RIGHT, talks=((0.65, 1.0),), gesture="hips"),
                Actor(who="otto", x=((0, 1200), (0.55, 860), (1, 860)), yaw=LEFT, scale=66),
            ),
        ),
        close_up(
            "kiosk",
            Actor(who="otto", x=((0, 860),), yaw=((0, -0.7),), talks=ALWAYS, scale=62),
            36,
            camera_x=((0, 830),),
            seed=5,
        ),
        close_up(
            "kiosk",
            Actor(who="mara", x=((0, 450),), yaw=((0, 0.6),), talks=((0.3, 1),)),
            32,
            camera_x=((0, 490),),
            seed=6,
        ),
        close_up(
            "kiosk",
            Actor(
                who="otto",
                x=((0, 860),),
                yaw=((0, -0.7), (1, -0.2)),
                mood=1,
                talks=((0, 0.5),),
                tilt=((0, 0), (1, -9)),
            ),
            27,
            camera_x=((0, 850),),
            seed=7,
        ),
        Shot(
            place=PLACES["kiosk"],
            frames=27,
            seed=8,
            zoom=((0, 2.4), (1, 2.5)),
            camera_x=((0, 740),),
            camera_y=((0, 470),),
        ),
        Shot(
            place=PLACES["street"],
            frames=51,
            seed=9,
            crowd=5,
            zoom=((0, 1.4),),
            camera_y=((0, 340),),
            actors=(Actor(who="nilo", x=((0, 1200), (1, 80)), yaw=LEFT),),
        ),
        Shot(
            place=PLACES["kiosk"],
            frames=51,
            seed=10,
            zoom=((0, 1.45), (1, 1.85)),
            camera_x=((0, 650),),
            camera_y=((0, 320), (1, 295)),
            actors=(
                Actor(who="mara", x=((0, 510),), yaw=RIGHT, talks=((0.5, 1),)),
                Actor(
                    who="nilo",
                    x=((0, 790),),
                    yaw=((0, -0.8), (0.6, -0.5)),
                    talks=((0, 0.5),),
                    gesture="point",
                ),
            ),
        ),
        Shot(
            place=PLACES["park"],
            frames=49,
            seed=11,
            zoom=((0, 1.5),),
            camera_y=((0, 335),),
            actors=(
                Actor(who="otto", x=((0, 500),), yaw=RIGHT, talks=((0.1, 0.6),), gesture="hold"),
                Actor(who="nilo", x=((0, 790),), yaw=((0, 0.5), (0.4, -0.8)), away=((0.75, 1),)),
            ),
        ),
        close_up(
            "park",
            Actor(
                who="nilo", x=((0, 760),), yaw=((0, -0.6), (1, 0.4)), talks=((0.2, 0.9),), mood=1
            ),
            32,
            camera_x=((0, 730),),
            seed=12,
        ),
        Shot(
            place=PLACES["kitchen"],
            frames=52,
            seed=13,
            zoom=((0, 1.45),),
            camera_y=((0, 330),),
            light=((0, 0.36), (0.4, 0.36), (0.43, 1), (1, 1)),
            actors=(
                Actor(
                    who="mara",
                    x=((0, 800), (0.35, 800), (0.8, 600)),
                    yaw=((0, 0.6), (0.5, -0.7)),
                    away=((0, 0.3),),
                ),
            ),
        ),
        close_up(
            "kitchen",
            Actor(
                who="mara",
                x=((0, 600),),
                yaw=((0, -0.3), (1, 0.3)),
                mood=-0.6,
                tilt=((0, 0), (1, 8)),
            ),
            28,
            camera_x=((0, 610),),
            seed=14,
        ),
        Shot(
            place=PLACES["night"],
            frames=73,
            seed=15,
            camera_y=((0, 340),),
            camera_x=((0, 560), (1, 720)),
            zoom=((0, 1.4),),
            crowd=2,
            tint=(0.86, 0.88, 1.06),
            actors=(
                Actor(who="mara", x=((0, 420),), yaw=((0, 0.7),), gesture="wave"),
                Actor(who="otto", x=((0, 620), (0.25, 620), (0.8, 1500)), yaw=RIGHT),
                Actor(who="nilo", x=((0, 840), (0.1, 840), (0.6, 1500)), yaw=RIGHT),
            ),
        ),
        Shot(
            place=PLACES["night"],
            frames=27,
            seed=16,
            camera_x=((0, 900), (1, 940)),
            camera_y=((0, 120),),
            zoom=((0, 1.3),),
            light=((0, 1), (0.5, 1), (1, 0.15)),
        ),
    ),
    PILOT_COSTUMES,
)
