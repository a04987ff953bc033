"""A table with bars for the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import BinaryIO

from vidtag.api import EpisodeReport, Group, LabelTotal, Report, ScreenTime, one_line
from vidtag_reports.text_table import Row, table

NARROWEST = 20
LONGEST_LINE = 100  # of text that is to be read


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
    elif report.by == "scene":
        yield from _scenes(report, width)
    else:
        for group in report.groups:
            yield f"{one_line(group.name)}  {_length(group)}"
            yield from _group(group, width) if group.totals else ("  nobody",)
            yield ""
    yield from textwrap.wrap(report.definition, min(max(width, NARROWEST), LONGEST_LINE))


def _episode(episode: EpisodeReport, width: int) -> Iterator[str]:
    whole_us = episode.video.duration_us
    yield f"{one_line(episode.video.name)}  {clock(whole_us)}"
    yield from _notes(episode)
    times = episode.screen_times
    rows = [_row(time, whole_us, episode.cast_us, [time.detector or ""]) for time in times]
    yield from table(rows, width)
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


def _scenes(report: Report, width: int) -> Iterator[str]:
    """Each video's scenes, those without anybody in one line."""
    scenes = {
        sha256: list(groups)
        for sha256, groups in groupby(
            report.groups, key=lambda group: group.video.sha256 if group.video else ""
        )
    }
    for episode in report.episodes:
        yield f"{one_line(episode.video.name)}  {clock(episode.video.duration_us)}"
        yield from _notes(episode)
        if episode.screen_times:
            yield from _scenes_of(scenes.get(episode.video.sha256, ()), width)
        yield ""


def _scenes_of(groups: Sequence[Group], width: int) -> Iterator[str]:
    for group in groups:
        if group.scene is not None and group.totals:
            times = f"{clock(group.scene.start_us)}-{clock(group.scene.end_us)}"
            yield f" scene {group.scene.number + 1}  {times}  {_length(group)}"
            yield from _group(group, width)
    empty = [group.scene.number + 1 for group in groups if group.scene and not group.totals]
    if empty:
        yield f" nobody in scene{'s' if len(empty) > 1 else ''} {_ranges(empty)}"


def _ranges(numbers: Sequence[int]) -> str:
    """`1-3, 5`: ascending `numbers`, the consecutive ones joined."""
    runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    parts = [[number for _, number in run] for _, run in runs]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in parts)


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
    rows = [
        _row(total, group.duration_us, group.cast_us, total.detectors) for total in group.totals
    ]
    yield from table(rows, width)
    yield from _corrected(group.totals)


def _row(
    time: ScreenTime | LabelTotal, whole_us: int, cast_us: int, detectors: Sequence[str]
) -> Row:
    share = time.duration_us / whole_us if whole_us else 0.0
    by = ", ".join(map(one_line, filter(None, detectors))) or "hand"
    return Row(
        label=one_line(time.label),
        share=share,
        figures=(clock(time.duration_us), f"{100 * share:.1f} %", f"{time.count}x"),
        interval="-".join(map(clock, time.interval_us)),
        more=tuple(_more(time, cast_us)),
        by=f"by {by}",
    )


def _more(time: ScreenTime | LabelTotal, cast_us: int) -> Iterator[str]:
    """What is told where there is room."""
    yield f"mean {clock(round(time.duration_us / time.count))}" if time.count else ""
    if isinstance(time, ScreenTime):
        yield f"longest {clock(time.longest.duration_us)}" if time.longest else ""
        yield f"first {clock(time.first.start_us)}" if time.first else ""
        yield f"last {clock(time.last.end_us)}" if time.last else ""
    yield f"{100 * time.duration_us / cast_us:.1f} % of cast" if cast_us else ""


def _corrected(times: Sequence[ScreenTime | LabelTotal]) -> Iterator[str]:
    for time in times:
        added = f" +{time.added_us / 1e6:.2f} s" if time.added_us else ""
        removed = f" -{time.removed_us / 1e6:.2f} s" if time.removed_us else ""
        if added or removed:
            yield f"  corrected: {one_line(time.label)}{added}{removed}"
