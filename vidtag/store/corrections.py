"""What people said about videos. No scan changes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, insert, select

from vidtag.errors import StoreError
from vidtag.store.runs import make_labels
from vidtag.store.schema import corrections, labels, videos
from vidtag.types import Correction


def add(
    connection: Connection, said: Sequence[Correction], *, created_at: datetime
) -> list[Correction]:
    """Store what was said, and the labels that are new with it.

    Raises:
        StoreError: a video is not there, was not read to its end, or is shorter.
    """
    for each in said:
        _check(connection, each)
    ids = make_labels(connection, sorted({each.label for each in said}))
    return [_insert(connection, each, ids[each.label], created_at) for each in said]


def remove(connection: Connection, correction_id: int) -> Correction:
    """Forget a correction. Returns what it said."""
    statement = _corrections().where(corrections.c.id == correction_id)
    row = connection.execute(statement).mappings().first()
    if row is None:
        hint = "see them with `vidtag correct VIDEO --list`"
        raise StoreError(f"there is no correction {correction_id}", hint=hint)
    connection.execute(delete(corrections).where(corrections.c.id == correction_id))
    return _correction(row)


def find(connection: Connection, video_ids: Iterable[int]) -> list[Correction]:
    """What was said about these videos, oldest first."""
    statement = _corrections().where(corrections.c.video_id.in_(list(video_ids)))
    return [_correction(row) for row in connection.execute(statement).mappings()]


def _corrections() -> Select[Any]:
    names = select(corrections, labels.c.name).join(labels, labels.c.id == corrections.c.label_id)
    return names.order_by(corrections.c.id)


def _correction(row: RowMapping) -> Correction:
    said_at = row["created_at"]
    return Correction(
        video_id=row["video_id"],
        label=row["name"],
        start_frame=row["start_frame"],
        end_frame=row["end_frame"],
        present=row["present"],
        author=row["author"],
        note=row["note"],
        # SQLite keeps no time zone; what is written there is UTC.
        created_at=said_at.astimezone(UTC) if said_at.tzinfo else said_at.replace(tzinfo=UTC),
        correction_id=row["id"],
    )


def _check(connection: Connection, said: Correction) -> None:
    if not (0 <= said.start_frame < said.end_frame and said.label and said.author):
        raise ValueError(f"expected 0 <= start_frame < end_frame, a label, an author; got {said}")
    statement = select(videos.c.frames).where(videos.c.id == said.video_id)
    row = connection.execute(statement).first()
    if row is None or row.frames is None:
        message = f"video {said.video_id} is not in the database, or was not scanned to its end"
        raise StoreError(message, hint="scan it again")
    if said.end_frame > row.frames:
        message = f"frames {said.start_frame} to {said.end_frame} are beyond the end of the video"
        raise StoreError(message, hint=f"it has {row.frames} frames, counted from 0")


def _insert(
    connection: Connection, said: Correction, label_id: int, created_at: datetime
) -> Correction:
    values = {
        "video_id": said.video_id,
        "label_id": label_id,
        "start_frame": said.start_frame,
        "end_frame": said.end_frame,
        "present": said.present,
        "author": said.author,
        "note": said.note,
        "created_at": created_at,
    }
    inserted = connection.execute(insert(corrections).values(values))
    [correction_id] = inserted.inserted_primary_key or (None,)
    return replace(said, correction_id=correction_id, created_at=created_at)
