"""How the command line writes times, tables and videos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vidtag.text import one_line
from vidtag.types import VideoRecord


def seconds(us: int) -> str:
    """`24.57 s`: microseconds as seconds with two decimals."""
    return f"{us / 1e6:.2f} s"


def signed_seconds(us: float) -> str:
    """`-0.40 s`: a difference of times."""
    return f"{us / 1e6:+.2f} s"


def percent(share: float | None) -> str:
    """`97.1 %`; a dash where there is no such figure."""
    return "-" if share is None else f"{100 * share:.1f} %"


def clock(us: int) -> str:
    """`1:02:03.45`: a time in the video, the hours only where there are any."""
    sign = "-" if us < 0 else ""
    minutes, hundredths = divmod(round(abs(us) / 10_000), 6000)
    hours, minutes = divmod(minutes, 60)
    ahead = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{sign}{ahead}:{hundredths / 100:05.2f}"


def describe_video(video: VideoRecord) -> str:
    """One line about a scanned video."""
    file = "" if video.name == video.path.name else f"  ({video.path.name})"
    length = (
        "" if video.frames is None else f"  {video.frames} frames  {seconds(video.duration_us)}"
    )
    return one_line(f"{video.name}{file}{length}")


def video_as_dict(video: VideoRecord) -> dict[str, Any]:
    """A video for `--json`."""
    return {
        "path": video.path,
        "sha256": video.sha256,
        "series": video.episode.series,
        "season": video.episode.season,
        "episode": video.episode.episode,
        "title": video.episode.title,
        "width_px": video.width_px,
        "height_px": video.height_px,
        "frames": video.frames,
        "timecode": video.timecode,
        "start_us": video.start_us,
        "end_us": video.end_us,
        "completeness": video.completeness,
        "damaged_packets": video.damaged_packets,
        "problems": list(video.problems),
    }


def table(rows: Sequence[Sequence[str]], *, header: Sequence[str] = ()) -> str:
    """Left-aligned columns, two spaces apart; no trailing blanks."""
    lines = [list(header), *map(list, rows)] if header else [list(row) for row in rows]
    if not lines:
        return ""
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
