"""A recognizer whose network has learnt nothing, and faces that are drawn."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from vidtag_gallery.graph import DIMENSIONS, SHAPES, SIDE_PX
from vidtag_gallery.matching import Calibration

CALIBRATION = Calibration(gain=20, gain_width=6, offset=8, offset_width=4, offset_few=-1)


def random_network(seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Weights that keep values in bounds through all layers."""
    random = np.random.default_rng(seed)
    return {
        name: (random.normal(0, 1, shape) * np.sqrt(1 / math.prod(shape[1:]))).astype(np.float32)
        for name, shape in SHAPES.items()
    }


def drawn_face(seed: int = 0) -> NDArray[np.uint8]:
    """A face chip (150, 150, 3): an oval with eyes, a nose and a mouth."""
    random = np.random.default_rng(seed)
    skin, hair, wall = random.integers(60, 250, (3, 3)).tolist()
    picture = np.full((SIDE_PX, SIDE_PX, 3), wall, np.uint8)
    cv2.ellipse(picture, (75, 60), (58, 62), 0, 0, 360, hair, -1)
    cv2.ellipse(picture, (75, 82), (46, 60), 0, 0, 360, skin, -1)
    for x in (52, 97):
        cv2.ellipse(picture, (x, 58), (11, 6), 0, 0, 360, (245, 245, 245), -1)
        cv2.circle(picture, (x, 58), 5, (40, 30, 20), -1)
    cv2.line(picture, (75, 66), (70, 88), (120, 80, 70), 3)
    cv2.ellipse(picture, (74, 108), (22, 9), 0, 0, 180, (170, 50, 60), -1)
    return picture


def embedding(*values: float, log_width: float = 0.0) -> NDArray[np.float32]:
    """An embedding (129,) that begins with `values`."""
    row = np.zeros(DIMENSIONS + 1, np.float32)
    row[: len(values)] = values
    row[DIMENSIONS] = log_width
    return row
