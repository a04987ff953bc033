"""What a dataset is made of, and how it is divided for training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True, slots=True, order=True)
class FrameOrigin:
    """Where in which video a picture was taken."""

    video: str  # the first 16 hexadecimal digits of the SHA-256 of the video's content
    frame_no: int
    pts_us: int
    shot: int


class Skipped(NamedTuple):
    """A file that was left out, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSource:
    """A video from which frames were taken."""

    sha256: str
    name: str  # of the file, when it was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One picture of a dataset; a picture that lies in several folders is one sample."""

    path: Path  # the first, where there are several
    folders: frozenset[str]  # the class folders it lies in
    classes: frozenset[str]  # who is in it; empty for a picture of nobody that is to be learnt
    sha256: str  # of the file's bytes
    dhash: int  # 64-bit difference hash: alike for pictures that look alike
    origin: FrameOrigin | None = None  # None for a photo


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """The pictures below one folder, in order of their paths."""

    root: Path
    classes: tuple[str, ...]  # sorted; also those without a picture
    folders: tuple[str, ...]  # sorted: those of the classes, and `no_<class>`
    samples: tuple[Sample, ...]
    skipped: tuple[Skipped, ...] = ()
    unsorted: int = 0  # pictures that nobody has put in a class yet
    videos: Mapping[str, VideoSource] = field(default_factory=dict)  # by `FrameOrigin.video`


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A dataset divided in two, each part in the dataset's order."""

    train: tuple[Sample, ...]
    validation: tuple[Sample, ...]
