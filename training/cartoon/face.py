"""The head of a person, from the front or turned a little, and from behind."""

from __future__ import annotations

import numpy as np

from training.cartoon.canvas import INK, Canvas, Colour, affine, blob, mirrored, oval, shade
from training.cartoon.hair import draw_hair_from_the_back, draw_hair_in_front
from training.cartoon.looks import LINE, WHITE, Look, Pose

_FRECKLE: Colour = (176, 96, 60)
_FRAMES: Colour = (40, 90, 110)
_THROAT: Colour = (120, 36, 44)
_TONGUE: Colour = (224, 120, 116)


def draw_head(canvas: Canvas, look: Look, pose: Pose) -> None:
    """Draw the head at the origin, without the hair that lies behind it."""
    _skull(canvas, look, 0.0 if pose.away else pose.yaw)
    if pose.away:
        draw_hair_from_the_back(canvas, look)
        return
    turned = affine(x=pose.yaw * look.half_width * 0.42)
    with canvas.placed(turned):
        _features(canvas, look, pose)
    draw_hair_in_front(canvas, look, pose.yaw)
    if look.glasses:
        with canvas.placed(turned):
            _glasses(canvas, look, pose)


def _skull(canvas: Canvas, look: Look, yaw: float) -> None:
    rx, ry = look.half_width, look.half_height
    for side in (-1, 1):
        canvas.fill(oval(side * rx * 0.98 - yaw * 0.15, 0.1, 0.17, 0.24, 20), look.skin, LINE)
    half = [(0, -ry), (rx * 0.78, -ry * 0.72), (rx, -0.05), (rx * look.jaw, ry * 0.62), (0, ry)]
    canvas.fill(blob(mirrored(half)), look.skin, LINE)


def _features(canvas: Canvas, look: Look, pose: Pose) -> None:
    if look.beard:
        half = [(0, 0.22), (0.3, 0.3), (0.6, 0.2), (0.5, 0.8), (0, 1.12)]
        canvas.fill(blob(mirrored(half)), look.hair_colour, LINE)
    for x, narrow in _eyes(look, pose):
        _brow(canvas, look, pose, x, narrow)
        _eye(canvas, pose, x, narrow)
        _cheek(canvas, look, x * 1.35)
    _nose(canvas, look, pose.yaw)
    _mouth(canvas, pose)
    if look.moustache is not None:
        half = [(0, 0.3), (0.3, 0.34), (0.68, 0.62), (0.55, 0.72), (0.2, 0.62), (0, 0.52)]
        canvas.fill(blob(mirrored(half)), look.moustache, LINE)


def _eyes(look: Look, pose: Pose) -> list[tuple[float, float]]:
    """(x, width factor) of both eyes; the far one is narrower when the head is turned."""
    far = [max(0.0, side * pose.yaw) for side in (-1, 1)]
    spread = look.half_width * 0.42
    return [
        (side * spread * (1 - 0.3 * turn), 1 - 0.35 * turn)
        for side, turn in zip((-1, 1), far, strict=True)
    ]


def _brow(canvas: Canvas, look: Look, pose: Pose, x: float, narrow: float) -> None:
    y = -0.42 - 0.1 * pose.mouth
    inner = 0.04 * pose.mood * (-1 if x < 0 else 1)
    ends = [(x - 0.2 * narrow, y - inner), (x, y - 0.06), (x + 0.2 * narrow, y + inner)]
    canvas.line(ends, shade(look.moustache or look.hair_colour, 0.8), look.brow)


def _eye(canvas: Canvas, pose: Pose, x: float, narrow: float) -> None:
    if pose.blink:
        canvas.line([(x - 0.15, -0.08), (x, -0.03), (x + 0.15, -0.08)], INK, LINE)
        return
    canvas.fill(oval(x, -0.1, 0.17 * narrow, 0.21, 24), WHITE, 0.04)
    pupil = x + pose.yaw * 0.07
    canvas.fill(oval(pupil, -0.08, 0.09 * narrow, 0.11, 18), INK)
    canvas.fill(oval(pupil + 0.03, -0.12, 0.03, 0.03, 10), WHITE)


def _cheek(canvas: Canvas, look: Look, x: float) -> None:
    red, green, blue = look.skin
    blush = min(255, red + 6), int(green * 0.86), int(blue * 0.84)
    canvas.fill(oval(x, 0.33, 0.17, 0.1, 16), blush)
    if look.freckles:
        for dx, y in ((-0.12, 0.28), (0.02, 0.38), (0.14, 0.28)):
            canvas.fill(oval(x + dx, y, 0.035, 0.035, 8), _FRECKLE)


def _nose(canvas: Canvas, look: Look, yaw: float) -> None:
    size = look.nose
    bridge = [(-size * 0.4, 0.0), (yaw * 0.12 + size * 0.5, 0.02)]
    tip = [(yaw * 0.14 + size, 0.22), (0, 0.31), (-size + yaw * 0.1, 0.22)]
    canvas.fill(blob(bridge + tip), shade(look.skin, 0.88), 0.04)


def _mouth(canvas: Canvas, pose: Pose) -> None:
    bend = 0.13 * pose.mood
    if pose.mouth <= 0.15:
        across = np.linspace(-0.26, 0.26, 9)
        smile = np.stack([across, 0.58 + bend * (0.6 - (across / 0.21) ** 2)], axis=1)
        canvas.line(smile, INK, LINE)
        return
    drop, corner = 0.1 + 0.24 * pose.mouth, 0.52 - bend * 0.5
    lips = blob([(-0.26, corner), (0, 0.54), (0.26, corner), (0, 0.54 + drop)])
    canvas.fill(lips, _THROAT, 0.05)
    canvas.fill(oval(0, 0.54 + drop * 0.8, 0.1, 0.05, 14), _TONGUE)


def _glasses(canvas: Canvas, look: Look, pose: Pose) -> None:
    (left, narrow_left), (right, narrow_right) = _eyes(look, pose)
    for x, narrow in ((left, narrow_left), (right, narrow_right)):
        ring = oval(x, -0.08, 0.31 * narrow, 0.31, 28)
        canvas.line(np.vstack([ring, ring[:1]]), _FRAMES, 0.075)
    bridge = [(left + 0.29 * narrow_left, -0.1), (right - 0.29 * narrow_right, -0.1)]
    canvas.line(bridge, _FRAMES, 0.07)
