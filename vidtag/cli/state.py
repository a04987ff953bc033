"""What the options that every command shares come to."""

from __future__ import annotations

import functools
import logging
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from vidtag.registry import Registry
    from vidtag.store import Database

DEFAULT_DB = "vidtag.db"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class State:
    """One invocation of `vidtag`."""

    db: str = field(default_factory=lambda: os.environ.get("VIDTAG_DB") or DEFAULT_DB)
    verbosity: int = 0  # -1 quiet, 0 normal, 1 verbose, 2 debug
    third_party: bool = True
    disabled: set[str] = field(default_factory=set)
    plugin_commands_added: bool = False

    @property
    def db_shown(self) -> str:
        """The database as it may be printed: an address without its password."""
        return re.sub(r"(://[^:/@]*):[^/]*@", r"\1:***@", self.db)

    @property
    def debug(self) -> bool:
        """Whether tracebacks and the libraries' own messages are wanted."""
        return self.verbosity >= 2

    @functools.cached_property
    def registry(self) -> Registry:
        """The plugins in use."""
        from vidtag.registry import Registry

        return Registry.load(disabled=self.disabled, third_party=self.third_party)

    def open_database(self, *, create: bool = False, readonly: bool = False) -> Database:
        """Open the database that `--db` or `VIDTAG_DB` names.

        Raises:
            StoreError: it cannot be used, or is not there and `create` is false.
        """
        from vidtag.store import Database

        return Database.open(self.db, create=create, readonly=readonly)

    def say(self, text: str) -> None:
        """Tell the person something that is not data: to stderr, unless `--quiet`."""
        if self.verbosity >= 0:
            click.echo(text, err=True)

    def say_error(self, text: str) -> None:
        """Say why it did not work, quiet or not."""
        click.echo(f"vidtag: {text}", err=True)

    @property
    def interactive(self) -> bool:
        """Whether a person sits at a terminal and may be asked or shown progress."""
        return self.verbosity >= 0 and sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def shows_progress(self) -> bool:
        """Whether a progress bar makes sense."""
        return self.verbosity >= 0 and sys.stderr.isatty()


def common_options(function: F) -> F:
    """Add the options that every command has, wherever on the command line they stand."""
    for decorate in reversed(COMMON):
        function = decorate(function)
    return function


def add_common_options(command: click.Command) -> None:
    """The same for the command of a plugin, unless it has them already."""
    if "db" not in [parameter.name for parameter in command.params]:
        for add_to in COMMON:
            add_to(command)


pass_state = click.make_pass_decorator(State, ensure=True)


def echo_json(value: object) -> None:
    """Print `value` as JSON on stdout, readable, in UTF-8."""
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def readable(path: Path) -> str:
    """`path` as text that can be printed; a name need not be UTF-8."""
    return os.fsencode(path).decode(errors="replace")


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return readable(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"cannot write {type(value).__name__} as JSON")


def _set_db(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(State).db = value


def log_to_stderr(level: int = logging.WARNING) -> None:
    """Show what the library logs, from `level` on, as lines on stderr."""
    form = "%(name)s: %(message)s" if level < logging.WARNING else "vidtag: warning: %(message)s"
    logging.basicConfig(level=level, format=form, stream=sys.stderr, force=True)


def _set_verbosity(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        verbosity, level = _VERBOSITY[str(param.name)]
        ctx.ensure_object(State).verbosity = verbosity
        log_to_stderr(level)


def _set_no_plugins(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(State).third_party = False


def _disable(ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> None:
    ctx.ensure_object(State).disabled.update(value)


_VERBOSITY = {
    "quiet": (-1, logging.ERROR),
    "verbose": (1, logging.INFO),
    "debug": (2, logging.DEBUG),
}

COMMON = (
    click.option(
        "--db",
        metavar="PATH|URL",
        expose_value=False,
        is_eager=True,
        callback=_set_db,
        help=f"Database file, or postgresql:// address.  [env: VIDTAG_DB; default: {DEFAULT_DB}]",
    ),
    click.option(
        "-q", "--quiet", is_flag=True, expose_value=False, is_eager=True, callback=_set_verbosity,
        help="Say nothing but errors.",
    ),
    click.option(
        "-v", "--verbose", is_flag=True, expose_value=False, is_eager=True, callback=_set_verbosity,
        help="Say more.",
    ),
    click.option(
        "--debug", is_flag=True, expose_value=False, is_eager=True, callback=_set_verbosity,
        help="Say everything, and show tracebacks.",
    ),
    click.option(
        "--no-plugins", is_flag=True, expose_value=False, is_eager=True, callback=_set_no_plugins,
        help="Use only the plugins that ship with vidtag.",
    ),
    click.option(
        "--disable-plugin", metavar="NAME", multiple=True, expose_value=False, is_eager=True,
        callback=_disable, help="Leave out one plugin; may be given several times.",
    ),
)  # fmt: skip
