"""A row for each appearance: what the table formats share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from vidtag.api import Appearance, EpisodeReport, Report, ScreenTime, ShotReport
from vidtag_reports.stretches import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An appearance with all that is known about it; its fields are the columns."""

    series: str | None
    season: int | None
    episode: int | None
    title: str | None
    path: str
    sha256: str
    label: str
    detector: str | None  # None: only people said that the label is there
    threshold: float | None
    start_frame: int  # the first
    end_frame: int  # one past the last
    start_us: int
    end_us: int
    mean_score: float
    peak_frame: int
    shot: int | None  # counted from 0
    scene: int | None


def rows(report: Report) -> Iterator[Row]:
    """The appearances of all episodes, those of each in order of time."""
    for episode in report.episodes:
        shots = _shots(episode)
        found = [(each, time) for time in episode.screen_times for each in time.appearances]
        found.sort(key=lambda pair: (pair[0].start_frame, pair[0].end_frame, pair[1].label))
        for each, time in found:
            yield _row(episode, time, each, _containing(shots, each.start_frame))


def _shots(episode: EpisodeReport) -> list[tuple[ShotReport, int]]:
    """(shot, number of its scene), in order."""
    return [(shot, scene.number) for scene in episode.scenes for shot in scene.shots]


def _containing(shots: list[tuple[ShotReport, int]], frame: int) -> tuple[int | None, int | None]:
    at = bisect_right(shots, frame, key=lambda pair: pair[0].start_frame) - 1
    return (shots[at][0].number, shots[at][1]) if at >= 0 else (None, None)


def _row(
    episode: EpisodeReport, time: ScreenTime, each: Appearance, place: tuple[int | None, int | None]
) -> Row:
    video = episode.video
    return Row(
        series=video.episode.series,
        season=video.episode.season,
        episode=video.episode.episode,
        title=video.episode.title,
        path=str(video.path),
        sha256=video.sha256,
        label=clean(time.label),
        detector=time.detector,
        threshold=time.threshold,
        start_frame=each.start_frame,
        end_frame=each.end_frame,
        start_us=each.start_us,
        end_us=each.end_us,
        mean_score=each.mean_score,
        peak_frame=each.peak_frame,
        shot=place[0],
        scene=place[1],
    )
