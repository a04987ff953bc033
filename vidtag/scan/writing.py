"""Writes pieces beside the scoring, all that are finished in one transaction."""

from __future__ import annotations

import queue
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from vidtag.store import Database
    from vidtag.types import Piece

_ROOM = 256  # pieces that may wait


class Finished(NamedTuple):
    """A piece, and the run that it is of."""

    run_id: int
    piece: Piece


class PieceWriter:
    """A thread that writes; a context manager that ends when everything is on the disk.

    Each transaction takes all pieces that wait, so a slow disk costs no more transactions, and a
    piece is either stored whole and marked as done or not at all.

    Args:
        database: where to.
        worker: who has claimed the pieces.
    """

    def __init__(self, database: Database, *, worker: str) -> None:
        self._database = database
        self._worker = worker
        self._waiting: queue.Queue[list[Finished] | None] = queue.Queue(_ROOM)
        self._error: BaseException | None = None
        self._thread = Thread(target=self._write, name="vidtag-writer")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._waiting.put(None)
        self._thread.join()
        if error is None:
            self._check()

    def put(self, finished: list[Finished]) -> None:
        """Write these soon, those of one window together.

        Raises:
            StoreError: something put before could not be written.
        """
        self._check()
        self._waiting.put(finished)

    def _check(self) -> None:
        if self._error:
            raise self._error

    def _write(self) -> None:
        """Write until told to end; after an error only take what comes, so that nobody waits."""
        while (finished := self._waiting.get()) is not None:
            goes_on = self._add_waiting(finished)
            if self._error is None:
                try:
                    self._database.write_pieces(finished, worker=self._worker)
                except BaseException as error:  # noqa: BLE001 - raised again in the other thread
                    self._error = error
            if not goes_on:
                return

    def _add_waiting(self, finished: list[Finished]) -> bool:
        """Add what else waits. Returns whether more may come."""
        while not self._waiting.empty():
            more = self._waiting.get()
            if more is None:
                return False
            finished += more
        return True
