"""Who is on screen in every frame, also where a face cannot be seen.

    shot         [                                              )
    face seen            [################)
    counts       ~~~~~~~~[################)~~~~~~~~~~~~~~~~~~~~~~     p halves every 3 seconds
    at the edge          [################)                           came in, and went out

Somebody whose face is seen in a shot was there before and stays after, turned away or behind
others, unless the face came in or went out at the edge of the picture. How sure that is falls with
time, so those who are sure fill a shot of usual length, and those who are not do not. Nobody
lingers beyond a cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Box, Size

_HALVES_EVERY_US: Final = 3_000_000
_EDGE: Final = 0.3  # of the face's width: nearer to the edge of the picture, it may have crossed it


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The frames `[start, end)` in which a face is seen, within the shot `[first, last)`."""

    start: int
    end: int
    first: int
    last: int
    came_in: bool = False  # at the edge of the picture, at the start
    went_out: bool = False  # likewise, at the end


def is_at_edge(box: Box, size: Size) -> bool:
    """Whether a face is so near to the left, right or lower edge that it may cross it.

    Args:
        box: of the face.
        size: (height, width) of the picture.
    """
    height, width = size
    margin = _EDGE * box.width_px
    return (
        box.left_px < margin
        or box.left_px + box.width_px > width - margin
        or box.top_px + box.height_px > height
    )


def crosses_edge(box: Box, before: Box, size: Size) -> bool:
    """Whether a face crosses the edge, or would if it moved on as it came from `before` to `box`.

    A face is looked for some times a second only: who walks out is last seen before the edge. To
    ask how somebody came in, go backwards: `box` is the first, and `before` the one after it.
    """
    ahead = replace(
        box,
        left_px=2 * box.left_px - before.left_px,
        top_px=2 * box.top_px - before.top_px,
    )
    return is_at_edge(box, size) or is_at_edge(ahead, size)


def presence(
    spans: Sequence[Span], chances: NDArray[np.float64], edges_us: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Probability (frames, K) that each person is on screen.

    Args:
        spans: of each of T tracks.
        chances: (T, K) that each track is each person.
        edges_us: (frames + 1,) times at which frames begin, and the end of the last.
    """
    found = np.zeros((len(edges_us) - 1, chances.shape[1]), np.float32)
    for span, chance in zip(spans, chances, strict=True):
        first, last = (
            span.start if span.came_in else span.first,
            span.end if span.went_out else span.last,
        )
        times_us = edges_us[first:last]
        away_us = np.maximum(edges_us[span.start] - times_us, times_us - edges_us[span.end - 1])
        fading = 0.5 ** (np.maximum(away_us, 0) / _HALVES_EVERY_US)
        frames = found[first:last]
        np.maximum(frames, fading[:, np.newaxis] * chance, out=frames, casting="same_kind")
    return found
