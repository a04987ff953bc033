"""Videos as they are decoded: frames, shots, scenes, and which episode they are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vidtag.types.aliases import Completeness, Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoInfo:
    """What a file's header says, as far as it can be believed.

    `width_px` and `height_px` are those of the picture as shown: after rotation, with square
    pixels. `claimed_*` come from the header and are never used for counting or timing.
    """

    path: Path
    sha256: str
    container: str
    codec: str
    pixel_format: str
    width_px: int
    height_px: int
    rotation_deg: int = 0  # clockwise turn that makes the picture upright: 0, 90, 180, 270
    frame_rate: Fraction | None = None
    timecode: str | None = None  # of the first frame, `01:00:00:00`; with `;` it is drop-frame
    claimed_frames: int | None = None
    claimed_duration_us: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture, in display order, at each of the sizes that were asked for.

    The pictures are views of memory that is reused: valid until the next frame is taken,
    copied by whoever keeps them.
    """

    number: int  # 0 for the first frame that decodes
    pts_us: int  # may be negative or late for the first frame
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeSummary:
    """How the decoding of a whole file went."""

    frames: int
    start_us: int  # PTS of the first frame
    end_us: int  # PTS of the last frame plus its duration
    damaged_packets: int = 0
    problems: tuple[str, ...] = ()  # each a short sentence; empty when complete

    @property
    def completeness(self) -> Completeness:
        """`partial` as soon as anything of the file could not be read."""
        return "partial" if self.problems else "complete"

    @property
    def duration_us(self) -> int:
        """Time that the decoded frames cover."""
        return self.end_us - self.start_us


@dataclass(frozen=True, slots=True)
class Shot:
    """The frames between two cuts."""

    number: int
    start_frame: int
    end_frame: int
    scene: int = 0  # number of the scene that the shot belongs to


@dataclass(frozen=True, slots=True)
class Scene:
    """Consecutive shots in one place and time."""

    number: int
    start_frame: int
    end_frame: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Where a video belongs. `None` means: nobody has said so yet."""

    series: str | None = None
    season: int | None = None
    episode: int | None = None
    title: str | None = None

    @property
    def code(self) -> str:
        """`S03E02`, or as much of it as is known (possibly empty)."""
        season = "" if self.season is None else f"S{self.season:02d}"
        return season + ("" if self.episode is None else f"E{self.episode:02d}")
