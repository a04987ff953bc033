"""Faces in a picture: where they are, how good they are to look at, and their aligned crops.

YuNet finds them, or dlib's built-in detector where YuNet's weights cannot be had. Both return the
same five landmarks, so nothing after this module knows which of them it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Picture

# Where YuNet's landmarks lie in the square that dlib's face chips show without padding: medians
# over 823 photos of the landmarks, carried over by the alignment that dlib computes itself.
# In the picture from left to right: eye, eye, tip of the nose, corner of the mouth, corner.
_TEMPLATE: Final = np.array(
    [[0.2228, 0.2012], [0.7501, 0.1986], [0.4701, 0.5369], [0.2733, 0.7710], [0.7143, 0.7726]],
    dtype=np.float64,
)
# Faces whose middle is darker on average are lifted to it, as a camera would have exposed them.
_DIM: Final = 50.0
_MOST_GAIN: Final = 4.0  # more would show noise

CHIP_VERSION: Final = "2"  # of what `chip` shows: part of what a run is known by

_PADDING = 0.25  # on each side of that square, as dlib's recognition network was trained with


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Face:
    """A face in a picture, in that picture's pixels; the box may reach beyond the edge."""

    ROW: ClassVar = 15  # numbers in a `row`

    left_px: float
    top_px: float
    width_px: float
    height_px: float
    landmarks: NDArray[np.float32]  # (5, 2) x, y: eyes, tip of the nose, corners of the mouth
    confidence: float  # of the finder, in [0, 1]

    @classmethod
    def from_row(cls, row: NDArray[np.float32]) -> Face:
        """The face that `row` (ROW,) tells: box, x and y of the landmarks, confidence."""
        left, top, width, height = (float(value) for value in row[:4])
        return cls(
            left_px=left,
            top_px=top,
            width_px=width,
            height_px=height,
            landmarks=np.asarray(row[4:14], np.float32).reshape(5, 2),
            confidence=float(row[14]),
        )

    @property
    def row(self) -> NDArray[np.float32]:
        """The face as numbers (ROW,), the way YuNet tells it; `from_row` reads them."""
        return np.array([*self.box, *self.landmarks.ravel(), self.confidence], np.float32)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width and height in pixels."""
        return self.left_px, self.top_px, self.width_px, self.height_px

    def scaled(self, factor: float) -> Face:
        """The same face in a picture `factor` times as large."""
        left, top, width, height = (value * factor for value in self.box)
        return Face(
            left_px=left,
            top_px=top,
            width_px=width,
            height_px=height,
            landmarks=self.landmarks * np.float32(factor),
            confidence=self.confidence,
        )


def chip(picture: Picture, face: Face, *, size_px: int) -> Picture:
    """The face upright and centred, as dlib's recognition network wants it.

    Args:
        picture: (height, width, 3) that `face` was found in.
        face: what to cut out.
        size_px: side of the result; dlib's network takes 150.

    Returns:
        (size_px, size_px, 3); beyond the edge of the picture its border pixels are repeated.
    """
    matrix = alignment(face.landmarks, size_px=size_px)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < 0.5:  # shrink first: a warp looks at four pixels and would alias
        size = tuple(max(1, round(side * 2 * scale)) for side in picture.shape[1::-1])
        ratio_x, ratio_y = size[0] / picture.shape[1], size[1] / picture.shape[0]
        matrix = matrix @ np.diag([1 / ratio_x, 1 / ratio_y, 1.0])
        shrunk = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        picture = np.asarray(shrunk, dtype=np.uint8)
    warped = cv2.warpAffine(
        picture,
        matrix,
        (size_px, size_px),
        flags=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return _exposed(np.asarray(warped, dtype=np.uint8))


def _exposed(crop: Picture) -> Picture:
    """The crop, made brighter where it is darker than the faces that networks learned from."""
    quarter = len(crop) // 4
    brightness = float(crop[quarter:-quarter, quarter:-quarter].mean())
    gain = min(_MOST_GAIN, _DIM / max(brightness, 1.0))
    return crop if gain <= 1 else np.asarray(cv2.convertScaleAbs(crop, alpha=gain), np.uint8)


def alignment(landmarks: NDArray[np.float32], *, size_px: int) -> NDArray[np.float64]:
    """The turn, scale and shift (2, 3) that carry the landmarks nearest to the template."""
    target = (_TEMPLATE + _PADDING) / (1 + 2 * _PADDING) * size_px
    points = landmarks.astype(np.float64)
    middle, aim = points.mean(axis=0), target.mean(axis=0)
    x, y = points - middle, target - aim
    spread = float((x**2).sum()) or 1.0
    cos = float((x * y).sum()) / spread
    sin = float((x[:, 0] * y[:, 1] - x[:, 1] * y[:, 0]).sum()) / spread
    turn = np.array([[cos, -sin], [sin, cos]])
    return np.column_stack([turn, aim - turn @ middle])
