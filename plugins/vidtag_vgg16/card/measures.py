"""The figures behind the plots: scores (N,) of one label beside the truth (N,). Plain NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BINS = 10
_Z = 1.96  # of 95 %


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoints:
    """How many pictures are taken for the label at every threshold, the highest first.

    The first point takes none.
    """

    hits: NDArray[np.int64]  # (K,) with the label
    alarms: NDArray[np.int64]  # (K,) without it
    present: int
    absent: int

    @property
    def recall(self) -> NDArray[np.float64]:
        """Share of the pictures with the label that are taken (K,)."""
        return self.hits / max(self.present, 1)

    @property
    def false_alarm_rate(self) -> NDArray[np.float64]:
        """Share of the pictures without the label that are taken (K,)."""
        return self.alarms / max(self.absent, 1)

    @property
    def precision(self) -> NDArray[np.float64]:
        """Share of the taken pictures that have the label (K,); at the first as at the second."""
        taken = (self.hits + self.alarms)[1:]
        precision = self.hits[1:] / taken
        return np.append(precision[:1], precision)

    @property
    def area(self) -> float:
        """Area under the ROC curve."""
        return float(np.trapezoid(self.recall, self.false_alarm_rate))


def operating_points(scores: NDArray[np.float32], present: NDArray[np.bool_]) -> OperatingPoints:
    """Count at every score that occurs; equal scores are taken together."""
    order = np.argsort(-scores, kind="stable")
    last_of_ties = np.append(np.diff(scores[order]) != 0, True)
    hits, alarms = np.cumsum(present[order]), np.cumsum(~present[order])
    return OperatingPoints(
        hits=np.append(0, hits[last_of_ties]),
        alarms=np.append(0, alarms[last_of_ties]),
        present=int(present.sum()),
        absent=int((~present).sum()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """Pictures by their score, in ten bins of equal width; those that are empty are left out."""

    middle: NDArray[np.float64]  # (B,) of the bin
    score: NDArray[np.float64]  # (B,) mean in the bin
    share: NDArray[np.float64]  # (B,) of the pictures that have the label
    count: NDArray[np.int64]  # (B,) pictures
    low: NDArray[np.float64]  # (B,) 95 % interval of `share` (Wilson)
    high: NDArray[np.float64]  # (B,)

    @property
    def error(self) -> float:
        """Expected calibration error: mean distance of score and share, over the pictures."""
        return float(np.average(np.abs(self.score - self.share), weights=self.count))


def reliability(scores: NDArray[np.float32], present: NDArray[np.bool_]) -> Reliability:
    """Compare scores with how often the label is there."""
    bins = np.minimum((scores * _BINS).astype(np.int64), _BINS - 1)
    count = np.bincount(bins, minlength=_BINS)
    used = count > 0
    score = np.bincount(bins, weights=scores, minlength=_BINS)[used] / count[used]
    share = np.bincount(bins, weights=present, minlength=_BINS)[used] / count[used]
    low, high = _wilson(share, count[used])
    middle = (np.flatnonzero(used) + 0.5) / _BINS
    return Reliability(
        middle=middle, score=score, share=share, count=count[used], low=low, high=high
    )


def _wilson(
    share: NDArray[np.float64], count: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    scale = 1 + _Z**2 / count
    middle = (share + _Z**2 / (2 * count)) / scale
    half = _Z * np.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2)) / scale
    return np.clip(middle - half, 0, share), np.clip(middle + half, share, 1)
