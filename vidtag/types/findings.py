"""What is known of a video, read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from vidtag.types.aliases import Region
from vidtag.types.presence import Appearance, Correction, Estimate
from vidtag.types.stored import RunRecord, VideoRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedShot:
    """A shot, and when it is. `scene` is the number of the scene that it belongs to."""

    number: int
    start_frame: int
    end_frame: int
    start_us: int
    end_us: int
    scene: int


@dataclass(frozen=True, slots=True)
class TimedScene:
    """A scene, and when it is."""

    number: int  # counted from 0
    start_frame: int
    end_frame: int
    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFindings:
    """What a finished run found in its video."""

    run: RunRecord
    region: Region
    appearances: Mapping[str, Sequence[Appearance]]  # for each label of the run, in order
    estimates: Mapping[str, Estimate]  # lacks those that were never stored (older databases)


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFindings:
    """All that is stored of a video and needed to answer questions about it."""

    video: VideoRecord
    runs: tuple[RunFindings, ...]  # finished ones, oldest first
    corrections: tuple[Correction, ...]  # oldest first
    shots: tuple[TimedShot, ...]  # empty unless asked for, or where there are corrections
    frame_us: Mapping[int, int]  # when frames start: those where a correction starts or ends
    frame_rate: Fraction | None = None  # None unless asked for, and where it varies
