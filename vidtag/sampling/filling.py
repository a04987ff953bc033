"""From a few scored frames of a piece to scores of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from vidtag.sampling.values import Known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.sampling.values import Sampler
    from vidtag.types import Scores


def ask(
    sampler: Sampler,
    pts_us: NDArray[np.int64],
    thresholds: NDArray[np.float32],
    stills: NDArray[np.int64],
    score: Callable[[NDArray[np.int64]], Scores],
) -> tuple[Known, NDArray[np.bool_]]:
    """Score the frames of a piece that `sampler` wants, round after round.

    Args:
        sampler: says which.
        pts_us: (n,) times of the frames.
        thresholds: (labels,) of the scores.
        stills: (n,) of each frame the first that looks the same; that one is scored in its place.
        score: of frames, given by their indices (k,), increasing: scores (k, labels).

    Returns:
        What is known in the end, and which frames (n,) were scored themselves.
    """
    known = Known.nothing(len(thresholds))
    scored = np.zeros(len(pts_us), np.bool_)
    while len(wanted := sampler.next(pts_us, thresholds, known)):
        firsts = np.unique(stills[wanted])
        same = np.flatnonzero(np.isin(stills, firsts))
        known = known.plus(same, score(firsts)[np.searchsorted(firsts, stills[same])])
        scored[firsts] = True
    return known, scored


def fill(pts_us: NDArray[np.int64], known: Known) -> Scores:
    """Scores (n, labels) of all frames of a piece from those that are known.

    They are interpolated over time; rows that are known stay exactly as they are.

    Args:
        pts_us: (n,) times of all frames.
        known: with the first and the last frame.
    """
    filled = np.empty((len(pts_us), known.scores.shape[1]), dtype=np.float32)
    for column in range(known.scores.shape[1]):
        filled[:, column] = np.interp(pts_us, pts_us[known.at], known.scores[:, column])
    filled[known.at] = known.scores
    return filled
