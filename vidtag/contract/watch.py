"""Watches what code does besides returning a value.

For the time of the watch the process stands in an empty folder, its stdout and stderr go to a
file, and the network is out of reach. Logging is off: to log is no side effect.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from vidtag.contract.network import no_network

PATH_VARIABLES = ("VIDTAG_MODELS", "VIDTAG_CACHE")  # may be relative to the folder we leave
SHOWN = 3


@dataclass(slots=True)
class SideEffects:
    """What was seen; complete once the watch has ended."""

    output: str = ""  # what went to stdout and stderr
    warnings: list[str] = field(default_factory=list)  # that a person would be shown
    files: list[str] = field(default_factory=list)  # left in the current folder
    variables: list[str] = field(default_factory=list)  # of the environment, set or removed
    moved_to: str = ""  # the current folder, if it was changed
    connections: list[str] = field(default_factory=list)  # attempts to use the network

    def problems(self) -> Iterator[str]:
        """Each kind of side effect that was seen, as a sentence."""
        if self.output.strip():
            yield f"it printed {self.output.strip().splitlines()[0]!r}"
        if self.warnings:
            yield f"it warned: {_few(self.warnings)}"
        if self.files:
            yield f"it wrote {_few(self.files)} into the current folder"
        if self.variables:
            yield f"it changed the environment: {_few(self.variables)}"
        if self.moved_to:
            yield f"it changed the current folder to {self.moved_to}"
        if self.connections:
            yield f"it tried to use the network: {_few(self.connections)}"


@contextmanager
def watch() -> Iterator[SideEffects]:
    """Watch the body of a `with` statement; the process is as before when it ends.

    Not for use from several threads at once: folder, environment and output are the process's.
    """
    seen = SideEffects()
    with ExitStack() as stack:
        stack.enter_context(_environment(seen))
        stack.enter_context(_folder(seen))
        stack.enter_context(_output(seen))
        stack.enter_context(_warnings(seen))
        stack.enter_context(_no_logging())
        seen.connections = stack.enter_context(no_network())
        yield seen


@contextmanager
def _environment(seen: SideEffects) -> Iterator[None]:
    before = dict(os.environ)
    for name in PATH_VARIABLES:
        if name in os.environ:
            os.environ[name] = _absolute(os.environ[name])
    inside = dict(os.environ)
    try:
        yield
    finally:
        after = dict(os.environ)
        names = inside.keys() | after.keys()
        seen.variables = sorted(name for name in names if inside.get(name) != after.get(name))
        for name in names - before.keys():
            os.environ.pop(name, None)
        os.environ.update(before)


def _absolute(paths: str) -> str:
    parts = [str(Path(part).absolute()) for part in paths.split(os.pathsep) if part]
    return os.pathsep.join(parts)


@contextmanager
def _folder(seen: SideEffects) -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="vidtag-check-") as name:
        folder = Path(name).resolve()
        os.chdir(folder)
        try:
            yield
        finally:
            now = Path.cwd()
            seen.moved_to = "" if now == folder else str(now)
            seen.files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
            os.chdir(before)


@contextmanager
def _output(seen: SideEffects) -> Iterator[None]:
    """Both ways to print: Python's streams, and the file descriptors that libraries in C use."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as sink:
        try:
            with _descriptors(sink), redirect_stdout(sink), redirect_stderr(sink):
                yield
        finally:
            sink.seek(0)
            seen.output = sink.read()


@contextmanager
def _descriptors(sink: TextIO) -> Iterator[None]:
    _flush()
    saved = {number: os.dup(number) for number in (1, 2)}
    for number in saved:
        os.dup2(sink.fileno(), number)
    try:
        yield
    finally:
        sink.flush()
        _flush()
        for number, copy in saved.items():
            os.dup2(copy, number)
            os.close(copy)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


@contextmanager
def _warnings(seen: SideEffects) -> Iterator[None]:
    """Those for users; what is deprecated is for developers, and hidden by default."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        for category in (UserWarning, RuntimeWarning):
            warnings.simplefilter("always", category)
        try:
            yield
        finally:
            seen.warnings = [f"{one.category.__name__}: {one.message}" for one in caught]


@contextmanager
def _no_logging() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _few(names: list[str]) -> str:
    shown = list(dict.fromkeys(names))
    more = "" if len(shown) <= SHOWN else f" and {len(shown) - SHOWN} more"
    return ", ".join(shown[:SHOWN]) + more
