"""A table with bars for the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from rich.cells import cell_len, set_cell_size

from vidtag.api import EpisodeReport, Group, LabelTotal, Report, ScreenTime, one_line

EIGHTHS = " ▏▎▍▌▋▊▉█"
LONGEST_BAR = 40
NARROWEST = 20
SHORTEST_BAR = 6  # below this a bar says less than the percentage beside it


class Row(NamedTuple):
    """One label's line."""

    label: str
    share: float
    cells: tuple[str, ...]  # right of the bar; the last one is as long as it is
    interval: str


class TextReporter:
    """Screen time per character, then in all, as wide as the terminal."""

    name = "text"
    suffix = ".txt"
    media_type = "text/plain"
    needs_scenes = False

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write `report` to `out` in UTF-8."""
        width = shutil.get_terminal_size().columns
        out.write(("\n".join(_lines(report, width)) + "\n").encode(errors="replace"))


def _lines(report: Report, width: int) -> Iterator[str]:
    if report.by == "episode":
        for episode in report.episodes:
            yield from _episode(episode, width)
        groups = [*(each for each in report.seasons if each.videos > 1), *report.series]
        for group in _without_repeats(groups):
            yield f"{one_line(group.name)} in all  {group.videos} episodes  {_length(group)}"
            yield from _group(group, width)
            yield ""
    else:
        for group in report.groups:
            yield f"{one_line(group.name)}  {_length(group)}"
            yield from _group(group, width) if group.totals else ("  nobody",)
            yield ""
    yield from textwrap.wrap(report.definition, max(width, NARROWEST))


def _episode(episode: EpisodeReport, width: int) -> Iterator[str]:
    whole_us = episode.video.duration_us
    yield f"{one_line(episode.video.name)}  {clock(whole_us)}"
    yield from _notes(episode)
    times = episode.screen_times
    yield from _table([_row(time, whole_us, [time.detector or ""]) for time in times], width)
    yield from _corrected(times)
    for time in episode.other_times:
        by = one_line(time.detector or "hand")
        yield f"  not counted: {one_line(time.label)}  {clock(time.duration_us)}  by {by}"
    yield ""


def _notes(episode: EpisodeReport) -> Iterator[str]:
    video = episode.video
    if video.frames is None:
        yield "  not scanned to its end yet: scan it again"
    for problem in video.problems:
        yield f"  read in part: {one_line(problem)}"
    if video.frames is not None and not episode.screen_times:
        yield "  nothing to report"


def _without_repeats(groups: Sequence[Group]) -> Iterator[Group]:
    """Those of several episodes; not a season that is all of its series."""
    for group in groups:
        whole = {each.series: each.videos for each in groups if each.season is None}
        repeats = group.season is not None and group.videos == whole.get(group.series)
        if group.videos > 1 and not repeats:
            yield group


def clock(us: int) -> str:
    """`0:24.57`, `1:02:03.40`: hours when needed, minutes, seconds with two decimals."""
    hundredths = round(us / 10_000)
    minutes, rest = divmod(hundredths, 6_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest // 100:02d}.{rest % 100:02d}"
    return f"{hours}:{minutes:02d}:{seconds}" if hours else f"{minutes}:{seconds}"


def _length(group: Group) -> str:
    return clock(group.duration_us)


def _group(group: Group, width: int) -> Iterator[str]:
    rows = [_row(total, group.duration_us, total.detectors) for total in group.totals]
    yield from _table(rows, width)
    yield from _corrected(group.totals)


def _row(time: ScreenTime | LabelTotal, whole_us: int, detectors: Sequence[str]) -> Row:
    share = time.duration_us / whole_us if whole_us else 0.0
    by = ", ".join(map(one_line, filter(None, detectors))) or "hand"
    cells = (clock(time.duration_us), f"{100 * share:.1f} %", f"{time.count}x")
    return Row(
        label=one_line(time.label),
        share=share,
        cells=(*cells, f"by {by}"),
        interval="-".join(map(clock, time.interval_us or ())),
    )


def _corrected(times: Sequence[ScreenTime | LabelTotal]) -> Iterator[str]:
    for time in times:
        added = f" +{time.added_us / 1e6:.2f} s" if time.added_us else ""
        removed = f" -{time.removed_us / 1e6:.2f} s" if time.removed_us else ""
        if added or removed:
            yield f"  corrected: {one_line(time.label)}{added}{removed}"


def _table(rows: Sequence[Row], width: int) -> Iterator[str]:
    """Where there is little room the bar goes first, then the interval."""
    if not rows:
        return
    label_width = max(cell_len(row.label) for row in rows)
    lines = [[*row.cells[:2], row.interval, *row.cells[2:]] for row in rows]
    if _needed(lines, label_width) > width or not any(row.interval for row in rows):
        lines = [list(row.cells) for row in rows]
    sizes = [max(map(len, column)) for column in zip(*lines, strict=True)]
    bar = min(LONGEST_BAR, width - _needed(lines, label_width) - 2)
    for row, texts in zip(rows, lines, strict=True):
        parts = [set_cell_size(row.label, label_width)]
        if bar >= SHORTEST_BAR:
            parts.append(_bar(row.share, bar))
        parts += [text.rjust(size) for text, size in zip(texts[:-1], sizes, strict=False)]
        yield "  " + "  ".join([*parts, texts[-1]])


def _needed(lines: Sequence[Sequence[str]], label_width: int) -> int:
    """Columns without a bar."""
    sizes = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return 2 + label_width + sum(sizes) + 2 * len(sizes)


def _bar(share: float, width: int) -> str:
    eighths = round(min(share, 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return (EIGHTHS[8] * full + (EIGHTHS[rest] if rest else "")).ljust(width, "·")
