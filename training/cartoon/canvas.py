"""Shapes on a picture, with a record of who covers which pixel.

Drawing happens at twice the size of the finished frame with antialiasing; `Canvas.finish` scales
down. Beside the picture the canvas keeps `owner`, one small number per pixel: whoever drew there
last. It is what the truth is measured on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]  # (N, 2): x to the right, y down
Matrix: TypeAlias = NDArray[np.float64]  # (3, 3), homogeneous
Colour: TypeAlias = tuple[int, int, int]  # red, green, blue
Picture: TypeAlias = NDArray[np.uint8]  # (height, width, 3), RGB

WIDTH_PX, HEIGHT_PX = 640, 360
SUPERSAMPLING = 2
INK: Colour = (52, 38, 44)
NOBODY = 0

_SUBPIXEL_BITS = 4


def shade(colour: Colour, factor: float) -> Colour:
    """The same hue, darker (`factor` < 1) or lighter (> 1)."""
    red, green, blue = (int(min(255, max(0, channel * factor))) for channel in colour)
    return red, green, blue


def affine(*, x: float = 0, y: float = 0, scale: float = 1, degrees: float = 0) -> Matrix:
    """Scale, then turn, then move."""
    cos, sin = np.cos(np.radians(degrees)) * scale, np.sin(np.radians(degrees)) * scale
    return np.array([[cos, -sin, x], [sin, cos, y], [0, 0, 1]])


def oval(x: float, y: float, rx: float, ry: float, corners: int = 40) -> Points:
    """An ellipse as a polygon."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1)


def box(x: float, y: float, width: float, height: float) -> Points:
    """A rectangle from its top left corner."""
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], float)


def blob(corners: Sequence[tuple[float, float]], steps: int = 8) -> Points:
    """A smooth closed outline through `corners` (a Catmull-Rom spline)."""
    knots = np.array(corners, float)
    before, after, beyond = (np.roll(knots, shift, axis=0) for shift in (1, -1, -2))
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    p0, p1, p2, p3 = (part[:, None, :] for part in (before, knots, after, beyond))
    curve = 2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
    curve = curve + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    return np.asarray(curve / 2).reshape(-1, 2)


def mirrored(half: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A closed outline from its right half, which goes from top to bottom."""
    return [*half, *((-x, y) for x, y in reversed(half) if x != 0)]


class Canvas:
    """A picture being drawn, in the coordinates of the innermost `placed` block."""

    def __init__(self, camera: Matrix) -> None:
        height, width = HEIGHT_PX * SUPERSAMPLING, WIDTH_PX * SUPERSAMPLING
        self.picture: Picture = np.zeros((height, width, 3), np.uint8)
        self.owner: NDArray[np.uint8] = np.full((height, width), NOBODY, np.uint8)
        self.matrix = camera
        self._painter = NOBODY

    @contextmanager
    def placed(self, matrix: Matrix, *, painter: int | None = None) -> Iterator[None]:
        """Draw in coordinates moved by `matrix`, as `painter` (else as before)."""
        saved = self.matrix, self._painter
        self.matrix = self.matrix @ matrix
        self._painter = saved[1] if painter is None else painter
        try:
            yield
        finally:
            self.matrix, self._painter = saved

    @property
    def unit_px(self) -> float:
        """Length of one unit of the current coordinates, in canvas pixels."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    def to_pixels(self, points: Points) -> Points:
        """(N, 2) current coordinates -> (N, 2) canvas pixels."""
        pixels: Points = points @ self.matrix[:2, :2].T + self.matrix[:2, 2]
        return pixels

    def fill(self, outline: Points, colour: Colour, ink: float = 0, edge: Colour = INK) -> None:
        """Fill `outline`; with `ink` also draw its edge, that many units wide."""
        corners = self._fixed_point(outline)
        cv2.fillPoly(self.picture, [corners], colour, cv2.LINE_AA, _SUBPIXEL_BITS)
        cv2.fillPoly(self.owner, [corners], self._painter, cv2.LINE_8, _SUBPIXEL_BITS)
        if ink:
            self._trace(corners, edge, ink, closed=True)

    def line(
        self, points: Points | Sequence[tuple[float, float]], colour: Colour, ink: float
    ) -> None:
        """Draw an open line, `ink` units wide."""
        corners = self._fixed_point(np.asarray(points, float))
        self._trace(corners, colour, ink, closed=False)

    def limb(self, points: Sequence[tuple[float, float]], colour: Colour, width: float) -> None:
        """Draw an outlined tube: an arm, a leg, a neck."""
        self.line(points, INK, width + 0.07)
        self.line(points, colour, width)

    def finish(self) -> Picture:
        """The picture at the size of a frame."""
        size = (WIDTH_PX, HEIGHT_PX)
        return np.asarray(cv2.resize(self.picture, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _fixed_point(self, points: Points) -> NDArray[np.int32]:
        pixels = np.clip(self.to_pixels(points), -20_000, 20_000)
        fixed: NDArray[np.int32] = np.rint(pixels * 2**_SUBPIXEL_BITS).astype(np.int32)
        return fixed

    def _trace(self, corners: NDArray[np.int32], colour: Colour, ink: float, closed: bool) -> None:
        thickness = max(1, round(ink * self.unit_px))
        shift = _SUBPIXEL_BITS
        cv2.polylines(self.picture, [corners], closed, colour, thickness, cv2.LINE_AA, shift)
        cv2.polylines(self.owner, [corners], closed, self._painter, thickness, cv2.LINE_8, shift)
