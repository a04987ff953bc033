"""The values that travel between the rooms of vidtag, and the protocols that plugins fulfil.

All values are frozen: what one room made, no other room changes. Times are integer microseconds
(`_us`) from presentation timestamps; frame ranges are half-open `[start, end)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Aliases in quotes: this module is imported by everything, and NumPy is slow to import.
Picture: TypeAlias = "NDArray[np.uint8]"  # (height, width, 3), RGB
Pictures: TypeAlias = "NDArray[np.uint8]"  # (N, height, width, 3), RGB
Scores: TypeAlias = "NDArray[np.float32]"  # (N, labels), probabilities in [0, 1]
Region: TypeAlias = Literal["frame", "face"]
Completeness: TypeAlias = Literal["complete", "partial"]
Size: TypeAlias = tuple[int, int]  # (height, width) in pixels, as NumPy orders them


# --- video ------------------------------------------------------------------------------------


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


# --- detection --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorInfo:
    """What `vidtag plugins` shows of a detector, and `--plugin NAME` selects. Cheap to make."""

    name: str  # unique among all plugins, kebab-case
    summary: str
    labels: tuple[str, ...]
    version: str
    region: Region = "frame"
    source: str = ""  # where its weights lie, for a person to read
    figures: Mapping[str, float] = field(default_factory=dict)  # measured on held-out material


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorIdentity:
    """What makes two runs comparable: the same identity gives the same scores."""

    name: str
    version: str
    weights_sha256: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One named detector's share of an opened `Detector`.

    Several heads may share one backbone and so one pass over each picture.
    """

    identity: DetectorIdentity
    labels: tuple[str, ...]
    thresholds: Mapping[str, float]  # label -> score from which it counts as present


@runtime_checkable
class Detector(Protocol):
    """Opened detectors that look at the same crops together."""

    @property
    def heads(self) -> tuple[Head, ...]:
        """The named detectors served, in the order of the columns that `score` returns."""

    @property
    def region(self) -> Region:
        """What it looks at."""

    @property
    def input_size(self) -> Size:
        """(height, width) of the crops it gets, in pixels."""

    def score(self, crops: Pictures) -> Scores:
        """Score `crops` (N, height, width, 3) RGB.

        Returns (N, labels of all heads) calibrated probabilities in [0, 1]. The result for one
        crop must not depend on the others in the batch.
        """

    def close(self) -> None:
        """Release models and threads. Called once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How detectors should run on this machine. Never changes what they see, only how fast."""

    runtime: Literal["onnx", "keras"] = "onnx"
    threads: int | None = None  # None: as many as the machine has
    offline: bool = False  # True: use nothing that is not on this machine yet


# --- what is stored ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRecord:
    """A video as the database knows it. `frames` is `None` until one pass has reached its end."""

    video_id: int
    sha256: str
    path: Path
    episode: Episode
    width_px: int
    height_px: int
    frames: int | None = None
    start_us: int | None = None
    end_us: int | None = None
    damaged_packets: int = 0
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`Friends S03E02 The One`, or the file's name while nobody has said what it is."""
        where = self.episode
        return " ".join(filter(None, (where.series, where.code, where.title))) or self.path.name

    @property
    def completeness(self) -> Completeness:
        """`partial` as soon as anything of the file could not be read."""
        return "partial" if self.problems else "complete"

    @property
    def duration_us(self) -> int:
        """Time that the decoded frames cover; 0 until one pass has reached the end."""
        if self.start_us is None or self.end_us is None:
            return 0
        return self.end_us - self.start_us


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One detector version on one video."""

    run_id: int
    video_id: int
    identity: DetectorIdentity
    labels: tuple[str, ...]
    thresholds: Mapping[str, float]
    sampler: str  # which frames were scored, in words that `sampling.parse` reads
    pipeline: str  # version of everything between the file and the crop
    done: bool
    frames_scored: int = 0
    frames_filled: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Labels for the frames `[start_frame, start_frame + n)`: the unit of work of a scan.

    A piece never crosses a cut and is written in one transaction.
    """

    start_frame: int
    pts_us: NDArray[np.int64]  # (n,)
    scores: Scores  # (n, labels)
    scored: NDArray[np.bool_]  # (n,) False where the score was filled from neighbours

    @property
    def end_frame(self) -> int:
        """One past the last frame."""
        return self.start_frame + len(self.pts_us)


# What became of asking for a piece: do it, it is done already, or another worker is at it.
Claim: TypeAlias = Literal["mine", "done", "busy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSeries:
    """What one run says about one label, frame by frame, in order of the frames."""

    frame_no: NDArray[np.int64]  # (n,)
    pts_us: NDArray[np.int64]  # (n,)
    scores: NDArray[np.float32]  # (n,) probabilities in [0, 1]
    scored: NDArray[np.bool_]  # (n,) False where the score was filled from neighbours


# --- answers ----------------------------------------------------------------------------------


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
    """A maximal run of frames with a label, never across a cut."""

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
class ScreenTime:
    """How long a label is on screen in one video, by one run.

    `segments` are the appearances joined where they touch (a cut does not end a person's time on
    screen), sorted, without overlap; `duration_us` is their total.
    """

    label: str
    detector: str
    threshold: float
    segments: tuple[Segment, ...]

    @property
    def duration_us(self) -> int:
        """Total length, overlaps once."""
        return sum(segment.duration_us for segment in self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeReport:
    """What is known about one video."""

    video: VideoRecord
    runs: tuple[RunRecord, ...]
    screen_times: tuple[ScreenTime, ...]  # longest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What reporters turn into files, pages and tables."""

    episodes: tuple[EpisodeReport, ...]
    generator: str  # program and version
    definition: str  # what "screen time" means in this report, in one sentence


@runtime_checkable
class Reporter(Protocol):
    """Writes a report in one format."""

    @property
    def name(self) -> str:
        """What `--format` selects, kebab-case."""

    @property
    def suffix(self) -> str:
        """File name ending, with the dot."""

    @property
    def media_type(self) -> str:
        """IANA media type."""

    def write(self, report: Report, out: BinaryIO) -> None:
        """Write the whole of `report` to `out`; never closes it."""


@runtime_checkable
class Fetcher(Protocol):
    """Downloads a video from an address."""

    @property
    def name(self) -> str:
        """What `--with` selects, kebab-case."""

    def accepts(self, url: str) -> bool:
        """Whether this fetcher would try `url`. Asks no network."""

    def fetch(self, url: str, folder: Path, progress: FetchProgress) -> Path:
        """Download `url` into `folder` and return the file's path inside it.

        Raises:
            FetchError: with what went wrong and what to do.
        """


class FetchProgress(Protocol):
    """Told how far a download is."""

    def __call__(self, done_bytes: int, total_bytes: int | None) -> None:
        """`total_bytes` is `None` as long as nobody knows."""


# --- scanning ---------------------------------------------------------------------------------


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
