"""CSV files: a header, then one stretch a line.

    label,start_frame,end_frame     frame numbers, from 0, the end not included
    label,start,end                 seconds, HH:MM:SS.mmm or HH:MM:SS:FF

`character` or `name` may stand for `label`; commas, semicolons or tabs between the columns; other
columns are left alone.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vidtag.errors import TruthError
from vidtag.truth.times import Moment, parse_frame, parse_time
from vidtag.truth.values import Mark, make_mark, quote, require_one_video

LABEL_COLUMNS = ("label", "character", "name")
TIME_COLUMNS: dict[tuple[str, str], Callable[[str], Moment]] = {
    ("start_frame", "end_frame"): parse_frame,
    ("start", "end"): parse_time,
    ("start_s", "end_s"): parse_time,
    ("start_time", "end_time"): parse_time,
}
VIDEO = "sha256"  # where there is such a column, all rows must be of one video
QUOTE = "'"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NEEDED = "the first line must be label,start,end or label,start_frame,end_frame"


def read_table(text: str) -> tuple[Mark, ...]:
    """The stretches of a CSV file.

    Raises:
        TruthError: naming the line that is wrong.
    """
    rows = _rows(text)
    _, header = next(rows, (1, []))
    names = [name.strip().lower() for name in header]
    columns = _columns(names)
    filled = [(number, row) for number, row in rows if any(map(str.strip, row))]
    marks = tuple(_mark(row, columns, f"line {number}") for number, row in filled)
    if VIDEO in names:
        require_one_video(row[names.index(VIDEO)] for _, row in filled)
    return marks


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of each row."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        raise TruthError(f"line {rows.line_num}: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    count: int
    label: int
    start: int
    end: int
    parse: Callable[[str], Moment]


def _delimiter(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return max(",;\t", key=header.count)


def _columns(header: list[str]) -> _Columns:
    twice = [name for name, count in Counter(filter(None, header)).items() if count > 1]
    if twice:
        raise TruthError(f"line 1: there are two columns {quote(twice[0])}")
    labels = [name for name in LABEL_COLUMNS if name in header]
    times = [pair for pair in TIME_COLUMNS if set(pair) <= set(header)]
    if not labels or len(times) != 1:
        raise TruthError(f"line 1: the columns are {quote(','.join(header))}", hint=NEEDED)
    [(start, end)] = times
    return _Columns(
        count=len(header),
        label=header.index(labels[0]),
        start=header.index(start),
        end=header.index(end),
        parse=TIME_COLUMNS[start, end],
    )


def _mark(row: list[str], columns: _Columns, place: str) -> Mark:
    if len(row) != columns.count:
        raise TruthError(f"{place}: expected {columns.count} columns, found {len(row)}")
    try:
        start, end = columns.parse(row[columns.start]), columns.parse(row[columns.end])
    except TruthError as error:
        raise TruthError(f"{place}: {error.message}", hint=error.hint) from error
    return make_mark(_unquoted(row[columns.label]), start, end, place)


def _unquoted(cell: str) -> str:
    """Without the quote that keeps a spreadsheet from taking a cell for a formula."""
    return cell[1:] if cell.startswith(QUOTE) and cell[1:].startswith(FORMULA_STARTS) else cell
