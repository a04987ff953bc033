"""`vidtag demo`: the main job on a sample that ships with vidtag, beside the truth."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidtag.cli.comparison import evaluate_run, frame_times, match_labels
from vidtag.cli.state import State, common_options, pass_state
from vidtag.errors import VidtagError

if TYPE_CHECKING:
    from vidtag.store import Database

SAMPLE = "Kiosk.S01E02"
DETECTORS = ("kiosk", "ross")


@click.command("demo", short_help="Scan a bundled sample, and compare with the truth.")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the database in this folder.  [default: a temporary one]",
)
@common_options
@pass_state
def command(state: State, *, folder: Path | None) -> None:
    """Scan a bundled sample, report, and compare with the truth.

    The sample is the second episode of a tiny drawn series. The detector `kiosk` was trained on the
    first episode and on rushes drawn like it, never on the second; `ross`, who is not in it, should
    find nothing.
    """
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        _show(state, folder / "demo.db")
        return
    with tempfile.TemporaryDirectory(prefix="vidtag-demo-") as temporary:
        _show(state, Path(temporary) / "demo.db")


def _show(state: State, db: Path) -> None:
    video = _sample()
    _run(state, db, "scan", str(video), *(arg for name in DETECTORS for arg in ("--plugin", name)))
    _run(state, db, "report")
    with State(db=str(db)).open_database(readonly=True) as database:
        click.echo("\nBeside the truth, as it was drawn:")
        click.echo(_comparison(database, video))


def _sample() -> Path:
    from vidtag.paths import samples

    for video in sorted(samples().glob(f"{SAMPLE}.*mp4")):
        return video
    raise VidtagError(f"{samples()}: the sample {SAMPLE} is missing", hint="install vidtag again")


def _run(state: State, db: Path, *arguments: str) -> None:
    """Run a vidtag command and show it as if it had been typed."""
    from vidtag.cli.main import cli

    click.echo(
        f"\n$ vidtag {' '.join(Path(a).name if a.endswith('.mp4') else a for a in arguments)}"
    )
    inner = State(db=str(db), verbosity=state.verbosity, third_party=False)
    cli.main([*arguments], prog_name="vidtag", standalone_mode=False, obj=inner)


def _comparison(database: Database, video_path: Path) -> str:
    from vidtag.cli.format import percent, seconds, signed_seconds, table
    from vidtag.truth import parse_truth, place

    [video] = database.videos()
    runs = database.runs(video.video_id)
    file = parse_truth(video_path.with_suffix(".truth.csv"))
    offered = [label for run in runs for label in run.labels]
    # The sample was drawn: who is not in its truth is not in it.
    matching = match_labels(
        file.labels, offered, absent=[label for label in offered if label not in file.labels]
    )
    times = frame_times(database, video)
    truth = place(file, times)
    evaluations = [
        each for run in runs for each in evaluate_run(database, run, truth, matching, times)
    ]
    rows = [
        (
            each.label,
            seconds(each.truth_us),
            seconds(each.found_us),
            signed_seconds(each.error_us),
            percent(each.confusion.accuracy),
        )
        for each in evaluations
    ]
    return table(rows, header=("LABEL", "TRUTH", "FOUND", "ERROR", "FRAMES RIGHT"))
