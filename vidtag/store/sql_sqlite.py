"""Ad-hoc SQL on an SQLite file: opened for reading, with an authorizer and a deadline.

Four locks, each enough by itself against writing: the file is opened with `mode=ro`; `query_only`
is on; the authorizer allows reading and harmless functions and nothing else; and Python's driver
runs one statement, without extensions.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice

from vidtag.errors import StoreError
from vidtag.store.explain import explained
from vidtag.store.schema import VERSION_TABLE, metadata
from vidtag.store.sessions import Sessions
from vidtag.store.sql import SqlResult, plain_rows, refused, too_slow, wrong
from vidtag.store.sql_functions import FUNCTIONS

VIEWS = ("presence", "screen_time")
READABLE = frozenset(
    {*metadata.tables, *VIEWS, VERSION_TABLE, "sqlite_master", "sqlite_schema"}
    | {"json_each", "json_tree"}
)
STEPS = 10_000  # of SQLite's machine, between two looks at the clock
BYTES = 64 * 1024 * 1024  # of text and blobs in a result
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 1_000_000,  # of one value: what is built up must fit in memory
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,  # matching is not interrupted
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

_ACTIONS = {
    sqlite3.SQLITE_ATTACH: "attaching a database",
    sqlite3.SQLITE_DELETE: "deleting from",
    sqlite3.SQLITE_DETACH: "detaching a database",
    sqlite3.SQLITE_INSERT: "inserting into",
    sqlite3.SQLITE_PRAGMA: "pragma",
    sqlite3.SQLITE_TRANSACTION: "a transaction:",
    sqlite3.SQLITE_UPDATE: "changing",
}
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE})


def ask(sessions: Sessions, statement: str, *, timeout_s: float, max_rows: int) -> SqlResult:
    """Run `statement`; see `vidtag.store.sql.ask`."""
    with explained(sessions.where), closing(_open(sessions)) as connection:
        authorizer = _Authorizer(_foreign(connection))
        connection.set_authorizer(authorizer)
        connection.set_progress_handler(_alarm(timeout_s), STEPS)
        with _in_words(authorizer, timeout_s):
            return _result(connection.execute(statement), max_rows)


def _open(sessions: Sessions) -> sqlite3.Connection:
    if sessions.file is None:
        raise StoreError("SQL can be run on a database file, not on one in memory")
    # A journal that a killed writer left was rolled back when the database was opened before.
    target = f"{sessions.file.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(target, uri=True, isolation_level=None)
    connection.text_factory = lambda text: text.decode(errors="replace")
    connection.execute("PRAGMA query_only = 1")
    connection.execute("PRAGMA trusted_schema = 0")
    with suppress(sqlite3.OperationalError):  # a build without JSON; else known before the lock
        connection.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')")
    for limit, value in LIMITS.items():
        connection.setlimit(limit, value)
    return connection


def _foreign(connection: sqlite3.Connection) -> frozenset[str]:
    """Tables and views in the file that are not vidtag's."""
    names = connection.execute("SELECT name FROM sqlite_master").fetchall()
    return frozenset(name for (name,) in names) - READABLE


class _Authorizer:
    """Allows reading what is ours; remembers what it refused first.

    SQLite also asks about the names that a statement gives to its own subqueries, so what is not
    in the file may be read. Modules like `dbstat` are none of that: to use one is a change of the
    schema in memory, and refused.
    """

    def __init__(self, foreign: frozenset[str]) -> None:
        self.refused = ""
        self._foreign = foreign

    def __call__(
        self, action: int, first: str | None, second: str | None, *_where: str | None
    ) -> int:
        if self._allows(action, first, second):
            return sqlite3.SQLITE_OK
        self.refused = self.refused or _described(action, first, second)
        return sqlite3.SQLITE_DENY

    def _allows(self, action: int, first: str | None, second: str | None) -> bool:
        if action == sqlite3.SQLITE_READ:
            return first not in self._foreign
        if action == sqlite3.SQLITE_FUNCTION:
            return (second or "").lower() in FUNCTIONS
        return action in _READING


def _described(action: int, first: str | None, second: str | None) -> str:
    if action == sqlite3.SQLITE_READ:
        return f"reading {first}"
    if action == sqlite3.SQLITE_FUNCTION:
        return f"the function {second}"
    return f"{_ACTIONS.get(action, 'this')} {first or ''}".rstrip()


def _alarm(timeout_s: float) -> Callable[[], bool]:
    deadline = time.monotonic() + timeout_s
    return lambda: time.monotonic() > deadline


@contextmanager
def _in_words(authorizer: _Authorizer, timeout_s: float) -> Iterator[None]:
    """Tell apart what the statement got wrong and what is wrong with the database."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.Warning) as error:  # such as a second statement
        raise refused(_first_line(error)) from error
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        if authorizer.refused:
            raise refused(authorizer.refused) from error
        name = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
        if name == "SQLITE_INTERRUPT":
            raise too_slow(timeout_s) from error
        if name in {"SQLITE_ERROR", "SQLITE_TOOBIG", "SQLITE_MISMATCH"}:
            raise wrong(_first_line(error)) from error
        raise


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


def _result(cursor: sqlite3.Cursor, max_rows: int) -> SqlResult:
    if cursor.description is None:
        raise refused("the statement returns no rows")
    rows: list[tuple[object, ...]] = []
    room = BYTES
    for row in islice(cursor, max_rows):
        room -= sum(len(value) for value in row if isinstance(value, (str, bytes)))
        if room < 0:
            break
        rows.append(row)
    more = room < 0 or next(cursor, None) is not None
    columns = tuple(name for name, *_ in cursor.description)
    return SqlResult(columns=columns, rows=plain_rows(rows), complete=not more)
