"""Pure algebra of time: scores -> appearances -> what people corrected -> screen time.

    frames        0   1   2   3   4   5   6   7   frame i lasts from its PTS to the next one's
    score >= t    .   #   #   #   .   .   #   .
    cut                       |                   frame 3 begins a shot
    appearances       [------)[--)        [--)    never across a cut
    said by Ann                       +   -       5: she is there, 6: she is not
    corrected         [------)[--)    [--)
    screen time       [----------)    [--)        joined where they touch

Nothing here knows of databases, files or pictures.
"""

from __future__ import annotations

from vidtag.timeline.appearances import find_appearances, frame_edges
from vidtag.timeline.corrections import Said, corrected, latest
from vidtag.timeline.coverage import Coverage, together_us
from vidtag.timeline.segments import (
    at_least,
    complement,
    difference,
    gaps,
    intersection,
    support,
    total_us,
    union,
)
from vidtag.timeline.smoothing import smooth
from vidtag.timeline.uncertainty import NOTHING, add, estimate, interval_us

__all__ = [
    "NOTHING",
    "Coverage",
    "Said",
    "add",
    "at_least",
    "complement",
    "corrected",
    "difference",
    "estimate",
    "find_appearances",
    "frame_edges",
    "gaps",
    "intersection",
    "interval_us",
    "latest",
    "smooth",
    "support",
    "together_us",
    "total_us",
    "union",
]
