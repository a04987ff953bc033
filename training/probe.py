"""What a linear classifier can read off frozen features: ridge regression to one-hot classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """Features (N, D) and classes (N,)."""

    features: NDArray[np.float32]
    classes: Ints


def top1(train: Sample, val: Sample, test: Sample) -> float:
    """Return the accuracy on `test` of a probe fitted on `train`, its penalty chosen on `val`."""
    mean, scale = train.features.mean(axis=0), train.features.std(axis=0) + 1e-6
    train, val, test = (
        Sample((part.features - mean) / scale, part.classes) for part in (train, val, test)
    )
    fitted = [fit(train, penalty) for penalty in PENALTIES]
    best = max(fitted, key=lambda weights: accuracy(weights, val))
    return accuracy(best, test)


def fit(sample: Sample, penalty: float) -> Floats:
    """Return weights (D + 1, C) by ridge regression."""
    inputs = _with_ones(sample.features)
    wanted = np.eye(int(sample.classes.max()) + 1)[sample.classes]
    gram = inputs.T @ inputs + penalty * np.eye(inputs.shape[1])
    return np.asarray(np.linalg.solve(gram, inputs.T @ wanted), dtype=np.float64)


def accuracy(weights: Floats, sample: Sample) -> float:
    """Return the share of `sample` whose class scores highest."""
    scores = _with_ones(sample.features) @ weights
    return float(np.mean(scores.argmax(axis=1) == sample.classes))


def _with_ones(features: NDArray[np.float32]) -> Floats:
    return np.column_stack([features.astype(np.float64), np.ones(len(features))])
