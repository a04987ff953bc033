"""Hair: what lies behind the head, what lies before it, and how it looks from the back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from training.cartoon.canvas import Canvas, Colour, Points, blob, mirrored, oval, shade
from training.cartoon.looks import LINE, Hair, Look

Behind: TypeAlias = Callable[[Canvas, Look], None]
Front: TypeAlias = Callable[[Canvas, Look, float], None]  # the last: how far the face is turned

_STREAK: Colour = (246, 198, 62)


def draw_hair_behind(canvas: Canvas, look: Look) -> None:
    """Draw what the head will cover in part."""
    if look.hair in _BEHIND:
        _BEHIND[look.hair](canvas, look)


def draw_hair_in_front(canvas: Canvas, look: Look, yaw: float) -> None:
    """Draw what lies on the forehead of a head that looks at us."""
    if look.hair in _FRONT:
        _FRONT[look.hair](canvas, look, yaw * 0.14)


def draw_hair_from_the_back(canvas: Canvas, look: Look) -> None:
    """Draw the hair over a head that looks away."""
    if look.hair in _BACK:
        _BACK[look.hair](canvas, look)


# --- behind -----------------------------------------------------------------------------------


def _curls_behind(canvas: Canvas, look: Look) -> None:
    canvas.fill(oval(0, -1.38, 0.46, 0.42), look.hair_colour, LINE)
    for angle in np.radians(np.arange(-200.0, 30, 22)):
        curl = oval(float(np.cos(angle)), float(np.sin(angle)) - 0.12, 0.36, 0.36, 22)
        canvas.fill(curl, look.hair_colour, LINE)
    canvas.fill(oval(0, -0.12, 1.08, 1.02), look.hair_colour)


def _bob_behind(canvas: Canvas, look: Look) -> None:
    rx = look.half_width
    half = [(0, -1.28), (rx + 0.28, -0.7), (rx + 0.32, 0.6), (rx * 0.7, 1.0)]
    canvas.fill(blob(mirrored(half)), look.hair_colour, LINE)


def _ponytail_behind(canvas: Canvas, look: Look) -> None:
    tail = [(0.4, -1.1), (1.2, -1.1), (1.5, -0.2), (1.2, 0.7), (0.95, 0.0)]
    canvas.fill(blob(tail), look.hair_colour, LINE)


def _tufts_behind(canvas: Canvas, look: Look) -> None:
    rx = look.half_width
    for side in (-1, 1):
        tuft = ((rx * 0.8, -0.62), (rx + 0.26, -0.4), (rx + 0.3, 0.1), (rx * 0.9, 0.38))
        canvas.fill(blob([(side * x, y) for x, y in tuft]), look.hair_colour, LINE)


# --- in front ---------------------------------------------------------------------------------


def _curls_in_front(canvas: Canvas, look: Look, lean: float) -> None:
    for x, y, size in ((-0.62, -0.72, 0.3), (-0.22, -0.88, 0.32), (0.22, -0.88, 0.32)):
        canvas.fill(oval(x + lean, y, size, size, 22), look.hair_colour, LINE)
    canvas.fill(oval(0.62 + lean, -0.72, 0.3, 0.3, 22), look.hair_colour, LINE)


def _flattop(rx: float, brow: float, lean: float) -> Points:
    half = [(rx * 0.5, -1.54), (rx + 0.02, -1.42), (rx + 0.1, -0.9), (rx + 0.05, 0.0)]
    forehead = [(rx * 0.8 + lean, brow), (lean, brow - 0.06), (-rx * 0.8 + lean, brow)]
    return blob([*half, *forehead, *((-x, y) for x, y in reversed(half))])


def _flattop_in_front(canvas: Canvas, look: Look, lean: float) -> None:
    canvas.fill(_flattop(look.half_width, -0.52, lean), look.hair_colour, LINE)
    streak = ((0.1, -1.48), (0.46, -1.5), (0.36, -0.62), (0.12, -0.6))
    canvas.fill(np.array([(x + lean, y) for x, y in streak]), _STREAK)


def _bob_in_front(canvas: Canvas, look: Look, lean: float) -> None:
    rx = look.half_width
    crown = [(-rx - 0.06, -0.2), (-rx * 0.85, -0.95), (0, -1.24), (rx * 0.85, -0.95)]
    fringe = [(rx * 0.6 + lean, -0.5), (lean, -0.46), (-rx * 0.6 + lean, -0.5)]
    canvas.fill(blob([*crown, (rx + 0.06, -0.2), *fringe]), look.hair_colour, LINE)


def _short_in_front(canvas: Canvas, look: Look, lean: float) -> None:
    rx = look.half_width
    crown = [(-rx - 0.02, -0.1), (-rx * 0.95, -0.85), (-0.2, -1.2), (rx * 0.9, -0.9)]
    parting = [(rx + 0.02, -0.1), (rx * 0.72, -0.55), (lean, -0.74), (-rx * 0.7, -0.5)]
    canvas.fill(blob(crown + parting), look.hair_colour, LINE)


def _cap_in_front(canvas: Canvas, look: Look, lean: float) -> None:
    rx = look.half_width
    crown = mirrored([(0, -1.3), (rx * 0.8, -1.05), (rx + 0.06, -0.42), (0, -0.56)])
    canvas.fill(blob(crown), look.hair_colour, LINE)
    peak = [(-0.6, -0.5), (0, -0.62), (0.6, -0.5), (lean, -0.32)]
    canvas.fill(blob([(x + lean * 3, y) for x, y in peak]), shade(look.hair_colour, 0.8), LINE)


# --- from the back ----------------------------------------------------------------------------


def _tufts_back(canvas: Canvas, look: Look) -> None:
    rx = look.half_width
    half = [(0, 0.0), (rx * 0.6, -0.1), (rx + 0.2, -0.35), (rx + 0.16, 0.3), (0, 0.66)]
    canvas.fill(blob(mirrored(half)), look.hair_colour, LINE)


def _flattop_back(canvas: Canvas, look: Look) -> None:
    canvas.fill(_flattop(look.half_width, 0.62, 0), look.hair_colour, LINE)


def _cropped_back(canvas: Canvas, look: Look) -> None:
    draw_hair_behind(canvas, look)
    rx = look.half_width
    half = [(0, -1.24), (rx + 0.08, -0.75), (rx + 0.02, 0.2), (rx * 0.6, 0.66), (0, 0.75)]
    canvas.fill(blob(mirrored(half)), look.hair_colour, LINE)


_BEHIND: dict[Hair, Behind] = {
    "curls": _curls_behind,
    "bob": _bob_behind,
    "ponytail": _ponytail_behind,
    "tufts": _tufts_behind,
}
_FRONT: dict[Hair, Front] = {
    "curls": _curls_in_front,
    "flattop": _flattop_in_front,
    "bob": _bob_in_front,
    "short": _short_in_front,
    "ponytail": _short_in_front,
    "cap": _cap_in_front,
}
_BACK: dict[Hair, Behind] = {
    "curls": _curls_behind,
    "bob": _bob_behind,
    "tufts": _tufts_back,
    "flattop": _flattop_back,
    "short": _cropped_back,
    "ponytail": _cropped_back,
    "cap": _cropped_back,
}
