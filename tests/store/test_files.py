"""Files that cannot be used, and what is said about them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.store.processes import (
    exit_code,
    refused_opening,
    refused_writing,
    start,
    without_wal,
)
from tests.store.samples import finished_run, open_run, piece, video_info, write
from vidtag.errors import StoreError
from vidtag.store import Database
from vidtag.store.schema import REVISION, VERSION_TABLE
from vidtag.types import Episode

NOBODY = 65534


@pytest.fixture(autouse=True)
def rollback_journal() -> Iterator[None]:
    """What is said depends on the journal, so every build of SQLite uses the same here."""
    with without_wal():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one finished run."""
    path = tmp_path / "vidtag.db"
    with Database.open(path) as database:
        finished_run(database)
    return path


def refusal(path: Path, *, create: bool = True, readonly: bool = False) -> str:
    with pytest.raises(StoreError) as caught:
        Database.open(path, create=create, readonly=readonly, busy_timeout_s=0.05)
    return str(caught.value)


@pytest.mark.parametrize("content", [None, b""], ids=["missing", "empty"])
def test_new_file_is_made_only_on_request(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "new.db"
    if content is not None:
        path.write_bytes(content)
    before = f"there is no database {path}" if content is None else f"database {path} is empty"
    assert refusal(path, create=False).startswith(before)
    assert refusal(path, readonly=True).startswith(before)
    assert path.exists() == (content is not None)
    with Database.open(path) as database:
        assert database.videos() == []


def test_in_memory_for_tests() -> None:
    with Database.open(":memory:") as database:
        assert finished_run(database).done
        assert database.check() == ()


@pytest.mark.parametrize("name", ["a b.db", "ünï☕.db", "100%25.db", "a?mode=ro.db", "#1.db", "-x"])
def test_odd_file_names(tmp_path: Path, name: str) -> None:
    with Database.open(tmp_path / name) as database:
        finished_run(database)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_text_is_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Ross: Hi.\n" * 100)
    expected = f"database {path} is not a database; choose another file with --db"
    assert refusal(path) == expected
    assert path.read_text() == "Ross: Hi.\n" * 100


def test_folder_is_not_a_database(tmp_path: Path) -> None:
    expected = f"{tmp_path} is a folder, not a database; name a file in it with --db"
    assert refusal(tmp_path) == expected


def test_missing_folder_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "a.db"
    assert refusal(path) == (
        f"folder {path.parent} of the database does not exist; "
        "create it, or choose another file with --db"
    )
    assert not path.parent.exists()


@pytest.mark.parametrize("table", ["photos", "alembic_version", "videos"])
def test_database_of_another_program_is_left_alone(tmp_path: Path, table: str) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE {table} (version_num)")
        connection.execute(f"INSERT INTO {table} VALUES ('0001')")
        connection.commit()
    before = path.read_bytes()
    expected = f"database {path} belongs to another program; choose another database with --db"
    assert refusal(path) == expected
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("0000", "an older vidtag (revision 0000); run `vidtag db upgrade`"),
        ("9999", f"a newer vidtag (revision 9999); upgrade vidtag; this one knows {REVISION}"),
    ],
)
def test_other_revisions_are_refused(path: Path, revision: str, message: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = ?", [revision])
        connection.commit()
    before = path.read_bytes()
    assert refusal(path) == f"database {path} was made by {message}"
    assert path.read_bytes() == before


# --- locked -------------------------------------------------------------------------------


@pytest.fixture
def locked(path: Path) -> Iterator[Path]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield path


def test_locked_file_is_not_opened(locked: Path) -> None:
    assert refusal(locked) == (
        f"database {locked} is locked by another program; "
        "close that program or wait, then run again"
    )


def test_locked_while_open_and_usable_afterwards(path: Path) -> None:
    with (
        Database.open(path, busy_timeout_s=0.01) as database,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        for _ in range(20):  # more often than there are connections to lose
            with pytest.raises(StoreError, match="is locked by another program"):
                database.delete_run(1)
        assert len(database.runs(1)) == 1
        other.execute("ROLLBACK")
        database.delete_run(1)
        assert database.runs(1) == []


# --- not writable -------------------------------------------------------------------------


def test_opened_for_reading_only(path: Path) -> None:
    with Database.open(path, readonly=True) as database:
        [run] = database.runs(1)
        with pytest.raises(StoreError, match=f"database {path} was opened for reading only"):
            database.delete_run(run.run_id)
        assert database.runs(1) == [run]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody without rights")
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "attempt", "what"),
    [
        pytest.param(0o444, 0o755, refused_writing, "may not be written", id="read-only file"),
        pytest.param(0o666, 0o555, refused_writing, "may not be written", id="read-only folder"),
        pytest.param(0o000, 0o755, refused_opening, "cannot be opened", id="unreadable file"),
        pytest.param(None, 0o555, refused_opening, "cannot be opened", id="new file"),
    ],
)
def test_without_permission(
    shared_folder: Path,
    file_mode: int | None,
    folder_mode: int,
    attempt: Callable[[int, Path, str], None],
    what: str,
) -> None:
    path = shared_folder / "vidtag.db"
    if file_mode is not None:
        with Database.open(path) as database:
            finished_run(database)
        path.chmod(file_mode)
    shared_folder.chmod(folder_mode)
    message = f"database {path} {what}; check the permissions of the file and its folder"
    assert exit_code(start(attempt, NOBODY, path, message)) == 0


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that every account can reach, which those of pytest are not."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_read_only_file_can_be_read(shared_folder: Path) -> None:
    path = shared_folder / "vidtag.db"
    with Database.open(path) as database:
        finished_run(database)
    path.chmod(0o444)
    shared_folder.chmod(0o555)
    with Database.open(path, readonly=True) as database:
        assert len(database.runs(1)) == 1


# --- full disk ----------------------------------------------------------------------------


def test_full_disk_loses_nothing_that_was_written(path: Path) -> None:
    with Database.open(path) as database:
        run = open_run(database, video="b.mp4")
        write(database, run, 0, 50)
        database.claim_piece(run.run_id, 50, 50_000, worker="w", ttl_s=60)
        _let_grow_by(database, pages=8)
        with pytest.raises(StoreError) as caught:
            database.write_piece(run.run_id, piece(50, 50_000), worker="w")
        assert str(caught.value) == (
            f"database {path} cannot grow: the disk is full; free some space and run again"
        )
        assert database.done_pieces(run.run_id) == {(0, 50)}
        assert database.check() == ()
        _let_grow_by(database, pages=1_000_000)
        database.write_piece(run.run_id, piece(50, 50_000), worker="w")
        assert len(database.frame_times(run.video_id)) == 50_000


def _let_grow_by(database: Database, *, pages: int) -> None:
    with database._sessions.writing() as connection:
        now = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {now + pages}")


# --- damaged ------------------------------------------------------------------------------


def _truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _scribble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [_truncate, _scribble])
def test_damaged_file(path: Path, damage: Callable[[Path], None]) -> None:
    damage(path)
    with pytest.raises(StoreError) as caught, Database.open(path) as database:
        database.register_video(video_info("c.mp4"), Episode())
    assert str(caught.value) == (
        f"database {path} is damaged; restore a backup, or choose another file with --db"
    )
