"""Cuts the stream of decoded frames into windows: the frames that are looked at together.

A window never crosses a cut and holds at most `MAX_FRAMES` frames, so memory does not grow with
the video's length. Where windows begin and end depends on the video alone, never on when a scan
was interrupted: that is what makes a resumed scan end with the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Frame, Picture, Pictures

MAX_FRAMES = 256


class CutFinder(Protocol):
    """Tells where shots begin, a few frames late."""

    @property
    def settled_frame(self) -> int:
        """All cuts before this frame are known."""

    def feed(self, frame_no: int, thumbnail: Picture) -> Sequence[int]:
        """Look at one more frame; returns frames that begin a shot, newly certain."""

    def finish(self) -> Sequence[int]:
        """There are no more frames; returns the last cuts."""


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive frames of one shot, with their pictures at each size asked for."""

    start_frame: int
    pts_us: NDArray[np.int64]  # (n,)
    pictures: tuple[tuple[Picture, ...], ...]  # [size][frame]

    @property
    def end_frame(self) -> int:
        """One past the last frame."""
        return self.start_frame + len(self.pts_us)

    def crops(self, size_index: int, indices: NDArray[np.int64]) -> Pictures:
        """Pictures (k, height, width, 3) of the frames at `indices` of this window."""
        chosen = self.pictures[size_index]
        return np.stack([chosen[int(index)] for index in indices])


def cut_windows(
    frames: Iterable[Frame], cuts: CutFinder, *, max_frames: int = MAX_FRAMES
) -> Iterator[Window]:
    """Yield the windows of a video, in order.

    Args:
        frames: numbered from 0 without gaps; the last picture of each is the thumbnail for `cuts`,
            the others go into the windows.
        cuts: where shots begin; also usable by the caller afterwards.
        max_frames: most frames in one window.
    """
    waiting: list[Frame] = []
    known_cuts: list[int] = []
    for frame in frames:
        *pictures, thumbnail = frame.pictures
        known_cuts.extend(cuts.feed(frame.number, thumbnail))
        waiting.append(_kept(frame, pictures))
        yield from _take_windows(waiting, known_cuts, cuts.settled_frame, max_frames)
    known_cuts.extend(cuts.finish())
    if waiting:
        end = waiting[-1].number + 1
        known_cuts.append(end)
        yield from _take_windows(waiting, known_cuts, end, max_frames)


def _kept(frame: Frame, pictures: Sequence[Picture]) -> Frame:
    """The frame with its own copy of the pictures: the reader reuses their memory."""
    return type(frame)(frame.number, frame.pts_us, tuple(picture.copy() for picture in pictures))


def _take_windows(
    waiting: list[Frame], cuts: list[int], settled_frame: int, max_frames: int
) -> Iterator[Window]:
    """Take from the front of `waiting` each window whose end is certain."""
    while waiting:
        end = _certain_end(waiting[0].number, cuts, settled_frame, max_frames)
        if end is None:
            return
        count = end - waiting[0].number
        yield _window(waiting[:count])
        del waiting[:count]
        cuts[:] = [cut for cut in cuts if cut > end]


def _certain_end(
    start: int, cuts: Sequence[int], settled_frame: int, max_frames: int
) -> int | None:
    """Where the window from `start` ends, or `None` while a cut may still turn up before that."""
    end = min([start + max_frames, *(cut for cut in cuts if cut > start)])
    return end if end <= settled_frame else None


def _window(frames: Sequence[Frame]) -> Window:
    return Window(
        start_frame=frames[0].number,
        pts_us=np.array([frame.pts_us for frame in frames], dtype=np.int64),
        pictures=tuple(zip(*(frame.pictures for frame in frames), strict=True)),
    )
