"""Video files: what may be opened, the frames of it, and the shots that they form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidtag.media.decode import open_video
from vidtag.media.messages import THUMBNAIL_SIZE, AtMost, DecodeLimits, WantedSize
from vidtag.media.probe import check_file, content_hash
from vidtag.media.process import DecoderProcess

if TYPE_CHECKING:
    from vidtag.media.shots import (
        ShotDetector,
        ShotSignature,
        group_scenes,
    )
    from vidtag.media.version import PIPELINE_VERSION

__all__ = [
    "PIPELINE_VERSION",
    "THUMBNAIL_SIZE",
    "AtMost",
    "DecodeLimits",
    "DecoderProcess",
    "ShotDetector",
    "ShotSignature",
    "WantedSize",
    "check_file",
    "content_hash",
    "group_scenes",
    "open_video",
]


def __getattr__(name: str) -> Any:
    """Import what needs OpenCV or FFmpeg only when it is asked for."""
    if name == "PIPELINE_VERSION":
        from vidtag.media import version

        return version.PIPELINE_VERSION
    if name in __all__:
        from vidtag.media import shots

        return getattr(shots, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
