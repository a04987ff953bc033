"""Cuts the stream of decoded frames into windows: the frames that are looked at together.

A window never crosses a cut and holds at most `MAX_FRAMES` frames, so memory does not grow with
the video's length. Where windows begin and end depends on the video alone, never on when a scan
was interrupted: that is what makes a resumed scan end with the same rows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Frame, Picture

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


class Placed(NamedTuple):
    """A frame, and whether a window begins or ends with it."""

    frame: Frame
    begins: bool
    ends: bool


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


def place_frames(
    frames: Iterable[Frame], cuts: CutFinder, *, max_frames: int = MAX_FRAMES
) -> Iterator[Placed]:
    """Yield the frames in order, each as soon as it is certain where its window begins and ends.

    Args:
        frames: numbered from 0 without gaps; the last picture of each is the thumbnail for `cuts`,
            the others are copied, because the reader reuses their memory.
        cuts: where shots begin; also usable by the caller afterwards.
        max_frames: most frames in one window.
    """
    waiting: deque[Frame] = deque()
    edges = _Edges(max_frames)
    for frame in frames:
        *pictures, thumbnail = frame.pictures
        edges.add(cuts.feed(frame.number, thumbnail), settled_frame=cuts.settled_frame)
        copies = tuple(picture.copy() for picture in pictures)
        waiting.append(type(frame)(frame.number, frame.pts_us, copies))
        while waiting and edges.is_certain(waiting[0].number + 1):
            yield edges.place(waiting.popleft())
    if waiting:
        end = waiting[-1].number + 1
        edges.add([*cuts.finish(), end], settled_frame=end + 1)
        yield from map(edges.place, waiting)


class _Edges:
    """Where windows begin and end, as it becomes known."""

    def __init__(self, max_frames: int) -> None:
        self._max_frames = max_frames
        self._cuts: set[int] = set()
        self._settled_frame = 0
        self._start = 0

    def add(self, cuts: Iterable[int], *, settled_frame: int) -> None:
        self._cuts.update(cuts)
        self._settled_frame = settled_frame

    def is_certain(self, frame_no: int) -> bool:
        """Whether it is known if a window begins at the frame."""
        return frame_no < self._settled_frame or self._begins(frame_no)

    def place(self, frame: Frame) -> Placed:
        """The next frame, of which everything is certain."""
        placed = Placed(frame, frame.number == self._start, self._begins(frame.number + 1))
        if placed.ends:
            self._start = frame.number + 1
            self._cuts = {cut for cut in self._cuts if cut > self._start}
        return placed

    def _begins(self, frame_no: int) -> bool:
        return frame_no in self._cuts or frame_no - self._start == self._max_frames


def cut_windows(placed: Iterable[Placed]) -> Iterator[Window]:
    """Yield the windows of a video, in order."""
    frames: list[Frame] = []
    for frame, _, ends in placed:
        frames.append(frame)
        if ends:
            yield _window(frames)
            frames = []


def gather_windows(
    frames: Iterable[Frame], wanted: Sequence[tuple[int, int]], pts_us: NDArray[np.int64]
) -> Iterator[Window]:
    """Yield the windows `wanted`, up to the first of which a frame is missing or out of order.

    Args:
        frames: of some parts of a video, told by their times; others may lie between. Their
            pictures are copied.
        wanted: (first frame, one past the last) of each window, in order.
        pts_us: (n,) times of all frames of the video.
    """
    times = {int(pts_us[number]) for window in wanted for number in range(*window)}
    coming = (frame for frame in frames if frame.pts_us in times)
    for start, end in wanted:
        held: list[Frame] = []
        for number, frame in zip(range(start, end), coming, strict=False):
            if frame.pts_us != pts_us[number]:
                return
            held.append(type(frame)(number, frame.pts_us, tuple(map(np.copy, frame.pictures))))
        if len(held) < end - start:
            return
        yield _window(held)


def _window(frames: Sequence[Frame]) -> Window:
    return Window(
        start_frame=frames[0].number,
        pts_us=np.array([frame.pts_us for frame in frames], dtype=np.int64),
        pictures=tuple(zip(*(frame.pictures for frame in frames), strict=True)),
    )
