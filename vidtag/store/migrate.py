"""Which revision a database is at, and bringing it to the one that this program needs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text

from vidtag.errors import StoreError
from vidtag.paths import bundled
from vidtag.store.explain import explained
from vidtag.store.schema import REVISION, VERSION_TABLE
from vidtag.store.sessions import Sessions, connect, parse

_LOCK = 0x76696474  # PostgreSQL's advisory lock of those who create or upgrade the tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """What `upgrade` did. `before == after` when there was nothing to do."""

    before: str | None  # None: there was no database yet
    after: str
    backup: Path | None  # copy of the older database; PostgreSQL has none

    def __str__(self) -> str:
        if self.before is None:
            return f"made at revision {self.after}"
        if self.before == self.after:
            return f"is at revision {self.after} already"
        kept = "" if self.backup is None else f"; the old one is kept as {self.backup}"
        return f"upgraded from revision {self.before} to {self.after}{kept}"


def upgrade(url_or_path: str | Path, *, busy_timeout_s: float = 10.0) -> Upgrade:
    """Bring a database to this program's revision, or make a new one, in one transaction.

    An SQLite file with older tables is copied to `FILE.bak-REVISION` first.

    Raises:
        StoreError: the database is not ours, it is newer than this program, it is in use, or the
            upgrade failed (it is then as it was).
    """
    # SQLite rebuilds a table to change it; with foreign keys on, that would empty its children.
    sessions = connect(
        parse(url_or_path), mode="rwc", busy_timeout_s=busy_timeout_s, foreign_keys=False
    )
    with closing(sessions), sessions.writing() as connection:
        _lock(connection)
        before = revision(sessions, connection)
        if before is not None:
            refuse_newer(sessions, before)
        backup = None
        if before != REVISION:
            backup = None if before is None else _back_up(sessions, before)
            to_head(connection)
            _refuse_orphans(sessions, connection)
        return Upgrade(before=before, after=REVISION, backup=backup)


def create(sessions: Sessions) -> None:
    """Create the tables in an empty database, unless another process was faster."""
    with sessions.writing() as connection:
        _lock(connection)
        if revision(sessions, connection) is None:
            to_head(connection)


def revision(sessions: Sessions, connection: Connection) -> str | None:
    """The revision of the database; `None` when it is empty.

    Raises:
        StoreError: the tables in it are not ours.
    """
    tables = set(inspect(connection).get_table_names())
    if tables <= {VERSION_TABLE}:
        return None
    if VERSION_TABLE not in tables:
        hint = "choose another database with --db"
        raise StoreError(f"database {sessions.where} belongs to another program", hint=hint)
    return str(connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")))  # noqa: S608


def refuse_newer(sessions: Sessions, found: str) -> None:
    """Raise `StoreError` when the database was made by a newer vidtag."""
    if found > REVISION:
        message = f"database {sessions.where} was made by a newer vidtag (revision {found})"
        raise StoreError(message, hint=f"upgrade vidtag; this one knows {REVISION}")


def to_head(connection: Connection) -> None:
    """Run the migrations inside the transaction of `connection`.

    Raises:
        StoreError: no migration leads on from where the database is.
    """
    # Slow to import, and needed only by those who create or upgrade.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
    try:
        command.upgrade(config, REVISION)
    except CommandError as error:
        hint = "nothing was changed; restore a backup, or choose another database with --db"
        raise StoreError(f"cannot upgrade to revision {REVISION}: {error}", hint=hint) from error


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite has BEGIN IMMEDIATE
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _back_up(sessions: Sessions, before: str) -> Path | None:
    """Copy the file beside itself. The transaction that is open keeps writers away meanwhile."""
    path = sessions.file
    if path is None:
        return None
    backup = path.with_name(f"{path.name}.bak-{before}")
    unfinished = backup.with_name(f"{backup.name}.part")
    try:
        with explained(str(unfinished)):
            _copy(path, unfinished)
        return unfinished.replace(backup)
    except OSError as error:
        message = f"cannot copy {path} to {backup}: {error.strerror}"
        raise StoreError(message, hint="nothing was changed; move that away") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(path: Path, target: Path) -> None:
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(uri, uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)


def _refuse_orphans(sessions: Sessions, connection: Connection) -> None:
    if sessions.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        hint = "nothing was changed; run `vidtag db check`"
        raise StoreError(f"upgrade of {sessions.where} would break references", hint=hint)
