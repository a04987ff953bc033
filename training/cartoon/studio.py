"""Rooms of random colours and furniture, for the rushes."""

from __future__ import annotations

import numpy as np

from training.cartoon import props, street
from training.cartoon.canvas import Canvas
from training.cartoon.cast import any_colour
from training.cartoon.sets import Place


def studio(seed: int) -> Place:
    """A room of random colours and furniture, with a table in front now and then."""

    def back(canvas: Canvas, _seconds: float) -> None:
        rng = np.random.default_rng(seed)
        props.room(canvas, any_colour(rng), any_colour(rng, 30, 200), float(rng.uniform(500, 640)))
        for x in range(-300, 1600, 290):
            _piece(canvas, x + float(rng.uniform(-60, 60)), rng)

    def front(canvas: Canvas, _seconds: float) -> None:
        rng = np.random.default_rng(seed + 1)
        if rng.random() < 0.5:
            props.counter(canvas, float(rng.uniform(500, 620)), any_colour(rng), any_colour(rng))

    return Place(back, front)


def _piece(canvas: Canvas, x: float, rng: np.random.Generator) -> None:
    kind = rng.integers(6)
    if kind == 0:
        props.window(canvas, x, 90, float(rng.uniform(150, 280)), any_colour(rng), any_colour(rng))
    elif kind == 1:
        for row in range(int(rng.integers(1, 4))):
            props.shelf(canvas, x, 70 + row * 112, int(rng.integers(2, 6)), rng)
    elif kind == 2:
        props.picture(canvas, x, 80, float(rng.uniform(90, 220)), 140, any_colour(rng))
    elif kind == 3:
        props.plant(canvas, x, 600, float(rng.uniform(90, 240)), any_colour(rng))
    elif kind == 4:
        props.lamp(canvas, x, float(rng.uniform(0, 120)), any_colour(rng))
    else:
        street.house(canvas, x, 240, float(rng.uniform(240, 500)), any_colour(rng), any_colour(rng))
