"""RTTM: `SPEAKER file channel start duration <NA> <NA> label <NA> <NA>`, in seconds."""

from __future__ import annotations

from collections.abc import Iterator

from vidtag.errors import TruthError
from vidtag.truth.times import PresentationTime, parse_time
from vidtag.truth.values import Mark, make_mark, quote, require_one_video

COMMENT = ";;"
SPEAKER = "SPEAKER"
FEWEST_FIELDS = 8


def read_rttm(text: str) -> tuple[Mark, ...]:
    """The speakers' stretches.

    Raises:
        TruthError: naming the line that is wrong; or it speaks of several videos.
    """
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), start=1)]
    kept = [(n, fields) for n, fields in lines if fields and not fields[0].startswith(COMMENT)]
    require_one_video(fields[1] for _, fields in kept if len(fields) >= FEWEST_FIELDS)
    return tuple(_marks(kept))


def _marks(lines: list[tuple[int, list[str]]]) -> Iterator[Mark]:
    for number, fields in lines:
        place = f"line {number}"
        if fields[0] != SPEAKER:
            continue
        if len(fields) < FEWEST_FIELDS:
            raise TruthError(f"{place}: expected {FEWEST_FIELDS} fields, found {len(fields)}")
        start, length = (_microseconds(field, place) for field in fields[3:5])
        end = PresentationTime(start + length)
        yield make_mark(fields[7], PresentationTime(start), end, place)


def _microseconds(text: str, place: str) -> int:
    try:
        moment = parse_time(text)
    except TruthError as error:
        raise TruthError(f"{place}: {error.message}", hint=error.hint) from error
    if not isinstance(moment, PresentationTime):
        raise TruthError(f"{place}: {quote(text)} is no number of seconds")
    return moment.us
