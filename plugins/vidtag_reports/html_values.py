"""What the page shows, ready for its template: every text finished, every shape a path."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A total as a bar with its 95 % interval, in thousandths of the longest."""

    length: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalRow:
    """A line of a table of totals; what does not apply is an empty text."""

    color: int
    label: str
    bar: Bar
    total: str
    interval: str
    share: str
    of_cast: str
    count: str
    mean: str
    first: str
    last: str
    longest: str
    corrected: str
    videos: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One stretch on a timeline."""

    path: str
    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One label on a timeline."""

    color: int
    label: str
    title: str
    description: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A time on the axis."""

    percent: float
    text: str
    minor: bool  # not shown where there is little room


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Who is on screen when, `width` units long."""

    width: int
    rows: tuple[TimelineRow, ...]
    bands: str  # path: every second scene
    edges: str  # path: where scenes begin
    ticks: tuple[Tick, ...]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a matrix; `weight` of its shade, 0 to 100."""

    text: str
    weight: int
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A row of a matrix."""

    color: int | None
    label: str
    anchor: str  # where its link leads; empty: nowhere
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Times by row and column."""

    columns: tuple[tuple[int, str], ...]  # (color, label)
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneRow:
    """A scene and who is in it."""

    number: str
    start: str
    end: str
    length: str
    shots: str
    present: tuple[tuple[int, str, str], ...]  # (color, label, time)


@dataclass(frozen=True, slots=True, kw_only=True)
class StretchRow:
    """A stretch of a label."""

    label: str
    start: str
    end: str
    length: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorRow:
    """Where the numbers come from."""

    name: str
    version: str
    looks_at: str
    thresholds: tuple[tuple[str, str], ...]  # (score from which they count, labels)
    sampling: str
    weights: str
    settings: tuple[tuple[str, str], ...]  # (key, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow:
    """What a person said."""

    label: str
    frames: str
    says: str
    author: str
    when: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One episode."""

    anchor: str
    name: str
    facts: tuple[str, ...]
    problems: tuple[str, ...]
    totals: tuple[TotalRow, ...]
    timeline: Timeline | None
    matrix: Matrix | None
    scenes: tuple[SceneRow, ...]
    stretches: tuple[StretchRow, ...]
    detectors: tuple[DetectorRow, ...]
    corrections: tuple[CorrectionRow, ...]
    others: tuple[str, ...]  # what other detectors say
    source: tuple[tuple[str, str], ...]  # about the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """What several episodes add up to."""

    anchor: str
    name: str
    facts: str
    totals: tuple[TotalRow, ...]
    matrix: Matrix | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole report."""

    title: str
    figures: tuple[tuple[str, str], ...]  # (what, how much)
    rollups: tuple[Rollup, ...]
    overview: Matrix | None
    sections: tuple[Section, ...]
    definition: str
    generator: str
