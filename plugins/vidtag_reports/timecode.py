"""Timecode of a video whose frames all last equally long."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from vidtag.api import UsageError, VidtagError

if TYPE_CHECKING:
    from opentimelineio.opentime import RationalTime

DROP = ";"


def parse_timecode(text: str, rate: Fraction) -> RationalTime:
    """The frame that the timecode `text` counts; with `;` it is drop-frame.

    Raises:
        UsageError: it is no timecode at this rate.
    """
    from opentimelineio.opentime import RationalTime, from_timecode

    if not text.strip("0:;"):  # means the same at any rate, also where there is no timecode
        return RationalTime(0, float(rate))
    try:
        return from_timecode(text, float(rate))
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no timecode at {float(rate):.6g} frames a second: {error}",
            hint="write HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame",
        ) from error


def format_timecode(time: RationalTime, *, drop: bool) -> str:
    """`time` as `01:02:03:12`, or drop-frame as `01:02:03;12`.

    Raises:
        VidtagError: there is no timecode at its rate.
    """
    from opentimelineio.opentime import to_timecode

    try:
        return str(to_timecode(time, time.rate, drop_frame=drop))
    except ValueError as error:
        raise VidtagError(
            f"there is no timecode at {time.rate:.6g} frames a second",
            hint="export otio, csv or webvtt instead",
        ) from error
