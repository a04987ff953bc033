"""Rows of figures with bars, as wide as the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

EIGHTHS = " ▏▎▍▌▋▊▉█"
LONGEST_BAR = 40
ROOMY_BAR = 24  # what else there is to tell comes before a longer one
SHORTEST_BAR = 6  # below this a bar says less than the percentage beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One label's line."""

    label: str
    share: float  # of the bar that is filled
    figures: tuple[str, ...]  # always there, right of the bar
    interval: str
    more: tuple[str, ...]  # the first of them are there where there is room
    by: str


def table(rows: Sequence[Row], width: int) -> Iterator[str]:
    """Where there is little room the bar goes first, then the interval."""
    if not rows:
        return
    label_width = max(cell_len(row.label) for row in rows)
    lines = _fitting(rows, label_width, width)
    bar = min(LONGEST_BAR, width - _needed(lines, label_width) - 2)
    sizes = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for row, cells in zip(rows, lines, strict=True):
        parts = [set_cell_size(row.label, label_width)]
        if bar >= SHORTEST_BAR:
            parts.append(_bar(row.share, bar))
        parts += [text.rjust(size) for text, size in zip(cells[:-1], sizes, strict=False)]
        yield "  " + "  ".join([*parts, cells[-1]])


def _fitting(rows: Sequence[Row], label_width: int, width: int) -> list[list[str]]:
    """The cells right of the bar, as many as there is room for."""
    for more in range(len(rows[0].more), 0, -1):
        lines = [_cells(row, more) for row in rows]
        if _needed(lines, label_width) + 2 + ROOMY_BAR <= width:
            return lines
    lines = [_cells(row, 0) for row in rows]
    if _needed(lines, label_width) <= width:
        return lines
    return [[*row.figures, row.by] for row in rows]


def _cells(row: Row, more: int) -> list[str]:
    share, *figures = row.figures[1:]
    return [row.figures[0], share, row.interval, *figures, *row.more[:more], row.by]


def _needed(lines: Sequence[Sequence[str]], label_width: int) -> int:
    """Columns without a bar."""
    sizes = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return 2 + label_width + sum(sizes) + 2 * len(sizes)


def _bar(share: float, width: int) -> str:
    eighths = round(min(share, 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return (EIGHTHS[8] * full + (EIGHTHS[rest] if rest else "")).ljust(width, "·")
