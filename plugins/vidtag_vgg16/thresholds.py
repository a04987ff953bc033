"""The score from which a label counts as present, chosen for the smallest screen-time error.

The screen-time error is the difference between the share of the pictures in which a label is found
and the share in which it is: pictures found in vain make up for pictures missed, as they do when
seconds are added up.

The pictures of a shot are nearly the same, so twenty of them say little more than one. What another
set of pictures would have said is therefore asked by drawing whole shots, with replacement
(bootstrap), never single pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS = 1000
LEAST_SHOTS = 5  # of fewer there are too few different draws to speak of 95 % of them
MOST_PLACES = 500  # that are tried as a threshold
NEUTRAL = 0.5

_PERCENTILES = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a figure lies in 95 % of the draws of shots."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenTimeError:
    """|share of pictures found - share of pictures with the label|, in [0, 1]."""

    error: float
    interval: Interval | None  # None with fewer than `LEAST_SHOTS` shots


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A chosen threshold, in [0, 1]."""

    value: float
    interval: Interval | None  # None with fewer than `LEAST_SHOTS` shots


def choose_threshold(
    scores: NDArray[np.float32], present: NDArray[np.bool_], shots: Sequence[str], *, seed: int
) -> Threshold:
    """Choose the threshold at which the screen-time error is smallest.

    Of equally good places that with the highest F1 is taken, and of these the one nearest to 0.5.
    The interval is that of the thresholds which the draws of shots would have chosen.

    Args:
        scores: (N,) in [0, 1].
        present: (N,) the truth.
        shots: (N,) the shot that each picture is from.
        seed: of the draws.
    """
    places = _places(scores)
    tally = _Tally.of(scores, present, shots, places)
    [chosen] = tally.best(tally.once, places)
    interval = None
    if tally.shots >= LEAST_SHOTS:
        interval = _interval(places[tally.best(tally.draw(seed), places)])
    return Threshold(value=float(places[chosen]), interval=interval)


def screen_time_error(
    scores: NDArray[np.float32],
    present: NDArray[np.bool_],
    shots: Sequence[str],
    *,
    threshold: float,
    seed: int,
) -> ScreenTimeError:
    """Measure the screen-time error at `threshold`; the arguments are as in `choose_threshold`."""
    tally = _Tally.of(scores, present, shots, np.array([threshold]))
    [[error]] = tally.errors(tally.once)
    interval = None
    if tally.shots >= LEAST_SHOTS:
        interval = _interval(tally.errors(tally.draw(seed))[:, 0])
    return ScreenTimeError(error=float(error), interval=interval)


def _places(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Thresholds that make a difference: midway between neighbouring scores; and 0.5."""
    edges = np.concatenate(([0.0], np.unique(scores.astype(np.float64)), [1.0]))
    midway = (edges[1:] + edges[:-1]) / 2
    evenly = np.linspace(0, len(midway) - 1, min(len(midway), MOST_PLACES)).round().astype(int)
    return np.unique(np.append(midway[evenly], NEUTRAL))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tally:
    """Counts of pictures in each shot, from which those of any draw of shots are sums."""

    size: NDArray[np.float64]  # (shots,)
    present: NDArray[np.float64]  # (shots,) with the label
    found: NDArray[np.float64]  # (shots, places) with a score of at least the threshold
    hits: NDArray[np.float64]  # (shots, places) both

    @classmethod
    def of(
        cls,
        scores: NDArray[np.float32],
        present: NDArray[np.bool_],
        shots: Sequence[str],
        places: NDArray[np.float64],
    ) -> _Tally:
        _, numbers = np.unique(np.asarray(shots), return_inverse=True)
        members = [numbers == number for number in range(numbers.max() + 1)]
        return cls(
            size=np.array([member.sum() for member in members], np.float64),
            present=np.array([(member & present).sum() for member in members], np.float64),
            found=np.stack([_at_least(scores[member], places) for member in members]),
            hits=np.stack([_at_least(scores[member & present], places) for member in members]),
        )

    @property
    def shots(self) -> int:
        return len(self.size)

    @property
    def once(self) -> NDArray[np.float64]:
        """(1, shots) each shot once."""
        return np.ones((1, self.shots))

    def draw(self, seed: int) -> NDArray[np.float64]:
        """(draws, shots) how often each shot is in each draw."""
        even = np.full(self.shots, 1 / self.shots)
        drawn = np.random.default_rng(seed).multinomial(self.shots, even, DRAWS)
        return drawn.astype(np.float64)

    def errors(self, draws: NDArray[np.float64]) -> NDArray[np.float64]:
        """(draws, places) the screen-time error."""
        wrong: NDArray[np.float64] = np.abs(
            draws @ self.found - (draws @ self.present)[:, np.newaxis]
        )
        return wrong / (draws @ self.size)[:, np.newaxis]

    def f1(self, draws: NDArray[np.float64]) -> NDArray[np.float64]:
        """(draws, places) F1; 0 where nothing is present or found."""
        both: NDArray[np.float64] = draws @ self.found + (draws @ self.present)[:, np.newaxis]
        return 2 * (draws @ self.hits) / np.maximum(both, 1)

    def best(self, draws: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.intp]:
        """(draws,) the place with the smallest error, then the highest F1, then nearest to 0.5."""
        errors, f1 = self.errors(draws), self.f1(draws)
        f1[errors > errors.min(axis=1, keepdims=True)] = -1.0
        far = np.broadcast_to(np.abs(places - NEUTRAL), f1.shape)
        highest = f1 == f1.max(axis=1, keepdims=True)
        nearest: NDArray[np.intp] = np.where(highest, far, np.inf).argmin(axis=1)
        return nearest


def _at_least(scores: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """(places,) how many of `scores` reach each place."""
    below = np.searchsorted(np.sort(scores.astype(np.float64)), places)
    return (len(scores) - below).astype(np.float64)


def _interval(values: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(values, _PERCENTILES)
    return Interval(float(low), float(high))
