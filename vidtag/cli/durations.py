"""Lengths of time as they are typed: `2s`, `500ms`, `1.5`, `2min`, `1:30`, `1:02:03.5`."""

from __future__ import annotations

import re
from fractions import Fraction

from vidtag.errors import UsageError

_UNITS_US = {"ms": 1_000, "s": 1_000_000, "": 1_000_000, "min": 60_000_000, "h": 3_600_000_000}
_NUMBER = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?(ms|s|min|h|)", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,5}):)?(\d{1,5}):([0-5]?\d(?:\.\d{1,9})?)", re.ASCII)


def microseconds(text: str) -> int:
    """A length of time in microseconds, rounded.

    Raises:
        UsageError: it is none.
    """
    number, clock = _NUMBER.fullmatch(text.strip()), _CLOCK.fullmatch(text.strip())
    if number is not None:
        return round(Fraction(number[1]) * _UNITS_US[number[2]])
    if clock is not None:
        hours, minutes, seconds = clock.groups("0")
        return round((3600 * int(hours) + 60 * int(minutes) + Fraction(seconds)) * 1_000_000)
    raise UsageError(f"{text!r} is no length of time", hint="write it as 2s, 500ms or 1:30")
