"""SubRip and WebVTT: a cue for each stretch, each line of its text a label.

    12
    00:00:04,713 --> 00:00:07,007
    ross

Read here and not with a library of subtitles: those leave out what they do not understand.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import groupby

from vidtag.errors import TruthError
from vidtag.truth.times import parse_time
from vidtag.truth.values import Mark, make_mark, quote

WEBVTT = "WEBVTT"
OTHER_BLOCKS = (WEBVTT, "NOTE", "STYLE", "REGION")
_TIMING = re.compile(r"\s*(\S+)[ \t]+-->[ \t]+(\S+)(?:[ \t].*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>.*", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")

Line = tuple[int, str]


def read_subtitles(text: str) -> tuple[Mark, ...]:
    """The cues of a SubRip or WebVTT file.

    Raises:
        TruthError: naming the line that is wrong.
    """
    is_webvtt = text.startswith(WEBVTT)
    return tuple(mark for block in _blocks(text) for mark in _marks(block, is_webvtt=is_webvtt))


def _blocks(text: str) -> Iterator[list[Line]]:
    """Runs of (line number, line) between empty lines."""
    lines = enumerate(re.split(r"\r\n|\r|\n", text), start=1)
    for filled, block in groupby(lines, key=lambda line: bool(line[1].strip())):
        if filled:
            yield list(block)


def _marks(block: list[Line], *, is_webvtt: bool) -> Iterator[Mark]:
    number, first = block[0]
    if is_webvtt and first.startswith(OTHER_BLOCKS) and "-->" not in first:
        return
    at = next((index for index, (_, line) in enumerate(block[:2]) if "-->" in line), None)
    match = None if at is None else _TIMING.fullmatch(block[at][1])
    if at is None or match is None:
        raise TruthError(
            f"line {number}: {quote(first)} is no cue", hint="write START --> END, then the label"
        )
    place = f"line {block[at][0]}"
    try:
        start, end = parse_time(match[1]), parse_time(match[2])
    except TruthError as error:
        raise TruthError(f"{place}: {error.message}", hint=error.hint) from error
    if not block[at + 1 :]:
        raise TruthError(f"{place}: there is no label")
    for _, line in block[at + 1 :]:
        yield make_mark(_plain(line) if is_webvtt else line, start, end, place)


def _plain(line: str) -> str:
    """The text of a WebVTT cue without tags; of a voice, who speaks."""
    voice = _VOICE.fullmatch(line)
    return html.unescape(voice[1] if voice else _TAG.sub("", line))
