"""Work that tests give to other processes."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import event

from tests.store.samples import piece
from vidtag.errors import StoreError
from vidtag.store import Database, sessions

# Children come from a small server process: forking pytest, with its threads, is not safe.
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.store.processes", "vidtag.store.migrate", "psycopg"])


def start(work: Callable[..., None], *arguments: object) -> BaseProcess:
    process = _CONTEXT.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def exit_code(process: BaseProcess) -> int:
    process.join(60)
    assert process.exitcode is not None
    return process.exitcode


def scan(url: str, run_id: int, bounds: list[tuple[int, int]], labels: int) -> None:
    """Claim and write every piece that is to be had, as a scan does."""
    worker = f"host:{os.getpid()}:0"
    with Database.open(url) as database:
        for start_frame, end_frame in bounds:
            claim = database.claim_piece(run_id, start_frame, end_frame, worker=worker, ttl_s=600)
            if claim == "mine":
                done = piece(start_frame, end_frame, labels=labels)
                database.write_piece(run_id, done, worker=worker)


def die_in_write(url: str, run_id: int, bounds: tuple[int, int], labels: int, step: int) -> None:
    """Write one piece and be killed before statement number `step` of the transaction."""
    with Database.open(url) as database:
        database.claim_piece(run_id, *bounds, worker="victim", ttl_s=600)
        left = step

        def count(*_: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(database._sessions.writer, "before_cursor_execute", count)
        database.write_piece(run_id, piece(*bounds, labels=labels), worker="victim")


def open_new(url: str) -> None:
    """Open a database that others create at the same time."""
    Database.open(url).close()


def refused_opening(account: int, path: Path, message: str) -> None:
    """Ends with 0 if `account` gets this error, and no other, from opening the file."""
    _become(account)
    with without_wal(), pytest.raises(StoreError, match=f"^{re.escape(message)}$"):
        Database.open(path)


def refused_writing(account: int, path: Path, message: str) -> None:
    """Ends with 0 if `account` can open the file, and gets this error from writing."""
    _become(account)
    with without_wal(), Database.open(path) as database:
        assert len(database.videos()) == 1
        with pytest.raises(StoreError, match=f"^{re.escape(message)}$"):
            database.delete_run(1)


def _become(account: int) -> None:
    os.setgroups([])
    os.setgid(account)
    os.setuid(account)


def without_wal() -> AbstractContextManager[object]:
    """Do as on a build of SQLite that cannot be trusted with a write-ahead log."""
    return patch.object(sessions, "wal_is_safe", lambda _version: False)
