"""`vidtag evaluate`: how right detectors are on a video whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidtag import errors
from vidtag.cli.comparison import Comparison, Matching, evaluate_run, frame_times, match_labels
from vidtag.cli.detecting import (
    check_names,
    choose_sampler,
    choose_settings,
    detecting_options,
    feature_cache,
    open_detectors,
    open_finder,
    scan_progress,
)
from vidtag.cli.inputs import FilePath, complete_episode
from vidtag.cli.state import State, common_options, echo_json, pass_state
from vidtag.cli.timecodes import start_timecode_option
from vidtag.errors import UsageError
from vidtag.types import Episode

if TYPE_CHECKING:
    from vidtag.regions.finders import FaceFinder
    from vidtag.sampling import Sampler
    from vidtag.scan import ScanResult
    from vidtag.store import Database
    from vidtag.truth import TruthFile
    from vidtag.types import Detector, DeviceName, Runtime

NOTES_SHOWN = 5


def _pairs(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        theirs, equals, ours = value.rpartition("=")
        if not (theirs and equals and ours):
            raise UsageError(f"{value!r} is no pair of labels", hint="write TRUTHNAME=LABEL")
        pairs[theirs] = ours
    return pairs


@click.command("evaluate", short_help="Compare what detectors find with the truth.")
@click.argument("video", type=FilePath())
@click.option(
    "--truth",
    "truth_path",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="CSV, ELAN, CVAT, Label Studio or Audacity labels.",
)
@detecting_options
@click.option(
    "--label",
    "renamed",
    multiple=True,
    callback=_pairs,
    metavar="TRUTHNAME=LABEL",
    help="What the truth calls TRUTHNAME is the detector's LABEL; may be given several times.",
)
@click.option(
    "--absent",
    multiple=True,
    metavar="LABEL",
    help="LABEL is nowhere on screen; may be given several times.",
)
@start_timecode_option
@click.option(
    "--worst",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="How many of the longest mistakes to list.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@common_options
@pass_state
def command(
    state: State,
    *,
    video: Path,
    truth_path: Path,
    names: tuple[str, ...],
    every: int | None,
    rate: Fraction | None,
    accuracy: Sampler | None,
    shared: bool,
    runtime: Runtime,
    device: DeviceName,
    threads: int | None,
    offline: bool,
    renamed: Mapping[str, str],
    absent: tuple[str, ...],
    start_timecode: str | None,
    worst: int,
    as_json: bool,
) -> int:
    """Compare what detectors find in a video with the truth about it.

    The video is scanned as `vidtag scan` does it, unless it has been scanned before. A label that
    the truth does not mention is not evaluated: nobody looked for it. Say with --absent that it is
    nowhere on screen. Frames marked `LABEL?` in the truth are not counted.

    \b
    Examples:
      vidtag evaluate s01e02.mp4 --plugin ross --truth s01e02.csv
      vidtag evaluate s01e02.mp4 -p ross --truth s01e02.eaf --label "Ross Geller=ross"
      vidtag evaluate trailer.mp4 -p ross --truth nobody.csv --absent ross --every 1
    """
    from vidtag.cli.evaluation_output import as_dict, as_text
    from vidtag.truth import parse_truth

    settings = choose_settings(runtime=runtime, device=device, threads=threads, offline=offline)
    sampler = choose_sampler(every, rate, accuracy, shared=shared)
    file = parse_truth(truth_path)  # its mistakes are told before a long scan
    check_names(state, names)
    with ExitStack() as stack:
        database = stack.enter_context(state.open_database(create=True))
        detectors = open_detectors(state, names, settings, database, stack)
        offered = [label for each in detectors for head in each.heads for label in head.labels]
        matching = match_labels(file.labels, offered, renamed=renamed, absent=absent)
        _refuse_nothing(matching, file)
        _say_what_is_left_out(state, matching)
        finder = open_finder(detectors, settings)
        result = _scan(state, video, detectors, database, sampler, finder)
        comparison = _compare(database, result, file, matching, start_timecode)
    _say_notes(state, comparison)
    if as_json:
        echo_json(as_dict(comparison, worst=worst))
    else:
        click.echo(as_text(comparison, worst=worst))
    complete = result.video.completeness == "complete"
    return errors.EXIT_OK if complete else errors.EXIT_PARTIAL


def _scan(
    state: State,
    video: Path,
    detectors: Sequence[Detector],
    database: Database,
    sampler: Sampler | None,
    finder: FaceFinder | None,
) -> ScanResult:
    from vidtag.media import check_file
    from vidtag.scan import scan

    episode = complete_episode(check_file(video), Episode(), ask=False)
    with scan_progress(state) as progress:
        return scan(
            video,
            detectors,
            database,
            episode=episode,
            sampler=sampler,
            progress=progress,
            finder=finder,
            cache=feature_cache(),
        )


def _compare(
    database: Database,
    result: ScanResult,
    file: TruthFile,
    matching: Matching,
    start_timecode: str | None,
) -> Comparison:
    from vidtag.truth import place

    times = frame_times(database, result.video, start_timecode=start_timecode)
    truth = place(file, times)
    return Comparison(
        video=result.video,
        truth_path=file.path,
        matching=matching,
        notes=truth.notes,
        runs=tuple(
            (run, evaluate_run(database, run, truth, matching, times)) for run in result.runs
        ),
    )


def _refuse_nothing(matching: Matching, file: TruthFile) -> None:
    if not matching.truth_of:
        mentioned = ", ".join(file.labels) or "nobody"
        raise UsageError(
            f"nothing to evaluate: the truth mentions {mentioned}, "
            f"the detectors {', '.join(matching.untold)}",
            hint="say which is which with --label, or who is nowhere with --absent",
        )


def _say_what_is_left_out(state: State, matching: Matching) -> None:
    for label in matching.unused:
        state.say(f"{label}: in the truth, but no detector named here has this label")
    for label in matching.untold:
        state.say(
            f"{label}: not evaluated, as the truth does not mention it; "
            f"if it is nowhere on screen, say --absent {label}"
        )


def _say_notes(state: State, comparison: Comparison) -> None:
    for note in comparison.notes[:NOTES_SHOWN]:
        state.say(f"{comparison.truth_path.name}: {note}")
    if len(comparison.notes) > NOTES_SHOWN:
        more = len(comparison.notes) - NOTES_SHOWN
        state.say(f"{comparison.truth_path.name}: {more} more such notes, all in --json")
    for problem in comparison.video.problems:
        state.say_error(f"{comparison.video.path.name}: read in part: {problem}")
