"""What the scores add up to for a label, as far as people have not said it for certain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from vidtag.report.presence import LabelPresence, shots_of
from vidtag.timeline import NOTHING, Said, add, estimate, frame_edges, latest
from vidtag.types import Estimate, RunFindings, ScoreSeries, TimedShot, VideoFindings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.store import Database


def estimate_of(database: Database, findings: VideoFindings, who: LabelPresence) -> Estimate:
    """The estimate of the screen time of `who`, where corrected frames are certain.

    What was stored with the run is used; scores are read of shots that people corrected alone.
    """
    shots = shots_of(findings)
    if who.source is None or not shots:
        return Estimate(expected_us=_seen_us(who), variance_us2=0.0)
    total = estimate_of_run(database, findings, who.source, who.label)
    said = latest(who.corrections, shots[-1].end_frame)
    if not said:
        return total
    changes = [
        change
        for shot in _touched(shots, said)
        for change in _changes(database, who.source, who.label, shot, said)
    ]
    return add([total, *changes])


def estimate_of_run(
    database: Database, findings: VideoFindings, source: RunFindings, label: str
) -> Estimate:
    """What a run said, before corrections: as it was stored, or else from its scores."""
    stored = source.estimates.get(label)
    if stored is not None:
        return stored
    shots = findings.shots or database.shots(findings.video.video_id)
    if findings.video.end_us is None:
        return NOTHING
    series = database.scores(source.run.run_id, label)
    return estimate(
        series.scores,
        scored=series.scored,
        edges_us=frame_edges(series.pts_us, findings.video.end_us),
        threshold=source.run.thresholds[label],
        shot_starts=[shot.start_frame for shot in shots],
    )


def estimates_in_scenes(
    database: Database, findings: VideoFindings, who: LabelPresence
) -> dict[int, Estimate]:
    """The estimate of `who` in each scene, by its number; together that of the whole video.

    Read from the scores, since none are stored of scenes. Empty where no detector knows the label:
    what people said is certain.
    """
    shots = shots_of(findings)
    if who.source is None or not shots:
        return {}
    series = database.scores(who.source.run.run_id, who.label)
    edges_us = frame_edges(series.pts_us, shots[-1].end_us)
    said = latest(who.corrections, shots[-1].end_frame)
    threshold = who.source.run.thresholds[who.label]
    return {
        number: _estimate_in(tuple(inside), series, edges_us, threshold, said)
        for number, inside in groupby(shots, key=lambda shot: shot.scene)
    }


def _estimate_in(
    shots: Sequence[TimedShot],
    series: ScoreSeries,
    edges_us: NDArray[np.int64],
    threshold: float,
    said: Sequence[Said],
) -> Estimate:
    """Of consecutive `shots`: what is open there, and what people said."""
    first, end = shots[0].start_frame, shots[-1].end_frame
    certain, present = _told((first, end), said)
    inside_us = edges_us[first : end + 1]
    unsaid = estimate(
        series.scores[first:end],
        scored=series.scored[first:end],
        edges_us=inside_us,
        threshold=threshold,
        shot_starts=[shot.start_frame - first for shot in shots],
        certain=certain,
    )
    shown_us = float(np.diff(inside_us)[present].sum())
    return add([unsaid, Estimate(expected_us=shown_us, variance_us2=0.0)])


def _seen_us(who: LabelPresence) -> float:
    return float(sum(each.end_us - each.start_us for each in who.appearances))


def _touched(shots: Sequence[TimedShot], said: Sequence[Said]) -> Iterator[TimedShot]:
    for shot in shots:
        if any(
            each.start_frame < shot.end_frame and shot.start_frame < each.end_frame for each in said
        ):
            yield shot


def _changes(
    database: Database, source: RunFindings, label: str, shot: TimedShot, said: Sequence[Said]
) -> Iterator[Estimate]:
    """What to add to the estimate of a run, because of what was said about frames of `shot`."""
    frames = shot.start_frame, shot.end_frame
    series = database.scores(source.run.run_id, label, frames=frames)
    edges_us = frame_edges(series.pts_us, shot.end_us)
    certain, present = _told(frames, said)
    for mask, sign in ((np.zeros_like(certain), -1), (certain, 1)):
        part = estimate(
            series.scores,
            scored=series.scored,
            edges_us=edges_us,
            threshold=source.run.thresholds[label],
            certain=mask,
        )
        yield Estimate(expected_us=sign * part.expected_us, variance_us2=sign * part.variance_us2)
    shown_us = np.diff(edges_us)[present].sum()
    yield Estimate(expected_us=float(shown_us), variance_us2=0.0)


def _told(
    frames: tuple[int, int], said: Sequence[Said]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of which frames people said something, and of which that the label is there."""
    first, end = frames
    told, present = np.zeros((2, end - first), dtype=np.bool_)
    for each in said:
        inside = slice(max(each.start_frame - first, 0), max(each.end_frame - first, 0))
        told[inside] = True
        present[inside] = each.present
    return told, present
