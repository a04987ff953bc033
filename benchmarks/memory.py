"""How much memory a process and those that it started take."""

from __future__ import annotations

from collections.abc import Callable

import psutil

EVERY_S = 0.05


def peak_mb(pid: int | None, has_ended: Callable[[float], bool]) -> float:
    """The most MB that process `pid` and those that it started take, until it has ended.

    Args:
        pid: of the process. What the system tells of its peak would count the one that started it.
        has_ended: waits so many seconds at most, and tells.
    """
    peak = 0.0
    while not has_ended(EVERY_S):
        peak = max(peak, memory_mb(pid))
    return peak


def memory_mb(pid: int | None) -> float:
    """Memory of a process and those that it started; what they share counts once for each."""
    parent = psutil.Process(pid)
    total = 0
    for process in (parent, *parent.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:  # it has just ended
            continue
    return total / 2**20
