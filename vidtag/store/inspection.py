"""What a database is, and whether what it holds is in order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from vidtag.store.migrate import revision
from vidtag.store.schema import REVISION, metadata
from vidtag.store.sessions import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseInfo:
    """What `vidtag db info` shows."""

    url: str  # without a password
    dialect: str  # `sqlite` or `postgresql`
    version: str  # of SQLite, or of the server
    journal_mode: str | None  # SQLite only
    revision: str
    head: str  # the revision that this program needs
    rows: Mapping[str, int]  # by table
    size_bytes: int


def info(sessions: Sessions, connection: Connection) -> DatabaseInfo:
    """Describe the database."""
    sqlite = sessions.is_sqlite
    return DatabaseInfo(
        url=sessions.where,
        dialect=connection.dialect.name,
        version=sqlite3.sqlite_version if sqlite else _scalar(connection, "SHOW server_version"),
        journal_mode=_scalar(connection, "PRAGMA journal_mode") if sqlite else None,
        revision=str(revision(sessions, connection)),
        head=REVISION,
        rows={name: _rows(connection, name) for name in sorted(metadata.tables)},
        size_bytes=int(_scalar(connection, _SQLITE_SIZE if sqlite else _POSTGRES_SIZE)),
    )


_SQLITE_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
_POSTGRES_SIZE = "SELECT pg_database_size(current_database())"

# Each sentence, with the query that finds what it is about.
_RULES = {
    "run {} is marked done, but {} of its pieces are not": """
        SELECT runs.id, count(*) FROM runs JOIN pieces ON pieces.run_id = runs.id
        WHERE runs.status = 'done' AND NOT pieces.done GROUP BY runs.id ORDER BY runs.id""",
    "run {} is marked done, but its video was never read to the end": """
        SELECT runs.id FROM runs JOIN videos ON videos.id = runs.video_id
        WHERE runs.status = 'done' AND videos.frames IS NULL ORDER BY runs.id""",
    "run {} is marked done, but label {!r} has {} of {} frames": """
        SELECT runs.id, labels.name, count(frame_labels.frame_no), videos.frames
        FROM runs JOIN videos ON videos.id = runs.video_id
        JOIN run_labels ON run_labels.run_id = runs.id
        JOIN labels ON labels.id = run_labels.label_id
        LEFT JOIN frame_labels ON frame_labels.run_id = runs.id
             AND frame_labels.label_id = labels.id AND frame_labels.frame_no < videos.frames
        WHERE runs.status = 'done'
        GROUP BY runs.id, labels.id, labels.name, videos.id, videos.frames
        HAVING count(frame_labels.frame_no) <> videos.frames ORDER BY runs.id, labels.name""",
    "run {} counts {} frames, but its video has {}": """
        SELECT runs.id, runs.frames_scored + runs.frames_filled, videos.frames
        FROM runs JOIN videos ON videos.id = runs.video_id
        WHERE runs.status = 'done' AND runs.frames_scored + runs.frames_filled <> videos.frames
        ORDER BY runs.id""",
    "video {} has the times of {} of {} frames": """
        SELECT videos.id, count(frames.frame_no), videos.frames FROM videos
        LEFT JOIN frames ON frames.video_id = videos.id AND frames.frame_no < videos.frames
        WHERE EXISTS (SELECT 1 FROM runs WHERE runs.video_id = videos.id AND status = 'done')
        GROUP BY videos.id, videos.frames HAVING count(frames.frame_no) <> videos.frames
        ORDER BY videos.id""",
    "run {} has an appearance of {!r} from frame {} that does not match the frames": """
        SELECT runs.id, labels.name, appearances.start_frame
        FROM appearances JOIN runs ON runs.id = appearances.run_id
        JOIN labels ON labels.id = appearances.label_id
        JOIN videos ON videos.id = runs.video_id
        LEFT JOIN frames ON frames.video_id = runs.video_id
             AND frames.frame_no = appearances.start_frame
        WHERE frames.pts_us IS NULL OR frames.pts_us <> appearances.start_us
           OR appearances.end_frame > videos.frames
        ORDER BY runs.id, labels.name, appearances.start_frame""",
}


def problems(sessions: Sessions, connection: Connection) -> Iterator[str]:
    """One sentence for everything that is not as it should be."""
    if sessions.is_sqlite:
        yield from _sqlite_problems(connection)
    for sentence, query in _RULES.items():
        for row in connection.execute(text(query)):
            yield sentence.format(*row)


def _sqlite_problems(connection: Connection) -> Iterator[str]:
    for (message,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if message != "ok":
            yield f"damaged: {message}"
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"a row of {row[0]} refers to a row of {row[2]} that is not there"


def _scalar(connection: Connection, query: str) -> str:
    return str(connection.scalar(text(query)))


def _rows(connection: Connection, table: str) -> int:
    return int(connection.scalar(select(func.count()).select_from(metadata.tables[table])) or 0)
