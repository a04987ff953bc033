"""What this machine has for us. Imports nothing of ours."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")  # on Linux alone
_NICENESS = 5  # of 19: a third of the time that others have who want all of it


def usable_cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def has_amx_int8() -> bool:
    """Whether the processor multiplies matrices of bytes in hardware (Intel's AMX).

    False where that cannot be told: ONNX Runtime makes use of it on Linux alone.
    """
    return "amx_int8" in _processor("flags").split()


def is_amd() -> bool:
    """Whether the processor is one of AMD's; False where that cannot be told."""
    return _processor("vendor_id") == "AuthenticAMD"


def yield_to_others() -> None:
    """Let other threads go before the calling one, as far as that can be had.

    On Linux a thread has a priority of its own; elsewhere nothing changes.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # some containers forbid it
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _processor(key: str) -> str:
    """What the kernel says of the first processor, they are all alike; "" where it does not."""
    with suppress(OSError), _CPUINFO.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            name, _, value = line.partition(":")
            if name.strip() == key:
                return value.strip()
    return ""
