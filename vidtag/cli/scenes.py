"""`vidtag scenes`: shots and scenes with who is in them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vidtag.cli.inputs import FilePath
from vidtag.cli.selecting import (
    character_option,
    detector_option,
    no_corrections_option,
)
from vidtag.cli.state import State, common_options, echo_json, pass_state

if TYPE_CHECKING:
    from vidtag.types import EpisodeReport


@click.command("scenes", short_help="Shots and scenes with who is in them.")
@click.argument("video", type=FilePath())
@character_option
@detector_option
@no_corrections_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@common_options
@pass_state
def command(
    state: State,
    *,
    video: Path,
    characters: tuple[str, ...],
    detectors: tuple[str, ...],
    no_corrections: bool,
    as_json: bool,
) -> None:
    """Shots and scenes of a scanned video, with who is in them and for how long.

    VIDEO is a file, or the name or code of an episode. Scenes and shots are counted from 1.

    \b
    Examples:
      vidtag scenes s03e02.mp4
      vidtag scenes S03E02 --character ross
      vidtag scenes s03e02.mp4 --json | jq '.scenes[].present'
    """
    import shutil

    from vidtag.cli.scenes_text import as_text
    from vidtag.cli.stored import find_stored
    from vidtag.report import build_report

    with state.open_database(readonly=True) as database:
        found = find_stored(database, video)
        report = build_report(
            database,
            path=found.video.path,
            characters=characters,
            detectors=detectors,
            correct=not no_corrections,
        )
    [episode] = report.episodes
    if as_json:
        echo_json(_as_dict(episode))
    else:
        click.echo(as_text(episode, width=shutil.get_terminal_size().columns))


def _as_dict(episode: EpisodeReport) -> dict[str, Any]:
    from vidtag.cli.format import video_as_dict

    return {
        **video_as_dict(episode.video),
        "detectors": {time.label: time.detector for time in episode.screen_times},
        "scenes": [asdict(scene) for scene in episode.scenes],
    }
