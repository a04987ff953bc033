"""Where a face is, and the square that is cut around it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.material import Image

CROP_PX = 144
CROP_MARGIN = 1.6


@dataclass(frozen=True)
class Box:
    """A detected face in pixels of its picture."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float

    @property
    def side_px(self) -> float:
        """Length of the longer side."""
        return max(self.width_px, self.height_px)


def cut_crop(pixels: Image, box: Box, margin: float = CROP_MARGIN, size_px: int = CROP_PX) -> Image:
    """Cut the square around `box`; what lies outside the picture repeats its edge."""
    scale = size_px / (margin * box.side_px)
    centre_x = box.x_px + box.width_px / 2
    centre_y = box.y_px + box.height_px / 2
    matrix = np.array(
        [
            [scale, 0, size_px / 2 - scale * centre_x],
            [0, scale, size_px / 2 - scale * centre_y],
        ]
    )
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    crop = cv2.warpAffine(
        pixels, matrix, (size_px, size_px), flags=interpolation, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, dtype=np.uint8)
