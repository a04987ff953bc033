"""What the parts of an open database share."""

from __future__ import annotations

import time
from collections.abc import Callable

from vidtag.store.sessions import Sessions


class Part:
    """Some of the methods of a `Database`, a transaction each."""

    def __init__(self, sessions: Sessions, *, clock: Callable[[], float] = time.time) -> None:
        self._sessions = sessions
        self._clock = clock
