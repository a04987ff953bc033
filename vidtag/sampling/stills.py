"""Frames that show the same picture as one before them: held drawings, titles, repeated frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Picture

_BLOCKS = 28  # means of blocks across and down: noise of the encoder averages out
_SAME = 2  # grey levels that the mean of every block may differ by


def find_stills(pictures: Sequence[Picture]) -> NDArray[np.int64]:
    """Of each of `pictures`, in order, the first of those before it that all look the same.

    Returns:
        (n,) indices, none above its own.
    """
    firsts = np.empty(len(pictures), np.int64)
    first, shown = 0, None
    for index, picture in enumerate(pictures):
        blocks = cv2.resize(picture, (_BLOCKS, _BLOCKS), interpolation=cv2.INTER_AREA)
        if shown is None or cv2.norm(blocks, shown, cv2.NORM_INF) > _SAME:
            first, shown = index, blocks
        firsts[index] = first
    return firsts
