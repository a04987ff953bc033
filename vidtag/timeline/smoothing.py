"""Hysteresis: somebody who was surely there is still there while the score only dips.

    scores   .1  .6  .9  .6  .4  .6  .1  .6  .9          enter .8, stay .5
    cut                                      |
    present   .   #   #   #   .   .   .   .   #

A run of frames that score `stay` counts if one of its frames scores `enter`. Runs end at cuts, so
nothing that is seen in one shot says anything about the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def smooth(
    scores: NDArray[np.float32], *, enter: float, stay: float, shot_starts: Sequence[int] = ()
) -> NDArray[np.bool_]:
    """Whether a label counts as present on each frame.

    Args:
        scores: (n,) one label's score on every frame.
        enter: score that makes it present.
        stay: score that keeps it present, in frames that follow or precede such a one.
        shot_starts: frames that begin a shot, in any order.

    Returns:
        (n,) with `enter == stay`, exactly the frames that score at least that.

    Raises:
        ValueError: `stay` is above `enter`.
    """
    if stay > enter:
        raise ValueError(f"expected stay <= enter, got {stay} and {enter}")
    high = scores >= np.float32(enter)
    present = np.zeros(len(scores), dtype=np.bool_)
    for start, end in runs_of(scores >= np.float32(stay), shot_starts):
        present[start:end] = high[start:end].any()
    return present


def runs_of(present: NDArray[np.bool_], breaks: Sequence[int]) -> list[tuple[int, int]]:
    """Half-open runs of True in `present`, split before each frame in `breaks`."""
    padded = np.concatenate(([False], present, [False]))
    starts = np.flatnonzero(~padded[:-1] & padded[1:])
    ends = np.flatnonzero(padded[:-1] & ~padded[1:])
    inside = [at for at in set(breaks) if 0 < at < len(present) and present[at - 1] and present[at]]
    return list(
        zip(
            sorted({*starts.tolist(), *inside}),
            sorted({*ends.tolist(), *inside}),
            strict=True,
        )
    )
