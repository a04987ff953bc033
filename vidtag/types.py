"""The values that travel between the rooms of vidtag, and the protocols that plugins fulfil.

All values are frozen: what one room made, no other room changes. Times are integer microseconds
(`_us`) from presentation timestamps; frame ranges are half-open `[start, end)`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

# Aliases in quotes: this module is imported by everything, and NumPy is slow to import.
Picture: TypeAlias = "NDArray[np.uint8]"  # (height, width, 3), RGB
Pictures: TypeAlias = "NDArray[np.uint8]"  # (N, height, width, 3), RGB
Scores: TypeAlias = "NDArray[np.float32]"  # (N, labels), probabilities in [0, 1]
Embeddings: TypeAlias = "NDArray[np.float32]"  # (N, dimensions), for comparing
Region: TypeAlias = Literal["frame", "face"]
Runtime: TypeAlias = Literal["onnx", "onnx-float32", "keras"]
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


# --- detection --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorInfo:
    """What `vidtag plugins` shows of a detector, and `--plugin NAME` selects. Cheap to make."""

    name: str  # unique among all plugins, kebab-case
    summary: str
    labels: tuple[str, ...]
    version: str
    region: Region = "frame"
    space: str = ""  # of a `Recognizer`; others have none
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


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody to be recognised, by the embeddings (n, dimensions) of some faces."""

    name: str  # a label
    embeddings: Embeddings
    named: bool = True  # False: an unknown person, whom a recognizer has found


@dataclass(frozen=True, slots=True)
class Gallery:
    """The people to be recognised, by name. The embeddings come from one network."""

    people: tuple[Person, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The labels, in the order of `people`."""
        return tuple(person.name for person in self.people)

    @property
    def named(self) -> Gallery:
        """The people with a name."""
        return Gallery(tuple(person for person in self.people if person.named))

    @property
    def unnamed(self) -> Gallery:
        """The unknown people."""
        return Gallery(tuple(person for person in self.people if not person.named))

    @property
    def digest(self) -> str:
        """SHA-256 of everything in it: what a recognizer went by."""
        content = hashlib.sha256()
        for person in self.people:
            content.update(f"{len(person.embeddings)} {person.name}\n".encode())
            content.update(person.embeddings.tobytes())
        return str(content.hexdigest())


@runtime_checkable
class Recognizer(Detector, Protocol):
    """A detector of faces that tells people apart by comparing, and so can decide again later.

    What it has seen of a face is kept as an embedding: when somebody is added to the gallery, or
    an unknown person gets a name, old scans are matched again without decoding the video. It has
    one head, whose labels are the people of the gallery that it was opened with.
    """

    @property
    def space(self) -> str:
        """Names the network: embeddings of the same space can be compared."""

    def embed(self, crops: Pictures, widths_px: NDArray[np.float32]) -> Embeddings:
        """Embeddings (N, dimensions) of `crops` (N, height, width, 3) RGB.

        `widths_px` (N,) says how wide each face is in the picture it was cut from: small faces
        look alike, and a recognizer may allow for that. Embeddings may be averaged.
        """

    def match(self, embeddings: Embeddings, gallery: Gallery) -> Scores:
        """(N, people) calibrated probabilities that a face is this person's.

        A face that is nobody's scores low for all: rows do not add up to 1.
        """

    def group(self, embeddings: Embeddings) -> tuple[tuple[int, ...], ...]:
        """Groups of rows of `embeddings` that show one person each.

        Rows of which nothing can be said are in no group.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How detectors should run on this machine. Never changes what they see, only how fast.

    The gallery is the exception: it is the user's, and a recognizer finds the people in it.
    """

    runtime: Runtime = "onnx"  # in 8-bit integers where a model is fit for it; else float32
    threads: int | None = None  # None: as many as the machine has
    offline: bool = False  # True: use nothing that is not on this machine yet
    gallery: Gallery = field(default_factory=Gallery)


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


# What became of asking for a piece: do it, it is done already, or another worker is at it.
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


@dataclass(frozen=True, kw_only=True)
class ScreenTime:
    """How long a label is on screen in one video: by one run, corrected by people.

    `appearances` are sorted, do not overlap, and end at every cut.
    """

    label: str
    detector: str | None  # None: no detector knows the label, only people said that it is there
    threshold: float | None  # None where `detector` is
    appearances: tuple[Appearance, ...]
    interval_us: tuple[int, int]  # the true total lies in it with 95 %; contains `duration_us`
    region: Region | None = None  # what the detector looked at; None where `detector` is
    run_id: int | None = None  # None where `detector` is
    scored_share: float = 1.0  # of the frames, really scored; the others were filled
    added_us: int = 0  # time that corrections added to what the detector says
    removed_us: int = 0  # time that corrections took away

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The appearances joined where they touch: a cut does not end a person's time on screen."""
        joined: list[list[int]] = []
        for each in self.appearances:
            if joined and joined[-1][1] == each.start_us:
                joined[-1][1] = each.end_us
            else:
                joined.append([each.start_us, each.end_us])
        return tuple(Segment(start_us, end_us) for start_us, end_us in joined)

    @cached_property
    def duration_us(self) -> int:
        """Screen time: total length, every instant once."""
        return sum(each.end_us - each.start_us for each in self.appearances)

    @property
    def count(self) -> int:
        """How many times the person comes on screen: the number of `segments`."""
        joints = sum(1 for a, b in pairwise(self.appearances) if a.end_us == b.start_us)
        return len(self.appearances) - joints

    @property
    def mean_us(self) -> float | None:
        """Mean length of a segment; `None` where there is none."""
        return self.duration_us / self.count if self.appearances else None

    @property
    def first(self) -> Segment | None:
        """The first segment; `None` where there is none."""
        return self.segments[0] if self.segments else None

    @property
    def last(self) -> Segment | None:
        """The last segment; `None` where there is none."""
        return self.segments[-1] if self.segments else None

    @property
    def longest(self) -> Segment | None:
        """The longest segment, the first of them; `None` where there is none."""
        return max(self.segments, key=lambda each: each.duration_us, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTime:
    """For how long a label is on screen within something: a shot, or a scene."""

    label: str
    duration_us: int  # above 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotReport:
    """A shot and who is in it."""

    number: int  # counted from 0
    start_frame: int
    end_frame: int
    start_us: int
    end_us: int
    present: tuple[LabelTime, ...]  # longest first; nobody: empty


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneReport:
    """A scene, who is in it, and its shots."""

    number: int  # counted from 0
    start_frame: int
    end_frame: int
    start_us: int
    end_us: int
    present: tuple[LabelTime, ...]  # longest first; nobody: empty
    shots: tuple[ShotReport, ...]  # at least one


@dataclass(frozen=True, slots=True, kw_only=True)
class CoPresence:
    """For how long labels are on screen together, in the same frames.

    `together_us[i][j]` belongs to `labels[i]` and `labels[j]`; symmetric; its diagonal is the
    screen time of each.
    """

    labels: tuple[str, ...] = ()
    together_us: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeReport:
    """What is known about one video.

    Each label is in `screen_times` once, by the run that it follows: the newest of a detector
    that looks at faces, else the newest. What other runs say of it stands in `other_times`,
    counted nowhere and not corrected.
    """

    video: VideoRecord
    runs: tuple[RunRecord, ...]  # those that a label follows, oldest first
    screen_times: tuple[ScreenTime, ...]  # longest first
    other_times: tuple[ScreenTime, ...] = ()  # by label, then as `screen_times` would be chosen
    corrections: tuple[Correction, ...] = ()  # those applied, oldest first
    scenes: tuple[SceneReport, ...] = ()  # in order; empty for reporters that need none
    copresence: CoPresence = field(default_factory=CoPresence)  # labels as in `screen_times`
    frame_rate: Fraction | None = None  # frames a second, exact (24000/1001); None: it varies
    cast_us: int = 0  # screen times of everybody added up, also of who was not asked for
    analysed_us: int = 0  # time of the video that has labels: all of it, or nothing
    analysed_share: float = 0.0  # of the video's packets, decoded and labelled; 0 .. 1

    @property
    def shots(self) -> tuple[ShotReport, ...]:
        """The shots of all scenes, in order."""
        return tuple(shot for scene in self.scenes for shot in scene.shots)

    @property
    def scored_share(self) -> float | None:
        """Share of the frames that were really scored, all `runs` together; the others filled."""
        scored = sum(run.frames_scored for run in self.runs)
        frames = scored + sum(run.frames_filled for run in self.runs)
        return scored / frames if frames else None


Grouping: TypeAlias = Literal["scene", "episode", "season", "series"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTotal:
    """A label's screen time over all of a `Group`."""

    label: str
    detectors: tuple[str, ...]  # that it follows, by name; empty: only people said it is there
    duration_us: int
    interval_us: tuple[int, int]  # 95 %, the videos' errors independent
    count: int  # how many times the person comes on screen
    videos: int  # of the group, in which the person comes on screen
    added_us: int = 0  # by corrections
    removed_us: int = 0  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What a report adds up: a scene, an episode, a season, a series."""

    name: str  # `Friends season 3`, for a person to read
    by: Grouping
    series: str | None  # None where nobody has said so, and in the total of everything
    season: int | None  # likewise, and in a series
    video: VideoRecord | None  # of a scene or an episode; None otherwise
    scene: SceneReport | None  # None in all but a scene
    videos: int
    duration_us: int
    totals: tuple[LabelTotal, ...]  # longest first
    copresence: CoPresence  # labels as in `totals`
    cast_us: int = 0  # screen times of everybody added up, also of who was not asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What reporters turn into files, pages and tables.

    `groups` is what was asked for with `--by`: a reporter whose format is a table has one row for
    each label of each group. `seasons` and `series` are there whatever was asked for.
    """

    episodes: tuple[EpisodeReport, ...]
    generator: str  # program and version
    definition: str  # what "screen time" means in this report, in a few sentences
    by: Grouping = "episode"
    groups: tuple[Group, ...] = ()  # one for each scene, episode, season or series, as `by` says
    seasons: tuple[Group, ...] = ()  # those of known series and season
    series: tuple[Group, ...] = ()  # those of known series
    total: Group | None = None  # all episodes; None where there are none
    corrected: bool = True  # whether corrections were applied
    start_timecode: str = "00:00:00:00"  # of the first frame of each video; `;` is drop-frame


@runtime_checkable
class Reporter(Protocol):
    """Writes a report in one format.

    A reporter may say `needs_scenes = False`: it then gets episodes without `scenes` and
    `frame_rate`, and the report is made in less time.
    """

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
class Exporter(Reporter, Protocol):
    """A reporter whose file is for another program: it says who is where, not for how long.

    Its episodes were all scanned to their end. It may raise `VidtagError` for what its format
    cannot carry at all.
    """

    @property
    def one_video(self) -> bool:
        """Whether a file tells of one video only; such an exporter gets one episode at a time."""

    def losses(self, report: Report) -> Iterable[str]:
        """What the format cannot carry of `report`, each a sentence of one line."""


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
