"""Frame times to lay truth over."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from vidtag.truth import FrameTimes

FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)


def constant(count: int, rate: Fraction = Fraction(25), *, start_us: int = 0) -> FrameTimes:
    """`count` frames at a constant rate, rounded to microseconds as the decoder does."""
    edges = [start_us + round(n / rate * 1_000_000) for n in range(count + 1)]
    return FrameTimes(np.array(edges[:-1], dtype=np.int64), edges[-1])


def varying(*edges_ms: int) -> FrameTimes:
    """Frames that begin at all but the last of `edges_ms`, which is the end."""
    pts_us = np.array(edges_ms[:-1], dtype=np.int64) * 1000
    return FrameTimes(pts_us, edges_ms[-1] * 1000)
