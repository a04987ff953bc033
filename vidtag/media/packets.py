"""Decodes a video stream packet by packet, in the child process, and keeps count of the damage."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress

import av.error
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame

from vidtag.media.clock import count, to_us
from vidtag.media.source import Source

_MAX_READ_ERRORS = 10  # in a row, before the rest of the file is given up
_TOLERATED_SHORTFALL_US = 1_000_000  # headers round, and audio may end a little later
_TOLERATED_SHARE = 0.01
_MARGIN_S = 10  # how far before the last frame the end is read again


def timestamp(frame: VideoFrame) -> int | None:
    """When `frame` is shown, in ticks.

    Old containers such as AVI store no PTS; FFmpeg then has the DTS stand in for it.
    """
    return frame.pts if frame.pts is not None else frame.dts


def _is_later(frame: VideoFrame, than: int) -> bool:
    shown = timestamp(frame)
    return shown is not None and shown > than


def _reason(error: av.error.FFmpegError) -> str:
    return (error.strerror or type(error).__name__).lower()


class PacketDecoder:
    """Yields the frames of a source; afterwards tells what was damaged."""

    def __init__(
        self, source: Source, *, reopen: Callable[[], Source], progress: Callable[[], None]
    ) -> None:
        self._source = source
        self._reopen = reopen
        self._progress = progress
        self._packets = 0
        self._frames = 0
        self._failed = 0  # packets that the decoder refused
        self._flagged: set[int] = set()  # PTS of packets that the container calls damaged
        self._flagged_shown = 0  # of which a picture came out all the same
        self._corrupt_frames = 0
        self._last_pts: int | None = None
        self._reach: dict[int, int] = {}  # of each stream, the largest end of a packet, in ticks
        self._read_error = ""

    @property
    def damaged_packets(self) -> int:
        """Packets that gave no picture, or a damaged one."""
        return self._flagged_shown + max(self._failed, len(self._flagged))

    def __iter__(self) -> Iterator[VideoFrame]:
        for packet in self._read():
            self._progress()
            yield from self._seen(self._decode(packet))
        yield from self._seen(self._flush())

    def problems(self, *, start_us: int, end_us: int) -> tuple[str, ...]:
        """What was wrong, in sentences; the arguments are the time that the frames cover."""
        found = []
        if self.damaged_packets:
            found.append(f"{self.damaged_packets} of {self._packets} packets are damaged")
        if self._corrupt_frames:
            found.append(f"{count(self._corrupt_frames, 'frame')} decoded with errors")
        if self._read_error:
            found.append(self._read_error)
        return (*found, *self._shortfall(start_us, end_us))

    def _read(self) -> Iterator[Packet[Stream]]:
        """Yield the packets of the video; go on after an error where the container can."""
        errors = 0
        while errors < _MAX_READ_ERRORS:
            try:
                for packet in self._source.container.demux():
                    errors = 0
                    self._note_reach(packet)
                    if packet.stream_index == self._source.stream.index and packet.size:
                        self._note_packet(packet)
                        yield packet
            except av.error.FFmpegError as error:
                errors += 1
                where = f"reading failed after packet {self._packets}"
                self._read_error = self._read_error or f"{where}: {_reason(error)}"
            else:
                return

    def _note_packet(self, packet: Packet[Stream]) -> None:
        self._packets += 1
        if packet.is_corrupt and packet.pts is not None:
            self._flagged.add(packet.pts)

    def _note_reach(self, packet: Packet[Stream]) -> None:
        ticks = packet.pts if packet.pts is not None else packet.dts
        if ticks is not None:
            stream, end = packet.stream_index, ticks + (packet.duration or 0)
            self._reach[stream] = max(self._reach.get(stream, end), end)

    def _ends_us(self) -> Iterator[int]:
        """The end of each stream, as far as packets told times."""
        for stream, end in self._reach.items():
            if time_base := self._source.container.streams[stream].time_base:
                yield to_us(end, time_base)

    def _decode(self, packet: Packet[Stream]) -> list[VideoFrame]:
        try:
            return self._source.stream.codec_context.decode(packet)
        except av.error.FFmpegError:
            self._failed += 1
            return []

    def _seen(self, frames: list[VideoFrame]) -> Iterator[VideoFrame]:
        for frame in frames:
            self._frames += 1
            self._corrupt_frames += frame.is_corrupt
            if frame.pts in self._flagged:
                self._flagged.discard(frame.pts)
                self._flagged_shown += 1
            self._last_pts = timestamp(frame)
            yield frame

    def _flush(self) -> list[VideoFrame]:
        """Take the frames that the decoder still holds back.

        A damaged packet among the last ones makes PyAV drop, without a word, the frames that
        other decoding threads are busy with. Then the end of the file is decoded again by one.
        """
        held_back = self._packets - self._frames - self._failed
        try:
            frames = self._source.stream.codec_context.decode(None)
        except av.error.FFmpegError:
            frames = []
        if len(frames) >= held_back or self._source.threads == 1 or self._last_pts is None:
            return frames
        with suppress(av.error.FFmpegError):  # there are files that cannot be read from the middle
            return max(self._decode_end(self._last_pts), frames, key=len)
        return frames

    def _decode_end(self, after: int) -> list[VideoFrame]:
        """Decode what is shown later than `after`, one packet at a time."""
        source = self._reopen()
        codec = source.stream.codec_context
        frames: list[VideoFrame] = []
        # Errors show up as many packets late as other threads are busy: the rest is counted here.
        unreported: deque[bool] = deque(maxlen=self._source.threads)
        with source.container as container:
            container.seek(after - round(_MARGIN_S / source.time_base), stream=source.stream)
            for packet in container.demux(source.stream):
                self._progress()
                try:
                    decoded = codec.decode(packet if packet.size else None)
                except av.error.FFmpegError:
                    decoded = None
                unreported.append(decoded is None)
                frames += [frame for frame in decoded or [] if _is_later(frame, after)]
        self._failed += sum(unreported)
        return frames

    def _shortfall(self, start_us: int, end_us: int) -> Iterator[str]:
        """Say so when the container promises clearly more than there was to read."""
        listed = len(self._source.stream.index_entries)
        if self._packets < listed:
            yield f"the index lists {listed} packets, {self._packets} could be read"
        claimed_us = self._source.claimed_duration_us
        if claimed_us is None or not self._source.states_duration:
            return
        read_us = end_us - start_us
        if not self._source.stream.duration:
            read_us = max([read_us, *(reach_us - min(0, start_us) for reach_us in self._ends_us())])
        tolerated_us = max(_TOLERATED_SHORTFALL_US, claimed_us * _TOLERATED_SHARE)
        if claimed_us - read_us > tolerated_us:
            claimed_s, read_s = claimed_us / 1e6, read_us / 1e6
            yield f"the header promises {claimed_s:.1f} s, {read_s:.1f} s could be read"
