"""Frames that show the same picture as one before them: held drawings, titles, repeated frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Picture

STILLS_VERSION: Final = "2"  # another rule needs another: what was found by one is kept
_LEAST_BLOCKS = 20  # across and down; fewer would not see small changes
_SAME = 2  # grey levels that the mean of every block may differ by


def find_stills(pictures: Sequence[Picture]) -> NDArray[np.int64]:
    """Of each of `pictures`, in order, the first of those before it that all look the same.

    Returns:
        (n,) indices, none above its own.
    """
    firsts = np.empty(len(pictures), np.int64)
    first, shown = 0, None
    for index, picture in enumerate(pictures):
        blocks = _means(picture)
        if shown is None or cv2.norm(blocks, shown, cv2.NORM_INF) > _SAME:
            first, shown = index, blocks
        firsts[index] = first
    return firsts


def _means(picture: Picture) -> Picture:
    """The means of square blocks of 2, 4, 8 ... pixels: noise of the encoder averages out.

    OpenCV is several times as fast where a block is a whole number of pixels.
    """
    height, width = picture.shape[:2]
    side_px = 1
    while 2 * side_px * _LEAST_BLOCKS <= min(height, width):
        side_px *= 2
    size = (width // side_px, height // side_px)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
