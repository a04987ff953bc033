"""Writing the labels of a piece: the one place where speed decides how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat

import numpy as np
from sqlalchemy import (
    ARRAY,
    REAL,
    Boolean,
    Connection,
    Insert,
    Integer,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from vidtag.store.records import insert_into
from vidtag.store.schema import frame_labels, frames
from vidtag.types import FacePiece, Piece

_KEY = ["run_id", "label_id", "frame_no"]


def check(piece: Piece, labels: Sequence[str]) -> None:
    """Raise `ValueError` when the arrays of `piece` do not fit each other or `labels`."""
    count = len(piece.pts_us)
    expected = ((count,), (count, len(labels)), (count,))
    received = (piece.pts_us.shape, piece.scores.shape, piece.scored.shape)
    if count == 0 or received != expected:
        raise ValueError(
            f"expected pts_us, scores and scored of shapes {expected} with at least one frame, "
            f"got {received}"
        )
    if not bool(np.all((piece.scores >= 0) & (piece.scores <= 1))):
        low, high = piece.scores.min(), piece.scores.max()
        raise ValueError(f"expected scores in [0, 1], got {low} .. {high}")


def write_times(connection: Connection, video_id: int, piece: Piece | FacePiece) -> None:
    """Store the frames' times. Another run may have stored them before; they are the same."""
    statement = insert_into(connection, frames).on_conflict_do_nothing()
    numbers = range(piece.start_frame, piece.end_frame)
    rows = [
        {"video_id": video_id, "frame_no": number, "pts_us": pts_us}
        for number, pts_us in zip(numbers, piece.pts_us.tolist(), strict=True)
    ]
    connection.execute(statement, rows)


def write(connection: Connection, run_id: int, label_ids: Iterable[int], piece: Piece) -> None:
    """Store the scores of all labels, in place of any that were there."""
    write_label = _write_sqlite if connection.dialect.name == "sqlite" else _write_postgres
    for label_id, scores in zip(label_ids, piece.scores.T, strict=True):
        write_label(connection, run_id, label_id, piece, scores.tolist())


def _write_sqlite(
    connection: Connection, run_id: int, label_id: int, piece: Piece, scores: list[float]
) -> None:
    # Tuples straight to the driver: twice as fast as a dictionary per row.
    numbers = range(piece.start_frame, piece.end_frame)
    rows = zip(repeat(run_id), repeat(label_id), numbers, scores, piece.scored.tolist())
    connection.exec_driver_sql(_SQLITE, list(rows))


def _write_postgres(
    connection: Connection, run_id: int, label_id: int, piece: Piece, scores: list[float]
) -> None:
    numbers = list(range(piece.start_frame, piece.end_frame))
    values = {"numbers": numbers, "scores": scores, "scored": piece.scored.tolist()}
    connection.execute(_POSTGRES, values | {"run_id": run_id, "label_id": label_id})


def _replacing(statement: sqlite.Insert | postgresql.Insert) -> Insert:
    new = statement.excluded
    values = {"score": new.score, "scored": new.scored}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=values)


def _from_arrays() -> Insert:
    """One statement for all frames: arrays in, rows out."""
    arrays = func.unnest(
        bindparam("numbers", type_=ARRAY(Integer)),
        bindparam("scores", type_=ARRAY(REAL)),
        bindparam("scored", type_=ARRAY(Boolean)),
    ).table_valued(column("frame_no", Integer), column("score", REAL), column("scored", Boolean))
    arrays = arrays.render_derived()
    rows = select(
        bindparam("run_id", type_=Integer), bindparam("label_id", type_=Integer), *arrays.c
    )
    names = [each.name for each in frame_labels.c]
    return _replacing(postgresql.insert(frame_labels).from_select(names, rows))


_SQLITE = str(_replacing(sqlite.insert(frame_labels)).compile(dialect=sqlite.dialect()))
_POSTGRES = _from_arrays()
