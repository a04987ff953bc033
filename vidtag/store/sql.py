"""Ad-hoc SQL that can only read: the values, and which server is asked.

What a person types is not to be trusted, as it may come from anywhere. So it gets a connection of
its own, on which the server itself refuses all but one reading statement of limited time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeAlias

from vidtag.errors import StoreError, UsageError
from vidtag.store.sessions import Sessions

SqlValue: TypeAlias = bool | int | float | str | bytes | None

LONGEST = 100_000  # characters of a statement


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlResult:
    """What a statement found."""

    columns: tuple[str, ...]  # names need not be distinct
    rows: tuple[tuple[SqlValue, ...], ...]
    complete: bool  # False: there are more rows than were asked for, or than fit


def ask(sessions: Sessions, statement: str, *, timeout_s: float, max_rows: int) -> SqlResult:
    """Run `statement` on a new connection that can only read.

    Args:
        sessions: where the database is.
        statement: one statement that returns rows.
        timeout_s: stop it after this time.
        max_rows: how many rows are wanted at most.

    Raises:
        UsageError: the statement is wrong, or does something else than reading.
        StoreError: it took too long, or the database cannot be used.
    """
    if not statement.strip():
        raise UsageError("the SQL statement is empty", hint="try: select * from screen_time")
    if len(statement) > LONGEST or "\0" in statement or not _is_utf8(statement):
        raise UsageError(f"expected SQL of at most {LONGEST:,} characters in UTF-8, without NUL")
    if sessions.is_sqlite:
        from vidtag.store import sql_sqlite as server
    else:
        from vidtag.store import sql_postgres as server  # type: ignore[no-redef]
    return server.ask(sessions, statement, timeout_s=timeout_s, max_rows=max_rows)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def too_slow(timeout_s: float) -> StoreError:
    """The error for a statement that was stopped."""
    hint = "ask for less, or for more time with --timeout"
    return StoreError(f"the SQL statement was stopped after {timeout_s:g} s", hint=hint)


def refused(what: str) -> UsageError:
    """The error for a statement that would do more than read."""
    hint = "one statement that reads the tables and views of docs/database.md is allowed"
    return UsageError(f"SQL refused: {what}", hint=hint)


def wrong(message: str) -> UsageError:
    """The error for a statement that the server does not understand."""
    return UsageError(f"SQL: {message}", hint="tables and views are described in docs/database.md")


def plain(value: object) -> SqlValue:
    """A value of a driver as one of few types."""
    match value:
        case None | bool() | int() | float() | str() | bytes():
            return value
        case memoryview() | bytearray():
            return bytes(value)
        case Decimal() if value.is_finite():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)


def plain_rows(rows: Iterable[Iterable[object]]) -> tuple[tuple[SqlValue, ...], ...]:
    """Rows of a driver as rows of few types."""
    return tuple(tuple(map(plain, row)) for row in rows)
