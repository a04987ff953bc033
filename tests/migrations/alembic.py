"""Alembic's commands on a database that vidtag would not open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from vidtag.paths import bundled
from vidtag.store.sessions import connect, parse

OLD = "0001"
OLD_TABLES = (
    "appearances",
    "corrections",
    "detectors",
    "frame_labels",
    "frames",
    "labels",
    "pieces",
    "run_labels",
    "runs",
    "shots",
    "videos",
)  # without `sightings`, which was always empty
OLD_COLUMNS = {  # of the tables that have more now
    "run_labels": "run_id, label_id, position, threshold",
    "videos": "id, sha256, path, series, season, episode, title, width_px, height_px, frames, "
    "start_us, end_us, damaged_packets, problems, added_at",
}


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """One transaction on the database, whatever revision it is at."""
    sessions = connect(parse(url), mode="rwc")
    try:
        with sessions.writing() as connection:
            yield connection
    finally:
        sessions.close()


def config(connection: Connection | None = None, folder: Path | None = None) -> Config:
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(folder or bundled("migrations")))
    return made


def upgrade(url: str, revision: str) -> None:
    with connected(url) as connection:
        command.upgrade(config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    with connected(url) as connection:
        command.downgrade(config(connection), revision)


# One finished run, as revision 0001 keeps it.
_ROWS = (
    f"""INSERT INTO videos (id, sha256, path, series, season, episode, width_px, height_px,
                            frames, start_us, end_us)
        VALUES (1, '{"a" * 64}', '/videos/a.mp4', 'Friends', 3, 2, 640, 360,
                4, 500000, 660000)""",
    """INSERT INTO frames (video_id, frame_no, pts_us)
       VALUES (1, 0, 500000), (1, 1, 540000), (1, 2, 580000), (1, 3, 620000)""",
    """INSERT INTO shots (video_id, shot_no, start_frame, end_frame, scene_no)
       VALUES (1, 0, 0, 4, 0)""",
    "INSERT INTO labels (id, name) VALUES (1, 'ross'), (2, 'rachel')",
    """INSERT INTO detectors (id, name, version, weights_sha256, settings)
       VALUES (1, 'friends', '1', '0', '{}')""",
    """INSERT INTO runs (id, video_id, detector_id, sampler, pipeline, status, frames_scored)
       VALUES (1, 1, 1, 'all', '1', 'done', 4), (2, 1, 1, 'every 3', '1', 'open', 0)""",
    """INSERT INTO run_labels (run_id, label_id, position, threshold)
       VALUES (1, 1, 0, 0.35), (1, 2, 1, 0.5)""",
    "INSERT INTO pieces (run_id, start_frame, end_frame, done) VALUES (1, 0, 4, (1 = 1))",
    """INSERT INTO frame_labels (run_id, label_id, frame_no, score, scored)
       SELECT 1, labels.id, frames.frame_no, 0.25, (1 = 1) FROM labels, frames""",
    """INSERT INTO appearances (run_id, label_id, start_frame, end_frame, start_us, end_us,
                                mean_score, peak_frame)
       VALUES (1, 1, 0, 1, 500000, 540000, 0.75, 0), (1, 1, 2, 4, 580000, 660000, 0.5, 3)""",
    """INSERT INTO corrections (id, video_id, label_id, start_frame, end_frame, present, author)
       VALUES (1, 1, 2, 1, 3, (1 = 1), 'Ann')""",
)


def make_old(url: str) -> None:
    """A database at revision 0001 with something in every table that a scan fills."""
    upgrade(url, OLD)
    with connected(url) as connection:
        for statement in _ROWS:
            connection.execute(text(statement))


def rows(url: str, table: str, *, columns: str = "*") -> list[tuple[object, ...]]:
    with connected(url) as connection:
        found = connection.execute(text(f"SELECT {columns} FROM {table}"))
        return sorted((tuple(row) for row in found), key=str)
