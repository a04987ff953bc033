"""CMX 3600 edit decision lists: each event is a stretch of the source, its clip name the label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from vidtag.errors import TruthError
from vidtag.truth.timecode import Timecode, parse_timecode
from vidtag.truth.values import Mark, make_mark

BLACK = ("BL", "BLK")  # reels without a picture
_EVENT = re.compile(r"\d{3,6}\s+(\S+)\s+\S+\s+\S+(?:\s+\d+)?" + r"\s+(\d\d:\d\d:\d\d[:;]\d+)" * 4)
_NAME = re.compile(r"\*\s*FROM CLIP NAME:\s*(.*)")
_COUNTING = re.compile(r"FCM:\s*(NON-)?DROP[ -]FRAME")

Line = tuple[int, str]


def read_edl(text: str) -> tuple[Mark, ...]:
    """The events of an edit decision list.

    Raises:
        TruthError: naming the line that is wrong, or there are no events.
    """
    marks = tuple(_marks(text))
    if not marks:
        raise TruthError("there are no events in it", hint="export it as CMX 3600")
    return marks


def _marks(text: str) -> Iterator[Mark]:
    drop = False
    for lines in _events(text):
        number, head = lines[0]
        if counting := _COUNTING.match(head):
            drop = counting[1] is None
        if not (event := _EVENT.match(head)) or event[1] in BLACK:
            continue
        names = [match[1] for _, line in lines if (match := _NAME.match(line))]
        if not names:
            raise TruthError(f"line {number}: the event has no FROM CLIP NAME")
        start, end = (_timecode(event[n], drop) for n in (2, 3))
        yield make_mark(names[0], start, end, f"line {number}")


def _events(text: str) -> Iterator[list[Line]]:
    """Lines, each event with the comments that follow it."""
    begun = 0

    def key(line: Line) -> int:
        nonlocal begun
        begun += not line[1].startswith("*")
        return begun

    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    for _, group in groupby(lines, key):
        yield list(group)


def _timecode(text: str, drop: bool) -> Timecode:
    """Some programs say only in the line `FCM` that they drop numbers."""
    return parse_timecode(text[:8] + ";" + text[9:] if drop else text)
