"""The version of everything between a file and the pictures that detectors see."""

from __future__ import annotations

from importlib.metadata import version

import av

_REVISION = 1  # raised when code of this room changes pictures, frame numbers or times


def _major(library: str) -> int:
    return int(av.library_versions[library][0])


# Part of what a run is known by: a run of another pipeline is not comparable.
PIPELINE_VERSION = (
    f"{_REVISION} avcodec-{_major('libavcodec')} swscale-{_major('libswscale')} "
    f"scenedetect-{'.'.join(version('scenedetect-headless').split('.')[:2])}"
)
