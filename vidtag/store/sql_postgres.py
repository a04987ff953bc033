"""Ad-hoc SQL on PostgreSQL: a cursor in a read-only transaction with a statement timeout.

`DECLARE CURSOR` takes nothing but a query, and the extended protocol nothing but one. The
transaction is read-only and stays so: it has taken its snapshot, after which the server refuses to
change that. A superuser, who may do anything to the server's files, takes on another role first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from vidtag.errors import StoreError
from vidtag.store.explain import explained
from vidtag.store.sessions import Sessions
from vidtag.store.sql import SqlResult, plain_rows, refused, too_slow, wrong

WRONG = ("0A", "22", "34", "42")  # classes of SQLSTATE that the statement is to blame for
REFUSED = ("25", "42501")  # not in this (read-only) transaction, insufficient privilege


def ask(sessions: Sessions, statement: str, *, timeout_s: float, max_rows: int) -> SqlResult:
    """Run `statement`; see `vidtag.store.sql.ask`."""
    with _connected(sessions) as connection, _in_words(sessions.where, timeout_s):
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        timeout_ms = str(max(1, round(timeout_s * 1000)))
        connection.execute("SELECT set_config('statement_timeout', %s, true)", (timeout_ms,))
        _give_up_powers(connection)
        return _result(connection, statement, max_rows)


@contextmanager
def _connected(sessions: Sessions) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection that nobody uses before or after."""
    with explained(sessions.where), closing(sessions.reader.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert isinstance(connection, psycopg.Connection)  # noqa: S101  what the URL asks for
        pooled.detach()
        yield connection
        connection.rollback()


def _give_up_powers(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """A superuser could read and write files of the server: go on as one who may only read."""
    row = connection.execute("SELECT current_setting('is_superuser')::bool").fetchone()
    if row == (True,):
        connection.execute("SET LOCAL ROLE pg_read_all_data")  # PostgreSQL 14 and newer


def _result(
    connection: psycopg.Connection[tuple[object, ...]], statement: str, max_rows: int
) -> SqlResult:
    # One fetch: the timeout counts for each, and the statement could change it for the next.
    with connection.cursor("vidtag", scrollable=False) as cursor:
        cursor.execute(statement.encode(connection.info.encoding))
        columns = tuple(column.name for column in cursor.description or ())
        rows = cursor.fetchmany(max_rows + 1)
    complete = len(rows) <= max_rows
    return SqlResult(columns=columns, rows=plain_rows(rows[:max_rows]), complete=complete)


@contextmanager
def _in_words(where: str, timeout_s: float) -> Iterator[None]:
    """Tell apart what the statement got wrong and what is wrong with the database."""
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise too_slow(timeout_s) from error
    except psycopg.Error as error:
        state, message = error.sqlstate or "", _message(error)
        if state.startswith(REFUSED):
            raise refused(message) from error
        if state.startswith(WRONG):
            raise wrong(message) from error
        hint = "check the server and run again"
        raise StoreError(f"database {where} failed: {message}", hint=hint) from error


def _message(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).partition("\n")[0]
