"""The second episode: a letter arrives. Other places, other clothes."""

from __future__ import annotations

from training.cartoon.cast import FINALE_COSTUMES
from training.cartoon.film import ALWAYS, LEFT, RIGHT, Film, close_up
from training.cartoon.sets import PLACES
from training.cartoon.stage import Actor, Shot

FINALE = Film(
    "Kiosk.S01E02.The.Letter",
    (
        Shot(place=PLACES["rain"], frames=38, seed=31, camera_x=((0, 820), (1, 420)), crowd=4),
        Shot(
            place=PLACES["post"],
            frames=51,
            seed=32,
            zoom=((0, 1.45),),
            camera_x=((0, 680),),
            camera_y=((0, 335),),
            crowd=1,
            actors=(
                Actor(
                    who="nilo",
                    x=((0, 700),),
                    yaw=((0, 0.2), (1, -0.7)),
                    away=((0, 0.45),),
                    talks=((0.6, 1),),
                ),
            ),
        ),
        close_up(
            "post",
            Actor(
                who="nilo",
                x=((0, 700),),
                yaw=((0, -0.4), (1, 0.5)),
                mood=-0.5,
                talks=((0.5, 1),),
                gesture="hold",
            ),
            36,
            camera_x=((0, 690),),
            seed=33,
        ),
        Shot(
            place=PLACES["post"],
            frames=52,
            seed=34,
            crowd=4,
            zoom=((0, 1.4),),
            camera_y=((0, 340),),
            actors=(
                Actor(who="nilo", x=((0, 800),), yaw=LEFT, talks=((0.6, 1),)),
                Actor(who="otto", x=((0, 80), (0.6, 460), (1, 460)), yaw=RIGHT),
            ),
        ),
        close_up(
            "post",
            Actor(who="otto", x=((0, 460),), yaw=((0, 0.6),), talks=((0.1, 0.9),)),
            32,
            camera_x=((0, 490),),
            seed=35,
        ),
        close_up(
            "post",
            Actor(who="nilo", x=((0, 800),), yaw=((0, -0.7),), talks=((0.4, 1),)),
            28,
            camera_x=((0, 770),),
            seed=36,
        ),
        Shot(
            place=PLACES["hatch"],
            frames=57,
            seed=37,
            zoom=((0, 1.3),),
            camera_x=((0, 560),),
            camera_y=((0, 285),),
            actors=(
                Actor(
                    who="mara",
                    x=((0, 640),),
                    feet_px=700,
                    yaw=((0, 0.5), (0.4, -0.7)),
                    talks=((0.6, 1),),
                ),
                Actor(who="nilo", x=((0, 10), (0.6, 270), (1, 270)), yaw=RIGHT),
            ),
        ),
        close_up(
            "hatch",
            Actor(
                who="mara",
                x=((0, 640),),
                feet_px=690,
                yaw=((0, -0.6), (1, -0.1)),
                talks=((0.4, 1),),
            ),
            38,
            zoom=2.3,
            camera_x=((0, 630),),
            seed=38,
        ),
        close_up(
            "hatch",
            Actor(who="nilo", x=((0, 270),), yaw=((0, 0.6),), mood=1),
            25,
            camera_x=((0, 310),),
            seed=39,
        ),
        Shot(
            place=PLACES["letter"],
            frames=27,
            seed=40,
            zoom=((0, 2.2), (1, 2.4)),
            camera_x=((0, 580),),
            camera_y=((0, 420),),
        ),
        Shot(
            place=PLACES["living"],
            frames=57,
            seed=41,
            zoom=((0, 1.4),),
            camera_x=((0, 680),),
            camera_y=((0, 335),),
            actors=(
                Actor(
                    who="otto",
                    x=((0, 540),),
                    yaw=((0, -0.3), (0.6, 0.7)),
                    tilt=((0, 12), (0.5, 12), (0.6, 0)),
                    mood=0,
                ),
                Actor(
                    who="mara", x=((0, 1230), (0.5, 850), (1, 850)), yaw=LEFT, talks=((0.55, 1),)
                ),
            ),
        ),
        close_up(
            "living",
            Actor(who="mara", x=((0, 850),), yaw=((0, -0.7),), talks=ALWAYS),
            28,
            camera_x=((0, 820),),
            seed=42,
        ),
        close_up(
            "living",
            Actor(
                who="otto", x=((0, 540),), yaw=((0, 0.7), (1, 0.2)), talks=((0.3, 1),), mood=-0.6
            ),
            35,
            camera_x=((0, 560),),
            seed=43,
        ),
        Shot(
            place=PLACES["living"],
            frames=40,
            seed=44,
            zoom=((0, 1.7),),
            camera_y=((0, 300),),
            camera_x=((0, 690),),
            light=((0, 1), (0.6, 1), (0.75, 0.5)),
            tint=(1.04, 0.98, 0.9),
            actors=(
                Actor(who="otto", x=((0, 560),), yaw=RIGHT, tilt=((0, 0), (1, 7))),
                Actor(who="mara", x=((0, 830),), yaw=((0, -0.7), (0.7, -0.7), (1, 0)), mood=1),
            ),
        ),
        Shot(
            place=PLACES["roof"],
            frames=70,
            seed=45,
            crowd=4,
            camera_x=((0, 420), (1, 820)),
            zoom=((0, 1.4),),
            camera_y=((0, 340),),
            tint=(1.03, 0.97, 0.97),
            actors=(
                Actor(who="nilo", x=((0, 980),), yaw=LEFT, talks=((0.5, 0.8),)),
                Actor(who="otto", x=((0, 200),), yaw=RIGHT, gesture="wave"),
                Actor(who="mara", x=((0, 610),), yaw=((0, -0.6), (1, 0.7)), talks=((0, 0.4),)),
            ),
        ),
        close_up(
            "roof",
            Actor(who="otto", x=((0, 620),), yaw=((0, 0.4), (1, -0.4)), mood=1, talks=((0, 0.6),)),
            27,
            camera_x=((0, 640),),
            seed=46,
        ),
        Shot(
            place=PLACES["roof"],
            frames=40,
            seed=47,
            zoom=((0, 1.5),),
            camera_y=((0, 335),),
            actors=(Actor(who="nilo", x=((0, 640), (0.3, 640), (0.9, 1180)), yaw=RIGHT),),
        ),
        Shot(
            place=PLACES["roof"],
            frames=28,
            seed=48,
            camera_y=((0, 240),),
            zoom=((0, 1.2), (1, 1.1)),
            light=((0, 1), (0.4, 1), (1, 0.12)),
        ),
    ),
    FINALE_COSTUMES,
)
