"""The database as the rest of vidtag sees it: values in, values out, one transaction each."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from vidtag.errors import StoreError
from vidtag.store import migrate
from vidtag.store.gallery import People
from vidtag.store.reading import Reading
from vidtag.store.schema import REVISION
from vidtag.store.sessions import Mode, Sessions, connect, parse
from vidtag.store.writing import Writing


class Database(Reading, Writing):
    """An open database; a context manager. Every method may raise `StoreError`.

    Each method that writes is one transaction: after it returns the data is on the disk, and when
    it raises nothing has changed. Threads may share it; processes open their own.
    """

    def __init__(self, sessions: Sessions, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(sessions, clock=clock)
        self.people = People(sessions)

    @classmethod
    def open(
        cls,
        url_or_path: str | Path,
        *,
        create: bool = True,
        readonly: bool = False,
        busy_timeout_s: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Open a database, and create it if it is not there or empty.

        Args:
            url_or_path: File name, `:memory:`, `sqlite:///...` or `postgresql://...`.
            create: Whether a new database may be made.
            readonly: Whether nothing will be written; implies `create=False`.
            busy_timeout_s: How long to wait for another program's transaction.
            clock: Unix time in seconds, for leases.

        Raises:
            StoreError: it cannot be opened, belongs to another program, or was made by an older
                or newer vidtag.
        """
        create = create and not readonly
        mode: Mode = "rwc" if create else "ro" if readonly else "rw"
        sessions = connect(parse(url_or_path), mode=mode, busy_timeout_s=busy_timeout_s)
        try:
            _make_ready(sessions, create=create)
        except BaseException:
            sessions.close()
            raise
        return cls(sessions, clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._sessions.close()


def _make_ready(sessions: Sessions, *, create: bool) -> None:
    """Create what is not there, and refuse what this program cannot use."""
    with sessions.reading() as connection:
        found = migrate.revision(sessions, connection)
    if found is None and not create:
        hint = "run `vidtag scan` or `vidtag enroll` first, or name the database with --db"
        raise StoreError(f"database {sessions.where} is empty", hint=hint)
    if found is None:
        migrate.create(sessions)
    else:
        migrate.refuse_newer(sessions, found)
    if found is not None and found < REVISION:
        message = f"database {sessions.where} was made by an older vidtag (revision {found})"
        raise StoreError(message, hint="run `vidtag db upgrade`")
    if sessions.is_sqlite and sessions.mode != "ro":
        sessions.choose_journal()
