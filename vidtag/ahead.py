"""Makes things ahead of their use, in a thread of its own, as long as there is room for them."""

from __future__ import annotations

import queue
from collections.abc import Iterable, Iterator
from threading import Event, Thread
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

T = TypeVar("T")

_STOP_CHECK_S = 0.1


class _End:
    """Stands behind the last thing; with an error when making them failed."""

    def __init__(self, error: BaseException | None) -> None:
        self.error: Final = error


class Ahead(Generic[T]):
    """What an iterable yields, taken from it by another thread; a context manager.

    When the block is left early, the thread ends after the thing that it is at.

    Args:
        things: iterated by the thread alone.
        room: how many things may wait.
    """

    def __init__(self, things: Iterable[T], *, room: int) -> None:
        self.exhausted = False  # nothing more will come
        self._things = things
        # A bounded `Queue` is made of locks of Python's, and takes several times as long.
        self._waiting: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
        self._places: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(room):
            self._places.put(None)
        self._stopped = Event()
        self._thread = Thread(target=self._make, name="vidtag-ahead")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def __iter__(self) -> Iterator[T]:
        """Yield everything, waiting for each thing.

        Raises:
            BaseException: what ended the iterable, after the things that came before.
        """
        while not self.exhausted:
            yield from self.take(1, wait=True)

    def take(self, most: int, *, wait: bool) -> Iterator[T]:
        """Yield what is there, at most `most` things.

        Args:
            most: may be 0.
            wait: for the first one, if none is there yet.

        Raises:
            BaseException: what ended the iterable, after the things that came before.
        """
        for number in range(0 if self.exhausted else most):
            try:
                thing = self._waiting.get(block=wait and number == 0)
            except queue.Empty:
                return
            self._places.put(None)
            if isinstance(thing, _End):
                self.exhausted = True
                if thing.error:
                    raise thing.error
                return
            yield thing

    def _make(self) -> None:
        end = _End(None)
        try:
            for thing in self._things:
                if not self._put(thing):
                    return
        except BaseException as error:  # noqa: BLE001 - raised again where things are taken
            end = _End(error)
        self._put(end)

    def _put(self, thing: T | _End) -> bool:
        """Wait for room. Returns whether anybody still wants the thing."""
        while not self._stopped.is_set():
            try:
                self._places.get(timeout=_STOP_CHECK_S)
            except queue.Empty:
                continue
            self._waiting.put(thing)
            return True
        return False
