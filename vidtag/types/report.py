"""Answers: who is on screen for how long, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal, TypeAlias

from vidtag.types.aliases import Region
from vidtag.types.presence import Appearance, Correction, Segment
from vidtag.types.stored import RunRecord, VideoRecord


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
