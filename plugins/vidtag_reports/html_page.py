"""A report -> the values of the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from vidtag.api import EpisodeReport, Group, Report
from vidtag_reports.html_matrix import copresence_matrix, overview_matrix
from vidtag_reports.html_section import build_section
from vidtag_reports.html_text import clock, counted
from vidtag_reports.html_totals import group_rows
from vidtag_reports.html_values import Page, Rollup
from vidtag_reports.stretches import clean

Colors = dict[str, int]

PALETTE = 10  # colours of the style sheet
ALL = "All episodes"
LONGEST_MATRIX = 30  # labels; more are not legible


def build_page(report: Report) -> Page:
    """All that the template needs."""
    colors = _colors(report)
    anchors = [f"episode-{number}" for number in range(1, len(report.episodes) + 1)]
    return Page(
        title=_title(report),
        figures=tuple(_figures(report, colors)),
        rollups=tuple(_rollups(report, colors)),
        overview=overview_matrix(report.episodes, anchors, colors) if len(anchors) > 1 else None,
        sections=tuple(
            build_section(episode, anchor, colors)
            for episode, anchor in zip(report.episodes, anchors, strict=True)
        ),
        definition=report.definition,
        generator=report.generator,
    )


def _colors(report: Report) -> Colors:
    """Each label's colour, the same all over the page; by screen time in all."""
    totals: dict[str, int] = defaultdict(int)
    for episode in report.episodes:
        for time in episode.screen_times:
            totals[time.label] += time.duration_us
    ranked = sorted(totals, key=lambda label: (-totals[label], label))
    return {label: place % PALETTE for place, label in enumerate(ranked)}


def _title(report: Report) -> str:
    """The series, if it is one; the episode, if it is one."""
    if len(report.episodes) == 1:
        return clean(report.episodes[0].video.name)
    names = {episode.video.episode.series for episode in report.episodes}
    [name] = names if len(names) == 1 else [None]
    return clean(name) if name else "Screen time"


def _figures(report: Report, colors: Colors) -> Iterator[tuple[str, str]]:
    total_us = sum(episode.video.duration_us for episode in report.episodes)
    if len(report.episodes) != 1:
        yield "episodes", f"{len(report.episodes):,}"
    yield "running time", clock(total_us)
    yield "characters", f"{len(colors):,}"
    yield "appearances", f"{sum(map(_appearances, report.episodes)):,}"
    scenes = sum(len(episode.scenes) for episode in report.episodes)
    if scenes:
        yield "scenes", f"{scenes:,}"


def _appearances(episode: EpisodeReport) -> int:
    return sum(time.count for time in episode.screen_times)


def _rollups(report: Report, colors: Colors) -> Iterator[Rollup]:
    for number, group in enumerate(_groups(report), start=1):
        few = len(group.copresence.labels) <= LONGEST_MATRIX
        yield Rollup(
            anchor=f"total-{number}",
            name=ALL if group is report.total else clean(group.name),
            facts=f"{counted(group.videos, 'episode')}, {clock(group.duration_us)}",
            totals=group_rows(group, colors),
            matrix=copresence_matrix(group.copresence, colors) if few else None,
        )


def _groups(report: Report) -> list[Group]:
    """What adds several episodes up; of two that add up the same ones, the narrower."""
    candidates = [*([report.total] if report.total else []), *report.series, *report.seasons]
    several = [group for group in candidates if group.videos > 1]
    return [
        group
        for place, group in enumerate(several)
        if not any(
            _within(each, group) and each.videos == group.videos for each in several[place + 1 :]
        )
    ]


def _within(inner: Group, outer: Group) -> bool:
    """Whether the episodes of `inner` are all in `outer`."""
    return outer.series in (None, inner.series) and outer.season in (None, inner.season)
