"""`vidtag correct`: say who is, or is not, on screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidtag.cli.inputs import FilePath
from vidtag.cli.recognizing import rematch
from vidtag.cli.state import State, common_options, echo_json, pass_state
from vidtag.cli.timecodes import start_timecode_option
from vidtag.errors import UsageError

if TYPE_CHECKING:
    from vidtag.cli.correcting import Told
    from vidtag.store import Database


@click.command("correct", short_help="Say who is, or is not, on screen.")
@click.argument("video", type=FilePath())
@click.option("--character", "label", metavar="LABEL", help="Whom it is about.")
@click.option("--present/--absent", "present", default=None, help="On screen, or not.")
@click.option("--from", "start", metavar="TIME", help="When that begins.")
@click.option("--to", "end", metavar="TIME", help="When that ends: the first moment after it.")
@start_timecode_option
@click.option("--note", default="", help="Why, for others to read.")
@click.option("--author", help="Who says so.  [default: your login name]")
@click.option("--new", is_flag=True, help="LABEL is somebody whom nobody has named before.")
@click.option("--list", "listing", is_flag=True, help="Show what was said about VIDEO.")
@click.option("--undo", type=int, metavar="ID", help="Take back the correction with this number.")
@click.option("--json", "as_json", is_flag=True, help="Print the corrections as JSON.")
@common_options
@pass_state
def command(
    state: State,
    *,
    video: Path,
    label: str | None,
    present: bool | None,
    start: str | None,
    end: str | None,
    start_timecode: str | None,
    note: str,
    author: str | None,
    new: bool,
    listing: bool,
    undo: int | None,
    as_json: bool,
) -> None:
    """Say who is, or is not, on screen between two times of a scanned video.

    Corrections are kept apart from what detectors find, hold in every report and query, and
    outlive every rescan. Where two speak of the same frame, the newest wins. A TIME is seconds
    (12.5), a clock time (0:12.5), timecode (00:00:12:12) or a frame (300f).

    \b
    Examples:
      vidtag correct s03e02.mp4 --character ross --absent --from 0:12.5 --to 0:14
      vidtag correct s03e02.mp4 --character gunther --new --present --from 3120f --to 3168f
      vidtag correct s03e02.mp4 --list
      vidtag correct s03e02.mp4 --undo 7
    """
    from vidtag.cli.correcting import add, checked, listed, take_back
    from vidtag.cli.correcting_output import as_dict, as_text
    from vidtag.cli.stored import find_stored

    says = any(each is not None for each in (label, present, start, end))
    if listing + (undo is not None) + says != 1:
        raise UsageError(
            "expected one correction, --list or --undo",
            hint="say --character, --present or --absent, --from and --to",
        )
    with state.open_database(readonly=listing) as database:
        found = find_stored(database, video)
        if listing:
            told = listed(database, found)
        elif undo is not None:
            told = _and_rematch(state, database, take_back(database, found, undo))
        else:
            asked = checked(
                label=label,
                present=present,
                start=start,
                end=end,
                start_timecode=start_timecode,
                new=new,
            )
            said = add(database, found, asked, note=note, author=author)
            told = _and_rematch(state, database, said)
    if as_json:
        echo_json([as_dict(each) for each in told])
    elif told:
        click.echo(as_text(told))
    if undo is not None:
        state.say("taken back")
    elif not told:
        state.say("nobody has corrected this video")


def _and_rematch(state: State, database: Database, said: Told) -> list[Told]:
    """Let recognizers learn from what was said, or no longer is."""
    rematch(state, database)
    return [said]
