"""What finds faces: YuNet, or dlib's built-in detector where YuNet's weights cannot be had.

Both return the same values, so nothing after this module knows which of them it was. YuNet (Wu et
al., "YuNet: A Tiny Millisecond-level Face Detector", 2023) finds small and turned faces. dlib's
detector (King, "Max-Margin Object Detection", 2015) finds frontal ones of some size; where their
eyes, noses and mouths are in its boxes is known on average only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import cv2
import numpy as np

from vidtag.regions.faces import Face

if TYPE_CHECKING:
    from vidtag.types import Picture

# A face of 16 px at 640x360 must be about twice as large to be found; more costs time for nothing.
_WANTED_PIXELS = 1280 * 720
_LARGEST_SCALE = 2.0

_LEAST_CONFIDENCE = 0.6
_OVERLAP = 0.3  # of two boxes on one face
_MOST_FACES = 500

# dlib's detector finds faces from 80 px on, and from 40 px where the picture may be doubled.
_DOUBLED_PIXELS = 1280 * 720
# Landmarks in dlib's boxes, as YuNet sees them: medians over 246 photos with one face.
_HOG_TEMPLATE: Final = np.array(
    [[0.3031, 0.2987], [0.6777, 0.2967], [0.4824, 0.5250], [0.3397, 0.6956], [0.6627, 0.6997]],
    dtype=np.float32,
)


class FaceFinder(Protocol):
    """Finds faces in pictures."""

    @property
    def name(self) -> str:
        """What it is called in a run's settings."""

    def find(self, picture: Picture) -> tuple[Face, ...]:
        """The faces in `picture` (height, width, 3) RGB, the surest first."""


class YuNet:
    """The finder to use.

    Args:
        weights: YuNet's ONNX file.
    """

    name = "yunet-2023mar"

    def __init__(self, weights: Path) -> None:
        with _quiet():
            self._network: Any = cv2.FaceDetectorYN.create(
                str(weights), "", (320, 320), _LEAST_CONFIDENCE, _OVERLAP, _MOST_FACES
            )

    def find(self, picture: Picture) -> tuple[Face, ...]:
        """The faces in `picture` (height, width, 3) RGB, the surest first."""
        height, width = picture.shape[:2]
        scale = min(_LARGEST_SCALE, max(1.0, math.sqrt(_WANTED_PIXELS / (height * width))))
        bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
        if scale > 1:
            bgr = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        self._network.setInputSize((bgr.shape[1], bgr.shape[0]))
        _, rows = self._network.detect(bgr)
        found = [Face.from_row(row).scaled(1 / scale) for row in ([] if rows is None else rows)]
        return tuple(sorted(found, key=lambda face: -face.confidence))


class Hog:
    """dlib's detector of frontal faces, which needs no weights but its own."""

    name = "dlib-hog"

    def __init__(self) -> None:
        import dlib

        self._detector: Any = dlib.get_frontal_face_detector()

    def find(self, picture: Picture) -> tuple[Face, ...]:
        """The faces in `picture` (height, width, 3) RGB, the surest first."""
        height, width = picture.shape[:2]
        upsample = int(height * width <= _DOUBLED_PIXELS)
        boxes, scores, _ = self._detector.run(np.ascontiguousarray(picture), upsample, 0.0)
        found = [_from_box(box, score) for box, score in zip(boxes, scores, strict=True)]
        return tuple(sorted(found, key=lambda face: -face.confidence))


def _from_box(box: Any, score: float) -> Face:
    left, top, side = float(box.left()), float(box.top()), float(box.width())
    return Face(
        left_px=left,
        top_px=top,
        width_px=side,
        height_px=side,
        landmarks=_HOG_TEMPLATE * np.float32(side) + np.array([left, top], np.float32),
        confidence=1 / (1 + math.exp(-2 * score)),  # its scores are distances from a margin
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep OpenCV from writing about its own internals to stderr."""
    logging = cv2.utils.logging
    before = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_ERROR)
    try:
        yield
    finally:
        logging.setLogLevel(before)
