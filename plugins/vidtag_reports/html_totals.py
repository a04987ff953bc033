"""Tables of totals: of an episode, and of a group of them."""

from __future__ import annotations

from collections.abc import Mapping

from vidtag.api import EpisodeReport, Group, LabelTotal, ScreenTime
from vidtag_reports.html_text import clock, length, percent
from vidtag_reports.html_values import Bar, TotalRow
from vidtag_reports.stretches import clean

FULL = 1000
MINUS = "\N{MINUS SIGN}"


def episode_rows(episode: EpisodeReport, colors: Mapping[str, int]) -> tuple[TotalRow, ...]:
    """A row for each label of an episode, longest first."""
    longest_us = max((time.interval_us[1] for time in episode.screen_times), default=0)
    return tuple(
        _episode_row(time, episode, longest_us, colors[time.label]) for time in episode.screen_times
    )


def _episode_row(time: ScreenTime, episode: EpisodeReport, longest_us: int, color: int) -> TotalRow:
    first, last, longest = time.first, time.last, time.longest
    return TotalRow(
        color=color,
        label=clean(time.label),
        bar=_bar(time.duration_us, time.interval_us, longest_us),
        total=clock(time.duration_us, decimals=1),
        interval=_interval(time.interval_us),
        share=percent(_ratio(time.duration_us, episode.video.duration_us)),
        of_cast=percent(_ratio(time.duration_us, episode.cast_us)),
        count=str(time.count),
        mean="" if time.mean_us is None else length(time.mean_us),
        first=clock(first.start_us) if first else "",
        last=clock(last.end_us) if last else "",
        longest=length(longest.duration_us) if longest else "",
        corrected=_corrected(time.added_us, time.removed_us),
        videos="",
    )


def group_rows(group: Group, colors: Mapping[str, int]) -> tuple[TotalRow, ...]:
    """A row for each label of a group, longest first."""
    longest_us = max((total.interval_us[1] for total in group.totals), default=0)
    return tuple(
        _group_row(total, group, longest_us, colors.get(total.label, 0)) for total in group.totals
    )


def _group_row(total: LabelTotal, group: Group, longest_us: int, color: int) -> TotalRow:
    return TotalRow(
        color=color,
        label=clean(total.label),
        bar=_bar(total.duration_us, total.interval_us, longest_us),
        total=clock(total.duration_us, decimals=1),
        interval=_interval(total.interval_us),
        share=percent(_ratio(total.duration_us, group.duration_us)),
        of_cast=percent(_ratio(total.duration_us, group.cast_us)),
        count=f"{total.count:,}",
        mean=length(total.duration_us / total.count) if total.count else "",
        first="",
        last="",
        longest="",
        corrected=_corrected(total.added_us, total.removed_us),
        videos=f"{total.videos} of {group.videos}",
    )


def _bar(total_us: int, interval_us: tuple[int, int], longest_us: int) -> Bar:
    low, high = (round(FULL * _ratio(end, longest_us), 1) for end in interval_us)
    return Bar(length=round(FULL * _ratio(total_us, longest_us), 1), low=low, high=high)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _interval(interval_us: tuple[int, int]) -> str:
    low, high = (clock(end, decimals=1) for end in interval_us)
    return low if low == high else f"{low} – {high}"  # noqa: RUF001  a range


def _corrected(added_us: int, removed_us: int) -> str:
    added = [f"+{length(added_us)}"] if added_us else []
    removed = [f"{MINUS}{length(removed_us)}"] if removed_us else []
    return " ".join(added + removed)
