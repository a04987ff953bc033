"""The one place that turns a database driver's errors into a line for a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from vidtag.errors import StoreError

# Start of SQLite's name of the error -> (what, what to do). The first match counts.
_SQLITE = {
    "SQLITE_BUSY": ("is locked by another program", "close that program or wait, then run again"),
    "SQLITE_LOCKED": ("is locked by another program", "close that program or wait, then run again"),
    "SQLITE_READONLY": ("may not be written", "check the permissions of the file and its folder"),
    "SQLITE_PERM": ("may not be opened", "check the permissions of the file and its folder"),
    "SQLITE_CANTOPEN": ("cannot be opened", "check the permissions of the file and its folder"),
    "SQLITE_NOTADB": ("is not a database", "choose another file with --db"),
    "SQLITE_FULL": ("cannot grow: the disk is full", "free some space and run again"),
    "SQLITE_IOERR": ("cannot be read or written", "check the disk and its free space"),
    "SQLITE_CORRUPT": ("is damaged", "restore a backup, or choose another file with --db"),
}

# Start of PostgreSQL's SQLSTATE -> (what, what to do). The first match counts.
_POSTGRES = {
    "08": ("lost the connection", "check the server and run again"),
    "25006": ("may not be written", "use an account that may write"),
    "42501": ("refused: permission denied", "use an account that owns the tables"),
    "53100": ("cannot grow: the server's disk is full", "free some space and run again"),
    "53": ("has no room for this connection", "wait and run again"),
    "55P03": ("is locked by another program", "close that program or wait, then run again"),
    "57": ("is shutting down or stopped the request", "check the server and run again"),
}


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Raise `StoreError` about the database `where` for whatever its driver raises."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise _explain(where, error) from error


def _explain(where: str, error: DBAPIError | sqlite3.Error) -> StoreError:
    cause = getattr(error, "orig", error)
    for table, attribute in ((_SQLITE, "sqlite_errorname"), (_POSTGRES, "sqlstate")):
        code = getattr(cause, attribute, None) or ""
        for start, (what, hint) in table.items():
            if code.startswith(start):
                return StoreError(f"database {where} {what}", hint=hint)
    unreachable = isinstance(error, DBAPIError) and error.statement is None
    hint = "check the address and that the server runs" if unreachable else "run `vidtag db check`"
    return StoreError(f"database {where} failed: {' '.join(str(cause).split())}", hint=hint)
