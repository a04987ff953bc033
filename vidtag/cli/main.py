"""The `vidtag` command: finds its subcommands, and turns errors into one line and an exit code."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from vidtag import __version__, errors
from vidtag.cli.state import State, add_common_options, common_options, log_to_stderr
from vidtag.errors import VidtagError

COMMANDS = (
    "scan",
    "enroll",
    "people",
    "report",
    "query",
    "scenes",
    "correct",
    "export",
    "import",
    "compare",
    "evaluate",
    "dataset",
    "plugins",
    "plugin",
    "fetch",
    "forget",
    "db",
    "doctor",
    "demo",
    "completion",
)
MODULES = {"import": "import_"}  # commands that Python has other uses for
HANDS_OVER_TO_SHELL = 128  # exit code of a process ended by signal N is 128 + N


class LazyGroup(click.Group):
    """A group whose own commands are modules beside this one, imported when needed.

    Plugins add theirs with `add_command`, when a name is not one of ours or help is shown.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Our commands in the order of a first day's work, then those of plugins."""
        self._let_plugins_add(ctx)
        return [*COMMANDS, *(name for name in sorted(self.commands) if name not in COMMANDS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; ask the plugins for what is not ours."""
        if cmd_name in COMMANDS:
            command = importlib.import_module(
                f"vidtag.cli.{MODULES.get(cmd_name, cmd_name)}"
            ).command
            assert isinstance(command, click.Command)  # noqa: S101  each module here has one
            return command
        self._let_plugins_add(ctx)
        return self.commands.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, but suggest the nearest command."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            raise errors.UnknownNameError("command", name, self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def _let_plugins_add(self, ctx: click.Context) -> None:
        state = ctx.ensure_object(State)
        if not state.plugin_commands_added:
            state.plugin_commands_added = True
            state.registry.add_commands(self)
            for command in self.commands.values():
                add_common_options(command)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="vidtag")
@common_options
def cli() -> None:
    """Who is on screen, when, and for how long.

    \b
    vidtag scan episode.mp4 --plugin ross    label every frame, store it
    vidtag report                            screen time per character and episode
    vidtag plugins                           detectors, reporters and fetchers at hand

    Everything stays on this machine. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part,
    130 interrupted.
    """


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit the process with its code."""
    signal.signal(signal.SIGTERM, _end_orderly)
    log_to_stderr()
    sys.exit(_run(args))


def _run(args: Sequence[str] | None) -> int:
    state = State()
    try:
        result = cli.main(args, prog_name="vidtag", standalone_mode=False, obj=state)
    except (click.Abort, KeyboardInterrupt):
        state.say_error("interrupted; run the same command again to go on")
        return errors.EXIT_INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        state.say_error(_in_one_line(error))
        return error.exit_code
    except VidtagError as error:
        if state.debug:
            raise
        state.say_error(str(error))
        return error.exit_code
    return result if isinstance(result, int) else errors.EXIT_OK


def _in_one_line(error: click.ClickException) -> str:
    """What click says of wrong usage, the way that we say it: what, why, what to do."""
    said = error.format_message().rstrip(".").replace(". Did you", "; did you")
    context = getattr(error, "ctx", None)
    said = said[:1].lower() + said[1:]
    if context is None or said.endswith("?"):
        return said
    return f"{said}; see `{context.command_path} --help`"


def _end_orderly(signum: int, _frame: FrameType | None) -> NoReturn:
    """Unwind on SIGTERM as on Ctrl-C, so that leases are given back and children ended."""
    raise SystemExit(HANDS_OVER_TO_SHELL + signum)
