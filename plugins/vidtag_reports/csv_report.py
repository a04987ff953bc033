"""One line per character and episode, for spreadsheets and data frames."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from vidtag.api import EpisodeReport, Report, ScreenTime

COLUMNS = (
    "series", "season", "episode", "title", "path", "label", "detector", "threshold",
    "seconds", "share", "appearances", "first_s", "last_s", "longest_s", "completeness",
)  # fmt: skip

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class CsvReporter:
    """RFC 4180, UTF-8, with a header; seconds with six decimals."""

    name = "csv"
    suffix = ".csv"
    media_type = "text/csv"

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write `report` to `out`."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for episode in report.episodes:
            for time in episode.screen_times:
                writer.writerow(_row(episode, time))
        out.write(text.getvalue().encode())


def _row(episode: EpisodeReport, time: ScreenTime) -> list[str]:
    video = episode.video
    where = video.episode
    total = video.duration_us
    segments = time.segments
    return [
        _text(where.series),
        "" if where.season is None else str(where.season),
        "" if where.episode is None else str(where.episode),
        _text(where.title),
        _text(str(video.path)),
        _text(time.label),
        _text(time.detector),
        f"{time.threshold:g}",
        _seconds(time.duration_us),
        f"{time.duration_us / total if total else 0.0:.6f}",
        str(len(segments)),
        _seconds(segments[0].start_us) if segments else "",
        _seconds(segments[-1].end_us) if segments else "",
        _seconds(max(segment.duration_us for segment in segments)) if segments else "",
        video.completeness,
    ]


def _seconds(us: int) -> str:
    sign = "-" if us < 0 else ""
    return f"{sign}{abs(us) // 1_000_000}.{abs(us) % 1_000_000:06d}"


def _text(value: str | None) -> str:
    """A cell that starts a formula in a spreadsheet gets a quote before it."""
    if value is None:
        return ""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
