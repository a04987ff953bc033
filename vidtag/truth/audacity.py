"""Audacity label tracks: start and end in seconds and the label, with tabs between, no header."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vidtag.errors import TruthError
from vidtag.truth.times import parse_time
from vidtag.truth.values import Mark, make_mark, quote

SPECTRUM = "\\"  # begins a second line about the frequencies of a label
_LABEL_LINE = re.compile(r"-?\d+(?:[.,]\d+)?\t-?\d+(?:[.,]\d+)?\t", re.ASCII)


def is_audacity(text: str) -> bool:
    """Whether `text` begins like a label track."""
    return _LABEL_LINE.match(text) is not None


def read_audacity(text: str) -> tuple[Mark, ...]:
    """The stretches of a label track.

    Raises:
        TruthError: naming the line that is wrong.
    """
    return tuple(_marks(text))


def _marks(text: str) -> Iterator[Mark]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith(SPECTRUM):
            continue
        if not _LABEL_LINE.match(line):
            raise TruthError(
                f"line {number}: {quote(line)} is no label",
                hint="Audacity writes start, end and label with tabs between",
            )
        start, end, label = line.split("\t", 2)
        yield make_mark(label, parse_time(start), parse_time(end), f"line {number}")
