"""How commands are told which timecode a video begins with."""

from __future__ import annotations

import click

from vidtag.errors import TruthError, UsageError


def _checked(_ctx: click.Context, _param: click.Parameter, text: str | None) -> str | None:
    if text is None:
        return None
    from vidtag.truth.timecode import parse_timecode

    try:
        return str(parse_timecode(text))
    except TruthError as error:
        raise UsageError(f"--start-timecode: {error.message}", hint=error.hint) from error


start_timecode_option = click.option(
    "--start-timecode",
    metavar="TIMECODE",
    callback=_checked,
    help="Timecode of the video's first frame, HH:MM:SS:FF; HH:MM:SS;FF is drop-frame.  "
    "[default: what the video says, else 00:00:00:00]",
)
