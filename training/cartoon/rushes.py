"""Frames that were never cut into the pilot: more to learn from.

Its cast, on its sets or in a studio, in any clothes. Nothing of the finale is used: neither its
sets nor its costumes.
"""

from __future__ import annotations

import numpy as np

from training.cartoon.cast import LABELS, any_costume
from training.cartoon.film import ALWAYS, Film
from training.cartoon.sets import PILOT_PLACES, PLACES, Place
from training.cartoon.stage import Actor, Gesture, Shot
from training.cartoon.studio import studio

_GESTURES: tuple[Gesture, ...] = ("rest", "hold", "wave", "hips", "point")


def rush(seed: int) -> Film:
    """A film of one shot, whose frames differ little: take one of them."""
    rng = np.random.default_rng(seed)
    costumes = {label: any_costume(rng) for label in LABELS}
    return Film(f"rush-{seed}", (_shot(rng, seed),), costumes)


def _shot(rng: np.random.Generator, seed: int) -> Shot:
    zoom = float(rng.choice([1.15, 1.3, 1.5, 1.8, 2.3, 2.8]))
    x = float(rng.uniform(400, 900))
    red, green, blue = rng.uniform(0.88, 1.1, 3)
    return Shot(
        place=_anywhere(rng),
        frames=100,
        actors=_company(rng, x, 640 / zoom),
        seed=seed,
        camera_x=((0, x + float(rng.normal(0, 60)) / zoom),),
        camera_y=((0, float(rng.uniform(290, 370) if zoom < 1.6 else rng.uniform(240, 320))),),
        zoom=((0, zoom),),
        light=((0, float(rng.choice([0.4, 0.8, 1, 1, 1.1]))),),
        tint=(float(red), float(green), float(blue)),
        blur=3.5 if zoom > 2 else 0.0,
        crowd=int(rng.choice([0, 0, 1, 3, 5])) if zoom < 2 else 0,
    )


def _company(rng: np.random.Generator, x: float, spread: float) -> tuple[Actor, ...]:
    """None to three of the cast, side by side around `x`."""
    who = [label for label in LABELS if rng.random() < 0.4]
    rng.shuffle(who)
    places = (x + spread * (number + 0.5 - len(who) / 2) * 0.72 for number in range(len(who)))
    return tuple(_anybody(rng, *pair) for pair in zip(who, places, strict=True))


def _anywhere(rng: np.random.Generator) -> Place:
    if rng.random() < 0.3:
        return PLACES[PILOT_PLACES[rng.integers(len(PILOT_PLACES))]]
    return studio(int(rng.integers(1 << 30)))


def _anybody(rng: np.random.Generator, who: str, x: float) -> Actor:
    return Actor(
        who=who,
        x=((0, x + float(rng.normal(0, 50))),),
        feet_px=float(rng.uniform(630, 700)),
        scale=float(rng.uniform(54, 74)),
        yaw=((0, float(rng.uniform(-0.9, 0.9))),),
        tilt=((0, float(rng.normal(0, 6))),),
        talks=ALWAYS if rng.random() < 0.5 else (),
        away=ALWAYS if rng.random() < 0.15 else (),
        mood=float(rng.uniform(-0.8, 1)),
        gesture=_GESTURES[rng.integers(len(_GESTURES))],
    )
