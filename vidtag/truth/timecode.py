"""SMPTE timecode: a way to count frames."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from vidtag.errors import TruthError
from vidtag.truth.values import quote

if TYPE_CHECKING:
    from vidtag.truth.times import FrameTimes

NTSC = Fraction(1000, 1001)  # 29.97 is 30 times this
DROP_FRAME_RATES = (30, 60)
TIMECODE = re.compile(r"(\d{1,4}):(\d{1,2}):(\d{1,2})([:;])(\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Timecode:
    """SMPTE timecode: a way to count frames, from the timecode of a video's first one.

    At 23.976 frames a second it counts to 24, at 29.97 to 30. With `drop` (written `;`) two
    numbers (four at 59.94) are left out each minute but each tenth, so that it follows the clock.
    """

    hours: int
    minutes: int
    seconds: int
    frames: int
    drop: bool

    def __str__(self) -> str:
        mark = ";" if self.drop else ":"
        return f"{self.hours:02d}:{self.minutes:02d}:{self.seconds:02d}{mark}{self.frames:02d}"

    def locate(self, times: FrameTimes) -> tuple[int, int]:
        """The frame that it counts, and when that begins.

        Raises:
            TruthError: the rate varies, there is no such timecode at this rate, or it lies before
                the first frame.
        """
        number = self.count(times.rate) - times.first_timecode.count(times.rate)
        if number < 0:
            raise TruthError(
                f"timecode {self} lies before {times.first_timecode}, the first frame",
                hint="say with --start-timecode which timecode the first frame bears",
            )
        return number, times.start_of(number)

    def count(self, rate: Fraction) -> int:
        """The frame that it counts at `rate` frames a second.

        Raises:
            TruthError: there is no such timecode at this rate.
        """
        base = round(rate)
        if self.frames >= base:
            raise TruthError(f"timecode {self} has no meaning at {float(rate):.3f} frames a second")
        minutes = 60 * self.hours + self.minutes
        number = (60 * minutes + self.seconds) * base + self.frames
        return number - self._left_out(minutes, rate) if self.drop else number

    def _left_out(self, minutes: int, rate: Fraction) -> int:
        """How many numbers were left out before this one."""
        base = round(rate)
        if base not in DROP_FRAME_RATES or abs(rate / base - 1) < abs(rate / base - NTSC):
            raise TruthError(
                f"drop-frame timecode {self} needs 29.97 or 59.94 frames a second, "
                f"not {float(rate):.3f}",
                hint="write it with a colon before the frames",
            )
        a_minute = base // 15
        if self.seconds == 0 and self.frames < a_minute and self.minutes % 10:
            raise TruthError(f"drop-frame timecode {self} does not exist: it is left out")
        return a_minute * (minutes - minutes // 10)


ZERO = Timecode(0, 0, 0, 0, drop=False)


def parse_timecode(text: str) -> Timecode:
    """SMPTE timecode: `01:02:03:12`, or with `;` before the frames for drop-frame.

    Raises:
        TruthError: `text` is none.
    """
    match = TIMECODE.fullmatch(text.strip())
    if match is None:
        raise TruthError(f"{quote(text)} is no timecode", hint="write HH:MM:SS:FF")
    clock = clock_parts(match[1], match[2], match[3], text)
    return Timecode(*clock, frames=int(match[5]), drop=match[4] == ";")


def clock_parts(hours: str, minutes: str, seconds: str, text: str) -> tuple[int, int, int]:
    """Hours, minutes and seconds of a time or timecode `text`.

    Raises:
        TruthError: minutes or seconds are beyond 59.
    """
    if int(minutes) > 59 or int(seconds) > 59:
        raise TruthError(f"{quote(text)} is no time: minutes and seconds end at 59")
    return int(hours), int(minutes), int(seconds)
