"""Decoding and scaling, side by side: OpenCV, PyAV in this process, and vidtag's reader.

    python -m benchmarks.decode VIDEO... [--json FILE] [--repeats N]

Without a video, a clip is made for the occasion. Every way decodes every frame and scales it to
224x224; vidtag also makes the thumbnail that shots are found with, and averages over the area of
each pixel where OpenCV's `resize` takes the nearest four. The best of the repeats counts, and the
ways take turns, so that a busy machine slows all of them alike. The time until the first frame is
told apart: vidtag starts a process in it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from vidtag.media import THUMBNAIL_SIZE, open_video

SIZE_PX = 224


def with_opencv(path: Path) -> Iterator[object]:
    capture = cv2.VideoCapture(str(path))
    while (read := capture.read())[0]:
        yield cv2.resize(read[1], (SIZE_PX, SIZE_PX))


def with_pyav(path: Path) -> Iterator[object]:
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            yield frame.to_ndarray(
                width=SIZE_PX, height=SIZE_PX, format="rgb24", interpolation="AREA"
            )


def with_vidtag(path: Path) -> Iterator[object]:
    with open_video(path, sizes=[(SIZE_PX, SIZE_PX), THUMBNAIL_SIZE], sha256="0" * 64) as reader:
        yield from reader


REFERENCE = "OpenCV read + resize"
WAYS: dict[str, Callable[[Path], Iterator[object]]] = {
    REFERENCE: with_opencv,
    "PyAV in process": with_pyav,
    "vidtag": with_vidtag,
}


@dataclass(frozen=True)
class Speed:
    """How fast one way was."""

    frames: int
    start_s: float  # until the first frame
    rest_s: float

    @property
    def frames_per_s(self) -> float:
        """Once it runs."""
        return (self.frames - 1) / self.rest_s


def measure(path: Path, repeats: int) -> dict[str, Speed]:
    """The best speed of each way."""
    runs = [{name: run(way, path) for name, way in WAYS.items()} for _ in range(repeats)]
    return {
        name: max((speeds[name] for speeds in runs), key=lambda speed: speed.frames_per_s)
        for name in WAYS
    }


def run(way: Callable[[Path], Iterator[object]], path: Path) -> Speed:
    begin_s = time.perf_counter()
    pictures = way(path)
    next(pictures)
    first_s = time.perf_counter()
    frames = 1 + sum(1 for _ in pictures)
    return Speed(frames, first_s - begin_s, time.perf_counter() - first_s)


@contextmanager
def generated_clip() -> Iterator[Path]:
    """Forty seconds of moving shapes at 1280x720, H.264."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=25, options={"preset": "veryfast"})
            stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
            noise = np.random.default_rng(0).integers(0, 255, (720, 1280, 3), dtype=np.uint8)
            still = cv2.GaussianBlur(noise, (0, 0), 5)
            for number in range(1000):
                picture = np.roll(still, 3 * number, axis=1).astype(np.uint8)
                cv2.circle(picture, (number % 1280, 360), 90, (220, 60, 40), -1)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
            container.mux(stream.encode())
        yield path


def show(path: Path, speeds: dict[str, Speed]) -> None:
    print(f"{path.name}: {speeds[REFERENCE].frames} frames")
    reference = speeds[REFERENCE].frames_per_s
    for name, speed in speeds.items():
        ratio = speed.frames_per_s / reference
        print(
            f"  {name:<22}{speed.frames_per_s:>7.0f} frames/s {ratio:>6.2f} x OpenCV"
            f"   first frame after {speed.start_s:.2f} s"
        )


def figures(speed: Speed) -> dict[str, float]:
    return asdict(speed) | {"frames_per_s": speed.frames_per_s}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", nargs="*", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    results = {}
    with ExitStack() as stack:
        for path in arguments.videos or [stack.enter_context(generated_clip())]:
            results[path.name] = measure(path, arguments.repeats)
            show(path, results[path.name])
    if arguments.json:
        written = json.dumps(results, indent=2, default=figures)
        arguments.json.write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
