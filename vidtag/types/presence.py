"""When somebody is on screen: found, corrected by people, estimated from scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A stretch of time `[start_us, end_us)`."""

    start_us: int
    end_us: int

    def __post_init__(self) -> None:
        if self.end_us <= self.start_us:
            raise ValueError(f"segment must end after it starts: {self.start_us} .. {self.end_us}")

    @property
    def duration_us(self) -> int:
        """Length of the segment, always positive."""
        return self.end_us - self.start_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A maximal run of frames with a label, never across a cut.

    A frame that a person corrected counts as if it had scored exactly 1 or 0.
    """

    start_frame: int
    end_frame: int
    start_us: int
    end_us: int
    mean_score: float
    peak_frame: int  # the frame with the highest score, the first of them

    @property
    def segment(self) -> Segment:
        """The time it covers."""
        return Segment(self.start_us, self.end_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person said: a label is on screen, or is not, in `[start_frame, end_frame)`.

    Kept apart from what detectors found; no scan changes it. Where corrections of one label
    overlap, the newest (the greatest `correction_id`) wins, frame by frame.
    """

    video_id: int
    label: str
    start_frame: int
    end_frame: int
    present: bool
    author: str
    note: str = ""
    created_at: datetime | None = None  # None until it is stored, then in UTC
    correction_id: int | None = None  # None until it is stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Screen time as calibrated scores tell it, whatever the threshold."""

    expected_us: float  # each frame's length times its score, added up
    variance_us2: float  # of that, in square microseconds; see `vidtag.timeline.estimate`
