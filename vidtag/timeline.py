"""Pure algebra of segments: labels -> appearances -> screen time.

    frames      0   1   2   3   4   5   6   7        frame i lasts from its PTS to the next one's
    score >= t  .   #   #   #   .   .   #   .
    cut                   |                          before frame 3
    appearances     [-----)[--)         [--)         never across a cut
    screen time     [---------)         [--)         joined where they touch

Nothing here knows of databases, files or pictures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vidtag.types import Appearance, Segment

if TYPE_CHECKING:
    from numpy.typing import NDArray


def union(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Join what overlaps or touches. Sorted; independent of the order given; idempotent."""
    joined: list[Segment] = []
    for segment in sorted(segments):
        if joined and segment.start_us <= joined[-1].end_us:
            last = joined.pop()
            segment = Segment(last.start_us, max(last.end_us, segment.end_us))
        joined.append(segment)
    return tuple(joined)


def total_us(segments: Iterable[Segment]) -> int:
    """Time that `segments` cover, overlaps counted once."""
    return sum(segment.duration_us for segment in union(segments))


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
) -> tuple[Appearance, ...]:
    """Maximal runs of frames that score at least `threshold`, never across a cut.

    Args:
        scores: (n,) one label's score on every frame.
        edges_us: (n + 1,) from `frame_edges`.
        threshold: lowest score that counts as present.
        shot_starts: frames that begin a shot, in any order.

    Raises:
        ValueError: the shapes do not fit.
    """
    if edges_us.shape != (len(scores) + 1,):
        raise ValueError(f"expected {len(scores) + 1} edges, received shape {edges_us.shape}")
    return tuple(
        Appearance(
            start_frame=start,
            end_frame=end,
            start_us=int(edges_us[start]),
            end_us=int(edges_us[end]),
            mean_score=float(scores[start:end].mean(dtype=np.float64)),
            peak_frame=start + int(scores[start:end].argmax()),
        )
        for start, end in _runs(scores >= np.float32(threshold), shot_starts)
    )


def _runs(present: NDArray[np.bool_], breaks: Sequence[int]) -> list[tuple[int, int]]:
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
