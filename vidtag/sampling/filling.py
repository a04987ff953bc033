"""From a few scored frames of a piece to scores of all."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import numpy as np

from vidtag.sampling.values import Answer, Known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.sampling.values import Sampler
    from vidtag.types import Scores


def questions(
    sampler: Sampler,
    pts_us: NDArray[np.int64],
    thresholds: NDArray[np.float32],
    stills: NDArray[np.int64],
) -> Generator[NDArray[np.int64], Scores, Answer]:
    """Ask for the frames of a piece that `sampler` wants, round after round.

    Args:
        sampler: says which.
        pts_us: (n,) times of the frames.
        thresholds: (labels,) of the scores.
        stills: (n,) of each frame the first that looks the same; that one is scored in its place.

    Yields:
        Indices (k,), increasing, of frames; their scores (k, labels) are to be sent back.

    Returns:
        All that is known in the end.
    """
    known = Known.nothing(len(thresholds))
    scored = np.zeros(len(pts_us), np.bool_)
    while len(wanted := sampler.next(pts_us, thresholds, known)):
        firsts = np.unique(stills[wanted])
        same = np.flatnonzero(np.isin(stills, firsts))
        scores = yield firsts
        known = known.plus(same, scores[np.searchsorted(firsts, stills[same])])
        scored[firsts] = True
    return Answer(known, scored)


def ask(
    sampler: Sampler,
    pts_us: NDArray[np.int64],
    thresholds: NDArray[np.float32],
    stills: NDArray[np.int64],
    score: Callable[[NDArray[np.int64]], Scores],
) -> Answer:
    """The answer to `questions` when `score` gives the scores (k, labels) of frames (k,)."""
    asking = questions(sampler, pts_us, thresholds, stills)
    wanted = next(asking)
    while True:
        try:
            wanted = asking.send(score(wanted))
        except StopIteration as end:
            answer: Answer = end.value
            return answer


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
