"""The decoding child process: reads hostile bytes so that the scanner need not.

One thread decodes, another scales what is decoded: FFmpeg needs no lock of Python's for either.
The latter fills the slots of the shared memory in turn and tells the parent about each; the parent
answers one byte for each frame that it is done with. It ends with its parent, however that ends.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection

import av.logging
from av.video.frame import VideoFrame

from vidtag.ahead import Ahead
from vidtag.errors import VideoError
from vidtag.media import ring
from vidtag.media.clock import Clock, Stamp
from vidtag.media.gather import avoid_gather
from vidtag.media.messages import (
    Alive,
    AtMost,
    Decoded,
    Finished,
    Job,
    Message,
    Opened,
    Refused,
    WantedSize,
    dump,
)
from vidtag.media.packets import PacketDecoder, timestamp
from vidtag.media.parts import PartDecoder
from vidtag.media.pictures import Orientation, Painter, natural_size
from vidtag.media.source import Source, open_source
from vidtag.types import Picture, Size, VideoInfo

_ALIVE_EVERY_S = 1.0
_LATEST_US = 10**16  # 317 years; what follows is counted in 64 bits
_ROOM = 1  # decoded frames that wait to be scaled; more are no faster, and one of 8K takes 50 MB


def main() -> None:
    """Do what the parent orders; its descriptors are on the command line."""
    connection, memory = _Line(Connection(int(sys.argv[1]))), int(sys.argv[2])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    faulthandler.enable()
    av.logging.restore_default_callback()  # to standard error, which the parent reads
    av.logging.set_libav_level(av.logging.WARNING)
    avoid_gather()
    gc.freeze()  # what is imported stays, and need not be looked through again and again
    try:
        _decode(connection.job(), connection, memory)
    except VideoError as error:
        connection.send(Refused(error.message, error.hint))
    except (BrokenPipeError, ConnectionResetError, EOFError):
        return  # the parent has what it wants


def _end_with_parent() -> None:
    while os.read(0, 1):  # `sys.stdin` would hold a lock that the interpreter's end waits for
        pass
    os._exit(1)  # at once, even while FFmpeg is stuck in another thread


def _decode(job: Job, connection: _Line, memory: int) -> None:
    source = open_source(job.path, job.limits)
    if job.parts:
        _decode_parts(job, connection, memory, source)
        return
    reopen = partial(open_source, job.path, job.limits, threads=1)
    decoder = PacketDecoder(source, reopen=reopen, progress=_Pulse(connection))
    with Ahead(decoder, room=_ROOM) as ahead:
        frames = iter(ahead)
        first = next(frames, None)
        if first is None:
            raise _no_picture(job, source)
        clock = Clock(time_base=source.time_base, rate=source.stream.average_rate)
        start = stamp = _stamp(first, clock, job)
        outlet = _open_outlet(job, connection, memory, source, first)
        outlet.send(first, start)
        for frame in frames:
            stamp = _stamp(frame, clock, job)
            outlet.send(frame, stamp)
    problems = decoder.problems(start_us=start.pts_us, end_us=stamp.end_us) + clock.problems()
    connection.send(Finished(decoder.damaged_packets, problems))


def _stamp(frame: VideoFrame, clock: Clock, job: Job) -> Stamp:
    stamp = clock.stamp(timestamp(frame), frame.duration)
    if max(-stamp.pts_us, stamp.end_us) > _LATEST_US:
        raise VideoError(
            f"cannot read {job.path}: a frame of it is shown centuries from its beginning",
            hint="its timestamps are damaged; put it into another container",
        )
    return stamp


def _decode_parts(job: Job, connection: _Line, memory: int, source: Source) -> None:
    """Times are those of the container: where they are not in order, nobody asks for parts."""
    outlet = None
    with Ahead(PartDecoder(source, job.parts, progress=_Pulse(connection)), room=_ROOM) as frames:
        for shown_us, frame in frames:
            outlet = outlet or _open_outlet(job, connection, memory, source, frame)
            outlet.send(frame, Stamp(shown_us, 0))
    if outlet is None:
        raise _no_picture(job, source)
    connection.send(Finished(0, ()))


def _no_picture(job: Job, source: Source) -> VideoError:
    if source.stream.codec_context.width == 0:  # FFmpeg keeps no size that it may not decode
        return VideoError(
            f"cannot read {job.path}: the size of its picture is not stated, or exceeds the limit "
            f"of {job.limits.max_pixels} pixels",
            hint="scale it down first",
        )
    return VideoError(
        f"cannot read {job.path}: not one picture of it could be decoded",
        hint="the file is damaged, get another copy",
    )


def _open_outlet(
    job: Job, connection: _Line, memory: int, source: Source, first: VideoFrame
) -> _Outlet:
    """Divide the shared memory and tell the parent how, now that a real frame is known."""
    orientation = Orientation.of(first)
    aspect = source.stream.sample_aspect_ratio
    natural = natural_size(first, aspect, orientation, job.limits.max_pixels)
    layout = ring.Layout.for_sizes([_concrete(size, natural) for size in job.sizes])
    os.ftruncate(memory, layout.total_bytes)
    slots = layout.views(ring.map_memory(memory, layout.total_bytes))
    connection.send(Opened(_info(job, source, first, natural, orientation), layout))
    return _Outlet(connection, Painter(layout.sizes, orientation), slots)


def _concrete(wanted: WantedSize, natural: Size) -> Size:
    if wanted is None:
        return natural
    return wanted.of(natural) if isinstance(wanted, AtMost) else wanted


def _info(
    job: Job, source: Source, first: VideoFrame, natural: Size, orientation: Orientation
) -> VideoInfo:
    stream = source.stream
    return VideoInfo(
        path=job.path,
        sha256="",
        container=source.container.format.name,
        codec=stream.codec_context.name,
        pixel_format=first.format.name,
        width_px=natural[1],
        height_px=natural[0],
        rotation_deg=orientation.rotation_deg,
        frame_rate=stream.average_rate,
        timecode=source.timecode,
        claimed_frames=stream.frames or None,
        claimed_duration_us=source.claimed_duration_us,
    )


class _Line:
    """The line to the parent, on which both threads send."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    def send(self, message: Message) -> None:
        """Send `message` whole, before or after what others send."""
        sent = dump(message)
        with self._sending:
            self._connection.send_bytes(sent)

    def job(self) -> Job:
        """Wait for the order."""
        job: Job = self._connection.recv()
        return job

    def released(self) -> int:
        """Wait until the parent lets go of some frames. Returns how many."""
        return len(self._connection.recv_bytes())


class _Pulse:
    """Tells the parent now and then that the file is being read though no frame comes of it."""

    def __init__(self, connection: _Line) -> None:
        self._connection = connection
        self._next_s = time.monotonic() + _ALIVE_EVERY_S

    def __call__(self) -> None:
        now_s = time.monotonic()
        if now_s >= self._next_s:
            self._connection.send(Alive())
            self._next_s = now_s + _ALIVE_EVERY_S


class _Outlet:
    """Puts frames into the slots in turn, as the parent lets go of them."""

    def __init__(
        self, connection: _Line, painter: Painter, slots: Sequence[Sequence[Picture]]
    ) -> None:
        self._connection = connection
        self._painter = painter
        self._slots = slots
        self._sent = 0
        self._held = 0  # by the parent

    def send(self, frame: VideoFrame, stamp: Stamp) -> None:
        if self._held == len(self._slots):
            self._held -= self._connection.released()
        self._painter.paint(frame, self._slots[self._sent % len(self._slots)])
        self._connection.send(Decoded(stamp.pts_us, stamp.end_us))
        self._sent += 1
        self._held += 1
