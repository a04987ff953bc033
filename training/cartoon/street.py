"""Houses, trees and signs, in the pixels of a 1280 x 720 stage."""

from __future__ import annotations

import numpy as np

from training.cartoon.canvas import INK, Canvas, Colour, affine, blob, box, oval, shade
from training.cartoon.props import INK_PX

# Strokes in a square of side 1.
_LETTERS: dict[str, list[list[tuple[float, float]]]] = {
    "K": [[(0, 0), (0, 1)], [(0.6, 0), (0, 0.55), (0.6, 1)]],
    "I": [[(0.3, 0), (0.3, 1)]],
    "O": [[(0.3, 0), (0.06, 0.15), (0, 0.5), (0.06, 0.85), (0.3, 1), (0.54, 0.85), (0.6, 0.5)]],
    "S": [[(0.58, 0.14), (0.4, 0), (0.15, 0.04), (0.06, 0.22), (0.18, 0.42), (0.45, 0.56)]],
}
_LETTERS["O"] += [[(0.6, 0.5), (0.54, 0.15), (0.3, 0)]]
_LETTERS["S"] += [[(0.45, 0.56), (0.58, 0.78), (0.44, 0.97), (0.18, 1), (0.02, 0.85)]]


def tree(canvas: Canvas, x: float, y: float, size: float, leaf: Colour) -> None:
    """A tree that stands at `y`."""
    canvas.fill(box(x - size * 0.09, y - size, size * 0.18, size), (120, 84, 62), INK_PX)
    canvas.fill(
        blob(
            [
                (x - size * 0.6, y - size),
                (x - size * 0.5, y - size * 1.6),
                (x, y - size * 2),
                (x + size * 0.5, y - size * 1.6),
                (x + size * 0.6, y - size),
                (x, y - size * 0.8),
            ]
        ),
        leaf,
        INK_PX,
    )
    canvas.fill(oval(x - size * 0.15, y - size * 1.5, size * 0.22, size * 0.16), shade(leaf, 1.12))


def house(
    canvas: Canvas, x: float, width: float, height: float, colour: Colour, lit: Colour
) -> None:
    """A house front on the pavement at y = 560."""
    top = 560 - height
    canvas.fill(box(x, top, width, height), colour, INK_PX)
    canvas.fill(
        np.array(
            [(x - 12, top), (x + width + 12, top), (x + width - 24, top - 56), (x + 24, top - 56)]
        ),
        shade(colour, 0.62),
        INK_PX,
    )
    for row in range(int(height // 120)):
        for column in range(int(width // 80)):
            left, upper = x + 22 + column * 78, top + 26 + row * 112
            glass = lit if (row * 3 + column * 5 + int(x)) % 3 else shade(lit, 0.8)
            canvas.fill(box(left, upper, 42, 62), glass, 2.5)
            canvas.fill(box(left - 5, upper + 62, 52, 9), shade(colour, 0.75), 2)


def awning(canvas: Canvas, x: float, y: float, width: float, colour: Colour) -> None:
    """A striped awning."""
    stripe = width / 8
    for number in range(8):
        tone = colour if number % 2 == 0 else (250, 244, 232)
        left = x + number * stripe
        canvas.fill(box(left, y, stripe, 60), tone, 2)
        canvas.fill(oval(left + stripe / 2, y + 60, stripe / 2, 16), tone, 2)
        canvas.fill(box(left + 2, y + 40, stripe - 4, 20), tone)


def sign(canvas: Canvas, x: float, y: float, height: float, board: Colour, ink: Colour) -> None:
    """The sign that says KIOSK."""
    canvas.fill(box(x, y, height * 5.2, height * 1.7), board, INK_PX)
    for number, letter in enumerate("KIOSK"):
        with canvas.placed(
            affine(x=x + height * (0.45 + 0.9 * number), y=y + height * 0.35, scale=height)
        ):
            for stroke in _LETTERS[letter]:
                canvas.line(stroke, ink, 0.17)


def street_lamp(canvas: Canvas, x: float, y: float, glow: Colour) -> None:
    """A street lamp that stands at `y`."""
    canvas.fill(box(x - 6, y - 330, 12, 330), (64, 70, 80), INK_PX)
    canvas.fill(oval(x, y - 350, 30, 34), glow, INK_PX)
    canvas.fill(
        np.array([(x - 34, y - 372), (x + 34, y - 372), (x + 14, y - 400), (x - 14, y - 400)]),
        (64, 70, 80),
        INK_PX,
    )


def pigeon(canvas: Canvas, x: float, y: float, peck: float) -> None:
    """A pigeon that stands at `y`; `peck` (0..1) bends it down."""
    canvas.line([(x - 6, y), (x - 4, y - 22)], (210, 110, 80), 4)
    canvas.line([(x + 8, y), (x + 8, y - 22)], (210, 110, 80), 4)
    canvas.fill(
        blob(
            [
                (x - 58, y - 34),
                (x - 14, y - 60),
                (x + 32, y - 50),
                (x + 26, y - 20),
                (x - 14, y - 14),
            ]
        ),
        (150, 158, 176),
        INK_PX,
    )
    head = (x + 40 + 16 * peck, y - 72 + 56 * peck)
    canvas.line([(x + 24, y - 42), head], (96, 140, 130), 22)
    canvas.fill(oval(*head, 17, 16, 24), (120, 128, 150), 2.5)
    canvas.fill(
        np.array(
            [(head[0] + 14, head[1] - 4), (head[0] + 32, head[1] + 4), (head[0] + 13, head[1] + 6)]
        ),
        (232, 170, 80),
        2,
    )
    canvas.fill(oval(head[0] + 5, head[1] - 3, 3.4, 3.4, 10), INK)
