"""Frames that show the same picture as one before them: held drawings, titles, repeated frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

    Args:
        pictures: one or more, all of one size.

    Returns:
        (n,) indices, none above its own.
    """
    firsts: list[int] = []
    grid = _Grid.over(pictures[0])
    shown = _Blocks(pictures[0], grid)
    for index, picture in enumerate(pictures):
        blocks = _Blocks(picture, grid)
        if firsts and blocks.look_like(shown):
            firsts.append(firsts[-1])
        else:
            firsts.append(index)
            shown = blocks
    return np.array(firsts, np.int64)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Square blocks of 1, 2, 4, 8 ... pixels, in strips one below the other.

    OpenCV is several times as fast where a block is a whole number of pixels.
    """

    strips: int
    height_px: int  # of a strip
    blocks: tuple[int, int]  # across and down, in a strip

    @classmethod
    def over(cls, picture: Picture) -> _Grid:
        height, width = picture.shape[:2]
        side_px = 1
        while 2 * side_px * _LEAST_BLOCKS <= min(height, width):
            side_px *= 2
        strips = 1 if height % (_STRIPS * side_px) else _STRIPS
        height_px = height // strips
        return cls(strips, height_px, (width // side_px, height_px // side_px))

    def means(self, picture: Picture, strip: int) -> Picture:
        """The means of the blocks of a strip: noise of the encoder averages out."""
        pixels = picture[strip * self.height_px : (strip + 1) * self.height_px]
        return np.asarray(cv2.resize(pixels, self.blocks, interpolation=cv2.INTER_AREA), np.uint8)


class _Blocks:
    """The blocks of a picture, whose means are taken strip by strip as they are needed.

    Most pictures differ in the first strip.
    """

    def __init__(self, picture: Picture, grid: _Grid) -> None:
        self._picture = picture
        self._grid = grid
        self._known: list[Picture] = []  # means

    def look_like(self, others: _Blocks) -> bool:
        """Whether no mean differs from that of `others`."""
        return all(
            cv2.norm(self._means(strip), others._means(strip), cv2.NORM_INF) <= _SAME
            for strip in range(self._grid.strips)
        )

    def _means(self, strip: int) -> Picture:
        while len(self._known) <= strip:
            self._known.append(self._grid.means(self._picture, len(self._known)))
        return self._known[strip]
