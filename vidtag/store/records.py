"""Database rows to the values of `vidtag.types`, and back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite

from vidtag.types import Appearance, DetectorIdentity, Episode, RunRecord, Shot, VideoRecord


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, as this database writes it."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def path_text(path: Path) -> str:
    """The absolute path as text that every database can hold."""
    return os.fsencode(path.absolute()).decode("utf-8", "backslashreplace")


def canonical_json(settings: Mapping[str, str]) -> str:
    """Equal settings give equal text."""
    return json.dumps(dict(settings), sort_keys=True, separators=(",", ":"))


def video_record(row: RowMapping) -> VideoRecord:
    """A row of `videos`."""
    return VideoRecord(
        video_id=row["id"],
        sha256=row["sha256"],
        path=Path(row["path"]),
        episode=Episode(
            series=row["series"],
            season=row["season"],
            episode=row["episode"],
            title=row["title"],
        ),
        width_px=row["width_px"],
        height_px=row["height_px"],
        frames=row["frames"],
        start_us=row["start_us"],
        end_us=row["end_us"],
        damaged_packets=row["damaged_packets"],
        problems=tuple(json.loads(row["problems"])),
        timecode=row["timecode"],
    )


def run_record(row: RowMapping, thresholds: Mapping[str, float]) -> RunRecord:
    """A row of `runs` joined with `detectors`; `thresholds` in the order of the labels."""
    return RunRecord(
        run_id=row["id"],
        video_id=row["video_id"],
        identity=DetectorIdentity(
            name=row["name"],
            version=row["version"],
            weights_sha256=row["weights_sha256"],
            settings=json.loads(row["settings"]),
        ),
        labels=tuple(thresholds),
        thresholds=thresholds,
        sampler=row["sampler"],
        pipeline=row["pipeline"],
        done=row["status"] == "done",
        frames_scored=row["frames_scored"],
        frames_filled=row["frames_filled"],
    )


def shot(row: RowMapping) -> Shot:
    """A row of `shots`."""
    return Shot(row["shot_no"], row["start_frame"], row["end_frame"], row["scene_no"])


def shot_rows(video_id: int, shots: Iterable[Shot]) -> list[dict[str, Any]]:
    """Rows of `shots`."""
    return [
        {
            "video_id": video_id,
            "shot_no": each.number,
            "start_frame": each.start_frame,
            "end_frame": each.end_frame,
            "scene_no": each.scene,
        }
        for each in shots
    ]


_APPEARANCE = ("start_frame", "end_frame", "start_us", "end_us", "mean_score", "peak_frame")


def appearance(row: RowMapping) -> Appearance:
    """A row of `appearances`."""
    return Appearance(**{name: row[name] for name in _APPEARANCE})


def appearance_rows(
    run_id: int, label_id: int, appearances: Iterable[Appearance]
) -> list[dict[str, Any]]:
    """Rows of `appearances`."""
    return [
        {"run_id": run_id, "label_id": label_id}
        | {name: getattr(each, name) for name in _APPEARANCE}
        for each in appearances
    ]
