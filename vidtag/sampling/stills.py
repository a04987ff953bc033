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
_STRIPS = 4
_SAME = 2  # grey levels that the mean of every block may differ by


def find_stills(pictures: Sequence[Picture]) -> NDArray[np.int64]:
    """Of each of `pictures`, in order, the first of those before it that all look the same.

    Returns:
        (n,) indices, none above its own.
    """
    firsts = np.empty(len(pictures), np.int64)
    first, shown = 0, None
    for index, picture in enumerate(pictures):
        blocks = _Blocks(picture)
        if shown is None or not blocks.look_like(shown):
            first, shown = index, blocks
        firsts[index] = first
    return firsts


class _Blocks:
    """The means of square blocks of 2, 4, 8 ... pixels: noise of the encoder averages out.

    OpenCV is several times as fast where a block is a whole number of pixels. Means are taken of
    one strip after the other, as they are needed: most pictures differ in the first.
    """

    def __init__(self, picture: Picture) -> None:
        height, width = picture.shape[:2]
        side_px = 1
        while 2 * side_px * _LEAST_BLOCKS <= min(height, width):
            side_px *= 2
        self._strips = 1 if height % (_STRIPS * side_px) else _STRIPS
        self._height_px = height // self._strips
        self._size = (width // side_px, self._height_px // side_px)
        self._picture = picture
        self._known: list[Picture] = []  # means

    def look_like(self, others: _Blocks) -> bool:
        """Whether no mean differs from that of `others`, of a picture of the same size."""
        return all(
            cv2.norm(self._means(strip), others._means(strip), cv2.NORM_INF) <= _SAME
            for strip in range(self._strips)
        )

    def _means(self, strip: int) -> Picture:
        while len(self._known) <= strip:
            top_px = len(self._known) * self._height_px
            pixels = self._picture[top_px : top_px + self._height_px]
            means = cv2.resize(pixels, self._size, interpolation=cv2.INTER_AREA)
            self._known.append(np.asarray(means, np.uint8))
        return self._known[strip]
