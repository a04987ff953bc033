"""The timeline of an episode: a row for each label, scenes as bands, an axis."""

from __future__ import annotations

from collections.abc import Mapping

from vidtag.api import EpisodeReport, ScreenTime, Segment
from vidtag_reports.html_text import clock, counted, spoken, times
from vidtag_reports.html_values import Mark, Tick, Timeline, TimelineRow
from vidtag_reports.stretches import clean

STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
MOST_TICKS = 10
UNIT_US = 10_000  # of the paths; a frame is some units long


def build_timeline(episode: EpisodeReport, colors: Mapping[str, int]) -> Timeline:
    """The timeline of an episode that was scanned to its end and has labels."""
    start_us, length_us = episode.video.start_us or 0, episode.video.duration_us
    return Timeline(
        width=max(1, length_us // UNIT_US),
        rows=tuple(_row(time, start_us, colors[time.label]) for time in episode.screen_times),
        bands="".join(
            _path(Segment(scene.start_us, scene.end_us), start_us) for scene in episode.scenes[1::2]
        ),
        edges="".join(
            f"M{(scene.start_us - start_us) / UNIT_US:g} 0v1" for scene in episode.scenes[1:]
        ),
        ticks=_ticks(start_us, length_us),
        description=f"{counted(len(episode.scenes), 'scene')} in {spoken(length_us)}",
    )


def _row(time: ScreenTime, start_us: int, color: int) -> TimelineRow:
    label = clean(time.label)
    return TimelineRow(
        color=color,
        label=label,
        title=f"{label}: {spoken(time.duration_us)} on screen, {times(time.count)}",
        description=_description(time),
        marks=tuple(
            Mark(
                path=_path(segment, start_us),
                tip=f"{clock(segment.start_us, decimals=2)}–"  # noqa: RUF001  a range
                f"{clock(segment.end_us, decimals=2)}",
            )
            for segment in time.segments
        ),
    )


def _description(time: ScreenTime) -> str:
    first, last, longest = time.first, time.last, time.longest
    if first is None or last is None or longest is None:
        return "Nowhere on screen."
    return (
        f"First at {clock(first.start_us)}, last until {clock(last.end_us)}; longest for "
        f"{spoken(longest.duration_us)} from {clock(longest.start_us)}."
    )


def _path(segment: Segment, start_us: int) -> str:
    """A box of height 1."""
    at, length = (segment.start_us - start_us) / UNIT_US, segment.duration_us / UNIT_US
    return f"M{at:.6g} 0h{length:.6g}v1h-{length:.6g}z"


def _ticks(start_us: int, length_us: int) -> tuple[Tick, ...]:
    """Round times of the video, as many as there is room for."""
    fitting = [step for step in STEPS_S if length_us / (step * 1_000_000) <= MOST_TICKS]
    step_us = (fitting or STEPS_S[-1:])[0] * 1_000_000
    first = -(-start_us // step_us)
    numbers = range(first, (start_us + length_us) // step_us + 1)
    return tuple(
        Tick(
            percent=round(100 * (number * step_us - start_us) / length_us, 3),
            text=clock(number * step_us),
            minor=bool(number % 2),
        )
        for number in numbers
    )
