"""What the database keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from vidtag.types.aliases import Completeness, Scores
from vidtag.types.detection import DetectorIdentity
from vidtag.types.presence import Appearance, Estimate
from vidtag.types.video import Episode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
    timecode: str | None = None  # of the first frame, where the file says it

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


Claim: TypeAlias = Literal["mine", "done", "busy"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the picture as shown, in its pixels. May reach beyond the edge."""

    left_px: int
    top_px: int
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a face was seen."""

    frame_no: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """One face followed through a shot, and what a detector found out about it.

    `evidence` is a recognizer's embedding, or another detector's scores of its labels: what is
    needed to decide again who this is. `looks` describes the clothes, so that the person can be
    found again where the face cannot be seen.
    """

    start_frame: int
    end_frame: int
    sightings: tuple[Sighting, ...]  # in order of the frames
    confidence: float  # mean of the finder's, in [0, 1]: whether it is a face at all
    evidence: NDArray[np.float32]  # (values,)
    looks: NDArray[np.float32]  # (values,)
    label: str | None = None  # who it is, once that is decided
    score: float | None = None  # probability of that


@dataclass(frozen=True, slots=True, eq=False)
class FacePiece:
    """The tracks of the frames `[start_frame, start_frame + n)`: a piece of a scan for faces.

    Who they are is decided when the whole video is known.
    """

    start_frame: int
    pts_us: NDArray[np.int64]  # (n,)
    tracks: tuple[Track, ...]

    @property
    def end_frame(self) -> int:
        """One past the last frame."""
        return self.start_frame + len(self.pts_us)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decision:
    """Who is on screen, as it follows from all tracks of a video."""

    identity: DetectorIdentity  # of the detector, with the gallery that it went by
    labels: tuple[str, ...]
    thresholds: Mapping[str, float]
    scores: Scores  # (frames, labels)
    scored: NDArray[np.bool_]  # (frames,) whether faces were looked for in it
    appearances: Mapping[str, Sequence[Appearance]]
    estimates: Mapping[str, Estimate]
    tracks: Mapping[int, tuple[str, float]]  # id of a track -> who it is, and the probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One face that a person is recognised by."""

    reference_id: int
    space: str  # the network that made the embedding
    source: str  # for a person to read: a file's name, or the place in a video
    image_sha256: str  # of the picture file; empty for a face from a video
    used: bool  # False: kept, and left out, because it does not look like the others


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """Somebody the database has references of."""

    name: str
    named: bool  # False: an unknown person, found by a recognizer
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewReference:
    """A face to be added to a person's references."""

    space: str
    embedding: NDArray[np.float32]  # (dimensions,)
    source: str
    image_sha256: str = ""
    used: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSeries:
    """What one run says about one label, frame by frame, in order of the frames."""

    frame_no: NDArray[np.int64]  # (n,)
    pts_us: NDArray[np.int64]  # (n,)
    scores: NDArray[np.float32]  # (n,) probabilities in [0, 1]
    scored: NDArray[np.bool_]  # (n,) False where the score was filled from neighbours
