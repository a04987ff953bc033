"""Questions to the database, answered with the values of `vidtag.types`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, RowMapping, Select, select

from vidtag.errors import StoreError, UnknownNameError
from vidtag.store import records
from vidtag.store.collector import collector_paused
from vidtag.store.schema import (
    appearances,
    detectors,
    frame_labels,
    frames,
    labels,
    run_labels,
    runs,
    shots,
    videos,
)
from vidtag.types import Appearance, RunRecord, ScoreSeries, Shot, VideoRecord


def find_videos(
    connection: Connection,
    *,
    series: str | None,
    season: int | None,
    episode: int | None,
    path: Path | None,
    sha256: str | None = None,
) -> list[VideoRecord]:
    """Videos that match all that is given."""
    text = None if path is None else records.path_text(path)
    wanted = {
        "series": series,
        "season": season,
        "episode": episode,
        "path": text,
        "sha256": sha256,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    found = connection.execute(select(videos).filter_by(**given)).mappings()
    # Sorted here, because databases disagree on collation and on where NULL goes.
    return sorted((records.video_record(row) for row in found), key=_viewing_order)


def video(connection: Connection, video_id: int) -> VideoRecord:
    """The video with this id."""
    row = connection.execute(select(videos).filter_by(id=video_id)).mappings().first()
    if row is None:
        raise StoreError(f"video {video_id} is no longer in the database", hint="scan it again")
    return records.video_record(row)


def find_runs(
    connection: Connection, video_id: int, *, detector: str | None, done: bool | None
) -> list[RunRecord]:
    """The video's runs, oldest first."""
    statement = _runs().where(runs.c.video_id == video_id)
    if detector is not None:
        statement = statement.where(detectors.c.name == detector)
    if done is not None:
        statement = statement.where(runs.c.status == ("done" if done else "open"))
    found = connection.execute(statement).mappings().all()
    return [_run(connection, row) for row in found]


def run(connection: Connection, run_id: int) -> RunRecord:
    """The run with this id."""
    row = connection.execute(_runs().where(runs.c.id == run_id)).mappings().first()
    if row is None:
        raise StoreError(f"run {run_id} is no longer in the database", hint="scan again")
    return _run(connection, row)


def scores(
    connection: Connection, run_id: int, label: str, frames_asked: tuple[int, int] | None
) -> ScoreSeries:
    """The scores of one label on the frames `[start, end)` of the run, or on all."""
    record = run(connection, run_id)
    if label not in record.labels:
        raise UnknownNameError("label", label, record.labels)
    statement = (
        select(
            frame_labels.c.frame_no, frames.c.pts_us, frame_labels.c.score, frame_labels.c.scored
        )
        .join(labels, labels.c.id == frame_labels.c.label_id)
        .join(frames, frames.c.frame_no == frame_labels.c.frame_no)
        .where(
            frame_labels.c.run_id == run_id,
            labels.c.name == label,
            frames.c.video_id == record.video_id,
        )
        .order_by(frame_labels.c.frame_no)
    )
    if frames_asked is not None:
        first, end = frames_asked
        statement = statement.where(frame_labels.c.frame_no.between(first, end - 1))
    numbers, times, values, truly = _columns(connection, statement)
    return ScoreSeries(
        frame_no=np.array(numbers, np.int64),
        pts_us=np.array(times, np.int64),
        scores=np.array(values, np.float32),
        scored=np.array(truly, np.bool_),
    )


def find_appearances(connection: Connection, run_id: int) -> dict[str, list[Appearance]]:
    """The run's appearances in order of time, for each of its labels."""
    found: dict[str, list[Appearance]] = {name: [] for name in run(connection, run_id).labels}
    statement = (
        select(labels.c.name, appearances)
        .join(labels, labels.c.id == appearances.c.label_id)
        .where(appearances.c.run_id == run_id)
        .order_by(appearances.c.start_frame)
    )
    for row in connection.execute(statement).mappings():
        found[row["name"]].append(records.appearance(row))
    return found


def label_names(connection: Connection) -> list[str]:
    """Every label, sorted."""
    return sorted(connection.scalars(select(labels.c.name)))


def find_shots(connection: Connection, video_id: int) -> list[Shot]:
    """The video's shots in order."""
    statement = select(shots).where(shots.c.video_id == video_id).order_by(shots.c.shot_no)
    return [records.shot(row) for row in connection.execute(statement).mappings()]


def frame_times(connection: Connection, video_id: int) -> NDArray[np.int64]:
    """The PTS of each frame that is stored, in order of the frames."""
    statement = (
        select(frames.c.pts_us).where(frames.c.video_id == video_id).order_by(frames.c.frame_no)
    )
    [times] = _columns(connection, statement)
    return np.array(times, np.int64)


def runs_of(video_ids: Sequence[int]) -> Select[Any]:
    """Selects the finished runs on these videos, oldest first."""
    return _runs().where(runs.c.video_id.in_(video_ids), runs.c.status == "done")


def _runs() -> Select[Any]:
    identity = [detectors.c[name] for name in ("name", "version", "weights_sha256", "settings")]
    return select(runs, *identity).join(detectors).order_by(runs.c.id)


def _run(connection: Connection, row: RowMapping) -> RunRecord:
    statement = (
        select(labels.c.name, run_labels.c.threshold)
        .join(labels)
        .where(run_labels.c.run_id == row["id"])
        .order_by(run_labels.c.position)
    )
    thresholds = dict(connection.execute(statement).all())
    return records.run_record(row, thresholds)


def _columns(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """The values of each column, as the driver has them: half the time of SQLAlchemy's rows."""
    found = connection.execute(statement)
    with collector_paused():
        rows = found.cursor.fetchall()
        return list(zip(*rows, strict=True)) or [()] * len(found.keys())


def _viewing_order(video: VideoRecord) -> tuple[object, ...]:
    """Unknown series, seasons and episodes come last."""
    episode = video.episode
    return (
        (episode.series is None, episode.series or ""),
        (episode.season is None, episode.season or 0),
        (episode.episode is None, episode.episode or 0),
        str(video.path),
    )
