"""A query over many videos: when it holds in each, and in which scenes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vidtag.errors import UnknownNameError
from vidtag.query import (
    Expression,
    Presence,
    Span,
    at_least,
    bind,
    clipped,
    evaluate,
    labels_needed,
    merged,
    names,
)
from vidtag.report.presence import LabelPresence, presence
from vidtag.types import TimedScene, VideoFindings, VideoRecord

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from vidtag.store import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Where to look, and what to make of what is found."""

    series: str | None = None  # this series only
    season: int | None = None  # this season only
    episode: int | None = None  # this episode only
    path: Path | None = None  # this file only
    detectors: tuple[str, ...] = ()  # runs of these detectors only; all when empty
    correct: bool = True  # whether what people said is applied
    gap_us: int = 0  # spans that lie no farther apart are joined
    least_us: int = 0  # spans that are shorter, after joining, are left out


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneHit:
    """A scene in which a query holds."""

    scene: TimedScene
    spans: tuple[Span, ...]  # where it holds, cut off at the ends of the scene; at least one

    @property
    def duration_us(self) -> int:
        """For how long it holds in the scene."""
        return sum(span.duration_us for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoHit:
    """A video in which a query holds."""

    video: VideoRecord
    spans: tuple[Span, ...]  # in order, apart from each other; at least one
    scenes: tuple[SceneHit, ...]

    @property
    def duration_us(self) -> int:
        """For how long it holds in the video."""
        return sum(span.duration_us for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Where a query holds."""

    hits: tuple[VideoHit, ...]  # by series, season, episode and path
    searched: int  # videos that were scanned to their end
    not_looked_for: Mapping[str, int]  # name in the query -> videos in which no detector knows it


def search(database: Database, expression: Expression, look: Look) -> SearchResult:
    """When `expression`, from `vidtag.query.parse`, holds in each video that fits.

    Raises:
        UnknownNameError: nobody knows a name in `expression`, or no finished run is of one of
            the detectors.
        UsageError: a name fits several labels.
    """
    found = database.findings(
        series=look.series, season=look.season, episode=look.episode, path=look.path
    )
    _check_detectors(found, look.detectors)
    watched = [_watched(each, look) for each in found if each.video.frames]
    watched = [each for each in watched if each.everybody]
    if not watched:
        return SearchResult(hits=(), searched=0, not_looked_for={})
    expression = bind(expression, {label for each in watched for label in each.everybody})
    scenes = database.scenes([each.video.video_id for each in watched])
    answers = [(each.video, _spans(each, expression, look)) for each in watched]
    return SearchResult(
        hits=tuple(
            _hit(video, spans, scenes.get(video.video_id, ())) for video, spans in answers if spans
        ),
        searched=len(watched),
        not_looked_for=_not_looked_for(names(expression), watched),
    )


@dataclass(frozen=True, slots=True)
class _Watched:
    """A video that was scanned to its end, and who is in it."""

    video: VideoRecord
    everybody: Mapping[str, LabelPresence]

    def looked_for(self, label: str) -> bool:
        """Whether a detector knows the label, so that its absence is known too."""
        return label in self.everybody and self.everybody[label].source is not None


def _watched(findings: VideoFindings, look: Look) -> _Watched:
    everybody = presence(findings, detectors=look.detectors, correct=look.correct)
    return _Watched(findings.video, everybody)


def _check_detectors(found: Sequence[VideoFindings], detectors: Sequence[str]) -> None:
    known = {run.run.identity.name for each in found for run in each.runs}
    for name in detectors:
        if name not in known:
            raise UnknownNameError("detector", name, known)


def _whole(video: VideoRecord) -> Span:
    assert video.frames is not None and video.start_us is not None and video.end_us is not None  # noqa: S101, PT018
    return Span(0, video.frames, video.start_us, video.end_us)


def _spans(watched: _Watched, expression: Expression, look: Look) -> list[Span]:
    needed = labels_needed(expression, watched.everybody)
    known = Presence(
        whole=_whole(watched.video),
        present={label: _rows(watched.everybody[label]) for label in needed},
        looked_for=frozenset(filter(watched.looked_for, needed)),
    )
    spans = merged(evaluate(expression, known), gap_us=look.gap_us)
    return at_least(spans, duration_us=look.least_us)


def _rows(who: LabelPresence) -> NDArray[np.int64]:
    rows = [(a.start_frame, a.end_frame, a.start_us, a.end_us) for a in who.appearances]
    return np.array(rows, np.int64).reshape(-1, 4)


def _hit(video: VideoRecord, spans: Sequence[Span], scenes: Sequence[TimedScene]) -> VideoHit:
    whole = _whole(video)
    scenes = scenes or [TimedScene(0, 0, whole.end_frame, whole.start_us, whole.end_us)]
    return VideoHit(video=video, spans=tuple(spans), scenes=tuple(_scenes(spans, scenes)))


def _scenes(spans: Sequence[Span], scenes: Sequence[TimedScene]) -> list[SceneHit]:
    inside = [
        (each, clipped(spans, Span(each.start_frame, each.end_frame, each.start_us, each.end_us)))
        for each in scenes
    ]
    return [SceneHit(scene=scene, spans=tuple(parts)) for scene, parts in inside if parts]


def _not_looked_for(asked: Collection[str], watched: Sequence[_Watched]) -> dict[str, int]:
    counts = {label: sum(not each.looked_for(label) for each in watched) for label in asked}
    return {label: count for label, count in counts.items() if count}
