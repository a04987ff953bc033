"""What somebody wears, as colours: how a person is found again where the face tells too little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.regions.faces import Face
    from vidtag.types import Picture

_BINS: Final = (6, 12, 12)  # of lightness, and of the two axes of colour
_RANGES: Final = (0, 256, 80, 176, 80, 176)  # of OpenCV's CIE L*a*b*
VALUES: Final = _BINS[0] * _BINS[1] * _BINS[2]

_AROUND: Final = 0.5  # share of what is below a face that may as well be anybody's: the room, hands

# Where the chest is, in widths and heights of the face's box, from its left and top.
_LEFT, _RIGHT, _TOP, _BOTTOM = -0.35, 1.35, 1.35, 2.6
_LEAST_PX = 3


def look(picture: Picture, face: Face) -> NDArray[np.float32]:
    """The colours below `face`: a histogram (VALUES,) that adds up to 1.

    All zeros where the picture ends above the chest.

    Args:
        picture: (height, width, 3) RGB that `face` was found in.
        face: whose clothes.
    """
    height, width = picture.shape[:2]
    left = max(0, int(face.left_px + _LEFT * face.width_px))
    right = min(width, int(face.left_px + _RIGHT * face.width_px))
    top = max(0, int(face.top_px + _TOP * face.height_px))
    bottom = min(height, int(face.top_px + _BOTTOM * face.height_px))
    if right - left < _LEAST_PX or bottom - top < _LEAST_PX:
        return np.zeros(VALUES, np.float32)
    chest = cv2.cvtColor(np.ascontiguousarray(picture[top:bottom, left:right]), cv2.COLOR_RGB2LAB)
    chest[..., 1:] = chest[..., 1:].clip(_RANGES[2], _RANGES[3] - 1)  # pure colours lie beyond
    counts = cv2.calcHist([chest], [0, 1, 2], None, _BINS, _RANGES).ravel()
    return (counts / max(1.0, float(counts.sum()))).astype(np.float32)


def likeness(looks: NDArray[np.float32]) -> NDArray[np.float64]:
    """How far all pairs of `looks` (N, VALUES) speak for one person: (N, N), 0 where unknown.

    The log-likelihood ratio, for each pixel, of the colours of one look: what they would be if the
    other's person wore them, against the colours of all looks together. So what many wear or stand
    before says little, however alike it is. Above 0 speaks for, below against.
    """
    known = looks.any(axis=1)
    values = looks.astype(np.float64)
    common = values[known].mean(axis=0, keepdims=True) if known.any() else values[:1]
    common = np.maximum(common, 1e-12)
    expected = (1 - _AROUND) * values + _AROUND * common
    told = values @ np.log(expected / common).T
    return np.asarray(np.where(np.logical_and.outer(known, known), (told + told.T) / 2, 0.0))
