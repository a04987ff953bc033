"""`vidtag report`: screen time per character and episode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidtag.cli.output import rendered, replace_file
from vidtag.cli.selecting import (
    character_option,
    detector_option,
    episode_options,
    no_corrections_option,
)
from vidtag.cli.state import State, common_options, pass_state
from vidtag.errors import UsageError

if TYPE_CHECKING:
    from vidtag.types import Grouping, Reporter


@click.command("report", short_help="Screen time per character and episode.")
@click.option(
    "--format",
    "format_name",
    default=None,
    metavar="NAME",
    help="Text, json, csv, html or what a plugin offers.  [default: text, or as -o ends]",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of stdout.",
)
@episode_options
@character_option
@detector_option
@click.option(
    "--by",
    type=click.Choice(["scene", "episode", "season", "series"]),
    default="episode",
    show_default=True,
    help="What is added up.",
)
@no_corrections_option
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
    by: Grouping,
    no_corrections: bool,
) -> None:
    """Screen time per character and episode, with a 95 % interval.

    A label that several detectors know follows the newest run of one that looks at faces, else the
    newest run; what people corrected counts as they said.

    \b
    Examples:
      vidtag report
      vidtag report --by scene --character ross
      vidtag report --series Friends --season 3 --character ross
      vidtag report -o friends.csv
      vidtag report --json | jq '.episodes[].screen_times'
    """
    from vidtag.cli.stored import nothing_fits
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
            by=by,
            correct=not no_corrections,
            detail=getattr(reporter, "needs_scenes", True),
        )
        if not report.episodes:
            raise nothing_fits(database, state.db_shown)
    content = rendered(reporter, report)
    if output is None:
        click.echo(content, nl=False)
    else:
        replace_file(output, content)


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
