"""What a report tells of the scenes of a video."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from vidtag.report.episodes import Answered, moved
from vidtag.report.presence import LabelPresence
from vidtag.timeline import Coverage, intersection, interval_us, together_us, total_us
from vidtag.types import (
    Appearance,
    CoPresence,
    Estimate,
    Group,
    LabelTime,
    LabelTotal,
    SceneReport,
    Segment,
)


def scenes(answered: Iterable[Answered]) -> Iterator[Group]:
    """One group for each scene, of videos answered with `in_scenes`."""
    for each in answered:
        for scene in each.report.scenes:
            yield _scene(each, scene)


def _scene(answered: Answered, scene: SceneReport) -> Group:
    video = answered.report.video
    shown = {label: _within(who.appearances, scene) for label, who in answered.people.items()}
    return Group(
        name=f"{video.name} scene {scene.number + 1}",
        by="scene",
        series=video.episode.series,
        season=video.episode.season,
        video=video,
        scene=scene,
        videos=1,
        duration_us=scene.end_us - scene.start_us,
        totals=tuple(_total(answered, scene, each, shown[each.label]) for each in scene.present),
        copresence=CoPresence(
            labels=tuple(each.label for each in scene.present),
            together_us=together_us([Coverage.of(shown[each.label]) for each in scene.present]),
        ),
        cast_us=sum(map(total_us, shown.values())),
    )


def _total(
    answered: Answered, scene: SceneReport, there: LabelTime, shown: Sequence[Segment]
) -> LabelTotal:
    who = answered.people[there.label]
    certain = Estimate(expected_us=float(there.duration_us), variance_us2=0.0)
    added_us, removed_us = moved(_within(who.detected, scene), shown)
    return LabelTotal(
        label=there.label,
        detectors=_followed(who),
        duration_us=there.duration_us,
        interval_us=interval_us(
            there.duration_us,
            answered.in_scenes[there.label].get(scene.number, certain),
            analysed_us=scene.end_us - scene.start_us,
        ),
        count=len(shown),
        videos=1,
        added_us=added_us,
        removed_us=removed_us,
    )


def _followed(who: LabelPresence) -> tuple[str, ...]:
    return () if who.source is None else (who.source.run.identity.name,)


def _within(appearances: Sequence[Appearance], scene: SceneReport) -> tuple[Segment, ...]:
    """Joined, and cut off at the ends of the scene."""
    first = bisect_right(appearances, scene.start_us, key=lambda each: each.end_us)
    end = bisect_left(appearances, scene.end_us, key=lambda each: each.start_us)
    near = (each.segment for each in appearances[first:end])
    return intersection(near, [Segment(scene.start_us, scene.end_us)])
