"""Reads a video through a child process that may crash, hang or be killed without harm.

FFmpeg parses hostile bytes. Here it does so in a process of its own; its pictures come back
through shared memory (`ring`), its words (`messages`) through a pipe. Whatever happens to it, the
frames that came are good and the summary says what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.media.messages import Decoded, DecodeLimits, Job, Opened, WantedSize
from vidtag.media.probe import check_file, content_hash
from vidtag.media.process import DecoderProcess
from vidtag.types import DecodeSummary, Frame, VideoInfo

if TYPE_CHECKING:
    from vidtag.types import VideoReader


_DEFAULT_LIMITS = DecodeLimits()


@contextmanager
def open_video(
    path: Path,
    *,
    sizes: Sequence[WantedSize],
    limits: DecodeLimits = _DEFAULT_LIMITS,
    sha256: str | None = None,
    parts: Sequence[tuple[int, int]] = (),
    decoder: DecoderProcess | None = None,
) -> Iterator[VideoReader]:
    """Open the video at `path` for one pass over its frames.

    Args:
        path: a local regular file.
        sizes: (height, width) in pixels of the pictures that each frame comes with; `None` is the
            size as shown: upright, with square pixels; `AtMost` bounds that.
        limits: what decoding may cost.
        sha256: hash of the content if it is known already; else it is computed here.
        parts: (first, last) time in microseconds of what is wanted of a video without problems, in
            order; none: all of it. With parts, frames are told by their times: they are numbered
            as they come, there may be others between, and their pictures may be spoilt where a
            part of the video refers to what was left out. The caller has to compare.
        decoder: started ahead of time; without one it is started now. It is closed with the video,
            and stays the caller's if `path` is no file.

    Raises:
        VideoError: when the file cannot be read as video at all. A file that can be read in part
            raises nothing; its summary says what is missing.
    """
    job = Job(path=check_file(path), sizes=tuple(sizes), limits=limits, parts=tuple(parts))
    process = decoder or DecoderProcess()
    try:
        process.begin(job)
        known = sha256 or content_hash(job.path)  # while the child starts
        yield _Reader(process, process.opened(), known)
    finally:
        process.close()


class _Reader:
    """A `vidtag.types.VideoReader`."""

    def __init__(self, process: DecoderProcess, opened: Opened, sha256: str) -> None:
        self._process = process
        self._layout = opened.layout
        self._info = replace(opened.info, sha256=sha256)
        self._summary: DecodeSummary | None = None
        self._taken = False

    @property
    def info(self) -> VideoInfo:
        """What the header says."""
        return self._info

    @property
    def summary(self) -> DecodeSummary:
        """How it went; only known after the last frame."""
        if self._summary is None:
            raise RuntimeError("the summary is known only after the last frame")
        return self._summary

    def __iter__(self) -> Iterator[Frame]:
        if self._taken:
            raise RuntimeError("the frames of a video can be taken only once")
        self._taken = True
        return self._frames()

    def _frames(self) -> Iterator[Frame]:
        slots = self._process.map_slots(self._layout)
        batch = max(1, len(slots) // 4)  # each release may wake the child
        number, start_us, end_us = 0, 0, 0
        while isinstance(message := self._process.next(number=number), Decoded):
            start_us = start_us if number else message.pts_us
            end_us = message.end_us
            yield Frame(number, message.pts_us, slots[number % len(slots)])
            number += 1
            if number % batch == 0:
                self._process.release(batch)
        self._summary = DecodeSummary(
            frames=number,
            start_us=start_us,
            end_us=end_us,
            damaged_packets=message.damaged_packets,
            problems=message.problems,
        )
