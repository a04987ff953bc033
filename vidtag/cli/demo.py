"""`vidtag demo`: the main job on a sample that ships with vidtag, beside the truth."""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidtag.cli.state import State, common_options, pass_state
from vidtag.errors import VidtagError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from vidtag.store import Database
    from vidtag.types import VideoRecord

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
    first episode alone; `ross`, who is not in it, should find nothing.
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
        click.echo(_comparison(database, _read_truth(video)))


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


Ranges = list[tuple[int, int]]


def _read_truth(video: Path) -> Mapping[str, Ranges]:
    truth: dict[str, Ranges] = defaultdict(list)
    with video.with_suffix(".truth.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            truth[row["label"]].append((int(row["start_frame"]), int(row["end_frame"])))
    return truth


def _comparison(database: Database, truth: Mapping[str, Ranges]) -> str:
    from vidtag.cli.format import table

    [video] = database.videos()
    rows = [
        _row(database, video, run.run_id, label, truth.get(label, []), run.thresholds[label])
        for run in database.runs(video.video_id)
        for label in run.labels
    ]
    return table(rows, header=("LABEL", "TRUTH", "FOUND", "ERROR", "FRAMES RIGHT"))


def _row(
    database: Database,
    video: VideoRecord,
    run_id: int,
    label: str,
    ranges: Ranges,
    threshold: float,
) -> Sequence[str]:
    import numpy as np

    from vidtag.cli.format import seconds

    found = database.scores(run_id, label).scores >= np.float32(threshold)
    true = np.zeros(len(found), dtype=np.bool_)
    for start, end in ranges:
        true[start:end] = True
    lengths = _frame_lengths_us(database, video)
    true_us, found_us = int(lengths[true].sum()), int(lengths[found].sum())
    return (
        label,
        seconds(true_us),
        seconds(found_us),
        f"{(found_us - true_us) / 1e6:+.2f} s",
        f"{100 * float((found == true).mean()):.1f} %",
    )


def _frame_lengths_us(database: Database, video: VideoRecord) -> NDArray[np.int64]:
    import numpy as np

    from vidtag.timeline import frame_edges

    if video.end_us is None:
        raise VidtagError(f"{video.path}: not scanned to its end")
    return np.diff(frame_edges(database.frame_times(video.video_id), video.end_us))
