"""Erasing a person: every row that says something about a label, and its traces in the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select

from vidtag.errors import UnknownNameError
from vidtag.store.explain import explained
from vidtag.store.schema import (
    appearances,
    corrections,
    faces,
    frame_labels,
    labels,
    people,
    run_labels,
    runs,
    sightings,
    tracks,
)

if TYPE_CHECKING:
    from vidtag.store.sessions import Sessions


def erase(connection: Connection, name: str, *, dry_run: bool) -> dict[str, int]:
    """Delete the label `name` and every row that says something about it.

    A run that has no other label goes as a whole.

    Returns:
        How many rows there were, by table; only tables with any.

    Raises:
        UnknownNameError: there is no such label.
    """
    erased: dict[str, int] = {}
    for table, condition in _steps(connection, _label_id(connection, name)):
        count = connection.scalar(select(func.count()).select_from(table).where(condition)) or 0
        if count:
            erased[table.name] = erased.get(table.name, 0) + count
        if not dry_run:
            connection.execute(delete(table).where(condition))
    return erased


def overwrite(sessions: Sessions) -> None:
    """Rewrite the database, so that deleted rows cannot be read from its files any more."""
    with explained(sessions.where), closing(sessions.writer.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        if sessions.is_sqlite:
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        driver.autocommit = True  # no transaction may be open
        driver.execute("VACUUM FULL")
        driver.autocommit = False


def _steps(connection: Connection, label_id: int) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """What goes, children first, so that each row is counted before its parent takes it along."""
    shared = select(run_labels.c.run_id).where(run_labels.c.label_id != label_id)
    own = select(run_labels.c.run_id).where(
        run_labels.c.label_id == label_id, run_labels.c.run_id.not_in(shared)
    )
    lonely = list(connection.scalars(own))
    person = select(people.c.id).where(people.c.label_id == label_id)
    seen = (tracks.c.label_id == label_id) | tracks.c.run_id.in_(lonely)
    yield sightings, sightings.c.track_id.in_(select(tracks.c.id).where(seen))
    yield tracks, seen
    yield faces, faces.c.person_id.in_(person)
    yield people, people.c.label_id == label_id
    for table in (frame_labels, appearances, corrections, run_labels):
        yield table, table.c.label_id == label_id
    yield runs, runs.c.id.in_(lonely)
    yield labels, labels.c.id == label_id


def _label_id(connection: Connection, name: str) -> int:
    known = dict(connection.execute(select(labels.c.name, labels.c.id)).all())
    if name not in known:
        raise UnknownNameError("label", name, known)
    return int(known[name])
