"""Decodes parts of a video, in the child process, and little besides, as far as its index tells.

Whether a picture after a seek is the one that a whole pass gives is not for this module to know:
an open group of pictures refers to what was left out. Who asks for parts has to compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import av.error
from av.video.frame import VideoFrame

from vidtag.media.clock import to_us
from vidtag.media.packets import timestamp
from vidtag.media.source import Source

_BACK_S = (0, 1, 10)  # how far before a part to look for a keyframe, until one is early enough


class PartDecoder:
    """Yields the frames of parts of a source, in order, each after its time in microseconds.

    Where frames of a part are missing, the first one after it may come in their place.

    Args:
        source: just opened.
        parts: (first, last) time in microseconds of each, in order.
        progress: told for every packet.
    """

    def __init__(
        self, source: Source, parts: Sequence[tuple[int, int]], *, progress: Callable[[], None]
    ) -> None:
        self._source = source
        self._parts = parts
        self._progress = progress
        self._read_to: int | None = None  # DTS of the last packet, in ticks

    def __iter__(self) -> Iterator[tuple[int, VideoFrame]]:
        frames: Iterator[tuple[int, VideoFrame]] = iter(())
        for first_us, last_us in self._parts:
            if self._is_worth_a_seek(first_us):
                frames = self._frames_from(first_us)
            for shown_us, frame in frames:
                if shown_us >= first_us:
                    yield shown_us, frame
                    if shown_us >= last_us:
                        break

    def _is_worth_a_seek(self, first_us: int) -> bool:
        """Whether there is a keyframe between here and there; True where nothing was read yet."""
        if self._read_to is None:
            return True
        index = self._source.stream.index_entries
        before = index.search_timestamp(self._ticks(first_us))
        return before >= 0 and index[before].timestamp > self._read_to

    def _frames_from(self, first_us: int) -> Iterator[tuple[int, VideoFrame]]:
        """All frames from a keyframe that is shown no later, on to the end of the file."""
        for back_s in _BACK_S:
            frames = self._frames_after(self._ticks(first_us - back_s * 1_000_000))
            first = next(frames, None)
            if first and (first[0] <= first_us or back_s == _BACK_S[-1]):
                yield first
                yield from frames
                return

    def _frames_after(self, ticks: int) -> Iterator[tuple[int, VideoFrame]]:
        """All frames from the last keyframe before `ticks`, as far as they can be read."""
        stream = self._source.stream
        try:
            self._source.container.seek(ticks, stream=stream)
            for packet in self._source.container.demux(stream):
                self._progress()
                if packet.dts is not None:
                    self._read_to = packet.dts
                for frame in stream.codec_context.decode(packet if packet.size else None):
                    shown = timestamp(frame)
                    if shown is not None:
                        yield to_us(shown, self._source.time_base), frame
        except av.error.FFmpegError:
            return

    def _ticks(self, time_us: int) -> int:
        return round(Fraction(time_us, 1_000_000) / self._source.time_base)
