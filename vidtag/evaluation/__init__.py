"""How right a detector is: its scores beside the truth, frame by frame. Pure.

Frames whose truth is unknown are left out of every figure. Times come from the frames' edges, so
that a variable frame rate changes nothing. A ratio without a denominator is `None`, not 0 or 1.

Neighbouring frames are nearly the same picture, so a thousand frames are far less than a thousand
observations: the intervals come from drawing whole shots again and again, not frames.
"""

from __future__ import annotations

from vidtag.evaluation.metrics import average_precision, evaluate_label, macro_average
from vidtag.evaluation.values import (
    Confusion,
    Interval,
    LabelEvaluation,
    MacroAverage,
    Mistake,
)

__all__ = [
    "Confusion",
    "Interval",
    "LabelEvaluation",
    "MacroAverage",
    "Mistake",
    "average_precision",
    "evaluate_label",
    "macro_average",
]
