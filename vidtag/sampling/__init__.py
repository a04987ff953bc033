"""Which frames of a piece to score, and how the others are filled.

Every frame gets a label (promise 2). A frame that was not scored takes its score from a scored one
that looks the same, or else from the scored frames of the same piece on both sides of it, by linear
interpolation over time; since a piece never crosses a cut, no score ever crosses one.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from vidtag.errors import UsageError
from vidtag.sampling.adaptive import Adaptive
from vidtag.sampling.filling import ask, fill, questions
from vidtag.sampling.fixed import Every, Rate
from vidtag.sampling.kept import OnlyKept
from vidtag.sampling.shared import Shared
from vidtag.sampling.stills import STILLS_VERSION, find_stills
from vidtag.sampling.values import Answer, Known, Sampler, TimeSampler

__all__ = [
    "ACCURACIES",
    "DEFAULT_SAMPLER",
    "EVERY_FRAME",
    "ONLY_KEPT",
    "STILLS_VERSION",
    "Adaptive",
    "Answer",
    "Every",
    "Known",
    "OnlyKept",
    "Rate",
    "Sampler",
    "Shared",
    "TimeSampler",
    "ask",
    "fill",
    "find_stills",
    "parse",
    "parse_timed",
    "questions",
]

ACCURACIES: Final = {"low": Fraction(1, 4), "normal": Fraction(1, 2), "high": Fraction(2)}
DEFAULT_SAMPLER: Sampler = Adaptive(ACCURACIES["normal"])
ONLY_KEPT: Sampler = OnlyKept()
EVERY_FRAME: TimeSampler = Every(1)


def parse(text: str) -> Sampler:
    """Read what `str(sampler)` wrote.

    Raises:
        UsageError: `text` is no sampler.
    """
    if match := re.fullmatch(r"adaptive-2 (\d+(?:/[1-9]\d*)?)", text):
        return Adaptive(Fraction(match[1]))
    if match := re.fullmatch(r"shared (\d+(?:/[1-9]\d*)?)(?: with [0-9a-f]+)?", text):
        return Shared(Fraction(match[1]))
    return ONLY_KEPT if text == str(ONLY_KEPT) else parse_timed(text)


def parse_timed(text: str) -> TimeSampler:
    """Read what `str(sampler)` wrote, of a sampler that goes by times alone.

    Raises:
        UsageError: `text` is no such sampler.
    """
    if match := re.fullmatch(r"every (\d+)", text):
        return Every(int(match[1]))
    if match := re.fullmatch(r"rate (\d+(?:/[1-9]\d*)?)", text):
        return Rate(Fraction(match[1]))
    raise UsageError(
        f"unknown sampler {text!r}",
        hint="known: 'adaptive-2 FPS', 'shared FPS', 'kept', 'every N' and 'rate FPS'",
    )
