"""What is known of one video -> its report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from vidtag.report.certainty import estimate_of, estimate_of_run, estimates_in_scenes
from vidtag.report.presence import LabelPresence, eligible, presence, rank
from vidtag.timeline import Coverage, difference, interval_us, together_us, total_us
from vidtag.types import (
    Appearance,
    CoPresence,
    EpisodeReport,
    Estimate,
    LabelTime,
    RunRecord,
    SceneReport,
    ScreenTime,
    Segment,
    ShotReport,
    TimedShot,
    VideoFindings,
)

if TYPE_CHECKING:
    from vidtag.store import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A video's report, and what is needed to add it to others."""

    report: EpisodeReport
    people: Mapping[str, LabelPresence]  # everybody by label, also who was not asked for
    estimates: Mapping[str, Estimate]  # by label
    in_scenes: Mapping[str, Mapping[int, Estimate]]  # by label and scene; empty unless asked for


def answer(
    database: Database,
    findings: VideoFindings,
    *,
    characters: Collection[str] = (),
    detectors: Sequence[str] = (),
    correct: bool = True,
    in_scenes: bool = False,
) -> Answered:
    """The report about one video; see `build_report`. `in_scenes` takes longer."""
    everybody = presence(findings, detectors=detectors, correct=correct)
    chosen = [who for who in everybody.values() if not characters or who.label in characters]
    estimates = {who.label: estimate_of(database, findings, who) for who in chosen}
    times = [_screen_time(findings, who, estimates[who.label]) for who in chosen]
    times.sort(key=lambda time: (-time.duration_us, time.label))
    coverages = {time.label: Coverage.of(time.appearances) for time in times}
    runs = {who.source.run.run_id: who.source.run for who in chosen if who.source is not None}
    report = EpisodeReport(
        video=findings.video,
        runs=tuple(runs[run_id] for run_id in sorted(runs)),
        screen_times=tuple(times),
        other_times=tuple(_others(database, findings, chosen, detectors)),
        corrections=tuple(
            each for each in findings.corrections if correct and each.label in coverages
        ),
        scenes=_scenes(findings.shots, coverages),
        copresence=CoPresence(
            labels=tuple(coverages), together_us=together_us(list(coverages.values()))
        ),
        frame_rate=findings.frame_rate,
        cast_us=sum(total_us(_segments(who.appearances)) for who in everybody.values()),
        analysed_us=findings.video.duration_us if findings.runs else 0,
        analysed_share=_analysed_share(findings),
    )
    return Answered(
        report=report,
        people=everybody,
        estimates=estimates,
        in_scenes={
            who.label: estimates_in_scenes(database, findings, who) for who in chosen if in_scenes
        },
    )


def _analysed_share(findings: VideoFindings) -> float:
    """A damaged packet costs at most its frame."""
    frames = findings.video.frames
    if not frames or not findings.runs:
        return 0.0
    return frames / (frames + findings.video.damaged_packets)


def _screen_time(findings: VideoFindings, who: LabelPresence, known: Estimate) -> ScreenTime:
    source = who.source
    added_us, removed_us = _moved(who)
    duration_us = sum(each.end_us - each.start_us for each in who.appearances)
    return ScreenTime(
        label=who.label,
        detector=None if source is None else source.run.identity.name,
        threshold=None if source is None else source.run.thresholds[who.label],
        appearances=who.appearances,
        interval_us=interval_us(duration_us, known, analysed_us=findings.video.duration_us),
        region=None if source is None else source.region,
        run_id=None if source is None else source.run.run_id,
        scored_share=1.0 if source is None else _scored_share(source.run),
        added_us=added_us,
        removed_us=removed_us,
    )


def _moved(who: LabelPresence) -> tuple[int, int]:
    if not who.corrections:
        return 0, 0
    return moved(_segments(who.detected), _segments(who.appearances))


def _segments(appearances: Iterable[Appearance]) -> tuple[Segment, ...]:
    return tuple(each.segment for each in appearances)


def moved(before: Sequence[Segment], after: Sequence[Segment]) -> tuple[int, int]:
    """Time that corrections added and removed."""
    return total_us(difference(after, before)), total_us(difference(before, after))


def _scored_share(run: RunRecord) -> float:
    frames = run.frames_scored + run.frames_filled
    return run.frames_scored / frames if frames else 1.0


def _others(
    database: Database,
    findings: VideoFindings,
    chosen: Iterable[LabelPresence],
    detectors: Sequence[str],
) -> Iterator[ScreenTime]:
    """What runs say about a label that follows another one."""
    for who in sorted(chosen, key=lambda each: each.label):
        rivals = [
            each
            for each in eligible(findings, detectors)
            if who.label in each.appearances and each is not who.source
        ]
        for rival in sorted(rivals, key=rank, reverse=True):
            known = estimate_of_run(database, findings, rival, who.label)
            alone = LabelPresence(
                label=who.label,
                source=rival,
                corrections=(),
                appearances=tuple(rival.appearances[who.label]),
            )
            yield _screen_time(findings, alone, known)


def _scenes(
    shots: Sequence[TimedShot], coverages: Mapping[str, Coverage]
) -> tuple[SceneReport, ...]:
    """Scenes with their shots and who is in them."""
    starts = np.array([shot.start_us for shot in shots], dtype=np.int64)
    ends = np.array([shot.end_us for shot in shots], dtype=np.int64)
    within = {label: each.within(starts, ends).tolist() for label, each in coverages.items()}
    reports = [
        _shot(shot, {label: times[at] for label, times in within.items()})
        for at, shot in enumerate(shots)
    ]
    numbered = zip((shot.scene for shot in shots), reports, strict=True)
    return tuple(
        _scene(number, [report for _, report in group])
        for number, group in groupby(numbered, key=lambda pair: pair[0])
    )


def _shot(shot: TimedShot, times_us: Mapping[str, int]) -> ShotReport:
    return ShotReport(
        number=shot.number,
        start_frame=shot.start_frame,
        end_frame=shot.end_frame,
        start_us=shot.start_us,
        end_us=shot.end_us,
        present=_present(times_us),
    )


def _scene(number: int, shots: Sequence[ShotReport]) -> SceneReport:
    times_us: dict[str, int] = {}
    for shot in shots:
        for each in shot.present:
            times_us[each.label] = times_us.get(each.label, 0) + each.duration_us
    return SceneReport(
        number=number,
        start_frame=shots[0].start_frame,
        end_frame=shots[-1].end_frame,
        start_us=shots[0].start_us,
        end_us=shots[-1].end_us,
        present=_present(times_us),
        shots=tuple(shots),
    )


def _present(times_us: Mapping[str, int]) -> tuple[LabelTime, ...]:
    """Those that are there, longest first."""
    there = [LabelTime(label=label, duration_us=us) for label, us in times_us.items() if us]
    return tuple(sorted(there, key=lambda each: (-each.duration_us, each.label)))
