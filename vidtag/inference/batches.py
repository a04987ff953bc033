"""How many pictures an accelerator computes at once: found once, by trying, and kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from vidtag.errors import VidtagError
from vidtag.files import write_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Runs so many pictures (N, ...) as it was made for.
Run: TypeAlias = "Callable[[NDArray[np.uint8]], NDArray[np.float32]]"

SIZES = (1, 2, 4, 8, 16)  # a detector is given at most 16 pictures at once
_TRIALS = 3
_GOOD_ENOUGH = 1.1  # times the best time of a picture: smaller batches waste less when not full


def find_batch(
    open_run: Callable[[int], Run],
    picture_shape: Sequence[int],
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> int:
    """The smallest of `SIZES` that takes at most 10 % longer for a picture than the best.

    Args:
        open_run: makes what runs so many pictures (N, *picture_shape) at once.
        picture_shape: of one.
        clock: tells seconds.

    Raises:
        VidtagError: not even one picture can be run. Where only more cannot, fewer are taken.
    """
    seconds: dict[int, float] = {}
    for size in SIZES:
        blank = np.zeros((size, *picture_shape), np.uint8)
        try:
            seconds[size] = _time(open_run(size), blank, clock) / size
        except VidtagError:  # too much for its memory
            if not seconds:
                raise
            break
    limit = min(seconds.values()) * _GOOD_ENOUGH
    return next(size for size, each in seconds.items() if each <= limit)


def keep_batch(path: Path, find: Callable[[], int]) -> int:
    """The batch kept in the file at `path`, else what `find` tells, to be kept.

    Timing is never the same twice, and with another batch the last digits may be others: a scan
    that goes on must not find another one.
    """
    with suppress(OSError, ValueError):
        kept = int(path.read_text(encoding="ascii"))
        if kept in SIZES:
            return kept
    found = find()
    with suppress(OSError):  # a cache that cannot be written is no cache
        write_whole(path, f"{found}\n".encode("ascii"))
    return found


def _time(run: Run, pictures: NDArray[np.uint8], clock: Callable[[], float]) -> float:
    """Seconds of the fastest of some runs after the first, which also gets things ready."""
    run(pictures)
    seconds = []
    for _ in range(_TRIALS):
        start = clock()
        run(pictures)
        seconds.append(clock() - start)
    return min(seconds)
