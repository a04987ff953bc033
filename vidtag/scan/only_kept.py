"""Refuses to label a video from kept features where there are none, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.errors import UsageError
from vidtag.types import FeatureDetector

if TYPE_CHECKING:
    from vidtag.scan.kept import FeatureCache
    from vidtag.types import Detector, VideoRecord

_HINT = "scan it once with another classifier on the same network, or without `--accuracy kept`"


def check_kept(
    path: Path,
    video: VideoRecord | None,
    detectors: Sequence[Detector],
    cache: FeatureCache | None,
) -> None:
    """Raise `UsageError` unless features of every window of a video are kept for all `detectors`.

    Args:
        path: of the video.
        video: as it is stored, if it is.
        detectors: opened.
        cache: where features are kept, if they are.
    """
    if cache is None:
        raise UsageError("no features are kept here", hint="leave out `--no-cache`")
    if video is None or video.frames is None:
        raise UsageError(f"{path}: was not scanned to its end yet", hint=_HINT)
    for detector in detectors:
        name = detector.heads[0].identity.name
        if detector.region != "frame" or not isinstance(detector, FeatureDetector):
            raise UsageError(
                f"{name}: keeps no features that others could use",
                hint="leave out `--accuracy kept`",
            )
        if not cache.of(video.sha256, detector.features_id).covers(video.frames):
            raise not_all_kept(path)


def not_all_kept(path: Path) -> UsageError:
    """What is raised where features are missing, or damaged."""
    return UsageError(f"{path}: its features are not all kept", hint=_HINT)
