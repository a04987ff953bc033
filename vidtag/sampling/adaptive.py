"""A sampler that looks closer where it matters.

A piece is one shot or a part of one, so the picture changes little: a few scores tell most of it.

1. Its first frame, its last, and `per_second` frames a second between them.
2. Where two neighbouring scores are on different sides of a threshold, the frame half-way between
   them, again and again until the change is known to the frame. A score that both its neighbours
   contradict is probably a flicker: the frames beside it are asked first.
3. Where a score is near a threshold, the frames half-way to its neighbours, until they are
   `_CLOSE` times as dense as elsewhere.

A change of these rules needs another name in `str`: runs are stored under it. What was measured,
and why the numbers are as they are, is in docs/performance.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vidtag.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.sampling.values import Known

_CLOSE = 3  # looks where a score is near a threshold, for each look elsewhere
_UNSURE = 0.75  # log-odds from a threshold within which a score is near it
_SUREST = 1e-6  # scores are kept this far from 0 and 1 for their log-odds


@dataclass(frozen=True, slots=True)
class Adaptive:
    """Looks at `per_second` frames a second, and closer where scores change or are not sure."""

    joins_stills: ClassVar[bool] = True

    per_second: Fraction

    def __post_init__(self) -> None:
        if self.per_second <= 0:
            raise UsageError(
                f"an accuracy of {self.per_second} is none",
                hint="use more than 0, or low, normal or high",
            )

    def __str__(self) -> str:
        return f"adaptive {self.per_second}"

    def next(
        self, pts_us: NDArray[np.int64], thresholds: NDArray[np.float32], known: Known
    ) -> NDArray[np.int64]:
        """A few frames at first, then those between known ones that need a closer look."""
        if not len(known.at):
            return self._first(pts_us)
        present = known.scores >= thresholds
        changes: NDArray[np.bool_] = np.any(present[1:] != present[:-1], axis=1)
        unsure: NDArray[np.bool_] = np.any(_is_near(known.scores, thresholds), axis=1)
        wide = np.diff(pts_us[known.at]) > int(1_000_000 / (self.per_second * _CLOSE))
        asked = changes | ((unsure[1:] | unsure[:-1]) & wide)
        chosen: NDArray[np.int64] = _between(known.at, changes)[asked & (np.diff(known.at) > 1)]
        return chosen

    def _first(self, pts_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Frames evenly spread over the piece's time: the first of each of its parts, the last."""
        offsets_us = (pts_us - pts_us[0]).tolist()
        length_us = max(1, offsets_us[-1])
        parts = -(-length_us * self.per_second // 1_000_000)
        part = [offset_us * parts // length_us for offset_us in offsets_us]
        firsts = [index for index in range(1, len(part)) if part[index] != part[index - 1]]
        return np.array([0, *firsts], np.int64)


def _is_near(scores: NDArray[np.float32], thresholds: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.abs(_log_odds(scores) - _log_odds(thresholds)) < _UNSURE


def _log_odds(p: NDArray[np.float32]) -> NDArray[np.float64]:
    p64 = np.clip(p.astype(np.float64), _SUREST, 1 - _SUREST)
    return np.asarray(np.log(p64) - np.log1p(-p64))


def _between(at: NDArray[np.int64], changes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Of each gap of `at` the frame to ask: the middle one, or one beside a lone score."""
    lone = np.zeros(len(at), np.bool_)
    lone[1:-1] = changes[1:] & changes[:-1]
    middle = (at[1:] + at[:-1]) // 2
    return np.where(lone[:-1], at[:-1] + 1, np.where(lone[1:], at[1:] - 1, middle))
