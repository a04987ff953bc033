"""Keeps the features of frames that were scored, so that another classifier needs no decoding.

A folder for each video and network; in it a file for each window, written whole or not at all. Two
scans that write the same one write the same. A file that cannot be read is as good as none.

Features are of whole frames, of nobody in particular; they lie in the cache and nowhere else.
"""

from __future__ import annotations

import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vidtag import media
from vidtag.files import write_whole
from vidtag.sampling import STILLS_VERSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Picture

LIMIT_BYTES = 2_000_000_000

_NAME = re.compile(r"(\d{9})-(\d{9})\.npz")


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What is kept of a window."""

    stills: NDArray[np.int64]  # (n,) of each frame the first that looks the same
    crcs: NDArray[np.uint32]  # (n,) of each frame's picture, see `check_sums`
    features: Mapping[int, NDArray[np.uint8]]  # of frames by their index in the window, (bytes,)


class FeatureCache:
    """The features of many videos, no more than a number of bytes.

    Args:
        folder: made when there is something to keep.
        limit_bytes: what `prune` leaves at most.
    """

    def __init__(self, folder: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes

    def of(self, video_sha256: str, features_id: str) -> KeptVideo:
        """What is kept of a video as one network sees it, in the frames of this pipeline."""
        seen = "\n".join([features_id, media.PIPELINE_VERSION, STILLS_VERSION])
        network = sha256(seen.encode()).hexdigest()
        return KeptVideo(self._folder / video_sha256[:32] / network[:32])

    def prune(self) -> None:
        """Remove the videos that were not used for the longest time, as far as is needed."""
        with suppress(OSError):  # other scans write and remove meanwhile: the next one prunes
            videos = sorted(self._folder.glob("*/*"), key=_used_ns, reverse=True)
            total = 0
            for video in videos:
                total += sum(map(_size_bytes, video.glob("*.npz")))
                if total > self._limit_bytes:
                    shutil.rmtree(video, ignore_errors=True)


class KeptVideo:
    """The features of one video by one network."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def windows(self) -> list[tuple[int, int]]:
        """The windows (first frame, one past the last) of which there is something, in order.

        Where two overlap, passes have cut differently, as after one that broke off. Nobody knows
        which was right, so neither is kept.
        """
        with suppress(OSError):
            os.utime(self._folder)  # for `prune`
        try:
            names = [_NAME.fullmatch(path.name) for path in self._folder.iterdir()]
        except OSError:
            return []
        windows = sorted((int(name[1]), int(name[2])) for name in names if name)
        overlapping = {
            each for pair in pairwise(windows) if pair[0][1] > pair[1][0] for each in pair
        }
        for window in overlapping:
            with suppress(OSError):
                self._path(*window).unlink()
        return [window for window in windows if window not in overlapping]

    def covers(self, frames: int) -> bool:
        """Whether every window of a video with that many frames can be loaded."""
        end = 0
        for window in self.windows():
            if window[0] != end or self.load(*window) is None:
                return False
            end = window[1]
        return end == frames

    def load(self, start_frame: int, end_frame: int) -> Kept | None:
        """What is kept of a window; None if there is nothing."""
        try:
            with (
                self._path(start_frame, end_frame).open("rb") as file,
                np.load(file, allow_pickle=False) as arrays,
            ):
                at, features = arrays["at"], arrays["features"]
                stills, crcs = arrays["stills"], arrays["crcs"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
            return None
        frames = (end_frame - start_frame,)
        if not stills.shape == crcs.shape == frames or not len(at) == len(features) > 0:
            return None
        rows = zip(at.tolist(), features, strict=True)
        return Kept(stills.astype(np.int64), crcs, dict(rows))

    def save(self, start_frame: int, end_frame: int, kept: Kept) -> None:
        """Keep this of a window, in place of what there was. A full disk costs the cache alone."""
        at = np.array(sorted(kept.features), np.int32)
        features = np.stack([kept.features[index] for index in at.tolist()])
        content = BytesIO()
        np.savez_compressed(content, at=at, features=features, stills=kept.stills, crcs=kept.crcs)
        with suppress(OSError):
            write_whole(self._path(start_frame, end_frame), content.getvalue(), mode=0o600)

    def _path(self, start_frame: int, end_frame: int) -> Path:
        return self._folder / f"{start_frame:09}-{end_frame:09}.npz"


def check_sums(pictures: Sequence[Picture]) -> NDArray[np.uint32]:
    """The CRC-32 of each picture."""
    return np.array([zlib.crc32(np.ascontiguousarray(each).data) for each in pictures], np.uint32)


def _used_ns(path: Path) -> int:
    """When it was used last; long ago if it is gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
