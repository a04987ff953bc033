"""From scores and truth, frame by frame, to figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vidtag.evaluation.values import (
    Confusion,
    Interval,
    LabelEvaluation,
    MacroAverage,
    Mistake,
    MistakeKind,
    ratio,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESAMPLES = 2000
CONFIDENCE_PERCENT = 95.0


def evaluate_label(
    label: str,
    *,
    scores: NDArray[np.float32],
    threshold: float,
    present: NDArray[np.bool_],
    unknown: NDArray[np.bool_],
    edges_us: NDArray[np.int64],
    shot_starts: Sequence[int] = (),
    seed: int = 0,
) -> LabelEvaluation:
    """Compare the scores of one label with the truth.

    Args:
        label: its name.
        scores: (n,) probabilities in [0, 1].
        threshold: score from which the label counts as found.
        present: (n,) the truth.
        unknown: (n,) True for frames that are left out.
        edges_us: (n + 1,) frame i lasts from `edges_us[i]` to `edges_us[i + 1]`.
        shot_starts: frames that begin a shot, in any order.
        seed: of the resampling.

    Raises:
        ValueError: the shapes do not fit.
    """
    count = len(scores)
    shapes = (present.shape, unknown.shape, edges_us.shape)
    if shapes != ((count,), (count,), (count + 1,)):
        raise ValueError(f"expected truth of {count} frames and {count + 1} edges, got {shapes}")
    found = scores >= np.float32(threshold)
    known = ~unknown
    lengths_us = np.diff(edges_us)
    shots = np.searchsorted(
        np.unique(np.asarray(shot_starts, dtype=np.int64)), np.arange(count), "right"
    )
    accuracy, error_us = _bootstrap(
        right=(found == present)[known],
        error_us=((found.astype(np.int64) - present) * lengths_us)[known],
        shots=shots[known],
        seed=seed,
    )
    return LabelEvaluation(
        label=label,
        confusion=_confusion(found[known], present[known]),
        frames_unknown=int(unknown.sum()),
        truth_us=int(lengths_us[present & known].sum()),
        found_us=int(lengths_us[found & known].sum()),
        average_precision=average_precision(scores[known], present[known]),
        accuracy_interval=accuracy,
        error_us_interval=error_us,
        mistakes=_mistakes(found, present, known, edges_us),
    )


def macro_average(evaluations: Sequence[LabelEvaluation]) -> MacroAverage:
    """Means over `evaluations`."""
    confusions = [each.confusion for each in evaluations]
    return MacroAverage(
        accuracy=_mean([each.accuracy for each in confusions]),
        precision=_mean([each.precision for each in confusions]),
        recall=_mean([each.recall for each in confusions]),
        f1=_mean([each.f1 for each in confusions]),
        average_precision=_mean([each.average_precision for each in evaluations]),
        absolute_error_us=_mean([abs(each.error_us) for each in evaluations]),
    )


def average_precision(scores: NDArray[np.float32], present: NDArray[np.bool_]) -> float | None:
    """Mean of the precision at each true frame as the threshold falls; `None` without one.

    The sum of (R_k - R_(k-1)) * P_k over the different scores: no interpolation, and frames with
    the same score come in together.

    Args:
        scores: (n,) probabilities.
        present: (n,) the truth.
    """
    total = int(present.sum())
    if total == 0:
        return None
    order = np.argsort(-scores, kind="stable")
    last_of_score = np.append(np.diff(scores[order]) != 0, True)
    hits = np.cumsum(present[order])[last_of_score]
    taken = np.flatnonzero(last_of_score) + 1
    return float(np.sum(np.diff(hits, prepend=0) * (hits / taken)) / total)


def _confusion(found: NDArray[np.bool_], present: NDArray[np.bool_]) -> Confusion:
    return Confusion(
        true_positives=int((found & present).sum()),
        false_positives=int((found & ~present).sum()),
        false_negatives=int((~found & present).sum()),
        true_negatives=int((~found & ~present).sum()),
    )


def _bootstrap(
    *,
    right: NDArray[np.bool_],
    error_us: NDArray[np.int64],
    shots: NDArray[np.intp],
    seed: int,
) -> tuple[Interval | None, Interval | None]:
    """Intervals of the accuracy and of the screen-time error, from shots drawn with replacement."""
    _, shot, frames = np.unique(shots, return_inverse=True, return_counts=True)
    count = len(frames)
    if count < 2:
        return None, None
    share = [1 / count] * count
    drawn = np.random.default_rng(seed).multinomial(count, share, size=RESAMPLES).astype(np.float64)
    errors_us = np.bincount(shot, weights=error_us.astype(np.float64))
    accuracy = (drawn @ np.bincount(shot, weights=right)) / (drawn @ frames)
    return _interval(accuracy), _interval(drawn @ errors_us)


def _interval(values: NDArray[np.float64]) -> Interval:
    tail = (100 - CONFIDENCE_PERCENT) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return Interval(float(low), float(high))


def _mistakes(
    found: NDArray[np.bool_],
    present: NDArray[np.bool_],
    known: NDArray[np.bool_],
    edges_us: NDArray[np.int64],
) -> tuple[Mistake, ...]:
    kinds: dict[MistakeKind, NDArray[np.bool_]] = {
        "missed": present & ~found & known,
        "false": found & ~present & known,
    }
    mistakes = [
        Mistake(
            kind=kind,
            start_frame=start,
            end_frame=end,
            start_us=int(edges_us[start]),
            end_us=int(edges_us[end]),
        )
        for kind, wrong in kinds.items()
        for start, end in _runs(wrong)
    ]
    return tuple(sorted(mistakes, key=lambda one: (-one.duration_us, one.start_frame)))


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open runs of True."""
    changes = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return [(int(start), int(end)) for start, end in changes.reshape(-1, 2)]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return ratio(sum(known), len(known))
