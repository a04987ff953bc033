"""`vidtag report`: screen time per character and episode."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidtag.cli.state import State, common_options, pass_state
from vidtag.errors import StoreError, UsageError, VidtagError

if TYPE_CHECKING:
    from vidtag.types import Report, Reporter


@click.command("report", short_help="Screen time per character and episode.")
@click.option(
    "--format",
    "format_name",
    default=None,
    metavar="NAME",
    help="Text, json, csv or what a plugin offers.  [default: text, or as -o ends]",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of stdout.",
)
@click.option("--series", help="This series only.")
@click.option("--season", type=int, help="This season only.")
@click.option("--episode", type=int, help="This episode only.")
@click.option(
    "--character",
    "characters",
    multiple=True,
    metavar="LABEL",
    help="This character only; may be given several times.",
)
@click.option(
    "--detector",
    "detectors",
    multiple=True,
    metavar="NAME",
    help="What this detector says only; may be given several times.",
)
@common_options
@pass_state
def command(
    state: State,
    *,
    format_name: str | None,
    as_json: bool,
    output: Path | None,
    series: str | None,
    season: int | None,
    episode: int | None,
    characters: tuple[str, ...],
    detectors: tuple[str, ...],
) -> None:
    """Screen time per character and episode.

    \b
    Examples:
      vidtag report
      vidtag report --series Friends --season 3 --character ross
      vidtag report -o friends.csv
      vidtag report --json | jq '.episodes[].screen_times'
    """
    from vidtag.report import build_report

    reporter = _reporter(state, "json" if as_json else format_name, output)
    with state.open_database(readonly=True) as database:
        report = build_report(
            database,
            series=series,
            season=season,
            episode=episode,
            characters=characters,
            detectors=detectors,
        )
    if not report.episodes:
        raise StoreError(
            f"{state.db_shown}: no video fits",
            hint="see all with `vidtag report`, or scan one first",
        )
    _write(reporter, report, output)


def _reporter(state: State, name: str | None, output: Path | None) -> Reporter:
    if name is not None:
        return state.registry.reporter(name)
    if output is None or not output.suffix:
        return state.registry.reporter("text")
    fitting = [
        offer.item
        for offer in state.registry.reporters().values()
        if offer.item.suffix == output.suffix.lower()
    ]
    if not fitting:
        raise UsageError(
            f"no reporter writes {output.suffix} files", hint="choose one with --format"
        )
    return fitting[0]


def _write(reporter: Reporter, report: Report, output: Path | None) -> None:
    """Write all or nothing: a reporter that fails leaves no half file, and an old one intact."""
    written = io.BytesIO()
    try:
        reporter.write(report, written)
    except VidtagError:
        raise
    except Exception as error:
        raise VidtagError(
            f"reporter {reporter.name!r} failed: {type(error).__name__}: {error}",
            hint="run again with --debug for the traceback",
        ) from error
    if output is None:
        click.echo(written.getvalue(), nl=False)
    else:
        _replace(output, written.getvalue())


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise VidtagError(
            f"{path}: cannot be written: {error.strerror}", hint="choose another place with -o"
        ) from error
