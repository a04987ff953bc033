"""`vidtag dataset`: collect and judge the pictures that a detector learns from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidtag import errors
from vidtag.cli.detecting import scan_progress
from vidtag.cli.inputs import FilePath, find_videos, frames_a_second
from vidtag.cli.state import State, common_options, echo_json, pass_state, readable
from vidtag.errors import UsageError, VideoError

if TYPE_CHECKING:
    from vidtag.dataset import Skipped
    from vidtag.dataset.choices import FrameChoice
    from vidtag.extract import ExtractResult

DEFAULT_EVERY = 12
_PATH = FilePath()


@click.group("dataset", short_help="Collect pictures to learn from, and judge them.")
@common_options
def command() -> None:
    """Collect pictures to learn from, and judge them.

    \b
    Examples:
      vidtag dataset extract s01e01.mp4 --out data/ --every 12
      vidtag dataset add data/ross ~/photos/*.jpg
      vidtag dataset info data/
    """


@command.command("extract", short_help="Take frames out of videos.")
@click.argument("paths", nargs=-1, required=True, metavar="VIDEO...", type=_PATH)
@click.option(
    "-o",
    "--out",
    "root",
    required=True,
    type=_PATH,
    help="Folder of the dataset; made if it is not there.",
)
@click.option(
    "--every",
    type=click.IntRange(1),
    metavar="N",
    help=f"Take each N-th frame.  [default: {DEFAULT_EVERY}]",
)
@click.option("--rate", type=frames_a_second, metavar="FPS", help="Take this many frames a second.")
@click.option("--per-shot", type=click.IntRange(1), metavar="N", help="Take N frames of each shot.")
@click.option(
    "--size",
    "max_side_px",
    type=click.IntRange(16),
    metavar="PX",
    help="Scale the longer side of larger frames down to this.",
)
@click.option(
    "--label",
    default="unsorted",
    show_default=True,
    metavar="CLASS",
    help="Folder in the dataset for the frames.",
)
@click.option(
    "--quality",
    type=click.IntRange(1, 100),
    default=95,
    show_default=True,
    help="Of the JPEG.",
)
@click.option(
    "--restore",
    is_flag=True,
    help="Take again also what was extracted and then removed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@common_options
@pass_state
def extract_frames(
    state: State,
    *,
    paths: tuple[Path, ...],
    root: Path,
    every: int | None,
    rate: Fraction | None,
    per_shot: int | None,
    max_side_px: int | None,
    label: str,
    quality: int,
    restore: bool,
    as_json: bool,
) -> int:
    """Take frames out of videos and put them into a dataset, to be sorted.

    VIDEOs are files, or folders with videos below them. Move the frames from `unsorted` into one
    folder per class: their names tell video, frame, time and shot wherever they lie, and extracting
    again adds only what is new. Stop whenever you like: the same command goes on.

    \b
    Examples:
      vidtag dataset extract s01e01.mp4 --out data/ --every 12
      vidtag dataset extract season1/ --out data/ --per-shot 3 --size 640
      vidtag dataset extract ross.mp4 --out data/ --rate 2 --label ross
    """
    from vidtag.extract import extract

    take = partial(
        extract,
        root=root,
        choice=_choice(every=every, rate=rate, per_shot=per_shot),
        max_side_px=max_side_px,
        label=label,
        quality=quality,
        restore=restore,
    )
    return _extract_all(state, find_videos(paths), take, as_json=as_json)


@command.command(short_help="Copy photos into a class.")
@click.argument("folder", type=_PATH)
@click.argument("photos", nargs=-1, required=True, metavar="PHOTO...", type=_PATH)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
@pass_state
def add(state: State, *, folder: Path, photos: tuple[Path, ...], as_json: bool) -> int:
    """Copy photos into the class FOLDER of a dataset.

    PHOTOs are picture files, or folders with pictures below them. Photos that are there already are
    left out; nothing is overwritten. Exit code 3 if any could not be used.

    \b
    Examples:
      vidtag dataset add data/ross ~/photos/*.jpg
      vidtag dataset add data/no_ross ~/holidays
    """
    from vidtag.cli.dataset_text import added_as_dict, describe_added
    from vidtag.dataset.adding import add_photos

    result = add_photos(folder, photos)
    if as_json:
        echo_json(added_as_dict(result))
    else:
        click.echo(describe_added(folder, result))
    _list_skipped(state, result.skipped)
    return errors.EXIT_PARTIAL if result.skipped else errors.EXIT_OK


@command.command(short_help="Count the pictures, and warn.")
@click.argument("root", metavar="FOLDER", type=_PATH)
@click.option("--shots", "show_shots", is_flag=True, help="Count each shot, too.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with everything.")
@common_options
@pass_state
def info(state: State, *, root: Path, show_shots: bool, as_json: bool) -> None:
    """Count the pictures of the dataset in FOLDER, and warn of what makes it a bad teacher.

    \b
    Examples:
      vidtag dataset info data/
      vidtag dataset info data/ --json | jq '.warnings[]'
    """
    from vidtag.cli.dataset_text import dataset_as_dict, describe_dataset
    from vidtag.dataset import read_dataset
    from vidtag.dataset.summary import summarize

    with ExitStack() as stack:
        dataset = read_dataset(root, progress=_count_bar(state, stack))
    summary = summarize(dataset)
    if as_json:
        echo_json(dataset_as_dict(dataset, summary))
        return
    click.echo(describe_dataset(dataset, summary, show_shots=show_shots))
    for warning in summary.warnings:
        state.say(f"warning: {warning}")
    _list_skipped(state, dataset.skipped)


def _choice(*, every: int | None, rate: Fraction | None, per_shot: int | None) -> FrameChoice:
    from vidtag.dataset.choices import EveryNth, PerSecond, PerShot

    if sum(value is not None for value in (every, rate, per_shot)) > 1:
        raise UsageError("--every, --rate and --per-shot exclude each other", hint="give one")
    if rate is not None:
        return PerSecond(rate)
    if per_shot is not None:
        return PerShot(per_shot)
    return EveryNth(every or DEFAULT_EVERY)


def _extract_all(
    state: State, videos: Sequence[Path], take: Callable[..., ExtractResult], *, as_json: bool
) -> int:
    """Extract from each of `videos`; one that cannot be read does not stop the others.

    Returns:
        The exit code: 1 after a failure, else 3 if any video was read in part.
    """
    from vidtag.cli.dataset_text import describe_extracted, extracted_as_dict

    codes: list[int] = []
    results: list[ExtractResult] = []
    for video in videos:
        try:
            with scan_progress(state) as progress:
                result = take(video, progress=progress)
        except VideoError as error:
            if len(videos) == 1:
                raise
            state.say_error(str(error))
            codes.append(error.exit_code)
            continue
        results.append(result)
        codes.append(errors.EXIT_PARTIAL if result.problems else errors.EXIT_OK)
        if not as_json:
            click.echo(describe_extracted(result))
        _tell_problems(state, result)
    if as_json:
        echo_json([extracted_as_dict(result) for result in results])
    return errors.EXIT_FAILED if errors.EXIT_FAILED in codes else max(codes)


def _tell_problems(state: State, result: ExtractResult) -> None:
    name = result.info.path.name
    if result.removed:
        state.say(f"{name}: {result.removed} were removed since; --restore takes them again")
    for problem in result.problems:
        state.say_error(f"{name}: read in part: {problem}")


def _list_skipped(state: State, skipped: Iterable[Skipped]) -> None:
    for path, reason in skipped:
        state.say_error(f"{readable(path)}: {reason}")


def _count_bar(state: State, stack: ExitStack) -> Callable[[int, int], None] | None:
    if not state.shows_progress:
        return None
    from vidtag.cli.progress import CountBar

    return stack.enter_context(CountBar("looking at pictures"))
