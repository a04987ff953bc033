"""A video like a sitcom, made of the sample episodes, with its truth.

The shots of the sample episodes follow each other in any order, each shown forwards and backwards
until 2 to 6 s are over, and seen by a camera that is never quite still: no two pictures are the
same; H.264 at 23.976 frames/s. The same length gives the same frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from vidtag import media
from vidtag.paths import samples
from vidtag.truth import FrameTimes, parse_truth, place

LABELS = ("mara", "nilo", "otto")
SIZES = ("640x360", "1920x1080")
FRAME_RATE = Fraction(24000, 1001)

_SAMPLE_SIZE = (360, 640)
_SHOT_FRAMES = (48, 144)  # 2 to 6 s
_MARGIN_PX = 12  # of the sample picture that the camera may move over


@dataclass(frozen=True, slots=True, eq=False)
class Footage:
    """The frames of all sample episodes, one after the other, and the shots they are in."""

    pictures: NDArray[np.uint8]  # (n, height, width, 3)
    present: NDArray[np.bool_]  # (n, labels)
    shots: tuple[range, ...]  # of frames


@dataclass(frozen=True, slots=True, eq=False)
class Sitcom:
    """What the video shows, whatever its size."""

    footage: Footage
    shown: NDArray[np.int64]  # (frames,) which frame of the footage

    @property
    def truth(self) -> NDArray[np.bool_]:
        """Who is to be seen (frames, labels)."""
        return self.footage.present[self.shown]

    def video(self, size: str, folder: Path) -> Path:
        """The video of this `size` (`640x360`) in `folder`, made if it is not there."""
        path = folder / f"{size}-{round(len(self.shown) / FRAME_RATE)}s.mp4"
        if not path.exists():
            width, height = map(int, size.split("x"))
            pictures = (self.footage.pictures[frame] for frame in self.shown)
            _write_video(path, width, height, pictures)
        return path


def make_sitcom(seconds: int) -> Sitcom:
    footage = _read_samples()
    return Sitcom(footage, _cut_together(footage.shots, int(seconds * FRAME_RATE)))


def sample_episodes() -> list[Path]:
    return sorted(samples().glob("*.mp4"))


def _read_samples() -> Footage:
    episodes = [_read_episode(path) for path in sample_episodes()]
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


def _read_episode(path: Path) -> Footage:
    with media.open_video(path, sizes=[_SAMPLE_SIZE, media.THUMBNAIL_SIZE]) as reader:
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
        np.stack([truth.labels[label].present for label in LABELS], axis=1),
        tuple(range(shot.start_frame, shot.end_frame) for shot in shots.shots()),
    )


def _cut_together(shots: Sequence[range], frames: int) -> NDArray[np.int64]:
    """Which of the samples' frames each frame (frames,) of the video shows; always the same."""
    random = np.random.default_rng(0)
    shown: list[int] = []
    last = -1
    while len(shown) < frames:
        chosen = int(random.choice([number for number in range(len(shots)) if number != last]))
        length = int(random.integers(*_SHOT_FRAMES, endpoint=True))
        forwards_and_back = [*shots[chosen], *reversed(shots[chosen])]
        shown += islice(cycle(forwards_and_back), length)
        last = chosen
    return np.array(shown[:frames], np.int64)


def _write_video(
    path: Path, width: int, height: int, pictures: Iterable[NDArray[np.uint8]]
) -> None:
    unfinished = path.with_suffix(".part.mp4")
    with av.open(str(unfinished), "w") as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number, picture in enumerate(pictures):
            seen = np.asarray(cv2.resize(_moved(picture, number), (width, height)), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(seen, "rgb24")))
        container.mux(stream.encode())
    unfinished.replace(path)


def _moved(picture: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
    """As the moving camera sees it, to a fraction of a pixel."""
    right, down = (
        _MARGIN_PX * (1 + np.sin(number / 31)) / 2,
        _MARGIN_PX * (1 + np.cos(number / 43)) / 2,
    )
    height, width = picture.shape[:2]
    scale = (width - _MARGIN_PX) / width
    matrix = np.array([[scale, 0, right], [0, scale, down]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(picture, matrix, (width, height), flags=flags)
    return np.asarray(moved, np.uint8)
