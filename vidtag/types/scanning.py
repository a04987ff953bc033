"""What a scan reads from, and tells about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from vidtag.types.video import DecodeSummary, Frame, VideoInfo


class VideoReader(Protocol):
    """An opened video: a context manager that yields its frames once, in display order."""

    @property
    def info(self) -> VideoInfo:
        """What the header says; known before the first frame."""

    @property
    def summary(self) -> DecodeSummary:
        """How it went; known after the last frame."""

    def __iter__(self) -> Iterator[Frame]: ...


class ScanProgress(Protocol):
    """Told about a scan as it goes on. All methods are called from the scanning thread."""

    def begin(self, info: VideoInfo, names: Sequence[str]) -> None:
        """A video was opened."""

    def advance(self, frames: int, pts_us: int) -> None:
        """`frames` more frames are labelled; `pts_us` is the time of the last of them."""

    def wait(self) -> None:
        """Another scan of the same video is at what is left; told twice a second."""
