"""`vidtag export`: who is where, in the formats of other programs."""

from __future__ import annotations

from pathlib import Path

import click

from vidtag.cli.selecting import (
    character_option,
    detector_option,
    episode_options,
    no_corrections_option,
    path_option,
)
from vidtag.cli.state import State, common_options, pass_state
from vidtag.cli.timecodes import start_timecode_option


@click.command("export", short_help="Write labels for editors and researchers.")
@click.option(
    "--format",
    "format_name",
    metavar="NAME",
    help="Webvtt, srt, csv, jsonl, parquet, eaf, otio, edl, fcpxml, cvat, label-studio, coco, "
    "rttm, audacity, or what a plugin offers.  [default: as -o ends]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to this file, or a file for each video into this folder, instead of to stdout.",
)
@episode_options
@path_option
@character_option
@detector_option
@no_corrections_option
@start_timecode_option
@common_options
@pass_state
def command(
    state: State,
    *,
    format_name: str | None,
    output: Path | None,
    series: str | None,
    season: int | None,
    episode: int | None,
    path: Path | None,
    characters: tuple[str, ...],
    detectors: tuple[str, ...],
    no_corrections: bool,
    start_timecode: str | None,
) -> int:
    """Write who is where for editing programs, annotation tools and data frames.

    What people corrected counts as they said. What a format cannot carry is told. Most formats tell
    of one video: for several, -o names a folder. Edit the file elsewhere, and bring it back with
    `vidtag import`.

    \b
    Examples:
      vidtag export --format webvtt --series Friends --season 3 --episode 2
      vidtag export --format eaf --series Friends -o friends/
      vidtag export -o friends.parquet
      vidtag export --path s03e02.mp4 -o s03e02.edl --start-timecode 01:00:00:00
    """
    from vidtag.cli.exporting import Export, choose_exporter
    from vidtag.cli.stored import nothing_fits
    from vidtag.report import build_report

    exporter = choose_exporter(state.registry, format_name, output)
    with state.open_database(readonly=True) as database:
        report = build_report(
            database,
            series=series,
            season=season,
            episode=episode,
            path=path,
            characters=characters,
            detectors=detectors,
            correct=not no_corrections,
        )
        if not report.episodes:
            raise nothing_fits(database, state.db_shown)
    return Export(state, exporter, output, start_timecode).run(report)
