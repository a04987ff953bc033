"""Presentation timestamps as exact microseconds that always advance."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from statistics import median_low

_JUMP_S = Fraction(1, 4)  # a step back of more than this is a break in the time line
_ROUNDING_S = Fraction(2, 1000)  # Matroska and FLV count in milliseconds
_RECENT_FRAMES = 15  # tell what is usual
_UNKNOWN_DURATION_S = Fraction(1, 25)  # of one lonely frame without duration or rate


def to_us(ticks: int, time_base: Fraction) -> int:
    """Convert `ticks` of `time_base` seconds to microseconds, rounding half to even."""
    # What `round(ticks * time_base * 1_000_000)` is, several times as fast: a frame needs it twice.
    whole, rest = divmod(ticks * time_base.numerator * 1_000_000, time_base.denominator)
    over_half = 2 * rest - time_base.denominator
    return whole + (over_half > 0 or (over_half == 0 and whole % 2))


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a frame is shown, and for how long."""

    pts_us: int
    duration_us: int

    @property
    def end_us(self) -> int:
        """When it is over."""
        return self.pts_us + self.duration_us


class Clock:
    """Turns the timestamps of frames in display order into ones that strictly advance.

    A frame without a timestamp follows the one before it by that one's duration. A timestamp that
    lies a little behind the one before is moved just past it; after a jump back by more than a
    quarter of a second (files joined end to end) the rest is shifted to go on without a gap.

    Args:
        time_base: seconds per tick.
        rate: frames per second, if the container tells.
    """

    def __init__(self, *, time_base: Fraction, rate: Fraction | None) -> None:
        self._time_base = time_base
        self._nominal = max(1, round((1 / rate if rate else _UNKNOWN_DURATION_S) / time_base))
        self._step = max(1, round(Fraction(1, 1_000_000) / time_base))  # least that is an advance
        self._rounding = _ROUNDING_S // time_base
        self._deltas: deque[int] = deque(maxlen=_RECENT_FRAMES)
        self._misses: deque[int] = deque(maxlen=_RECENT_FRAMES)  # of the stated durations
        self._last: int | None = None
        self._last_stated: int | None = None
        self._last_duration = self._nominal
        self._shift = 0
        self._missing = 0
        self._behind = 0

    def stamp(self, pts: int | None, duration: int | None) -> Stamp:
        """Return the time of the next frame; both arguments are in ticks."""
        ticks = self._advance(pts)
        if self._last is not None and pts is not None and ticks == pts + self._shift:
            self._learn(ticks - self._last)
        self._last, self._last_stated = ticks, duration if duration and duration > 0 else None
        self._last_duration = self._duration()
        pts_us = to_us(ticks, self._time_base)
        # The difference of two rounded times: rounding errors do not add up.
        return Stamp(pts_us, to_us(ticks + self._last_duration, self._time_base) - pts_us)

    def problems(self) -> tuple[str, ...]:
        """What was wrong with the timestamps so far."""
        found = []
        if self._missing:
            found.append(f"{count(self._missing, 'frame')} had no timestamp")
        if self._behind:
            found.append(f"{count(self._behind, 'timestamp')} went back in time")
        return tuple(found)

    def _advance(self, pts: int | None) -> int:
        goes_on = 0 if self._last is None else self._last + self._last_duration
        if pts is None:
            self._missing += 1
            return goes_on
        ticks = pts + self._shift
        if self._last is None or ticks >= self._last + self._step:
            return ticks
        self._behind += 1
        if (self._last - ticks) * self._time_base <= _JUMP_S:
            return self._last + self._step
        self._shift += goes_on - ticks
        return goes_on

    def _learn(self, delta: int) -> None:
        self._deltas.append(delta)
        if self._last_stated is not None:
            self._misses.append(abs(delta - self._last_stated))

    def _duration(self) -> int:
        """What the container states, unless that was wrong of late: then what is usual of late.

        With variable frame rate and B-frames, MP4 durations are those between decoding times.
        """
        believed = max(self._misses, default=0) <= self._rounding
        if self._last_stated and believed:
            return self._last_stated
        return median_low(self._deltas) if self._deltas else self._nominal


def count(number: int, noun: str) -> str:
    """`1 frame`, `2 frames`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
