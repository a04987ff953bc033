"""From what a head says to probabilities, thresholds and figures. Plain NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vidtag_vgg16.heads import Calibration

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEWTON_STEPS = 100
_RIDGE = 1e-6  # keeps the steps finite when the two sides are far apart


def fit_platt(logits: NDArray[np.float32], present: NDArray[np.bool_]) -> Calibration:
    """Fit `sigmoid(scale * logit + offset)` to `present` (N,) by maximum likelihood.

    As Platt proposed, the targets are drawn a little towards the middle, by what a count of
    examples can tell, so that separable data do not lead to an infinite scale.

    Raises:
        ValueError: if higher logits do not make the label more likely.
    """
    count = int(present.sum())
    high, low = (count + 1) / (count + 2), 1 / (len(present) - count + 2)
    targets = np.where(present, high, low)
    design = np.stack([logits.astype(np.float64), np.ones(len(logits))], axis=1)
    solution = _logistic_regression(design, targets)
    if solution[0] <= 0:
        raise ValueError("the head has learnt nothing: its scores do not rise with the label")
    return Calibration(scale=float(solution[0]), offset=float(solution[1]))


def _logistic_regression(
    design: NDArray[np.float64], targets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Newton's method with halved steps as long as the loss would rise."""
    solution = np.zeros(design.shape[1])
    for _ in range(_NEWTON_STEPS):
        probability = 1 / (1 + np.exp(-np.clip(design @ solution, -80, 80)))
        gradient = design.T @ (probability - targets)
        curvature = (design.T * (probability * (1 - probability))) @ design
        step = np.linalg.solve(curvature + _RIDGE * np.eye(len(solution)), gradient)
        before = _loss(design @ solution, targets)
        while _loss(design @ (solution - step), targets) > before and np.abs(step).max() > 1e-12:
            step /= 2
        solution = solution - step
        if np.abs(step).max() < 1e-9:
            break
    return solution


def _loss(exponent: NDArray[np.float64], targets: NDArray[np.float64]) -> float:
    return float(np.sum(np.logaddexp(0, exponent) - targets * exponent))


def best_threshold(scores: NDArray[np.float32], present: NDArray[np.bool_]) -> float:
    """The score from which to count a label as present so that F1 is highest.

    It lies midway between two scores that occur; of equally good places the lowest is taken.
    """
    order = np.argsort(-scores, kind="stable")
    ordered, hits = scores[order].astype(np.float64), np.cumsum(present[order])
    taken = np.arange(1, len(scores) + 1)
    f1 = 2 * hits / (taken + present.sum())
    below = np.append(ordered[1:], 0.0)
    f1[ordered == below] = -1.0  # equal scores cannot be told apart
    last = len(f1) - 1 - int(np.argmax(f1[::-1]))
    return float((ordered[last] + below[last]) / 2)


def measure(
    scores: NDArray[np.float32], present: NDArray[np.bool_], *, threshold: float
) -> dict[str, float]:
    """Precision, recall and F1 at `threshold`, average precision, Brier score.

    A figure that would divide by nothing is 0.
    """
    chosen = scores >= threshold
    hits, chosen_count, present_count = (chosen & present).sum(), chosen.sum(), present.sum()
    return {
        "precision": float(hits / max(chosen_count, 1)),
        "recall": float(hits / max(present_count, 1)),
        "f1": float(2 * hits / max(chosen_count + present_count, 1)),
        "average precision": _average_precision(scores, present),
        "brier": float(np.mean(np.square(scores - present))),
    }


def _average_precision(scores: NDArray[np.float32], present: NDArray[np.bool_]) -> float:
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(present[order])
    last_of_ties = np.append(np.diff(scores[order]) != 0, True)
    precision = (hits / np.arange(1, len(scores) + 1))[last_of_ties]
    gained = np.diff(hits[last_of_ties], prepend=0)
    return float((precision * gained).sum() / max(present.sum(), 1))
