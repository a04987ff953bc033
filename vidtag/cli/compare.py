"""`vidtag compare`: what changed between two runs on one video."""

from __future__ import annotations

from pathlib import Path

import click

from vidtag.cli.inputs import FilePath
from vidtag.cli.state import State, common_options, echo_json, pass_state

LONGEST = 20


@click.command("compare", short_help="What changed between two detectors or versions.")
@click.argument("run_a")
@click.argument("run_b")
@click.argument("video", required=False, type=FilePath())
@click.option(
    "--longest",
    type=click.IntRange(0),
    default=LONGEST,
    show_default=True,
    metavar="N",
    help="Show where, for the N longest changes.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all changes as JSON.")
@common_options
@pass_state
def command(
    state: State, *, run_a: str, run_b: str, video: Path | None, longest: int, as_json: bool
) -> None:
    """What changed from RUN_A to RUN_B, in seconds and where, before any correction.

    A run is named by its number (`run_id` in `vidtag report --json` and in the views), or by its
    detector: `ross` is the newest run of that detector on VIDEO, `ross@1.0` that of this version.

    \b
    Examples:
      vidtag compare 12 31
      vidtag compare ross gallery s03e02.mp4
      vidtag compare ross@1.0 ross@2.0 s03e02.mp4 --json
    """
    from vidtag.cli.compare_output import as_dict, as_text
    from vidtag.cli.compare_runs import find_pair
    from vidtag.report import compare_runs

    with state.open_database(readonly=True) as database:
        found, before, after = find_pair(database, run_a, run_b, video)
    changes = compare_runs(before, after)
    if as_json:
        echo_json(as_dict(found, before.run, after.run, changes))
    else:
        click.echo(as_text(found, before.run, after.run, changes, longest=longest))
