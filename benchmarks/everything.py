"""All benchmarks, one after the other, and one table in the end.

    python -m benchmarks.everything [--folder FOLDER] [--quick] [--faces CLIP]

Each runs in a process of its own and writes `FOLDER/<name>.json`; the table goes to
`FOLDER/summary.json` too, with the machine and the versions. `--quick` takes short videos and few
episodes: enough to see that everything runs, too little to compare by. The benchmark of faces needs
a clip with people in it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from vidtag.sampling import ACCURACIES

FULL = {
    "decode": [],
    "features": [],
    "store": [],
    "answers": ["--episodes", "60"],
    "sampling": [],
    "scan": [],
    "again": [],
}
QUICK = {
    "decode": ["--repeats", "1"],
    "features": ["--no-training", "--frames", "128"],
    "store": ["--repeats", "1"],
    "answers": ["--episodes", "4", "--repeats", "1"],
    "sampling": [],
    "scan": ["--seconds", "30", "--baseline-frames", "64"],
    "again": ["--seconds", "30", "--turns", "1"],
}
SHARED = ("scan", "again")  # these make the same videos
LIBRARIES = ("av", "numpy", "onnxruntime", "opencv-python-headless", "keras", "tensorflow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table. What a benchmark does not measure is None."""

    benchmark: str
    way: str
    per_s: float | None = None  # frames, or rows
    ratio: float | None = None  # to the first way of the same kind
    agreement: float | None = None  # share of labels, or cosine of features
    peak_mb: float | None = None


def machine() -> dict[str, Any]:
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: known for name in ("vidtag", *LIBRARIES) if (known := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


# --- what each benchmark wrote, as rows -------------------------------------------------------


def decode_rows(found: dict[str, Any]) -> Iterator[Row]:
    for video, ways in found.items():
        first = next(iter(ways.values()))["frames_per_s"]
        for way, each in ways.items():
            speed = each["frames_per_s"]
            yield Row(benchmark=f"decode {video}", way=way, per_s=speed, ratio=speed / first)


def features_rows(found: dict[str, Any]) -> Iterator[Row]:
    for way, each in found["features"].items():
        yield Row(
            benchmark="features",
            way=way,
            per_s=each["frames_per_s"],
            ratio=each["ratio"],
            agreement=each["mean_cosine"],
            peak_mb=each["peak_mb"],
        )


def store_rows(found: dict[str, Any]) -> Iterator[Row]:
    speeds = found["rows_per_s"]
    first = next(iter(speeds.values()))
    for way, speed in speeds.items():
        yield Row(benchmark="store", way=way, per_s=speed, ratio=speed / first)


def answers_rows(found: dict[str, Any]) -> Iterator[Row]:
    for each in found["answers"]:
        yield Row(benchmark="answers", way=each["name"], per_s=1 / each["wall_s"])


def sampling_rows(found: dict[str, Any]) -> Iterator[Row]:
    for material, ways in found.items():
        cost = ways["adaptive"][str(ACCURACIES["normal"])]
        yield Row(
            benchmark="sampling, normal",
            way=material,
            ratio=cost["one_in"],
            agreement=cost["agreement"],
        )


def scan_rows(found: dict[str, Any]) -> Iterator[Row]:
    for size, ways in found.items():
        for way, each in ways.items():
            yield Row(
                benchmark=f"scan {size}",
                way=way,
                per_s=each["frames"] / each["seconds"],
                ratio=each["ratio"],
                agreement=each["as_every"],
                peak_mb=each["peak_mb"],
            )


def again_rows(found: dict[str, Any]) -> Iterator[Row]:
    for size, parts in found.items():
        for part in ("ten", "again", "first", "rest"):
            done = 1 if part == "first" else parts["frames"]
            for each in parts[part]:
                yield Row(
                    benchmark=f"{part} {size}",
                    way=each["way"],
                    per_s=done / each["seconds"],
                    ratio=each["times"],
                )


ROWS = {
    "decode": decode_rows,
    "features": features_rows,
    "store": store_rows,
    "answers": answers_rows,
    "sampling": sampling_rows,
    "scan": scan_rows,
    "again": again_rows,
}


# --- running them -----------------------------------------------------------------------------


def run(name: str, folder: Path, *options: str) -> dict[str, Any]:
    print(f"\n== {name}", flush=True)
    path = folder / f"{name}.json"
    command = [sys.executable, "-m", f"benchmarks.{name}", *options, "--json", str(path)]
    subprocess.run(command, check=True)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def show(about: dict[str, Any], rows: list[Row]) -> None:
    print("\n" + ", ".join(f"{name} {value}" for name, value in about.items()) + "\n")
    print(f"{'':<28}{'':<44}{'per s':>11}{'ratio':>8}{'agreement':>11}{'peak MB':>9}")
    for row in rows:
        figures = (
            f"{_shown(row.per_s, ',.1f'):>11}{_shown(row.ratio, '.2f'):>8}"
            f"{_shown(row.agreement, '.3%'):>11}{_shown(row.peak_mb, ',.0f'):>9}"
        )
        print(f"{row.benchmark:<28}{row.way:<44}{figures}")


def _shown(value: float | None, style: str) -> str:
    return "" if value is None else format(value, style)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, default=Path("build/bench"), help="for the JSON")
    parser.add_argument("--quick", action="store_true", help="only see that everything runs")
    parser.add_argument("--faces", type=Path, metavar="CLIP", help="also find faces in this clip")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    videos = ["--folder", str(chosen.folder / "sitcom")]
    for name, options in (QUICK if chosen.quick else FULL).items():
        given = [*options, *(videos if name in SHARED else [])]
        rows += ROWS[name](run(name, chosen.folder, *given))
    if chosen.faces:
        run("faces", chosen.folder, str(chosen.faces))
    about = machine()
    show(about, rows)
    written = {"machine": about, "rows": [asdict(row) for row in rows]}
    summary = chosen.folder / "summary.json"
    summary.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
