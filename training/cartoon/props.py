"""Furniture, plants, lamps and a cat, in the pixels of a 1280 x 720 stage."""

from __future__ import annotations

import numpy as np

from training.cartoon.canvas import INK, Canvas, Colour, affine, blob, box, oval, shade

INK_PX = 3.5


def room(canvas: Canvas, wall: Colour, floor: Colour, floor_y: float = 585) -> None:
    """Wall, skirting board and floor."""
    canvas.fill(box(-900, -500, 3100, 500 + floor_y), wall)
    canvas.fill(box(-900, floor_y - 26, 3100, 26), shade(wall, 0.8), INK_PX)
    canvas.fill(box(-900, floor_y, 3100, 900), floor, INK_PX)


def window(canvas: Canvas, x: float, y: float, size: float, sky: Colour, frame: Colour) -> None:
    """A window with a cross bar and a little hill outside."""
    canvas.fill(box(x, y, size, size * 1.1), sky, INK_PX)
    canvas.fill(box(x, y + size * 0.8, size, size * 0.3), shade(sky, 0.8))
    for part in (
        box(x - 8, y - 8, size + 16, 14),
        box(x - 16, y + size * 1.1, size + 32, 18),
        box(x + size / 2 - 5, y, 10, size * 1.1),
        box(x, y + size / 2, size, 10),
        box(x - 8, y, 12, size * 1.1),
        box(x + size - 4, y, 12, size * 1.1),
    ):
        canvas.fill(part, frame, 2)


def shelf(canvas: Canvas, x: float, y: float, columns: int, rng: np.random.Generator) -> None:
    """A shelf of magazines."""
    for column in range(columns):
        left = x + column * 54
        red, green, blue = (int(channel) for channel in rng.integers(90, 235, 3))
        cover = (red, green, blue)
        canvas.fill(box(left, y, 46, 64), cover, 2.5)
        canvas.fill(box(left + 6, y + 7, 34, 11), (250, 248, 240))
        canvas.fill(oval(left + 23, y + 40, 12, 14, 16), shade(cover, 0.65))
    canvas.fill(box(x - 12, y + 64, columns * 54 + 16, 13), (150, 106, 70), INK_PX)


def picture(
    canvas: Canvas, x: float, y: float, width: float, height: float, colour: Colour
) -> None:
    """A framed landscape."""
    canvas.fill(box(x, y, width, height), (196, 150, 86), INK_PX)
    canvas.fill(box(x + 9, y + 9, width - 18, height - 18), colour, 2)
    canvas.fill(
        blob(
            [
                (x + 12, y + height - 12),
                (x + width * 0.35, y + height * 0.45),
                (x + width * 0.6, y + height * 0.7),
                (x + width - 12, y + height - 12),
            ]
        ),
        shade(colour, 0.6),
    )


def plant(canvas: Canvas, x: float, y: float, size: float, leaf: Colour = (74, 140, 84)) -> None:
    """A pot plant that stands at `y`."""
    for degrees in (-55, -25, 5, 35, 60):
        with canvas.placed(affine(x=x, y=y - size * 0.5, scale=size, degrees=degrees)):
            canvas.fill(blob([(0, 0), (0.16, -0.45), (0, -1), (-0.16, -0.45)]), leaf, 0.03)
    canvas.fill(
        np.array(
            [
                (x - size * 0.3, y - size * 0.5),
                (x + size * 0.3, y - size * 0.5),
                (x + size * 0.2, y),
                (x - size * 0.2, y),
            ]
        ),
        (200, 104, 70),
        INK_PX,
    )


def lamp(canvas: Canvas, x: float, length: float, shade_colour: Colour) -> None:
    """A lamp that hangs from the ceiling."""
    canvas.line([(x, -500), (x, length)], INK, 4)
    canvas.fill(oval(x, length + 52, 20, 18), (255, 246, 200), 2)
    canvas.fill(
        np.array(
            [(x - 18, length), (x + 18, length), (x + 62, length + 48), (x - 62, length + 48)]
        ),
        shade_colour,
        INK_PX,
    )


def counter(canvas: Canvas, y: float, colour: Colour, top: Colour, panel_px: int = 150) -> None:
    """A long counter in front of people."""
    canvas.fill(box(-900, y + 20, 3100, 800), colour, INK_PX)
    for left in range(-880, 2200, panel_px):
        canvas.fill(box(left, y + 50, panel_px - 26, 300), shade(colour, 0.86), 2)
    canvas.fill(box(-900, y, 3100, 26), top, INK_PX)


def paper_stack(canvas: Canvas, x: float, y: float, sheets: int) -> None:
    """Newspapers lying on `y`."""
    for sheet in range(sheets):
        canvas.fill(box(x + (sheet % 2) * 5, y - 12 * (sheet + 1), 112, 12), (240, 236, 224), 2)
    top = y - 12 * sheets
    canvas.line([(x + 12, top + 4), (x + 90, top + 4)], (120, 116, 116), 3)


def cup(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    """A cup that stands at `y`."""
    canvas.line(oval(x + 24, y - 20, 13, 11), INK, 5)
    canvas.fill(
        blob([(x - 22, y - 40), (x + 22, y - 40), (x + 16, y), (x - 16, y)]), colour, INK_PX
    )


def table(canvas: Canvas, x: float, y: float, width: float, colour: Colour) -> None:
    """A table with its top at `y`."""
    for leg in (x + 26, x + width - 44):
        canvas.fill(box(leg, y, 20, 400), shade(colour, 0.75), INK_PX)
    canvas.fill(box(x, y, width, 24), colour, INK_PX)


def sofa(canvas: Canvas, x: float, y: float, width: float, colour: Colour) -> None:
    """A sofa that stands at `y`."""
    canvas.fill(
        blob(
            [
                (x, y - 210),
                (x + width / 2, y - 225),
                (x + width, y - 210),
                (x + width, y - 20),
                (x, y - 20),
            ]
        ),
        colour,
        INK_PX,
    )
    canvas.fill(box(x + 20, y - 90, width - 40, 72), shade(colour, 1.12), INK_PX)
    for left in (x - 34, x + width - 26):
        canvas.fill(
            blob(
                [
                    (left, y - 120),
                    (left + 30, y - 140),
                    (left + 60, y - 120),
                    (left + 60, y),
                    (left, y),
                ]
            ),
            shade(colour, 0.9),
            INK_PX,
        )


def cat(canvas: Canvas, x: float, y: float, tail: float) -> None:
    """A grey cat that sits at `y`; `tail` (-1..1) swings."""
    fur: Colour = (140, 140, 152)
    canvas.line([(x + 46, y - 14), (x + 86, y - 30), (x + 92 + 14 * tail, y - 84)], INK, 17)
    canvas.line([(x + 46, y - 14), (x + 86, y - 30), (x + 92 + 14 * tail, y - 84)], fur, 11)
    canvas.fill(
        blob([(x - 34, y), (x - 30, y - 66), (x + 8, y - 96), (x + 50, y - 48), (x + 52, y)]),
        fur,
        INK_PX,
    )
    canvas.fill(oval(x - 8, y - 88, 38, 32), fur, INK_PX)
    for side in (-1, 1):
        canvas.fill(
            np.array(
                [
                    (x - 8 + side * 36, y - 128),
                    (x - 8 + side * 34, y - 96),
                    (x - 8 + side * 8, y - 112),
                ]
            ),
            fur,
            INK_PX,
        )
        canvas.fill(oval(x - 8 + side * 15, y - 92, 6, 8, 16), (200, 210, 90), 2)
    canvas.line([(x - 14, y - 76), (x - 8, y - 72), (x - 2, y - 76)], INK, 3)
