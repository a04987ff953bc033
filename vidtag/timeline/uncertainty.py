"""How sure a screen time is: a 95 % interval from calibrated scores and the sampling.

A calibrated score p is the probability that the label is on the frame. So the true screen time is
expected to be the sum of (length of frame) * p. Its variance has two parts:

- **Recognition.** Frames of one shot are nearly the same picture: they are right or wrong together,
  while shots err independently (the design effect of a cluster sample with full correlation
  within clusters: W. G. Cochran, Sampling Techniques, 3rd ed. 1977, ch. 9). A shot in which frames
  last T together adds T * sum of (length of frame) * p * (1 - p), which is T^2 times the mean
  variance of a frame.
- **Sampling.** Between two scored frames g apart, one counted present and one not, somebody came or
  went; when is known no better than uniformly over g, which adds g^2 / 12.

The interval is expected time -+ 1.96 standard deviations (the total is a sum over many shots,
hence about normal), cut to what was analysed, and widened where the reported screen time lies
outside: a threshold away from one half may count more or less than is expected.

It tells what chance does, not what a detector gets wrong always: a score that is not calibrated for
the video at hand is a bias that no interval from the scores can show. Frames that a person
corrected are certain.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from vidtag.types import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOTHING = Estimate(expected_us=0.0, variance_us2=0.0)
DEVIATIONS = NormalDist().inv_cdf(0.975)  # 1.96: 95 % of a normal distribution lie within them


def estimate(
    scores: NDArray[np.float32],
    *,
    scored: NDArray[np.bool_],
    edges_us: NDArray[np.int64],
    threshold: float,
    shot_starts: Iterable[int] = (),
    certain: NDArray[np.bool_] | None = None,
) -> Estimate:
    """Expected screen time of one label and its variance, from the frames that are not certain.

    Args:
        scores: (n,) calibrated probabilities, one for each frame.
        scored: (n,) False where the score was filled from scored neighbours.
        edges_us: (n + 1,) from `frame_edges`.
        threshold: lowest score that counts as present.
        shot_starts: frames that begin a shot, in any order.
        certain: (n,) True for frames that a person corrected, which add nothing.

    Raises:
        ValueError: the shapes do not fit.
    """
    open_ = np.ones(len(scores), dtype=np.bool_) if certain is None else ~certain
    if not (edges_us.shape == (len(scores) + 1,) and scored.shape == open_.shape == scores.shape):
        raise ValueError(
            f"expected {len(scores)} frames and one edge more, received scored {scored.shape}, "
            f"certain {open_.shape} and edges {edges_us.shape}"
        )
    if len(scores) == 0:
        return NOTHING
    starts = np.unique([0, *(at for at in shot_starts if 0 < at < len(scores))])
    lengths_us = np.where(open_, np.diff(edges_us), 0).astype(np.float64)
    p = scores.astype(np.float64)
    shots_us = np.add.reduceat(lengths_us, starts)
    errors_us = np.add.reduceat(lengths_us * p * (1 - p), starts)
    crossings = _gaps_us(scores >= np.float32(threshold), scored, edges_us, starts, open_)
    return Estimate(
        expected_us=float(lengths_us @ p),
        variance_us2=float(shots_us @ errors_us + (crossings**2).sum() / 12),
    )


def _gaps_us(
    present: NDArray[np.bool_],
    scored: NDArray[np.bool_],
    edges_us: NDArray[np.int64],
    starts: NDArray[np.int64],
    open_: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Length of each gap between scored frames of one shot in which somebody came or went."""
    at = np.flatnonzero(scored)
    left, right = at[:-1], at[1:]
    one_shot = np.searchsorted(starts, left, "right") == np.searchsorted(starts, right, "right")
    asked = open_[left] & open_[right]
    gap = one_shot & asked & (right - left > 1) & (present[left] != present[right])
    lengths: NDArray[np.float64] = (edges_us[right] - edges_us[left])[gap].astype(np.float64)
    return lengths


def add(estimates: Iterable[Estimate]) -> Estimate:
    """The sum of independent ones: of shots, or of videos."""
    parts: Sequence[Estimate] = tuple(estimates)
    return Estimate(
        expected_us=math.fsum(each.expected_us for each in parts),
        variance_us2=math.fsum(each.variance_us2 for each in parts),
    )


def interval_us(duration_us: int, estimate: Estimate, *, analysed_us: int) -> tuple[int, int]:
    """Where the true screen time lies with a probability of 95 %.

    Args:
        duration_us: the screen time that is reported, `0 .. analysed_us`.
        estimate: of the same frames.
        analysed_us: time that was looked at.

    Returns:
        (low, high) with `0 <= low <= duration_us <= high <= analysed_us`.
    """
    reach_us = DEVIATIONS * math.sqrt(max(estimate.variance_us2, 0.0))
    low = round(max(estimate.expected_us - reach_us, 0.0))
    high = round(min(estimate.expected_us + reach_us, float(analysed_us)))
    return min(low, duration_us), max(high, duration_us)
