"""The whole main job, side by side: the original pipeline, and `vidtag scan`.

    python -m benchmarks.scan [--size 640x360]... [--seconds 300] [--baseline-frames 200]
                              [--folder FOLDER] [--json FILE]

The video is made of the shots of the sample episodes, in any order, each shown forwards and
backwards until 2 to 6 s are over, as in a sitcom, and seen by a camera that is never quite still:
no two pictures are the same; H.264 at 23.976 frames/s. The detector is `kiosk`: VGG16 on whole
frames of 160x288, 8 % fewer pixels than 224x224.

The original pipeline writes every frame as a JPEG with OpenCV, reads it back, divides by 255 and
asks `keras.predict` with the same weights, in batches of 32. It runs on the first frames alone, and
its speed is taken to stay the same; loading the network does not count against it. Of `vidtag scan`
the whole command counts, with its start, on a warm cache. "As every" is the share of labels that
are as by scoring every frame (`--every 1`), "right" the share that is as the samples were drawn.
The memory is that of all its processes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.memory import peak_mb
from vidtag import media
from vidtag.api import Settings, read_weights
from vidtag.models import find_model
from vidtag.paths import samples
from vidtag.store import Database
from vidtag.truth import FrameTimes, parse_truth, place
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.detector import read_head
from vidtag_vgg16.weights import BACKBONE_FILE

DETECTOR = "kiosk"
FRAME_RATE = Fraction(24000, 1001)
SAMPLE_SIZE = (360, 640)
SHOT_FRAMES = (48, 144)  # 2 to 6 s
MARGIN_PX = 12  # of the sample picture that the camera may move over
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


# --- the video --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Footage:
    """The frames of all sample episodes, one after the other, and the shots they are in."""

    pictures: NDArray[np.uint8]  # (n, height, width, 3)
    present: NDArray[np.bool_]  # (n, labels)
    shots: tuple[range, ...]  # of frames


def read_samples(labels: tuple[str, ...]) -> Footage:
    episodes = [_read_episode(path, labels) for path in _episodes()]
    starts = np.cumsum([0, *(len(each.pictures) for each in episodes)]).tolist()
    return Footage(
        np.concatenate([each.pictures for each in episodes]),
        np.concatenate([each.present for each in episodes]),
        tuple(
            range(start + shot.start, start + shot.stop)
            for start, each in zip(starts, episodes, strict=False)
            for shot in each.shots
        ),
    )


def _read_episode(path: Path, labels: tuple[str, ...]) -> Footage:
    with media.open_video(path, sizes=[SAMPLE_SIZE, media.THUMBNAIL_SIZE]) as reader:
        shots = media.ShotDetector(frame_rate=reader.info.frame_rate)
        pictures, pts_us = [], []
        for frame in reader:
            shots.feed(frame.number, frame.pictures[1])
            pictures.append(frame.pictures[0].copy())
            pts_us.append(frame.pts_us)
        times = FrameTimes(np.array(pts_us, np.int64), reader.summary.end_us)
    shots.finish()
    truth = place(parse_truth(path.with_suffix(".truth.csv")), times)
    return Footage(
        np.stack(pictures),
        np.stack([truth.labels[label].present for label in labels], axis=1),
        tuple(range(shot.start_frame, shot.end_frame) for shot in shots.shots()),
    )


def _episodes() -> list[Path]:
    return sorted(samples().glob("*.mp4"))


def cut_together(shots: Sequence[range], frames: int) -> NDArray[np.int64]:
    """Which of the samples' frames each frame (frames,) of the video shows; always the same."""
    random = np.random.default_rng(0)
    shown: list[int] = []
    last = -1
    while len(shown) < frames:
        chosen = int(random.choice([number for number in range(len(shots)) if number != last]))
        length = int(random.integers(*SHOT_FRAMES, endpoint=True))
        forwards_and_back = [*shots[chosen], *reversed(shots[chosen])]
        shown += islice(cycle(forwards_and_back), length)
        last = chosen
    return np.array(shown[:frames], np.int64)


def make_video(path: Path, width: int, height: int, pictures: Iterable[NDArray[np.uint8]]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number, picture in enumerate(pictures):
            seen = np.asarray(cv2.resize(_moved(picture, number), (width, height)), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(seen, "rgb24")))
        container.mux(stream.encode())


def _moved(picture: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
    """As the moving camera sees it, to a fraction of a pixel."""
    right, down = (
        MARGIN_PX * (1 + np.sin(number / 31)) / 2,
        MARGIN_PX * (1 + np.cos(number / 43)) / 2,
    )
    height, width = picture.shape[:2]
    scale = (width - MARGIN_PX) / width
    matrix = np.array([[scale, 0, right], [0, scale, down]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(picture, matrix, (width, height), flags=flags)
    return np.asarray(moved, np.uint8)


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


# --- vidtag -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scanned:
    """What a whole `vidtag scan` took, and found."""

    seconds: float
    processor_s: float
    peak_mb: float
    present: NDArray[np.bool_]  # (frames, labels)
    scored: float  # share of the frames


def run_scan(video: Path, database: Path, *options: str) -> Scanned:
    database.unlink(missing_ok=True)
    command = [
        str(Path(sys.executable).with_name("vidtag")),
        "--db",
        str(database),
        "-q",
        "scan",
        str(video),
    ]
    before_s, start = children_s(), time.perf_counter()
    running = subprocess.Popen(
        [*command, "--plugin", DETECTOR, "--no-input", *options], stdout=subprocess.DEVNULL
    )
    most_mb = peak_mb(running.pid, partial(_has_ended, running))
    seconds = time.perf_counter() - start
    if running.returncode != 0:
        raise SystemExit(f"vidtag scan failed: {running.returncode}")
    present, scored = _labels(database)
    return Scanned(
        seconds=seconds,
        processor_s=children_s() - before_s,
        peak_mb=most_mb,
        present=present,
        scored=scored,
    )


def _has_ended(running: subprocess.Popen[bytes], within_s: float) -> bool:
    try:
        running.wait(within_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def children_s() -> float:
    """Time on the CPU of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _labels(path: Path) -> tuple[NDArray[np.bool_], float]:
    with Database.open(path) as database:
        [video] = database.videos()
        [run] = database.runs(video.video_id)
        found = [database.scores(run.run_id, label) for label in run.labels]
        present = [
            series.scores >= np.float32(run.thresholds[label])
            for label, series in zip(run.labels, found, strict=True)
        ]
    return np.stack(present, axis=1), float(found[0].scored.mean())


# --- the table --------------------------------------------------------------------------------


def compare(
    video: Path, truth: NDArray[np.bool_], baseline_frames: int, folder: Path
) -> dict[str, Figures]:
    """How each way fares on `video`, in which `truth` (frames, labels) is to be seen."""
    manifest = find_model("classifier", DETECTOR).manifest
    seconds, scores, peak_mb = run_original(video, baseline_frames)
    scans = {
        EVERY: run_scan(video, folder / "every.db", "--every", "1"),
        DEFAULT: run_scan(video, folder / "default.db"),
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
                scored=scan.scored,
                as_every=float((scan.present == every).mean()),
                right=float((scan.present == truth).mean()),
                cores=scan.processor_s / scan.seconds,
                peak_mb=scan.peak_mb,
            )
            for name, scan in scans.items()
        },
    }


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
        run_scan(_episodes()[0], folder / "warm.db")  # fills the cache
        footage = read_samples(find_model("classifier", DETECTOR).manifest.labels)
        shown = cut_together(footage.shots, int(chosen.seconds * FRAME_RATE))
        for size in chosen.size or ["640x360", "1920x1080"]:
            width, height = map(int, size.split("x"))
            video = folder / f"{size}-{chosen.seconds}s.mp4"
            if not video.exists():
                make_video(video, width, height, (footage.pictures[frame] for frame in shown))
            results[size] = compare(video, footage.present[shown], chosen.baseline_frames, folder)
            show(size, results[size])
    if chosen.json:
        written = {
            size: {name: asdict(each) for name, each in found.items()}
            for size, found in results.items()
        }
        chosen.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
