"""One drawn person: body, clothes, and the head on top."""

from __future__ import annotations

import numpy as np

from training.cartoon.canvas import INK, Canvas, Matrix, Points, affine, blob, mirrored, oval, shade
from training.cartoon.face import draw_head
from training.cartoon.hair import draw_hair_behind
from training.cartoon.looks import LINE, Costume, Look, Pose

_NECK_Y = 0.9  # the head turns about it


def draw_person(canvas: Canvas, look: Look, costume: Costume, pose: Pose) -> None:
    """Draw the whole person, the face at the origin of the current coordinates."""
    head_turn = _head_turn(pose.tilt_degrees)
    _legs(canvas, costume, pose)
    if not pose.away:
        with canvas.placed(head_turn):
            draw_hair_behind(canvas, look)
    canvas.limb([(0, 0.7), (0, 1.6)], shade(look.skin, 0.92), 0.52)
    _torso(canvas, costume, pose)
    _arms(canvas, look, costume, pose)
    with canvas.placed(head_turn):
        draw_head(canvas, look, pose)
    if costume.scarf is not None:
        half = [(0, 1.42), (0.8, 1.15), (0.75, 1.6), (0, 1.85)]
        canvas.fill(blob(mirrored(half)), costume.scarf, LINE)


def face_points(look: Look, tilt_degrees: float) -> Points:
    """Points spread evenly over the face (N, 2), in the person's coordinates."""
    steps = np.linspace(-1, 1, 25)
    grid = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    inside = grid[np.hypot(grid[:, 0], grid[:, 1]) <= 1] * (look.half_width, look.half_height)
    turn = _head_turn(tilt_degrees)
    points: Points = inside @ turn[:2, :2].T + turn[:2, 2]
    return points


def _head_turn(tilt_degrees: float) -> Matrix:
    turn: Matrix = affine(y=_NECK_Y) @ affine(degrees=tilt_degrees) @ affine(y=-_NECK_Y)
    return turn


def _legs(canvas: Canvas, costume: Costume, pose: Pose) -> None:
    for side in (-1, 1):
        foot = side * (0.42 + pose.step * 0.75 * side)
        leg = [(side * 0.42, 3.9), (side * 0.44 + foot * 0.2, 5.3), (foot, 6.55)]
        canvas.limb(leg, costume.trousers, 0.62)
        canvas.fill(oval(foot + 0.1 * np.sign(pose.yaw), 6.7, 0.48, 0.22), INK)


def _arms(canvas: Canvas, look: Look, costume: Costume, pose: Pose) -> None:
    for side, (x, y) in zip((-1, 1), pose.hands, strict=True):
        shoulder = (side * 1.0, 1.95)
        elbow = ((shoulder[0] + x) / 2 + side * 0.28, (shoulder[1] + y) / 2 + 0.2)
        canvas.limb([shoulder, elbow, (x, y)], shade(costume.top, 0.94), 0.46)
        canvas.fill(oval(x, y, 0.28, 0.28, 20), look.skin, LINE)


def _torso(canvas: Canvas, costume: Costume, pose: Pose) -> None:
    hem = 5.2 if costume.pattern == "coat" else 4.3
    half = [(0, 1.38), (0.8, 1.55), (1.17, 2.0), (1.02, 3.1), (1.13, hem), (0, hem + 0.1)]
    canvas.fill(blob(mirrored(half)), costume.top, LINE)
    if costume.pattern == "stripes":
        _stripes(canvas, costume)
    elif costume.pattern == "dots":
        _dots(canvas, costume)
    elif pose.away:
        return
    elif costume.pattern in ("jacket", "coat"):
        _jacket(canvas, costume, hem)
    elif costume.pattern == "apron":
        _apron(canvas, costume)
    elif costume.pattern == "hoodie":
        _hoodie(canvas, costume)


def _stripes(canvas: Canvas, costume: Costume) -> None:
    for top in (1.95, 2.6, 3.25, 3.9):
        upper, lower = _half_width(top), _half_width(top + 0.3)
        band = [(-upper, top), (upper, top), (lower, top + 0.3), (-lower, top + 0.3)]
        canvas.fill(np.array(band), costume.accent)


def _half_width(y: float) -> float:
    """Half the width of the torso at height `y`, inside the outline."""
    return 0.97 * float(np.interp(y, [1.55, 1.9, 3.0, 4.3], [0.75, 1.14, 1.02, 1.12]))


def _dots(canvas: Canvas, costume: Costume) -> None:
    for row, y in enumerate((2.1, 2.75, 3.4, 4.0)):
        for x in (-0.75, -0.25, 0.25, 0.75):
            canvas.fill(oval(x + 0.12 * (-1) ** row, y, 0.11, 0.11, 14), costume.accent)


def _jacket(canvas: Canvas, costume: Costume, hem: float) -> None:
    canvas.fill(np.array([(-0.42, 1.45), (0.42, 1.45), (0.0, 2.75)]), costume.accent, LINE)
    canvas.line([(0, 2.75), (0, hem)], INK, LINE)
    for y in np.arange(3.0, hem - 0.2, 0.5):
        canvas.fill(oval(0.16, float(y), 0.07, 0.07, 12), shade(costume.top, 0.72))


def _apron(canvas: Canvas, costume: Costume) -> None:
    bib = np.array([(-0.6, 2.3), (0.6, 2.3), (0.85, 4.6), (-0.85, 4.6)])
    canvas.fill(bib, costume.accent, LINE)
    for side in (-1, 1):
        canvas.line([(side * 0.58, 2.3), (side * 0.5, 1.5)], costume.accent, 0.14)


def _hoodie(canvas: Canvas, costume: Costume) -> None:
    dark = shade(costume.top, 0.72)
    hood = [(0, 1.75), (0.75, 1.4), (0.6, 1.9), (0, 2.1)]
    canvas.fill(blob(mirrored(hood)), dark, LINE)
    canvas.fill(np.array([(-0.55, 3.2), (0.55, 3.2), (0.75, 4.0), (-0.75, 4.0)]), dark)
