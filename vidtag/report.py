"""What the store knows -> a `Report` for the reporters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidtag import __version__
from vidtag.errors import UnknownNameError
from vidtag.timeline import union
from vidtag.types import EpisodeReport, Report, RunRecord, ScreenTime, VideoRecord

if TYPE_CHECKING:
    from pathlib import Path

    from vidtag.store import Database

DEFINITION = (
    "Screen time is the total length of the frames whose score reaches the detector's threshold, "
    "each from its presentation timestamp to the next frame's; overlaps count once."
)


def build_report(
    database: Database,
    *,
    series: str | None = None,
    season: int | None = None,
    episode: int | None = None,
    path: Path | None = None,
    characters: tuple[str, ...] = (),
    detectors: tuple[str, ...] = (),
) -> Report:
    """Screen time per character and episode.

    Args:
        database: what was scanned.
        series: this series only.
        season: this season only.
        episode: this episode only.
        path: this file only.
        characters: these labels only; all when empty.
        detectors: runs of these detectors only; all when empty.

    Raises:
        UnknownNameError: no finished run has one of `characters` or `detectors`.
    """
    videos = database.videos(series=series, season=season, episode=episode, path=path)
    episodes = [_episode(database, video, characters, detectors) for video in videos]
    runs = [run for video in videos for run in database.runs(video.video_id)]
    _known("label", characters, {label for run in runs for label in run.labels})
    _known("detector", detectors, {run.identity.name for run in runs})
    return Report(
        episodes=tuple(episodes), generator=f"vidtag {__version__}", definition=DEFINITION
    )


def _known(kind: str, asked: tuple[str, ...], known: set[str]) -> None:
    for name in asked:
        if name not in known:
            raise UnknownNameError(kind, name, known)


def _episode(
    database: Database,
    video: VideoRecord,
    characters: tuple[str, ...],
    detectors: tuple[str, ...],
) -> EpisodeReport:
    runs = _followed(database.runs(video.video_id), detectors)
    times = [
        time
        for run in runs
        for time in _screen_times(database, run)
        if not characters or time.label in characters
    ]
    times.sort(key=lambda time: (-time.duration_us, time.label, time.detector))
    return EpisodeReport(video=video, runs=tuple(runs), screen_times=tuple(times))


def _followed(runs: list[RunRecord], detectors: tuple[str, ...]) -> list[RunRecord]:
    """The newest run of each detector: an older version's labels are kept, not counted."""
    newest = {run.identity.name: run for run in sorted(runs, key=lambda run: run.run_id)}
    return [run for name, run in newest.items() if not detectors or name in detectors]


def _screen_times(database: Database, run: RunRecord) -> list[ScreenTime]:
    return [
        ScreenTime(
            label=label,
            detector=run.identity.name,
            threshold=run.thresholds[label],
            segments=union(appearance.segment for appearance in appearances),
        )
        for label, appearances in database.appearances(run.run_id).items()
    ]
