"""A table with bars for the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from rich.cells import cell_len, set_cell_size

from vidtag.api import EpisodeReport, Report, one_line

EIGHTHS = " ▏▎▍▌▋▊▉█"
LONGEST_BAR = 40
NARROWEST = 20
SHORTEST_BAR = 6  # below this a bar says less than the percentage beside it


class Row(NamedTuple):
    """One label's line."""

    label: str
    detector: str
    duration_us: int
    appearances: int


class TextReporter:
    """Screen time per character and episode, then in all, as wide as the terminal."""

    name = "text"
    suffix = ".txt"
    media_type = "text/plain"

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write `report` to `out` in UTF-8."""
        width = shutil.get_terminal_size().columns
        out.write(("\n".join(_lines(report, width)) + "\n").encode())


def _lines(report: Report, width: int) -> Iterator[str]:
    for episode in report.episodes:
        yield _heading(episode)
        yield from _notes(episode)
        rows = [
            Row(time.label, time.detector, time.duration_us, len(time.segments))
            for time in episode.screen_times
        ]
        yield from _table(rows, episode.video.duration_us, width)
        yield ""
    for name, episodes in _groups(report.episodes):
        total_us = sum(episode.video.duration_us for episode in episodes)
        yield f"{name} in all  {len(episodes)} episodes  {clock(total_us)}"
        yield from _table(_summed(episodes), total_us, width)
        yield ""
    yield from textwrap.wrap(report.definition, max(width, NARROWEST))


def _heading(episode: EpisodeReport) -> str:
    return f"{one_line(episode.video.name)}  {clock(episode.video.duration_us)}"


def _notes(episode: EpisodeReport) -> Iterator[str]:
    video = episode.video
    if video.frames is None:
        yield "  not scanned to its end yet: scan it again"
    for problem in video.problems:
        yield f"  read in part: {one_line(problem)}"
    if video.frames is not None and not episode.screen_times:
        yield "  nothing to report"


def clock(us: int) -> str:
    """`0:24.57`, `1:02:03.40`: hours when needed, minutes, seconds with two decimals."""
    hundredths = round(us / 10_000)
    minutes, rest = divmod(hundredths, 6_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest // 100:02d}.{rest % 100:02d}"
    return f"{hours}:{minutes:02d}:{seconds}" if hours else f"{minutes}:{seconds}"


def _groups(episodes: Sequence[EpisodeReport]) -> Iterator[tuple[str, list[EpisodeReport]]]:
    """Seasons and series of which there is more than one episode."""
    seasons: dict[tuple[str, int], list[EpisodeReport]] = defaultdict(list)
    series: dict[str, list[EpisodeReport]] = defaultdict(list)
    for episode in episodes:
        where = episode.video.episode
        if where.series is not None:
            series[where.series].append(episode)
            if where.season is not None:
                seasons[where.series, where.season].append(episode)
    for (name, season), members in seasons.items():
        if 1 < len(members) < len(series[name]):
            yield f"{one_line(name)} season {season}", members
    for name, members in series.items():
        if len(members) > 1:
            yield one_line(name), members


def _summed(episodes: Iterable[EpisodeReport]) -> list[Row]:
    totals: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for episode in episodes:
        for time in episode.screen_times:
            total = totals[time.label, time.detector]
            total[0] += time.duration_us
            total[1] += len(time.segments)
    rows = [Row(label, detector, *total) for (label, detector), total in totals.items()]
    return sorted(rows, key=lambda row: (-row.duration_us, row.label, row.detector))


def _table(rows: Sequence[Row], total_us: int, width: int) -> Iterator[str]:
    if not rows:
        return
    label_width = max(cell_len(one_line(row.label)) for row in rows)
    cells = [_cells(row, total_us) for row in rows]
    right = [max(map(len, column)) for column in zip(*cells, strict=True)]
    bar = min(LONGEST_BAR, width - 2 - label_width - 2 - sum(right) - 2 * len(right))
    for row, texts in zip(rows, cells, strict=True):
        parts = [set_cell_size(one_line(row.label), label_width)]
        if bar >= SHORTEST_BAR:
            parts.append(_bar(row.duration_us / total_us if total_us else 0.0, bar))
        parts += [text.rjust(size) for text, size in zip(texts[:-1], right, strict=False)]
        yield "  " + "  ".join([*parts, texts[-1]])


def _cells(row: Row, total_us: int) -> tuple[str, str, str, str]:
    share = 100 * row.duration_us / total_us if total_us else 0.0
    return (clock(row.duration_us), f"{share:.1f} %", f"{row.appearances}x", f"by {row.detector}")


def _bar(share: float, width: int) -> str:
    eighths = round(min(share, 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return (EIGHTHS[8] * full + (EIGHTHS[rest] if rest else "")).ljust(width, "·")
