"""Tracks of faces: what a run has seen of them, and who they turned out to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection, delete, insert, select, update

from vidtag.store.schema import labels, sightings, tracks
from vidtag.types import Box, Sighting, Track

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy import RowMapping

_STORED = np.dtype("<f4")  # the same bytes on every machine


def to_blob(values: NDArray[np.float32]) -> bytes:
    """Numbers (n,) as they are stored."""
    return values.astype(_STORED).tobytes()


def from_blob(blob: bytes) -> NDArray[np.float32]:
    """The numbers (n,) that `to_blob` stored."""
    return np.frombuffer(blob, _STORED).astype(np.float32)


def write(
    connection: Connection, run_id: int, frames: tuple[int, int], found: Sequence[Track]
) -> None:
    """Replace the run's tracks that begin in `frames` by `found`."""
    start, end = frames
    connection.execute(
        delete(tracks).where(
            tracks.c.run_id == run_id, tracks.c.start_frame >= start, tracks.c.start_frame < end
        )
    )
    for track in found:
        row = {
            "run_id": run_id,
            "start_frame": track.start_frame,
            "end_frame": track.end_frame,
            "confidence": track.confidence,
            "evidence": to_blob(track.evidence),
            "looks": to_blob(track.looks),
        }
        statement = insert(tracks).values(row).returning(tracks.c.id)
        track_id = connection.execute(statement).scalar_one()
        rows = [_sighting_row(track_id, sighting) for sighting in track.sightings]
        connection.execute(insert(sightings), rows)


def find(connection: Connection, run_id: int) -> dict[int, Track]:
    """The run's tracks by their ids, in order of the frames where they begin."""
    statement = (
        select(tracks, labels.c.name)
        .join(labels, labels.c.id == tracks.c.label_id, isouter=True)
        .where(tracks.c.run_id == run_id)
        .order_by(tracks.c.start_frame, tracks.c.id)
    )
    seen = _sightings(connection, run_id)
    found = connection.execute(statement).mappings().all()
    return {row["id"]: _track(row, seen.get(row["id"], ())) for row in found}


def decide(connection: Connection, run_id: int, decided: Mapping[int, tuple[int, float]]) -> None:
    """Store who the run's tracks are: id of a track -> id of a label, and score.

    The others are somebody unknown.
    """
    nobody = {"label_id": None, "score": None}
    connection.execute(update(tracks).where(tracks.c.run_id == run_id).values(nobody))
    for track_id, (label_id, score) in decided.items():
        connection.execute(
            update(tracks).where(tracks.c.id == track_id).values(label_id=label_id, score=score)
        )


def _sightings(connection: Connection, run_id: int) -> dict[int, tuple[Sighting, ...]]:
    statement = (
        select(sightings)
        .join(tracks, tracks.c.id == sightings.c.track_id)
        .where(tracks.c.run_id == run_id)
        .order_by(sightings.c.track_id, sightings.c.frame_no)
    )
    rows = connection.execute(statement).mappings()
    return {
        track_id: tuple(_sighting(row) for row in group)
        for track_id, group in groupby(rows, key=lambda row: int(row["track_id"]))
    }


def _sighting_row(track_id: int, sighting: Sighting) -> dict[str, int]:
    box = sighting.box
    return {
        "track_id": track_id,
        "frame_no": sighting.frame_no,
        "left_px": box.left_px,
        "top_px": box.top_px,
        "width_px": box.width_px,
        "height_px": box.height_px,
    }


def _sighting(row: RowMapping) -> Sighting:
    box = Box(row["left_px"], row["top_px"], row["width_px"], row["height_px"])
    return Sighting(row["frame_no"], box)


def _track(row: RowMapping, seen: tuple[Sighting, ...]) -> Track:
    return Track(
        start_frame=row["start_frame"],
        end_frame=row["end_frame"],
        sightings=seen,
        confidence=row["confidence"],
        evidence=from_blob(row["evidence"]),
        looks=from_blob(row["looks"]),
        label=row["name"],
        score=row["score"],
    )
