"""When something is, as truth files write it, and which frame that is.

A time stands for the first frame whose PTS is not before it, to within half a millisecond: truth
files round to milliseconds, and a PTS written with three decimals must mean its own frame again.
A stretch `[start, end)` so covers exactly the frames whose PTS lies in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from vidtag.errors import TruthError
from vidtag.truth.timecode import TIMECODE, ZERO, Timecode, clock_parts, parse_timecode
from vidtag.truth.values import quote

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDING_US = 500  # of times written in milliseconds
RATE_TOLERANCE = Fraction(1, 200)  # 24 stands for 23.976 in many programs


@dataclass(frozen=True, eq=False)
class FrameTimes:
    """When the frames of a video are shown.

    Args:
        pts_us: (n,) strictly increasing presentation times, at least one.
        end_us: end of the last frame.
        first_timecode: what the first frame bears.

    Raises:
        ValueError: no frames, or the end is not after the last of them.
    """

    pts_us: NDArray[np.int64]
    end_us: int
    first_timecode: Timecode = ZERO

    def __post_init__(self) -> None:
        if len(self.pts_us) == 0 or self.end_us <= self.pts_us[-1]:
            raise ValueError("expected at least one frame, and an end after the last of them")

    @property
    def count(self) -> int:
        """Number of frames."""
        return len(self.pts_us)

    @property
    def last_duration_us(self) -> int:
        """How long the last frame is shown."""
        return self.end_us - int(self.pts_us[-1])

    def first_from(self, time_us: int) -> int:
        """The first frame that is not before `time_us`; `count` if all are."""
        return int(np.searchsorted(self.pts_us, time_us - ROUNDING_US))

    def start_of(self, frame: int) -> int:
        """When `frame` begins, in microseconds; beyond the end as if the last frame repeated."""
        if frame < self.count:
            return int(self.pts_us[frame])
        return self.end_us + (frame - self.count) * self.last_duration_us

    @cached_property
    def rate(self) -> Fraction:
        """Frames a second.

        Raises:
            TruthError: the rate varies.
        """
        period_us = Fraction(self.end_us - int(self.pts_us[0]), self.count)
        ideal_us = np.arange(self.count) * float(period_us) + self.pts_us[0]
        if np.any(np.abs(self.pts_us - ideal_us) > float(period_us) / 2):
            raise TruthError(
                "timecode that counts frames means nothing in a video of variable frame rate",
                hint="write seconds, HH:MM:SS.mmm or frame numbers",
            )
        return 1_000_000 / period_us


class Moment(Protocol):
    """A point in time as a truth file writes it; `str()` gives it back for a message."""

    def locate(self, times: FrameTimes) -> tuple[int, int]:
        """(frame, microseconds): the first frame from then on, and when that is.

        Both go on beyond the end of the video.

        Raises:
            TruthError: it means nothing in this video.
        """


@dataclass(frozen=True, slots=True)
class FrameNumber:
    """A frame, counted from 0."""

    number: int

    def __str__(self) -> str:
        return f"frame {self.number}"

    def locate(self, times: FrameTimes) -> tuple[int, int]:
        """The frame, and when it begins."""
        return self.number, times.start_of(self.number)


@dataclass(frozen=True, slots=True)
class PresentationTime:
    """A presentation time of the file, as `vidtag report` shows it."""

    us: int

    def __str__(self) -> str:
        return f"{self.us / 1e6:.3f} s"

    def locate(self, times: FrameTimes) -> tuple[int, int]:
        """The first frame from this time on, and the time."""
        return times.first_from(self.us), self.us


@dataclass(frozen=True, slots=True)
class RatedFrame:
    """A frame, counted from 0, in a file that says how many there are in a second."""

    number: int
    rate: Fraction

    def __str__(self) -> str:
        return f"frame {self.number}"

    def locate(self, times: FrameTimes) -> tuple[int, int]:
        """The frame, and when it begins.

        Raises:
            TruthError: the video has another rate, or one that varies.
        """
        if abs(self.rate / times.rate - 1) > RATE_TOLERANCE:
            raise TruthError(
                f"the file counts {float(self.rate):.6g} frames a second, "
                f"the video has {float(times.rate):.6g}",
                hint="is it of another video?",
            )
        if self.number < 0:
            raise TruthError(f"frame {self.number} lies before the first frame")
        return self.number, times.start_of(self.number)


_SECONDS = re.compile(r"(-?)(\d{1,9})(?:[.,](\d{1,12}))?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,12}))?", re.ASCII)


def parse_time(text: str) -> Moment:
    """Seconds (`12.5`), a clock time (`01:02:03.250`, `02:03`) or timecode (`01:02:03:12`).

    Raises:
        TruthError: `text` is none of these.
    """
    text = text.strip()
    if match := _SECONDS.fullmatch(text):
        sign, whole, decimals = match.groups()
        return PresentationTime((-1 if sign else 1) * _microseconds(int(whole), decimals))
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = clock_parts(match[1] or "0", match[2], match[3], text)
        return PresentationTime(_microseconds(3600 * hours + 60 * minutes + seconds, match[4]))
    if TIMECODE.fullmatch(text):
        return parse_timecode(text)
    raise TruthError(
        f"{quote(text)} is no time", hint="write seconds (12.5), HH:MM:SS.mmm or HH:MM:SS:FF"
    )


def parse_frame(text: str) -> Moment:
    """A frame number.

    Raises:
        TruthError: `text` is none.
    """
    if re.fullmatch(r"[0-9]{1,9}", text.strip()):
        return FrameNumber(int(text))
    raise TruthError(f"{quote(text)} is no frame number", hint="frames are counted from 0")


def _microseconds(seconds: int, decimals: str | None) -> int:
    return round(Fraction(f"{seconds}.{decimals or 0}") * 1_000_000)
