"""Scores of frames -> appearances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vidtag.timeline.smoothing import runs_of, smooth
from vidtag.types import Appearance

if TYPE_CHECKING:
    from numpy.typing import NDArray


def frame_edges(pts_us: NDArray[np.int64], end_us: int) -> NDArray[np.int64]:
    """Where frames start and end: frame i covers `[edges[i], edges[i + 1])`.

    Args:
        pts_us: (n,) strictly increasing presentation times.
        end_us: end of the last frame.

    Returns:
        (n + 1,) edges.

    Raises:
        ValueError: `pts_us` does not increase, or `end_us` is not after the last of it.
    """
    edges = np.append(pts_us, np.int64(end_us))
    if np.any(np.diff(edges) <= 0):
        at = int(np.flatnonzero(np.diff(edges) <= 0)[0])
        raise ValueError(f"times must increase: {edges[at]} us is followed by {edges[at + 1]} us")
    return edges


def find_appearances(
    scores: NDArray[np.float32],
    *,
    edges_us: NDArray[np.int64],
    threshold: float,
    shot_starts: Sequence[int] = (),
    stay: float | None = None,
) -> tuple[Appearance, ...]:
    """Maximal runs of frames that score at least `threshold`, never across a cut.

    Args:
        scores: (n,) one label's score on every frame.
        edges_us: (n + 1,) from `frame_edges`.
        threshold: lowest score that counts as present.
        shot_starts: frames that begin a shot, in any order.
        stay: lowest score that keeps somebody present who is so in the same shot, see `smooth`;
            `threshold` if not given.

    Raises:
        ValueError: the shapes do not fit, or `stay` is above `threshold`.
    """
    if edges_us.shape != (len(scores) + 1,):
        raise ValueError(f"expected {len(scores) + 1} edges, received shape {edges_us.shape}")
    lower = threshold if stay is None else stay
    present = smooth(scores, enter=threshold, stay=lower, shot_starts=shot_starts)
    return tuple(
        Appearance(
            start_frame=start,
            end_frame=end,
            start_us=int(edges_us[start]),
            end_us=int(edges_us[end]),
            mean_score=float(scores[start:end].mean(dtype=np.float64)),
            peak_frame=start + int(scores[start:end].argmax()),
        )
        for start, end in runs_of(present, shot_starts)
    )
