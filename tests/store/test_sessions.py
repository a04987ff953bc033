from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.store.samples import open_run
from vidtag.errors import StoreError
from vidtag.store import Database, sessions, wal_is_safe
from vidtag.store.sessions import parse


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 43, 9), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 49, 2), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_only_where_its_bug_is_fixed(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a.db", "sqlite+pysqlite:///a.db"),
        (Path("a.db"), "sqlite+pysqlite:///a.db"),
        ("sqlite:///a.db", "sqlite+pysqlite:///a.db"),
        (":memory:", "sqlite+pysqlite:///%3Amemory%3A"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h:1/d", "postgresql+psycopg://u@h:1/d"),
    ],
)
def test_addresses(given: str | Path, expected: str) -> None:
    assert parse(given).render_as_string() == expected


@pytest.mark.parametrize("address", ["mysql://u:secret@h/d", "http://", "postgresql://u:p:q:r/d"])
def test_other_addresses_are_refused_without_a_word_of_them(address: str) -> None:
    with pytest.raises(StoreError) as caught:
        parse(address)
    kind = address.partition("://")[0]
    assert caught.value.message == f"no usable {kind}:// database address"
    assert caught.value.hint == "use a file name or postgresql://USER@HOST/NAME"


def test_password_is_never_shown() -> None:
    with pytest.raises(StoreError) as caught:
        Database.open("postgresql://user:secret@127.0.0.1:1/name")
    assert str(caught.value).startswith(
        "database postgresql://user:***@127.0.0.1:1/name failed: connection failed"
    )
    assert "secret" not in str(caught.value)
    assert caught.value.hint == "check the address and that the server runs"


def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    with Database.open(tmp_path / "a.db") as database:
        with database._sessions.writing() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("foreign_keys", "synchronous", "query_only")
            }
        assert pragmas == {"foreign_keys": 1, "synchronous": 2, "query_only": 0}


@pytest.mark.parametrize("before", ["wal", "delete"])
@pytest.mark.parametrize(("safe", "after"), [(True, "wal"), (False, "delete")])
def test_journal_follows_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, safe: bool, after: str
) -> None:
    path = tmp_path / "a.db"
    Database.open(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {before}")
    connection.close()
    monkeypatch.setattr(sessions, "wal_is_safe", lambda _: safe)
    with Database.open(path) as database:
        assert database.info().journal_mode == after


def test_journal_stays_while_somebody_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    monkeypatch.setattr(sessions, "wal_is_safe", lambda _: False)
    Database.open(path).close()
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM videos").fetchall()
    monkeypatch.setattr(sessions, "wal_is_safe", lambda _: True)
    with Database.open(path, busy_timeout_s=0.05) as database:
        assert database.info().journal_mode == "delete"
    reader.close()


def test_threads_share_a_database_in_memory() -> None:
    """It has one connection, whose transactions must not get mixed up."""
    with Database.open(":memory:") as database, ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda n: open_run(database, video=f"{n}.mp4"), range(40)))
        assert len({run.run_id for run in made}) == 40
        assert database.check() == ()
