"""Does the same with several videos at once, each worker with tools of its own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, TypeVar

import psutil

from vidtag.machine import usable_cores

if TYPE_CHECKING:
    from vidtag.types import ScanProgress, VideoInfo

Thing = TypeVar("Thing")
Tools = TypeVar("Tools")
Result = TypeVar("Result")

_CORES = 4  # that one scan keeps busy: one decodes, the others score
_MEMORY_BYTES = 1_500_000_000  # that one scan stays under


class StoppedError(Exception):
    """Ends a scan that nobody waits for any more."""


class Stopping:
    """Passes progress on, and ends the scan that reports it once `event` is set."""

    def __init__(self, event: Event, progress: ScanProgress | None) -> None:
        self._event = event
        self._progress = progress

    def begin(self, info: VideoInfo, names: Sequence[str]) -> None:
        """See `ScanProgress.begin`."""
        self._check()
        if self._progress:
            self._progress.begin(info, names)

    def advance(self, frames: int, pts_us: int) -> None:
        """See `ScanProgress.advance`."""
        self._check()
        if self._progress:
            self._progress.advance(frames, pts_us)

    def wait(self) -> None:
        """See `ScanProgress.wait`."""
        self._check()
        if self._progress:
            self._progress.wait()

    def _check(self) -> None:
        if self._event.is_set():
            raise StoppedError


def sensible_jobs(videos: int) -> int:
    """How many of `videos` to scan at once: what processors and free memory have room for."""
    fitting = psutil.virtual_memory().available // _MEMORY_BYTES
    return max(1, min(videos, usable_cores() // _CORES, fitting))


def each(
    things: Sequence[Thing],
    tools: Sequence[Tools],
    do: Callable[[Thing, Tools], Result],
    *,
    stop: Event,
) -> Generator[Callable[[], Result]]:
    """Do something with all `things`, with as many of them at once as there are `tools`.

    Close the iterator, so that nothing goes on when it is left early.

    Args:
        things: begun in this order.
        tools: each is used for one thing at a time; a single one by this thread.
        do: with a thing and what it takes.
        stop: set when the iterator is left early; `do` should end soon then.

    Yields:
        For each thing, in order, a function that waits for its result, or raises what `do` raised.
    """
    if len(tools) == 1:
        yield from (partial(do, thing, tools[0]) for thing in things)
        return
    free: SimpleQueue[Tools] = SimpleQueue()
    for tool in tools:
        free.put(tool)

    def work(thing: Thing) -> Result:
        tool = free.get()
        try:
            return do(thing, tool)
        finally:
            free.put(tool)

    with ThreadPoolExecutor(len(tools), "vidtag-scan") as threads:
        futures = [threads.submit(work, thing) for thing in things]
        try:
            yield from (future.result for future in futures)
        finally:
            stop.set()
            threads.shutdown(cancel_futures=True)
