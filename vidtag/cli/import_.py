"""`vidtag import`: what was edited elsewhere comes back as corrections."""

from __future__ import annotations

from pathlib import Path

import click

from vidtag.cli.inputs import FilePath
from vidtag.cli.recognizing import rematch
from vidtag.cli.state import State, common_options, echo_json, pass_state
from vidtag.cli.timecodes import start_timecode_option


@click.command("import", short_help="Bring edited labels back as corrections.")
@click.argument("file", type=FilePath())
@click.option(
    "--video",
    type=click.Path(path_type=Path),
    help="The video that FILE is about.  [default: the one whose name FILE has, or the only one]",
)
@click.option("--series", help="The video is of this series.")
@click.option("--season", type=int, help="The video is of this season.")
@click.option("--episode", type=int, help="The video is this episode.")
@click.option(
    "--absent",
    multiple=True,
    metavar="LABEL",
    help="LABEL, which FILE does not mention, is nowhere on screen; may be given several times.",
)
@click.option("--new", is_flag=True, help="Add the characters whom nobody has named before.")
@click.option("--author", help="Who says so.  [default: your login name]")
@start_timecode_option
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
@common_options
@pass_state
def command(
    state: State,
    *,
    file: Path,
    video: Path | None,
    series: str | None,
    season: int | None,
    episode: int | None,
    absent: tuple[str, ...],
    new: bool,
    author: str | None,
    start_timecode: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Compare FILE with what is known now, and store what differs as corrections.

    FILE is what `vidtag export` wrote and a person edited, or any truth file. Where it agrees
    nothing is stored. A character whom FILE does not mention stays as it is.

    \b
    Examples:
      vidtag import "Friends S03E02.eaf"
      vidtag import labels.otio --video s03e02.mp4 --dry-run
      vidtag import cut.edl --video s03e02.mp4 --start-timecode 01:00:00:00
    """
    from vidtag.cli.correcting import author_name
    from vidtag.cli.importing import find_video, read_changes, store_changes
    from vidtag.cli.importing_output import as_dict, as_text
    from vidtag.truth import parse_truth

    parsed = parse_truth(file)
    said_by = author_name(author)
    with state.open_database(readonly=dry_run) as database:
        found = find_video(
            database, file, video=video, series=series, season=season, episode=episode
        )
        changes = read_changes(
            database, found, parsed, absent=absent, new=new, start_timecode=start_timecode
        )
        if not dry_run:
            store_changes(database, found, changes, author=said_by, note=f"from {file.name}")
            rematch(state, database)
    for note in changes.notes:
        state.say(f"{file.name}: {note}")
    if as_json:
        echo_json(as_dict(found.video, changes, stored=not dry_run))
    else:
        click.echo(as_text(found.video, changes))
    if dry_run:
        state.say("nothing was stored")
