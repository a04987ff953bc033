"""Keeps Python code from the network, and notes who tries.

An audit hook sees every use of a socket in this process, from whatever thread and library, before
it happens. Python cannot remove a hook: it is added once and idle except during a watch.
"""

from __future__ import annotations

import functools
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_SENDING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class NoNetworkError(OSError):
    """The network is out of reach while a plugin is checked."""


class _Guard:
    """The hook: `attempts` is a list while the network is out of reach."""

    def __init__(self) -> None:
        self.attempts: list[str] | None = None

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.attempts is None or event not in _LOOKUPS | _SENDING:
            return
        if event in _SENDING and not _leaves_the_machine(arguments[0]):
            return
        target = arguments[0] if event in _LOOKUPS else arguments[1]
        self.attempts.append(str(target))
        raise NoNetworkError(f"the network is out of reach during a check: {target}")


def _leaves_the_machine(end: object) -> bool:
    local = getattr(socket, "AF_UNIX", None)
    return not isinstance(end, socket.SocketType) or end.family != local


@functools.cache
def _guard() -> _Guard:
    guard = _Guard()
    sys.addaudithook(guard)
    return guard


@contextmanager
def no_network() -> Iterator[list[str]]:
    """Let every use of the network fail, and collect what was tried."""
    guard = _guard()
    attempts: list[str] = []
    guard.attempts = attempts
    try:
        yield attempts
    finally:
        guard.attempts = None
