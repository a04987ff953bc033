"""Names a process so that others, now or after a crash, can tell whether it still lives."""

from __future__ import annotations

import socket

import psutil


def this_worker() -> str:
    """`host:pid:start time` of this process."""
    process = psutil.Process()
    return f"{socket.gethostname()}:{process.pid}:{process.create_time():.2f}"


def is_alive(worker: str) -> bool:
    """Whether the process called `worker` may still be at work.

    A process on another machine cannot be asked, so it counts as alive: its leases run out.
    """
    host, pid, started = worker.rsplit(":", 2)
    if host != socket.gethostname():
        return True
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" == started
    except psutil.NoSuchProcess:
        return False
