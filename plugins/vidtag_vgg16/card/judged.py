"""What a judgement says of each label, in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vidtag.api import one_line
from vidtag_vgg16.calibration import measure
from vidtag_vgg16.card.measures import OperatingPoints, Reliability, operating_points, reliability

if TYPE_CHECKING:
    from vidtag_vgg16.record import Judgement

MOST_PANELS = 9  # of more labels, those with the lowest average precision are drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One label. The last three are measured at its threshold and lie in [0, 1]."""

    number: int  # from 1, in the order of the labels
    label: str  # on one line
    points: OperatingPoints
    reliability: Reliability
    average_precision: float
    false_alarm_rate: float
    recall: float
    precision: float


def judge(judgement: Judgement, thresholds: Mapping[str, float]) -> list[Judged]:
    """Measure each label of `judgement`, in their order."""
    return [_judge(judgement, i, thresholds[label]) for i, label in enumerate(judgement.labels)]


def _judge(judgement: Judgement, i: int, threshold: float) -> Judged:
    scores, present = judgement.scores[:, i], judgement.present[:, i]
    figures = measure(scores, present, threshold=threshold)
    false_alarms = int(((scores >= threshold) & ~present).sum())
    return Judged(
        number=i + 1,
        label=one_line(judgement.labels[i]),
        points=operating_points(scores, present),
        reliability=reliability(scores, present),
        average_precision=figures["average precision"],
        false_alarm_rate=false_alarms / max(int((~present).sum()), 1),
        recall=figures["recall"],
        precision=figures["precision"],
    )


def weakest(labels: Sequence[Judged]) -> list[Judged]:
    """As many as can be drawn, in their order."""
    ranked = sorted(labels, key=lambda one: one.average_precision)
    chosen = {one.number for one in ranked[:MOST_PANELS]}
    return [one for one in labels if one.number in chosen]
