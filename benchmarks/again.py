"""More than one classifier, the same video again, the first label, and all but the network.

    python -m benchmarks.again [--size 640x360]... [--seconds 300] [--turns 3] [--part ten]...
                               [--folder FOLDER] [--json FILE]

The video is that of `benchmarks.sitcom`, the ten classifiers are those of `benchmarks.classifiers`,
each with one label, all on one backbone. Ways that are compared take turns, and the median of each
counts. What is timed is the whole command with its start, unless it says otherwise.

ten    a scan with one classifier, and with all ten, each for itself and with --shared, all with
       --no-cache; and one with the first followed by one with the other nine and --accuracy kept.
       "right" is the share of labels that are as the samples were drawn, in all shots and in those
       that the classifier has not learnt from.
again  a first scan with one classifier, which keeps features; then of the same video and database
       one with another classifier, beside the same with --accuracy kept and with --no-cache. A
       copy under another name asks for the very same frames. Each begins with what the first scan
       left. "as without" is the share of labels that are as with --no-cache.
first  from the start of a scan of a new video (--no-cache) until another program sees a label in
       the database; and what of it is unavoidable.
rest   what a scan costs on top of decoding when its detector costs nothing; see `benchmarks.rest`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks import rest
from benchmarks.classifiers import User, train_many, unseen_frames
from benchmarks.command import Scanned, help_s, run_scan, until_first_label_s
from benchmarks.sitcom import LABELS, SIZES, make_sitcom
from vidtag import media
from vidtag.models import open_model, write_manifest

T = TypeVar("T")

FIRST, COPY = "mara-1", "mara-1-again"
OTHERS = {"the same character": "mara-2", "another": "otto-1", "the very same frames": COPY}
TEN_APART = "ten classifiers"
NO_CACHE, KEPT = "--no-cache", "--accuracy kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: one way, the median of its turns."""

    way: str
    seconds: float
    times: float | None = None  # as long as the first way, or as fast as without the cache
    processor_s: float | None = None
    processor_times: float | None = None  # as much as the first way
    frames_scored: int | None = None
    frames_decoded: int | None = None
    agreement: float | None = None  # share of labels that are as without the cache
    right: float | None = None  # share of labels that are as the samples were drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """How often a classifier is right."""

    all_shots: float  # share of the frames
    unseen_shots: float  # that it has not learnt from


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bench:
    """One video, and all that is needed to measure on it."""

    video: Path
    truth: NDArray[np.bool_]  # (frames, labels)
    users: tuple[User, ...]
    unseen: Mapping[str, NDArray[np.bool_]]  # classifier -> (frames,) of shots new to it
    folder: Path  # for databases and caches
    turns: int

    def alternate(self, ways: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
        """What each way gave, turn after turn."""
        turns = [{name: measure() for name, measure in ways.items()} for _ in range(self.turns)]
        return {name: [turn[name] for turn in turns] for name in ways}


# --- ten classifiers --------------------------------------------------------------------------


def measure_ten(bench: Bench) -> tuple[list[Row], dict[str, Right]]:
    names = [user.name for user in bench.users]
    ways: dict[str, tuple[Sequence[str], Callable[[], Scanned]]] = {  # whose labels, and how
        "one classifier": ([FIRST], partial(_scan_anew, bench, [FIRST])),
        TEN_APART: (names, partial(_scan_anew, bench, names)),
        "ten classifiers, --shared": (names, partial(_scan_anew, bench, names, "--shared")),
        f"one, then nine with {KEPT}": (names[1:], partial(_scan_one_then, bench, names)),
    }
    found = bench.alternate({way: measure for way, (_, measure) in ways.items()})
    rows = [
        replace(row, right=_share_right(found[row.way][0], bench, ways[row.way][0]))
        for row in beside_first([scan_row(way, scans) for way, scans in found.items()])
    ]
    present = found[TEN_APART][0].present
    right = {
        user.name: _right(present[:, column], bench, user)
        for column, user in enumerate(bench.users)
    }
    return rows, right


def _scan_anew(bench: Bench, names: Sequence[str], *options: str) -> Scanned:
    database = bench.folder / "ten.db"
    database.unlink(missing_ok=True)
    return run_scan(bench.video, database, names, NO_CACHE, *options)


def _scan_one_then(bench: Bench, names: Sequence[str]) -> Scanned:
    """Two commands: a scan with the first, and one with the others of what that keeps."""
    left = bench.folder / "left"
    first = _scan_first(bench, left)
    then = _scan_in(left, bench, names[1:], *KEPT.split())
    return replace(
        then,
        seconds=first.seconds + then.seconds,
        processor_s=first.processor_s + then.processor_s,
        frames_scored=first.frames_scored,
        frames_decoded=first.frames_decoded,
    )


def _share_right(scanned: Scanned, bench: Bench, names: Sequence[str]) -> float:
    """Of the labels of the classifiers `names`."""
    columns = [LABELS.index(user.label) for user in bench.users if user.name in names]
    return float((scanned.present == bench.truth[:, columns]).mean())


def _right(present: NDArray[np.bool_], bench: Bench, user: User) -> Right:
    agrees = present == bench.truth[:, LABELS.index(user.label)]
    unseen = bench.unseen[user.name]
    return Right(all_shots=float(agrees.mean()), unseen_shots=float(agrees[unseen].mean()))


# --- the same video again ---------------------------------------------------------------------


def measure_again(bench: Bench) -> list[Row]:
    left = bench.folder / "left"  # what the first scan leaves
    ways: dict[str, Callable[[], Scanned]] = {
        "first scan": partial(_scan_first, bench, left),
    }
    for whose, name in OTHERS.items():
        ways[f"then {whose}"] = partial(_scan_on, bench, left, name)
        ways[f"then {whose}, {KEPT}"] = partial(_scan_on, bench, left, name, *KEPT.split())
        ways[f"then {whose}, {NO_CACHE}"] = partial(_scan_on, bench, left, name, NO_CACHE)
    found = bench.alternate(ways)
    rows = beside_no_cache([scan_row(way, scans) for way, scans in found.items()])
    return [
        replace(row, agreement=float((found[row.way][0].present == expected[0].present).mean()))
        if (expected := found.get(f"{_whose(row.way)}, {NO_CACHE}"))
        else row
        for row in rows
    ]


def _scan_first(bench: Bench, left: Path) -> Scanned:
    shutil.rmtree(left, ignore_errors=True)
    left.mkdir(parents=True)
    return _scan_in(left, bench, [FIRST])


def _scan_on(bench: Bench, left: Path, name: str, *options: str) -> Scanned:
    mine = bench.folder / "mine"
    shutil.rmtree(mine, ignore_errors=True)
    shutil.copytree(left, mine)
    return _scan_in(mine, bench, [name], *options)


def _scan_in(folder: Path, bench: Bench, names: Sequence[str], *options: str) -> Scanned:
    cache = {"VIDTAG_CACHE": str(folder / "cache")}
    return run_scan(bench.video, folder / "scan.db", names, *options, environment=cache)


# --- the first label, and the rest ------------------------------------------------------------


def measure_first(bench: Bench) -> list[Row]:
    ways: dict[str, Callable[[], float]] = {
        "vidtag scan, until the first label": partial(_first_label_s, bench),
        "vidtag scan --help": help_s,
        "decoder, until the first frame": partial(_first_frame_s, bench.video),
    }
    found = bench.alternate(ways)
    return [Row(way=way, seconds=median(turns)) for way, turns in found.items()]


def _first_label_s(bench: Bench) -> float:
    database = bench.folder / "first.db"
    database.unlink(missing_ok=True)
    return until_first_label_s(bench.video, database, [FIRST], NO_CACHE)


def _first_frame_s(video: Path) -> float:
    start = time.perf_counter()
    with media.open_video(video, sizes=[rest.SIZE, media.THUMBNAIL_SIZE]) as reader:
        next(iter(reader))
        return time.perf_counter() - start


def measure_rest(bench: Bench) -> list[Row]:
    database = bench.folder / "rest.db"
    found = bench.alternate(
        {way: partial(rest.cost, way, bench.video, database) for way in rest.WAYS}
    )
    return beside_first(
        [
            Row(
                way=way,
                seconds=median(cost.seconds for cost in costs),
                processor_s=median(cost.processor_s for cost in costs),
            )
            for way, costs in found.items()
        ]
    )


# --- the table --------------------------------------------------------------------------------


def scan_row(way: str, scans: Sequence[Scanned]) -> Row:
    return Row(
        way=way,
        seconds=median(scan.seconds for scan in scans),
        processor_s=median(scan.processor_s for scan in scans),
        frames_scored=scans[0].frames_scored,
        frames_decoded=scans[0].frames_decoded,
    )


def beside_first(rows: Sequence[Row]) -> list[Row]:
    """With how many times the first row's seconds each took."""
    first = rows[0]
    return [
        replace(
            row,
            times=row.seconds / first.seconds,
            processor_times=row.processor_s / first.processor_s
            if row.processor_s and first.processor_s
            else None,
        )
        for row in rows
    ]


def beside_no_cache(rows: Sequence[Row]) -> list[Row]:
    """With how many times as fast as the same without the cache each was, where there is that."""
    without = {_whose(row.way): row.seconds for row in rows if NO_CACHE in row.way}
    return [
        replace(row, times=without[whose] / row.seconds)
        if (whose := _whose(row.way)) in without
        else row
        for row in rows
    ]


def _whose(way: str) -> str:
    """The way without its options."""
    return way.partition(",")[0]


PARTS: dict[str, Callable[[Bench], list[Row]]] = {
    "again": measure_again,
    "first": measure_first,
    "rest": measure_rest,
}
TEN = "ten"


def show_rows(size: str, part: str, rows: Sequence[Row]) -> None:
    print(
        f"\n{f'{size}, {part}':<44}{'seconds':>9}{'times':>8}{'CPU s':>8}{'times':>8}"
        f"{'scored':>8}{'decoded':>9}{'as without':>12}{'right':>9}"
    )
    for row in rows:
        print(
            f"{row.way:<44}{row.seconds:>9.2f}{_shown(row.times, '.2f'):>8}"
            f"{_shown(row.processor_s, '.2f'):>8}{_shown(row.processor_times, '.2f'):>8}"
            f"{_shown(row.frames_scored, ',d'):>8}{_shown(row.frames_decoded, ',d'):>9}"
            f"{_shown(row.agreement, '.2%'):>12}{_shown(row.right, '.2%'):>9}"
        )


def show_right(right: Mapping[str, Right]) -> None:
    print(f"\n{'right':<44}{'all shots':>17}{'shots it has not learnt from':>32}")
    for name, each in right.items():
        print(f"{name:<44}{each.all_shots:>17.1%}{each.unseen_shots:>32.1%}")


def _shown(value: float | None, style: str) -> str:
    return "" if value is None else format(value, style)


# --- running it -------------------------------------------------------------------------------


def prepare(sizes: Sequence[str], seconds: int, folder: Path, turns: int) -> dict[str, Bench]:
    """Make the videos, train the classifiers; a bench for each size."""
    models = folder / "models"
    os.environ["VIDTAG_CACHE"] = str(folder / "cache")
    os.environ["VIDTAG_MODELS"] = str(models)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:  # for TensorFlow
        users = fresh.submit(_train, folder).result()
    _copy_model(models / FIRST, models / COPY)
    sitcom = make_sitcom(seconds)
    return {
        size: Bench(
            video=sitcom.video(size, folder),
            truth=sitcom.truth,
            users=users,
            unseen={user.name: unseen_frames(user, sitcom) for user in users},
            folder=folder,
            turns=turns,
        )
        for size in sizes
    }


def _train(folder: Path) -> tuple[User, ...]:
    return train_many(make_sitcom(1).footage, folder / "pictures", folder / "models")


def _copy_model(model: Path, copy: Path) -> None:
    manifest = open_model(model, kind="classifier").manifest
    shutil.copytree(model, copy, dirs_exist_ok=True)
    write_manifest(copy, replace(manifest, name=copy.name))


def measure(size: str, bench: Bench, parts: Sequence[str]) -> dict[str, object]:
    found: dict[str, object] = {"frames": len(bench.truth)}
    if TEN in parts:
        rows, right = measure_ten(bench)
        show_rows(size, TEN, rows)
        show_right(right)
        found[TEN] = [asdict(row) for row in rows]
        found["right"] = {name: asdict(each) for name, each in right.items()}
    for part in (each for each in PARTS if each in parts):
        rows = PARTS[part](bench)
        show_rows(size, part, rows)
        found[part] = [asdict(row) for row in rows]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", action="append", metavar="WIDTHxHEIGHT")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--part", action="append", choices=[TEN, *PARTS])
    parser.add_argument("--folder", type=Path, help="keep videos, models and databases here")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (chosen.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        benches = prepare(chosen.size or SIZES, chosen.seconds, folder, chosen.turns)
        parts = chosen.part or [TEN, *PARTS]
        results = {size: measure(size, bench, parts) for size, bench in benches.items()}
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
