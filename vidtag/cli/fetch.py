"""`vidtag fetch`: download a video."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from vidtag.cli.state import State, common_options, echo_json, pass_state
from vidtag.errors import FetchError
from vidtag.types import FetchProgress


@click.command("fetch", short_help="Download a video.")
@click.argument("url")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder to put it in.  [default: the current one]",
)
@click.option("--with", "name", metavar="NAME", help="Fetcher to use; else the first that accepts.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
@pass_state
def command(state: State, *, url: str, folder: Path, name: str | None, as_json: bool) -> None:
    """Download the video at URL, and print the path of the file.

    Fetching and its weights' download are all that vidtag uses a network for. Mind the law and the
    terms of the site.

    \b
    Examples:
      vidtag fetch https://example.org/s01e01.mp4
      vidtag scan "$(vidtag fetch -q https://example.org/s01e01.mp4)" --plugin ross
    """
    fetcher = state.registry.fetcher(url, name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FetchError(f"{folder}: cannot be made: {error.strerror}") from error
    with ExitStack() as stack:
        path = fetcher.fetch(url, folder, _progress(state, stack))
    if as_json:
        echo_json({"path": path, "fetcher": fetcher.name, "url": url})
    else:
        click.echo(path)


class _Silent:
    def __call__(self, done_bytes: int, total_bytes: int | None) -> None:
        """Nobody is watching."""


def _progress(state: State, stack: ExitStack) -> FetchProgress:
    if not state.shows_progress:
        return _Silent()
    from vidtag.cli.progress import FetchBar

    return stack.enter_context(FetchBar())
