"""CSV files with a header, one row per face or view."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

Cell = str | int | float


def write_table(path: Path, rows: Sequence[Mapping[str, Cell]]) -> None:
    """Write `rows`, of which there must be one at least, under the names of the first."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def read_table(path: Path) -> list[dict[str, str]]:
    """Read the rows back; every cell is text."""
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
