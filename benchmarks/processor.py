"""Time on the CPU."""

from __future__ import annotations

import resource


def own_s() -> float:
    """Of this process, so far."""
    return _seconds(resource.RUSAGE_SELF)


def children_s() -> float:
    """Of the processes that this one started and that have ended, with all that they started."""
    return _seconds(resource.RUSAGE_CHILDREN)


def _seconds(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime
