"""The places of the two episodes.

A place is drawn in two layers: `back` behind the people and `front` before them, both on a stage
of 1280 x 720 that goes on a good way to each side. `seconds` is the time within the shot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from training.cartoon import props, street
from training.cartoon.canvas import Canvas, Colour, box, oval, shade

Layer: TypeAlias = Callable[[Canvas, float], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to play."""

    back: Layer
    front: Layer | None = None


def _rng() -> np.random.Generator:
    """Every frame draws the same magazines."""
    return np.random.default_rng(11)


# --- the pilot --------------------------------------------------------------------------------


def _kiosk_back(canvas: Canvas, _seconds: float) -> None:
    props.room(canvas, (118, 172, 164), (176, 132, 96))
    rng = _rng()
    for row in range(4):
        props.shelf(canvas, -360, 60 + row * 112, 7, rng)
        props.shelf(canvas, 860, 60 + row * 112, 13, rng)
    props.window(canvas, 250, 110, 300, (190, 226, 240), (246, 238, 220))
    props.lamp(canvas, 700, 20, (222, 84, 66))


def _kiosk_front(canvas: Canvas, seconds: float) -> None:
    props.counter(canvas, 520, (196, 88, 70), (232, 196, 140))
    props.paper_stack(canvas, 120, 520, 4)
    props.paper_stack(canvas, 980, 520, 6)
    props.cat(canvas, 700, 520, float(np.sin(seconds * 2.4)))


def _houses(canvas: Canvas, tones: tuple[Colour, ...], lit: Colour) -> None:
    for number in range(11):
        street.house(
            canvas,
            -860 + number * 262,
            246,
            330 + 70 * (number * 5 % 4),
            tones[number % len(tones)],
            lit,
        )


def _street_back(canvas: Canvas, _seconds: float) -> None:
    canvas.fill(box(-900, -500, 3100, 1200), (168, 214, 236))
    for x, y in ((100, 60), (640, 20), (1180, 80)):
        for dx, size in ((-60, 38), (0, 54), (62, 40)):
            canvas.fill(oval(x + dx, y, size * 1.3, size * 0.7), (248, 250, 250))
    _houses(
        canvas,
        ((240, 200, 150), (228, 168, 150), (206, 214, 170), (232, 220, 190)),
        (150, 196, 214),
    )
    canvas.fill(box(-900, 560, 3100, 600), (198, 192, 184), props.INK_PX)
    street.tree(canvas, 60, 600, 190, (112, 168, 96))
    _small_kiosk(canvas, 820, (86, 142, 110), (214, 74, 62))


def _small_kiosk(canvas: Canvas, x: float, paint: Colour, awning: Colour) -> None:
    canvas.fill(box(x, 250, 330, 360), paint, props.INK_PX)
    canvas.fill(box(x + 30, 330, 270, 130), (70, 70, 84), props.INK_PX)
    props.shelf(canvas, x + 44, 372, 4, _rng())
    street.awning(canvas, x - 20, 270, 370, awning)
    street.sign(canvas, x + 45, 170, 46, (250, 240, 214), (64, 56, 60))


def _kitchen_back(canvas: Canvas, _seconds: float) -> None:
    props.room(canvas, (244, 214, 132), (190, 150, 120))
    for column in range(-9, 22):
        for row in range(3):
            tone = (250, 244, 230) if (column + row) % 2 else (226, 236, 230)
            canvas.fill(box(column * 100, 270 + row * 62, 100, 62), tone, 1.5)
    canvas.fill(box(-900, 456, 3100, 200), (146, 96, 70), props.INK_PX)
    for x in (-240, 30, 900, 1170):
        canvas.fill(box(x, 30, 230, 190), (170, 112, 80), props.INK_PX)
        canvas.fill(oval(x + 200, 130, 9, 9), (240, 220, 160), 2)
    props.window(canvas, 420, 40, 210, (46, 62, 110), (250, 240, 220))
    props.lamp(canvas, 760, 60, (96, 150, 140))
    props.plant(canvas, 860, 456, 110)


def _kitchen_front(canvas: Canvas, _seconds: float) -> None:
    props.table(canvas, 300, 560, 700, (214, 170, 120))
    props.cup(canvas, 420, 560, (220, 90, 80))
    props.cup(canvas, 840, 560, (90, 140, 190))


def _night_back(canvas: Canvas, _seconds: float) -> None:
    canvas.fill(box(-900, -500, 3100, 1200), (30, 36, 74))
    rng = _rng()
    for _ in range(70):
        canvas.fill(
            oval(float(rng.uniform(-800, 2000)), float(rng.uniform(-300, 260)), 2.5, 2.5, 8),
            (220, 224, 240),
        )
    canvas.fill(oval(1010, -50, 52, 52), (246, 240, 206))
    _houses(canvas, ((62, 62, 104), (74, 62, 98), (56, 72, 104)), (246, 206, 112))
    canvas.fill(box(-900, 560, 3100, 600), (70, 70, 100), props.INK_PX)
    street.street_lamp(canvas, 250, 620, (255, 228, 150))
    street.street_lamp(canvas, 1120, 620, (255, 228, 150))


def _park_back(canvas: Canvas, _seconds: float) -> None:
    canvas.fill(box(-900, -500, 3100, 1200), (200, 228, 232))
    for number in range(12):
        tone = (128, 172, 100) if number % 2 else (104, 154, 92)
        street.tree(canvas, -700 + number * 210, 470 + 30 * (number % 3), 190, tone)
    canvas.fill(box(-900, 480, 3100, 600), (158, 190, 108), props.INK_PX)
    canvas.fill(oval(1000, 560, 420, 46), (140, 190, 214), props.INK_PX)
    for y in (420, 460, 505):
        canvas.fill(box(300, y, 660, 24), (176, 116, 76), props.INK_PX)


# --- the letter -------------------------------------------------------------------------------


def _rain_back(canvas: Canvas, _seconds: float) -> None:
    canvas.fill(box(-900, -500, 3100, 1200), (138, 148, 164))
    _houses(canvas, ((150, 92, 82), (136, 100, 92), (164, 108, 86)), (228, 216, 170))
    canvas.fill(box(-900, 560, 3100, 600), (110, 116, 130), props.INK_PX)
    for x in (120, 620, 1150):
        canvas.fill(oval(x, 640, 120, 14), (150, 162, 180))


def _rain_front(canvas: Canvas, seconds: float) -> None:
    for number in range(46):
        x = -100 + (number * 97) % 1500
        y = (number * 211 + seconds * 1500) % 900 - 100
        canvas.line([(x, y), (x - 9, y + 44)], (196, 206, 222), 2)


def _post_back(canvas: Canvas, _seconds: float) -> None:
    props.room(canvas, (230, 206, 170), (120, 112, 120))
    rng = _rng()
    for row in range(4):
        for column in range(-6, 19):
            x, y = column * 96 + 12, 90 + row * 100
            canvas.fill(box(x, y, 88, 90), (132, 92, 64), props.INK_PX)
            if rng.random() < 0.6:
                canvas.fill(box(x + 14, y + 50, 60, 40), (248, 240, 222), 2)
    canvas.fill(box(-900, -500, 3100, 560), (214, 168, 64), props.INK_PX)
    canvas.fill(oval(1010, 70, 62, 62), (250, 248, 240), 5)
    canvas.line([(1010, 32), (1010, 70), (1038, 84)], (50, 40, 44), 6)


def _post_front(canvas: Canvas, _seconds: float) -> None:
    props.counter(canvas, 560, (92, 104, 136), (206, 200, 190), 210)
    props.cup(canvas, 180, 560, (240, 230, 210))


def _hatch_back(canvas: Canvas, _seconds: float) -> None:
    canvas.fill(box(-900, -500, 3100, 1700), (196, 204, 190))
    canvas.fill(box(-900, 610, 3100, 600), (150, 140, 136), props.INK_PX)
    street.tree(canvas, 1130, 640, 230, (196, 140, 70))
    canvas.fill(box(330, 60, 620, 580), (196, 66, 70), props.INK_PX)
    canvas.fill(box(380, 180, 520, 330), (92, 66, 80), props.INK_PX)
    rng = _rng()
    for row in range(2):
        props.shelf(canvas, 400, 220 + row * 120, 9, rng)


def _hatch_front(canvas: Canvas, _seconds: float) -> None:
    canvas.fill(box(330, 500, 620, 230), (174, 54, 60), props.INK_PX)
    canvas.fill(box(350, 490, 580, 24), (240, 214, 160), props.INK_PX)
    street.awning(canvas, 300, 96, 680, (64, 92, 140))
    street.sign(canvas, 505, 10, 52, (64, 92, 140), (250, 240, 214))
    props.paper_stack(canvas, 780, 490, 3)


def _letter_front(canvas: Canvas, seconds: float) -> None:
    _hatch_front(canvas, seconds)
    canvas.fill(box(560, 452, 96, 38), (250, 244, 226), 2.5)
    canvas.line([(560, 452), (608, 476), (656, 452)], (150, 120, 100), 2.5)
    street.pigeon(canvas, 480, 490, max(0.0, float(np.sin(seconds * 7))))


def _living_back(canvas: Canvas, _seconds: float) -> None:
    props.room(canvas, (134, 84, 112), (84, 64, 70))
    for column in range(-9, 22):
        canvas.fill(box(column * 100, -500, 34, 1059), (148, 96, 124))
    props.picture(canvas, 180, 90, 190, 140, (150, 190, 200))
    props.picture(canvas, 430, 60, 120, 160, (226, 190, 120))
    props.picture(canvas, 930, 80, 210, 150, (180, 200, 140))
    props.lamp(canvas, 720, 50, (240, 196, 110))
    props.plant(canvas, 60, 610, 230, (96, 150, 110))
    props.sofa(canvas, 340, 650, 480, (70, 120, 134))


def _roof_back(canvas: Canvas, seconds: float) -> None:
    for band, tone in enumerate(((92, 72, 130), (168, 92, 140), (236, 132, 120), (250, 184, 120))):
        canvas.fill(box(-900, -500 if band == 0 else -60 + band * 120, 3100, 1400), tone)
    for number in range(16):
        height = 120 + 60 * (number * 7 % 4)
        canvas.fill(box(-860 + number * 190, 520 - height, 176, height), (96, 66, 104), 2)
    canvas.fill(box(-900, 520, 3100, 16), (60, 50, 66), 2)
    canvas.fill(box(-900, 600, 3100, 600), (116, 92, 104), props.INK_PX)
    for number in range(32):
        canvas.fill(box(-880 + number * 92, 520, 8, 84), (60, 50, 66))
        glow = 0.85 + 0.15 * np.sin(seconds * 3 + number)
        sag = 30 * np.sin(number * np.pi / 4) ** 2
        canvas.fill(
            oval(-860 + number * 92, 60 + sag, 12, 14, 18), shade((255, 220, 130), float(glow)), 2
        )


PLACES: dict[str, Place] = {
    "kiosk": Place(_kiosk_back, _kiosk_front),
    "street": Place(_street_back),
    "kitchen": Place(_kitchen_back, _kitchen_front),
    "night": Place(_night_back),
    "park": Place(_park_back),
    "rain": Place(_rain_back, _rain_front),
    "post": Place(_post_back, _post_front),
    "hatch": Place(_hatch_back, _hatch_front),
    "letter": Place(_hatch_back, _letter_front),
    "living": Place(_living_back),
    "roof": Place(_roof_back),
}
PILOT_PLACES = ("kiosk", "street", "kitchen", "night", "park")
