"""What `vidtag train` says on the way, to whoever sits at the terminal."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

import click

_log = logging.getLogger(__name__)

T = TypeVar("T")


def track(things: Sequence[T], what: str) -> Iterable[T]:
    """Pass on `things` and show on a terminal how far that is."""
    from rich.console import Console
    from rich.progress import track as show

    if _is_quiet() or not sys.stderr.isatty():
        return things
    return show(things, what, console=Console(stderr=True), transient=True)


def say(text: str) -> None:
    """Write a line, unless `--quiet` was given."""
    if not _is_quiet():
        click.echo(text, err=True)


def _is_quiet() -> bool:
    """Whether `--quiet` was given: then nothing below an error is logged."""
    return not _log.isEnabledFor(logging.WARNING)
