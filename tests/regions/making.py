"""Faces that were never seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vidtag.regions.faces import Face
from vidtag.regions.tracks import Sighting

FRAME_US = 40_000


def face(
    left_px: float = 0, top_px: float = 0, *, side_px: float = 40, confidence: float = 0.9
) -> Face:
    return Face(
        left_px=left_px,
        top_px=top_px,
        width_px=side_px,
        height_px=side_px,
        landmarks=np.zeros((5, 2), np.float32),
        confidence=confidence,
    )


def sighting(
    frame: int,
    left_px: float,
    top_px: float = 0,
    *,
    side_px: float = 40,
    quality: float = 0.5,
    appearance: Sequence[float] = (1, 0),
) -> Sighting:
    return Sighting(
        frame=frame,
        pts_us=frame * FRAME_US,
        face=face(left_px, top_px, side_px=side_px),
        quality=quality,
        appearance=np.array(appearance, np.float32),
    )
