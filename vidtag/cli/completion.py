"""`vidtag completion`: make the shell complete commands, options and detectors."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from vidtag.cli.state import common_options

SHELLS = ("bash", "zsh", "fish")


@click.command("completion", short_help="Print a completion script for your shell.")
@click.argument("shell", type=click.Choice(SHELLS))
@common_options
@click.pass_context
def command(ctx: click.Context, *, shell: str) -> None:
    """Print a completion script for SHELL.

    \b
    Examples:
      vidtag completion bash > ~/.local/share/bash-completion/completions/vidtag
      vidtag completion zsh > ~/.zfunc/_vidtag
      vidtag completion fish > ~/.config/fish/completions/vidtag.fish
    """
    completion = get_completion_class(shell)
    assert completion is not None  # noqa: S101  click has all of SHELLS
    root = ctx.find_root()
    click.echo(completion(root.command, {}, "vidtag", "_VIDTAG_COMPLETE").source())
