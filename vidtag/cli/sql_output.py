"""What `vidtag query --sql` prints: a table for people, CSV or JSON for programs."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any

from vidtag.cli.format import table
from vidtag.text import one_line

if TYPE_CHECKING:
    from vidtag.store import SqlResult
    from vidtag.store.sql import SqlValue

WIDEST = 60  # characters of a cell in the table
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text(result: SqlResult) -> str:
    """A table; long values are cut off, and what could move the cursor is a blank."""
    header = [_short(name) for name in result.columns]
    rows = [[_short(_text(value)) for value in row] for row in result.rows]
    return table([["-" * len(name) for name in header], *rows], header=header)


def as_csv(result: SqlResult) -> str:
    """RFC 4180 with a header; text that would start a formula gets a quote before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(map(_cell, result.columns))
    writer.writerows([_cell(value) for value in row] for row in result.rows)
    return text.getvalue()


def as_dict(result: SqlResult) -> dict[str, Any]:
    """Columns and rows apart, as names of columns need not be distinct."""
    return {
        "columns": list(result.columns),
        "rows": [[_json(value) for value in row] for row in result.rows],
        "complete": result.complete,
    }


def _text(value: SqlValue) -> str:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return "NULL" if value is None else str(value)


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= WIDEST else f"{line[: WIDEST - 1]}…"


def _cell(value: SqlValue) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return "" if value is None else _text(value)


def _json(value: SqlValue) -> SqlValue:
    """JSON has no blobs, and no numbers beyond the finite ones."""
    if isinstance(value, bytes) or (isinstance(value, float) and not math.isfinite(value)):
        return _text(value)
    return value
