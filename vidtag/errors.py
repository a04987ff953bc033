"""Every error that vidtag reports to a person, and the exit code each one becomes.

    VidtagError                     1   something failed
    ├── UsageError                  2   the request itself is wrong
    │   ├── UnknownNameError        2   a detector, reporter or label nobody offers
    │   ├── QueryError              2   a query that cannot be understood
    │   └── PluginConflictError     2   two plugins offer the same name
    ├── VideoError                  1   a file that cannot be read as video
    ├── PluginError                 1   a plugin broke its contract
    ├── ModelError                  1   a model folder is missing, damaged or unfit
    ├── StoreError                  1   the database cannot be used
    ├── FetchError                  1   a download failed
    ├── TruthError                  1   a truth file that cannot be used
    ├── DatasetError                1   a folder of pictures cannot be read or written
    └── PartialError                3   done, but only in part

An error is one line: what, why, what to do. `message` holds the first two, `hint` the last.
An interrupted command (Ctrl-C) ends with 130 and needs no class.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

from vidtag.text import one_line

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3
EXIT_INTERRUPTED = 130


class VidtagError(Exception):
    """Something failed, and a person should read why in one line."""

    exit_code: ClassVar[int] = EXIT_FAILED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return one_line(f"{self.message}; {self.hint}" if self.hint else self.message)


class UsageError(VidtagError):
    """The request itself is wrong."""

    exit_code = EXIT_USAGE


class UnknownNameError(UsageError):
    """Nobody offers the name that was asked for; the nearest known names are suggested."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        choices = sorted(known)
        near = get_close_matches(name, choices, n=3, cutoff=0.5)
        if near:
            hint = f"did you mean {' or '.join(near)}?"
        elif choices:
            hint = f"known: {', '.join(choices)}"
        else:
            hint = f"there is no {kind} at all"
        super().__init__(f"unknown {kind} {name!r}", hint=hint)


class QueryError(UsageError):
    """A query cannot be understood; `query[start:end]` is what is wrong with it."""

    def __init__(
        self, message: str, *, query: str, start: int, end: int | None = None, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.query = query
        self.start = start
        self.end = start + 1 if end is None else end


class PluginConflictError(UsageError):
    """Two plugins offer the same name."""


class VideoError(VidtagError):
    """A file cannot be read as video."""


class PluginError(VidtagError):
    """A plugin broke its contract."""


class ModelError(VidtagError):
    """A model folder is missing, damaged or unfit for the job."""


class StoreError(VidtagError):
    """The database cannot be used."""


class FetchError(VidtagError):
    """A download failed."""


class TruthError(VidtagError):
    """A truth file cannot be used."""


class DatasetError(VidtagError):
    """A folder of pictures cannot be read or written."""


class PartialError(VidtagError):
    """The work is done, but only in part."""

    exit_code = EXIT_PARTIAL
