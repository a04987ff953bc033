"""Where to look first, and how often labels between two looks are probably wrong.

What the log-odds of a score do between two frames that were scored is taken for a Brownian bridge:
on average they go straight from one to the other, and stray from that the farther the longer the
gap is. How far they stray in a second is learnt from the piece itself. So it is known how many
frames of each gap are probably on another side of the threshold than interpolation tells.

What was measured, and why the numbers are as they are, is in docs/performance.md.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vidtag.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.sampling.values import Known

_TOLERATED = 0.25  # frames that may be labelled wrong in a gap, at one look a second
_SUREST = 6.0  # log-odds from a threshold are not taken for larger: nothing is that sure
_SCORE, _THRESHOLD = 1e-6, 1e-9  # how near to 0 and 1 they may be: at a threshold of 0 all are sure
_LEAST_DRIFT = 0.5  # log-odds in a second; see `_drift`
_DRIFT_SHARE = 0.7  # of what is seen: scores stray less between frames than a Brownian motion
_PLACES = (np.arange(7) + 0.5) / 7  # in a gap, where it is weighed


@dataclass(frozen=True, slots=True)
class LooksAgain(ABC):
    """Looks at `per_second` frames a second, and again where that is worth it."""

    joins_stills: ClassVar[bool] = True

    per_second: Fraction

    def __post_init__(self) -> None:
        if self.per_second <= 0:
            raise UsageError(
                f"an accuracy of {self.per_second} is none",
                hint="use more than 0, or low, normal or high",
            )

    @property
    def tolerated(self) -> float:
        """Frames that may be labelled wrong in a gap: half as many at twice as many looks."""
        return _TOLERATED / float(self.per_second)

    def next(
        self, pts_us: NDArray[np.int64], thresholds: NDArray[np.float32], known: Known
    ) -> NDArray[np.int64]:
        """A few frames at first, then those between known ones that are worth a look."""
        if not len(known.at):
            return self._first(pts_us)
        return self._again(pts_us, thresholds, known)

    @abstractmethod
    def _again(
        self, pts_us: NDArray[np.int64], thresholds: NDArray[np.float32], known: Known
    ) -> NDArray[np.int64]:
        """The frames between known ones that are worth a look."""

    def _first(self, pts_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Frames evenly spread over the piece's time: the first of each of its parts, the last."""
        offsets_us = (pts_us - pts_us[0]).tolist()
        length_us = max(1, offsets_us[-1])
        parts = -(-length_us * self.per_second // 1_000_000)
        part = [offset_us * parts // length_us for offset_us in offsets_us]
        firsts = [index for index in range(1, len(part)) if part[index] != part[index - 1]]
        return np.array([0, *firsts], np.int64)


def wrong_share(
    pts_us: NDArray[np.int64], thresholds: NDArray[np.float32], known: Known
) -> NDArray[np.float64]:
    """Of each gap between known frames, the share that is probably labelled wrong.

    Args:
        pts_us: (n,) times of all frames.
        thresholds: (labels,) scores from which a label counts as present.
        known: the scores of k frames.

    Returns:
        (k - 1, labels); of a label it does not depend on the others.
    """
    if len(known.at) == 1:
        return np.empty((0, len(thresholds)))
    gaps_s = np.diff(pts_us[known.at])[:, np.newaxis] / 1e6
    log_odds = _from_threshold(known.scores, thresholds)
    start, end = log_odds[:-1, :, np.newaxis], log_odds[1:, :, np.newaxis]
    mean = start + (end - start) * _PLACES
    strays = np.sqrt(gaps_s[:, :, np.newaxis] * _PLACES * (1 - _PLACES))
    deviation = _drift(log_odds, gaps_s)[:, np.newaxis] * strays
    share: NDArray[np.float64] = _tail(np.abs(mean) / deviation).mean(axis=2)
    return share


def _from_threshold(
    scores: NDArray[np.float32], thresholds: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Log-odds of scores (k, labels) less those of their thresholds (labels,)."""
    distance = _log_odds(scores, _SCORE) - _log_odds(thresholds, _THRESHOLD)
    return np.asarray(np.clip(distance, -_SUREST, _SUREST))


def _log_odds(p: NDArray[np.float32], nearest: float) -> NDArray[np.float64]:
    p64 = np.clip(p.astype(np.float64), nearest, 1 - nearest)
    return np.asarray(np.log(p64) - np.log1p(-p64))


def _drift(log_odds: NDArray[np.float64], gaps_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the scores of each label stray in a second, (labels,)."""
    steps = np.abs(np.diff(log_odds, axis=0))
    seen = (np.sqrt(gaps_s) * steps).sum(axis=0) / gaps_s.sum()
    return np.asarray(np.maximum(_LEAST_DRIFT, _DRIFT_SHARE * seen))


def _tail(deviations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of a normal value beyond so many deviations, to 0.01: a logistic curve.

    S. Bowling et al., A logistic approximation to the cumulative normal distribution, 2009.
    """
    return np.asarray(0.5 - 0.5 * np.tanh(1.702 / 2 * deviations))
