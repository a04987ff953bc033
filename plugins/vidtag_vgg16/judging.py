"""What held-out pictures say of a head: its calibration, its thresholds and its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vidtag.api import shot_keys
from vidtag_vgg16.record import Judgement
from vidtag_vgg16.thresholds import choose_threshold, screen_time_error
from vidtag_vgg16.training import calibrate, evaluate

if TYPE_CHECKING:
    from vidtag.api import Sample
    from vidtag_vgg16.fitting import Dataset
    from vidtag_vgg16.heads import TrainedHead
    from vidtag_vgg16.thresholds import ScreenTimeError, Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a head is worth on pictures that it has not learnt from."""

    judgement: Judgement
    metrics: Mapping[str, float]  # `<label> <figure>`, for a manifest
    screen_time: Mapping[str, ScreenTimeError]  # by label
    shots: int  # that the pictures are from; photos that look alike count as one


def choose_thresholds(
    head: TrainedHead, data: Dataset, samples: Sequence[Sample], *, seed: int
) -> tuple[TrainedHead, dict[str, Threshold]]:
    """Calibrate `head` and choose its thresholds by `data`, the features of `samples`.

    Returns:
        The head with both, and by label what is known of its threshold.

    Raises:
        ValueError: if the scores of a label do not rise with it.
    """
    head, shots = calibrate(head, data), shot_keys(samples)
    scores = head.score(data.features)
    chosen = {
        label: choose_threshold(scores[:, i], data.targets[:, i], shots, seed=seed)
        for i, label in enumerate(head.labels)
    }
    values = {label: threshold.value for label, threshold in chosen.items()}
    return replace(head, thresholds=values), chosen


def judge(head: TrainedHead, data: Dataset, samples: Sequence[Sample], *, seed: int) -> Verdict:
    """Measure `head` on `data`, the features of `samples`."""
    scores, shots = head.score(data.features), shot_keys(samples)
    screen_time = {
        label: screen_time_error(
            scores[:, i], data.targets[:, i], shots, threshold=head.thresholds[label], seed=seed
        )
        for i, label in enumerate(head.labels)
    }
    errors = {f"{label} screen-time error": each.error for label, each in screen_time.items()}
    return Verdict(
        judgement=Judgement(
            samples=tuple(samples), labels=head.labels, scores=scores, present=data.targets
        ),
        metrics=evaluate(head, data) | errors,
        screen_time=screen_time,
        shots=len(set(shots)),
    )
