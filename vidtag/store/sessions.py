"""Connections and transactions: where the database is, and how it is set up to lose nothing.

SQLite: the `sqlite3` module is told to begin nothing by itself; every transaction begins here,
writers with `BEGIN IMMEDIATE`, so that two of them wait for each other instead of failing halfway.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Literal, TypeAlias

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool, StaticPool

from vidtag.errors import StoreError
from vidtag.store.explain import explained

Mode: TypeAlias = Literal["ro", "rw", "rwc"]  # read; read and write; and create

_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
_MEMORY = ":memory:"


@dataclass(frozen=True)
class Sessions:
    """Opens the transactions on one database, and explains what goes wrong in them."""

    url: URL
    where: str  # the database in words for a person, without a password
    mode: Mode
    reader: Engine
    writer: Engine
    turns: RLock = field(default_factory=RLock)  # threads that write wait here, not in SQLite

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite; PostgreSQL otherwise."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database that has one."""
        return sqlite_file(self.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the database."""
        with self._reading_turn(), explained(self.where), self.reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is stored, or nothing."""
        if self.mode == "ro":
            raise StoreError(f"database {self.where} was opened for reading only")
        with self.turns, explained(self.where), self.writer.begin() as connection:
            yield connection

    def _reading_turn(self) -> AbstractContextManager[object]:
        """A database in memory has one connection for all threads; others one for each."""
        in_memory = self.is_sqlite and self.file is None
        return self.turns if in_memory else nullcontext()

    def choose_journal(self) -> None:
        """Use the best SQLite journal that this build of SQLite can be trusted with."""
        with explained(self.where), closing(self.writer.raw_connection()) as connection:
            if not wal_is_safe(sqlite3.sqlite_version_info):
                connection.cursor().execute("PRAGMA journal_mode = DELETE")
                return
            # While somebody else reads it cannot be switched; the old journal is as safe.
            with suppress(sqlite3.OperationalError):
                connection.cursor().execute("PRAGMA journal_mode = WAL")

    def close(self) -> None:
        """Close all connections."""
        self.writer.dispose()


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite version has the fix for the WAL-reset bug.

    Before it, two connections could lose committed pages of a write-ahead log. Fixed in 3.51.3,
    and in 3.50.7 and 3.44.6 of the older branches.
    """
    fixed = {(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}.get(version[:2], (3, 51, 3))
    return version >= fixed


def parse(url_or_path: str | Path) -> URL:
    """The address of a database: a file name, `:memory:`, or an SQLite or PostgreSQL URL.

    Raises:
        StoreError: for any other address.
    """
    text = str(url_or_path)
    if isinstance(url_or_path, Path) or "://" not in text:
        return URL.create(_DRIVERS["sqlite"], database=text)
    try:
        url = make_url(text)
        return url.set(drivername=_DRIVERS[url.get_backend_name()])
    except (ArgumentError, KeyError, ValueError):
        kind = text.partition("://")[0]
        hint = "use a file name or postgresql://USER@HOST/NAME"
        raise StoreError(f"no usable {kind}:// database address", hint=hint) from None


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite database; `None` for PostgreSQL and for one in memory."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", _MEMORY}:
        return None
    return Path(str(url.database))


def connect(
    url: URL, *, mode: Mode, busy_timeout_s: float = 10.0, foreign_keys: bool = True
) -> Sessions:
    """Prepare connections to `url`; none is opened yet.

    Raises:
        StoreError: the file of an SQLite database cannot be there.
    """
    if url.get_backend_name() == "sqlite":
        engine = _sqlite(url, mode=mode, busy_timeout_s=busy_timeout_s, foreign_keys=foreign_keys)
        reading, writing = {}, {"vidtag_begin": "BEGIN IMMEDIATE"}
    else:
        engine = _postgres(url, mode=mode, busy_timeout_s=busy_timeout_s)
        reading, writing = {"isolation_level": "REPEATABLE READ"}, {}
    return Sessions(
        url=url,
        where=_in_words(url),
        mode=mode,
        reader=engine.execution_options(**reading),
        writer=engine.execution_options(**writing),
    )


def _in_words(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database or _MEMORY)
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def _sqlite(url: URL, *, mode: Mode, busy_timeout_s: float, foreign_keys: bool) -> Engine:
    path = sqlite_file(url)
    # Never `mode=ro`: even a reader must be able to roll back what a killed writer left behind.
    uri_mode = "rwc" if mode == "rwc" else "rw"
    target = _MEMORY if path is None else f"{_checked(path, mode).as_uri()}?mode={uri_mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            target, uri=True, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA query_only = {int(mode == 'ro')}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    pool = StaticPool if path is None else QueuePool  # in memory, each connection is a database
    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=pool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("vidtag_begin", "BEGIN"))


def _checked(path: Path, mode: Mode) -> Path:
    absolute = path.absolute()
    if absolute.is_dir():
        raise StoreError(f"{path} is a folder, not a database", hint="name a file in it with --db")
    if not absolute.parent.is_dir():
        hint = "create it, or choose another file with --db"
        raise StoreError(f"folder {absolute.parent} of the database does not exist", hint=hint)
    if mode != "rwc" and not absolute.exists():
        hint = "run `vidtag scan` or `vidtag enroll` first, or name the file with --db"
        raise StoreError(f"there is no database {path}", hint=hint)
    return absolute


def _postgres(url: URL, *, mode: Mode, busy_timeout_s: float) -> Engine:
    options = [str(url.query.get("options", "")), f"-c lock_timeout={int(busy_timeout_s * 1000)}"]
    if mode == "ro":
        options.append("-c default_transaction_read_only=on")
    return create_engine(
        url,
        connect_args={
            "options": " ".join(options).strip(),
            "connect_timeout": max(2, math.ceil(busy_timeout_s)),
            "application_name": "vidtag",
        },
    )
