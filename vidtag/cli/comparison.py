"""A finished run beside the truth: which labels belong together, and how right they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vidtag.errors import UnknownNameError, UsageError, VidtagError

if TYPE_CHECKING:
    from pathlib import Path

    from vidtag.evaluation import LabelEvaluation
    from vidtag.store import Database
    from vidtag.truth import FrameTimes, Truth
    from vidtag.types import RunRecord, VideoRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Which label of the truth tells what about which label of the detectors."""

    truth_of: Mapping[str, str | None]  # detector's label -> truth's; None: absent everywhere
    unused: tuple[str, ...]  # labels of the truth that no detector has
    untold: tuple[str, ...]  # labels of the detectors that the truth does not mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Some runs on one video beside the truth."""

    video: VideoRecord
    truth_path: Path
    matching: Matching
    notes: tuple[str, ...]  # about the truth
    runs: tuple[tuple[RunRecord, tuple[LabelEvaluation, ...]], ...]


def match_labels(
    truth: Sequence[str],
    offered: Sequence[str],
    *,
    renamed: Mapping[str, str] | None = None,
    absent: Iterable[str] = (),
) -> Matching:
    """Pair the labels of the truth with those of the detectors.

    A label that the truth does not mention was not looked for, so it is not evaluated, unless
    somebody says that it is `absent`.

    Args:
        truth: labels that the truth mentions.
        offered: labels of the detectors.
        renamed: label of the truth -> the detector's label that means the same.
        absent: labels of the detectors that are on screen nowhere.

    Raises:
        UnknownNameError: `renamed` or `absent` name a label that is not there.
        UsageError: two labels of the truth mean one, or an absent label is in the truth.
    """
    renamed = renamed or {}
    _check_known("label in the truth", renamed, truth)
    _check_known("label", [*renamed.values(), *absent], offered)
    truth_of: dict[str, str | None] = {}
    for theirs in truth:
        ours = renamed.get(theirs, theirs)
        if ours in truth_of:
            raise UsageError(f"both {truth_of[ours]!r} and {theirs!r} of the truth mean {ours!r}")
        if ours in offered:
            truth_of[ours] = theirs
    for ours in absent:
        if truth_of.setdefault(ours, None) is not None:
            raise UsageError(f"{ours!r} is in the truth, so it is not absent")
    return Matching(
        truth_of={label: truth_of[label] for label in offered if label in truth_of},
        unused=tuple(each for each in truth if each not in truth_of.values()),
        untold=tuple(label for label in offered if label not in truth_of),
    )


def _check_known(kind: str, names: Iterable[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise UnknownNameError(kind, name, known)


def frame_times(
    database: Database, video: VideoRecord, *, start_timecode: str | None = None
) -> FrameTimes:
    """When the frames of a scanned video are shown, and which timecode they bear.

    Args:
        database: where the times are.
        video: from it.
        start_timecode: of the first frame; `None`: what the video says, else `00:00:00:00`.

    Raises:
        VidtagError: it was not scanned to its end.
        TruthError: the timecode is none.
    """
    from vidtag.truth import FrameTimes
    from vidtag.truth.timecode import ZERO, parse_timecode

    if video.end_us is None:
        raise VidtagError(f"{video.path}: not scanned to its end", hint="scan it again")
    first = start_timecode or video.timecode
    return FrameTimes(
        database.frame_times(video.video_id),
        video.end_us,
        first_timecode=parse_timecode(first) if first else ZERO,
    )


def evaluate_run(
    database: Database, run: RunRecord, truth: Truth, matching: Matching, times: FrameTimes
) -> tuple[LabelEvaluation, ...]:
    """How right the labels of `run` are, those that `matching` has."""
    import numpy as np

    from vidtag.evaluation import evaluate_label
    from vidtag.timeline import frame_edges
    from vidtag.truth import LabelTruth

    nowhere = np.zeros(times.count, dtype=np.bool_)
    edges_us = frame_edges(times.pts_us, times.end_us)
    shot_starts = [shot.start_frame for shot in database.shots(run.video_id)]

    def evaluate(label: str, theirs: str | None) -> LabelEvaluation:
        absent = LabelTruth(label=label, present=nowhere, unknown=nowhere)
        known = absent if theirs is None else truth.labels[theirs]
        return evaluate_label(
            label,
            scores=database.scores(run.run_id, label).scores,
            threshold=run.thresholds[label],
            present=known.present,
            unknown=known.unknown,
            edges_us=edges_us,
            shot_starts=shot_starts,
        )

    pairs = matching.truth_of
    return tuple(evaluate(label, pairs[label]) for label in run.labels if label in pairs)
