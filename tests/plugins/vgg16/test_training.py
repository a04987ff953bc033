"""A head is trained on a tiny problem: two labels, each shown by one of six features."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vidtag_vgg16.fitting import Dataset
from vidtag_vgg16.heads import HeadSpec, TrainedHead
from vidtag_vgg16.recipes import Method
from vidtag_vgg16.training import evaluate, train_head

LABELS = ("ross", "rachel")
QUICK = Method(learning_rate=0.02, epochs=40, patience=5, batch=32)


def problem(count: int, *, seed: int) -> Dataset:
    """Features (count, 6) of very different size; `ross` is rare, `rachel` is not."""
    rng = np.random.default_rng(seed)
    targets = rng.random((count, 2)) < (0.15, 0.5)
    features = rng.normal(0, 1, (count, 6))
    features[:, 2] += np.where(targets[:, 0], 3, -3)
    features[:, 4] += np.where(targets[:, 1], 3, -3)
    features = features * (1, 1, 1000, 1, 0.001, 1) + (0, 5, 5000, 0, 0, 0)
    features[:, 5] = 7.0  # constant: its spread is 0
    return Dataset(features.astype(np.float32), targets)


TRAIN, VALIDATION, TEST = problem(400, seed=1), problem(200, seed=2), problem(2000, seed=3)


def train(*, seed: int = 1, hidden: tuple[int, ...] = ()) -> TrainedHead:
    spec = HeadSpec(hidden=hidden, dropout=0.1)
    return train_head(TRAIN, VALIDATION, labels=LABELS, spec=spec, method=QUICK, seed=seed)


@pytest.fixture(scope="module")
def head() -> TrainedHead:
    return train()


def test_head_learns_both_labels(head: TrainedHead) -> None:
    figures = evaluate(head, TEST)
    assert figures["ross f1"] > 0.97
    assert figures["rachel f1"] > 0.98
    assert figures["rachel average precision"] > 0.99


def test_scores_are_as_frequent_as_they_say(head: TrainedHead) -> None:
    scores = head.score(TEST.features)
    np.testing.assert_allclose(scores.mean(axis=0), TEST.targets.mean(axis=0), atol=0.03)
    sure = scores > 0.9
    assert TEST.targets[sure].mean() > 0.9
    assert evaluate(head, TEST)["ross brier"] < 0.02  # 0.13 for always saying 0.15


def test_same_seed_gives_the_same_head_and_another_seed_another(head: TrainedHead) -> None:
    again, other = train(), train(seed=2)
    assert again.calibrations == head.calibrations
    assert again.thresholds == head.thresholds
    for name, values in head.weights.items():
        np.testing.assert_array_equal(again.weights[name], values)
    assert not np.array_equal(other.weights["output.kernel"], head.weights["output.kernel"])


def test_hidden_layer_is_trained_and_stored_like_the_others() -> None:
    head = train(hidden=(5,))
    shapes = {name: values.shape for name, values in head.weights.items()}
    assert shapes == head.spec.shapes(inputs=6, outputs=2)
    assert evaluate(head, TEST)["rachel f1"] > 0.95


def test_data_must_fit_the_labels() -> None:
    with pytest.raises(ValueError, match=r"train must have \(6, 1\) values and labels, not \(6, 2"):
        train_head(TRAIN, VALIDATION, labels=("ross",))


def test_data_must_fit_each_other() -> None:
    narrow = Dataset(VALIDATION.features[:, :5], VALIDATION.targets)
    with pytest.raises(ValueError, match=r"validation must have \(6, 2\) .*, not \(5, 2\)"):
        train_head(TRAIN, narrow, labels=LABELS)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (np.ones((4, 1), np.float32), "targets must be bool, not float32"),
        (np.ones((3, 1), np.bool_), r"not \(4, 2\) and \(3, 1\)"),
        (np.ones((4, 1), np.bool_), "with it and without it"),
        (np.zeros((4, 1), np.bool_), "with it and without it"),
    ],
    ids=["float", "count", "always", "never"],
)
def test_wrong_targets_are_refused(targets: NDArray[np.bool_], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Dataset(np.zeros((4, 2), np.float32), targets)
