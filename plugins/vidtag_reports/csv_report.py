"""One line for each label of each episode, scene, season or series, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from vidtag.api import Episode, EpisodeReport, Group, LabelTotal, Report, ScreenTime, VideoRecord
from vidtag_reports.csv_cells import text_cell
from vidtag_reports.stretches import decimal_seconds

COLUMNS = (
    "series", "season", "episode", "title", "scene", "path", "label", "detector", "threshold",
    "seconds", "low_s", "high_s", "share", "share_of_cast", "appearances", "mean_s", "first_s",
    "last_s", "longest_s", "added_s", "removed_s", "videos", "completeness",
)  # fmt: skip


class CsvReporter:
    """RFC 4180, UTF-8, with a header; seconds with six decimals.

    `low_s` and `high_s` are the 95 % interval. What a group has no single one of is empty.
    """

    name = "csv"
    suffix = ".csv"
    media_type = "text/csv"
    needs_scenes = False

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write `report` to `out`."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(_rows(report))
        out.write(text.getvalue().encode(errors="replace"))


def _rows(report: Report) -> Iterator[dict[str, str]]:
    if report.by == "episode":
        for episode in report.episodes:
            for time in episode.screen_times:
                yield _video(episode.video) | _screen_time(episode, time)
    else:
        for group in report.groups:
            for total in group.totals:
                yield _group(group) | _total(group, total)


def _video(video: VideoRecord) -> dict[str, str]:
    path = {"path": text_cell(str(video.path)), "completeness": video.completeness}
    return _where(video.episode) | path


def _where(where: Episode) -> dict[str, str]:
    return {
        "series": text_cell(where.series),
        "season": _number(where.season),
        "episode": _number(where.episode),
        "title": text_cell(where.title),
    }


def _group(group: Group) -> dict[str, str]:
    place = _where(Episode(series=group.series, season=group.season))
    if group.video is not None:
        place |= _video(group.video)
    if group.scene is not None:
        place["scene"] = _number(group.scene.number + 1)
    return place


def _screen_time(episode: EpisodeReport, time: ScreenTime) -> dict[str, str]:
    first, last, longest = time.first, time.last, time.longest
    whole_us = (episode.video.duration_us, episode.cast_us)
    return _figures(time, whole_us, time.detector or "") | {
        "threshold": "" if time.threshold is None else f"{time.threshold:g}",
        "first_s": "" if first is None else decimal_seconds(first.start_us),
        "last_s": "" if last is None else decimal_seconds(last.end_us),
        "longest_s": "" if longest is None else decimal_seconds(longest.duration_us),
        "videos": "1",
    }


def _total(group: Group, total: LabelTotal) -> dict[str, str]:
    whole_us = (group.duration_us, group.cast_us)
    figures = _figures(total, whole_us, _listed(total.detectors))
    return figures | {"videos": str(total.videos)}


def _figures(
    time: ScreenTime | LabelTotal, whole_us: tuple[int, int], detector: str
) -> dict[str, str]:
    """`whole_us`: the length of the videos, and what all screen times add up to."""
    low_us, high_us = time.interval_us
    of_videos, of_cast = (time.duration_us / whole if whole else 0.0 for whole in whole_us)
    return {
        "label": text_cell(time.label),
        "detector": text_cell(detector),
        "seconds": decimal_seconds(time.duration_us),
        "low_s": decimal_seconds(low_us),
        "high_s": decimal_seconds(high_us),
        "share": f"{of_videos:.6f}",
        "share_of_cast": f"{of_cast:.6f}",
        "appearances": str(time.count),
        "mean_s": decimal_seconds(round(time.duration_us / time.count)) if time.count else "",
        "added_s": decimal_seconds(time.added_us),
        "removed_s": decimal_seconds(time.removed_us),
    }


def _listed(names: Iterable[str]) -> str:
    return " ".join(names)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
