"""The whole command `vidtag scan`, as a user types it: how long it takes, and what it finds."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.memory import peak_mb
from benchmarks.processor import children_s
from vidtag.store import Database

_POLL_S = 0.005


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scanned:
    """What a whole `vidtag scan` took, and found."""

    seconds: float
    processor_s: float
    peak_mb: float  # of all its processes
    present: NDArray[np.bool_]  # (frames, labels), in the order of the detectors asked for
    frames_scored: int  # by the networks, each once
    frames_decoded: int


def run_scan(
    video: Path,
    database: Path,
    names: Sequence[str],
    *options: str,
    environment: Mapping[str, str] | None = None,
) -> Scanned:
    """Scan `video` with the detectors `names`.

    Args:
        video: what to scan.
        database: where the labels go; kept if it is there.
        names: of detectors.
        options: more of the command line.
        environment: variables besides those of this process.
    """
    command = [*_scan(video, database, names), "--json", *options]
    before_s, start = children_s(), time.perf_counter()
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, env=os.environ | (environment or {})
    )
    most_mb = peak_mb(running.pid, partial(_has_ended, running))
    seconds = time.perf_counter() - start
    said, _ = running.communicate()
    if running.returncode != 0:
        raise SystemExit(f"vidtag scan failed: {running.returncode}")
    [told] = json.loads(said)
    return Scanned(
        seconds=seconds,
        processor_s=children_s() - before_s,
        peak_mb=most_mb,
        present=_present(database, names),
        frames_scored=told["frames_scored_now"],
        frames_decoded=told["frames_decoded_now"],
    )


def until_first_label_s(video: Path, database: Path, names: Sequence[str], *options: str) -> float:
    """Seconds until another program sees a label in `database`, a new one; then it is stopped."""
    start = time.perf_counter()
    running = subprocess.Popen(
        [*_scan(video, database, names), *options], stdout=subprocess.DEVNULL
    )
    while not _has_label(database):
        if _has_ended(running, _POLL_S):
            raise SystemExit(f"vidtag scan ended without a label: {running.returncode}")
    seconds = time.perf_counter() - start
    running.terminate()
    running.wait()
    return seconds


def help_s() -> float:
    """Seconds that `vidtag scan --help` takes."""
    start = time.perf_counter()
    subprocess.run([_program(), "scan", "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _scan(video: Path, database: Path, names: Sequence[str]) -> list[str]:
    asked = [part for name in names for part in ("--plugin", name)]
    return [_program(), "--db", str(database), "-q", "scan", str(video), *asked, "--no-input"]


def _program() -> str:
    return str(Path(sys.executable).with_name("vidtag"))


def _has_ended(running: subprocess.Popen[bytes], within_s: float) -> bool:
    try:
        running.wait(within_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def _has_label(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            return database.execute("SELECT 1 FROM frame_labels LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError:  # there is no such table yet, or somebody is writing
        return False


def _present(path: Path, names: Sequence[str]) -> NDArray[np.bool_]:
    with Database.open(path, readonly=True) as database:
        [video] = database.videos()
        runs = {run.identity.name: run for run in database.runs(video.video_id)}
        columns = [
            database.scores(runs[name].run_id, label).scores
            >= np.float32(runs[name].thresholds[label])
            for name in names
            for label in runs[name].labels
        ]
    return np.stack(columns, axis=1)
