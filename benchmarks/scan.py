"""The whole main job, side by side: the original pipeline, and `vidtag scan`.

    python -m benchmarks.scan [--size 640x360]... [--seconds 300] [--baseline-frames 200]
                              [--folder FOLDER] [--json FILE]

The video is that of `benchmarks.sitcom`. The detector is `kiosk`: VGG16 on whole frames of 160x288,
8 % fewer pixels than 224x224.

The original pipeline writes every frame as a JPEG with OpenCV, reads it back, divides by 255 and
asks `keras.predict` with the same weights, in batches of 32. It runs on the first frames alone, and
its speed is taken to stay the same; loading the network does not count against it. Of `vidtag scan`
the whole command counts, with its start, for the first scan of a video on a machine that ran it
before. "As every" is the share of labels that are as by scoring every frame (`--every 1`), "right"
the share that is as the samples were drawn. The memory is that of all its processes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.command import Scanned, run_scan
from benchmarks.memory import peak_mb
from benchmarks.sitcom import SIZES, make_sitcom, sample_episodes
from vidtag.api import Settings, read_weights
from vidtag.models import find_model
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.detector import read_head
from vidtag_vgg16.weights import BACKBONE_FILE

DETECTOR = "kiosk"
BATCH = 32

ORIGINAL, EVERY, DEFAULT = "original pipeline", "vidtag scan --every 1", "vidtag scan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How one way fared on one video."""

    frames: int
    seconds: float
    ratio: float  # of its speed to that of the original pipeline
    scored: float | None  # share of the frames
    as_every: float  # share of labels that are as by scoring every frame
    right: float  # share of labels that are true
    cores: float | None  # processor time for each second
    peak_mb: float


# --- the original pipeline --------------------------------------------------------------------


def original(connection: Connection, video: Path, frames: int) -> None:
    """Send (seconds, scores) of the first frames."""
    from vidtag_vgg16.architecture import SHAPES
    from vidtag_vgg16.keras_network import build_model

    folder = find_model("classifier", DETECTOR)
    backbone = find_backbone(folder.manifest.backbone, settings=Settings())
    size = folder.manifest.input_size
    weights = read_weights(backbone, BACKBONE_FILE, SHAPES)
    model = build_model(weights, input_size=size, heads=[read_head(folder)])
    model.predict(np.zeros((BATCH, *size, 3), np.float32), verbose=0)  # compiles
    with tempfile.TemporaryDirectory() as written:
        start = time.perf_counter()
        paths = _write_pictures(video, Path(written), frames)
        scores = [
            model.predict(_read_pictures(paths[first : first + BATCH], size), verbose=0)
            for first in range(0, len(paths), BATCH)
        ]
        seconds = time.perf_counter() - start
    connection.send((seconds, np.concatenate(scores)))


def _write_pictures(video: Path, folder: Path, frames: int) -> list[Path]:
    paths: list[Path] = []
    capture = cv2.VideoCapture(str(video))
    while len(paths) < frames and (read := capture.read())[0]:
        paths.append(folder / f"{len(paths)}.jpg")
        cv2.imwrite(str(paths[-1]), read[1])
    return paths


def _read_pictures(paths: list[Path], size: tuple[int, int]) -> NDArray[np.float32]:
    return np.stack([_read(path, size) for path in paths]) / np.float32(255)


def _read(path: Path, size: tuple[int, int]) -> NDArray[np.float32]:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise FileNotFoundError(path)
    return np.asarray(cv2.resize(picture, size[::-1]), np.float32)


def run_original(video: Path, frames: int) -> tuple[float, NDArray[np.float32], float]:
    fresh = multiprocessing.get_context("spawn")
    ours, theirs = fresh.Pipe()
    child = fresh.Process(target=original, args=(theirs, video, frames))
    child.start()
    theirs.close()
    most_mb = peak_mb(child.pid, ours.poll)
    seconds, scores = ours.recv()
    child.join()
    return seconds, scores, most_mb


# --- the table --------------------------------------------------------------------------------


def compare(
    video: Path, truth: NDArray[np.bool_], baseline_frames: int, folder: Path
) -> dict[str, Figures]:
    """How each way fares on `video`, in which `truth` (frames, labels) is to be seen."""
    manifest = find_model("classifier", DETECTOR).manifest
    seconds, scores, peak_mb = run_original(video, baseline_frames)
    scans = {
        EVERY: run_new_scan(video, folder / "every.db", "--every", "1"),
        DEFAULT: run_new_scan(video, folder / "default.db"),
    }
    every = scans[EVERY].present
    limits = np.array([manifest.thresholds[label] for label in manifest.labels], np.float32)
    first = scores >= limits
    speed = len(first) / seconds
    return {
        ORIGINAL: Figures(
            frames=len(first),
            seconds=seconds,
            ratio=1.0,
            scored=1.0,
            as_every=float((first == every[: len(first)]).mean()),
            right=float((first == truth[: len(first)]).mean()),
            cores=None,
            peak_mb=peak_mb,
        ),
        **{
            name: Figures(
                frames=len(scan.present),
                seconds=scan.seconds,
                ratio=len(scan.present) / scan.seconds / speed,
                scored=scan.frames_scored / len(scan.present),
                as_every=float((scan.present == every).mean()),
                right=float((scan.present == truth).mean()),
                cores=scan.processor_s / scan.seconds,
                peak_mb=scan.peak_mb,
            )
            for name, scan in scans.items()
        },
    }


def run_new_scan(video: Path, database: Path, *options: str) -> Scanned:
    """Scan into a new database, with an empty cache: features of an earlier scan would help."""
    cache = database.with_suffix(".cache")
    shutil.rmtree(cache, ignore_errors=True)
    database.unlink(missing_ok=True)
    environment = {"VIDTAG_CACHE": str(cache)}
    return run_scan(video, database, [DETECTOR], *options, environment=environment)


def show(size: str, found: dict[str, Figures]) -> None:
    print(
        f"\n{size:<24}{'frames':>7}{'seconds':>9}{'frames/s':>10}{'ratio':>7}{'scored':>9}"
        f"{'as every':>10}{'right':>8}{'cores':>7}{'peak MB':>9}"
    )
    for name, each in found.items():
        cores = "" if each.cores is None else f"{each.cores:.2f}"
        print(
            f"{name:<24}{each.frames:>7}{each.seconds:>9.1f}{each.frames / each.seconds:>10.2f}"
            f"{each.ratio:>7.1f}{each.scored:>9.1%}{each.as_every:>10.2%}{each.right:>8.1%}"
            f"{cores:>7}{each.peak_mb:>9.0f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", action="append", metavar="WIDTHxHEIGHT")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--baseline-frames", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="keep videos and databases here")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    results = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run_new_scan(sample_episodes()[0], folder / "warm.db")  # reads all files once
        sitcom = make_sitcom(chosen.seconds)
        for size in chosen.size or SIZES:
            video = sitcom.video(size, folder)
            results[size] = compare(video, sitcom.truth, chosen.baseline_frames, folder)
            show(size, results[size])
    if chosen.json:
        written = {
            size: {name: asdict(each) for name, each in found.items()}
            for size, found in results.items()
        }
        chosen.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
