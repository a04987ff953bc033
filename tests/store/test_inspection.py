from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.store.samples import finished_run, open_run, write
from vidtag.store import Database
from vidtag.store.schema import REVISION, metadata


def test_info(database: Database, database_url: str) -> None:
    finished_run(database)
    info = database.info()
    assert info.rows == {
        "appearances": 2,
        "corrections": 0,
        "faces": 0,
        "people": 0,
        "tracks": 0,
        "detectors": 1,
        "frame_labels": 20,
        "frames": 10,
        "labels": 2,
        "pieces": 2,
        "run_labels": 2,
        "runs": 1,
        "shots": 0,
        "sightings": 0,
        "videos": 1,
    }
    assert set(info.rows) == set(metadata.tables)
    assert (info.revision, info.head) == (REVISION, REVISION)
    if info.dialect == "sqlite":
        assert info.url == database_url
        assert info.version == sqlite3.sqlite_version
        assert info.size_bytes == Path(database_url).stat().st_size
    else:
        assert info.dialect == "postgresql"
        assert info.url.startswith("postgresql://vidtag@/postgres?")
        assert int(info.version.split(".")[0]) >= 12
        assert info.journal_mode is None
        assert info.size_bytes > 1_000_000


def test_unfinished_work_is_no_problem(database: Database) -> None:
    run = open_run(database)
    write(database, run, 0, 6)
    database.claim_piece(run.run_id, 6, 10, worker="w", ttl_s=60)
    assert database.check() == ()


@pytest.mark.parametrize(
    ("tamper", "problems"),
    [
        pytest.param(
            "UPDATE pieces SET done = (1 = 0) WHERE start_frame = 6",
            ["run 1 is marked done, but 1 of its pieces are not"],
            id="piece",
        ),
        pytest.param(
            "UPDATE videos SET frames = NULL",
            ["run 1 is marked done, but its video was never read to the end"],
            id="video",
        ),
        pytest.param(
            "DELETE FROM frame_labels WHERE label_id = 1 AND frame_no > 7",
            ["run 1 is marked done, but label 'rachel' has 8 of 10 frames"],
            id="labels",
        ),
        pytest.param(
            "DELETE FROM frames WHERE frame_no = 3",
            ["video 1 has the times of 9 of 10 frames"],
            id="times",
        ),
        pytest.param(
            "UPDATE runs SET frames_filled = 5",
            ["run 1 counts 9 frames, but its video has 10"],
            id="counts",
        ),
        pytest.param(
            "UPDATE appearances SET start_us = start_us - 1 WHERE start_frame = 2",
            ["run 1 has an appearance of 'ross' from frame 2 that does not match the frames"],
            id="appearance's start",
        ),
        pytest.param(
            "UPDATE appearances SET end_frame = 11 WHERE start_frame = 7",
            ["run 1 has an appearance of 'ross' from frame 7 that does not match the frames"],
            id="appearance's end",
        ),
    ],
)
def test_what_does_not_fit_is_reported(
    database: Database, tamper: str, problems: list[str]
) -> None:
    finished_run(database)
    with database._sessions.writing() as connection:
        assert connection.execute(text(tamper)).rowcount > 0
    assert list(database.check()) == problems


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        (
            "PRAGMA ignore_check_constraints = 1; UPDATE runs SET status = 'perhaps'",
            "damaged: CHECK constraint failed in runs",
        ),
        (
            "PRAGMA foreign_keys = 0; DELETE FROM detectors",
            "a row of runs refers to a row of detectors that is not there",
        ),
    ],
)
def test_sqlite_is_asked_too(tmp_path: Path, tamper: str, problem: str) -> None:
    path = tmp_path / "vidtag.db"
    with Database.open(path) as database:
        finished_run(database)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(tamper)
    with Database.open(path) as database:
        assert problem in database.check()
