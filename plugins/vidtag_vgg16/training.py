"""Training a head on features that were computed once.

    network = open_network(find_backbone("bundled", settings=settings), preprocessing="rgb-unit",
                           input_size=(224, 224), settings=settings)
    features = pool(network.run(crops), "average+max")
    head = train_head(Dataset(features, targets), Dataset(...), labels=("ross",), seed=1)
    save_classifier(folder, head, about=About(..., metrics=evaluate(head, test)), ...)

The backbone stays frozen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vidtag_vgg16.calibration import best_threshold, fit_platt, measure
from vidtag_vgg16.fitting import fit_head

if TYPE_CHECKING:
    from vidtag_vgg16.fitting import Dataset
    from vidtag_vgg16.heads import HeadSpec, TrainedHead
    from vidtag_vgg16.recipes import Method


def train_head(
    train: Dataset,
    validation: Dataset,
    *,
    labels: tuple[str, ...],
    spec: HeadSpec | None = None,
    method: Method | None = None,
    seed: int = 0,
) -> TrainedHead:
    """Fit a head, calibrate it and put its thresholds where F1 is highest on the validation data.

    Raises:
        ValueError: if the data do not fit each other or the labels, or nothing was learnt.
        ModelError: if TensorFlow is not installed.
    """
    fitted = fit_head(train, validation, labels=labels, spec=spec, method=method, seed=seed)
    head = calibrate(fitted.head, validation)
    scores = head.score(validation.features)
    thresholds = {
        label: best_threshold(scores[:, i], validation.targets[:, i])
        for i, label in enumerate(labels)
    }
    return replace(head, thresholds=thresholds)


def calibrate(head: TrainedHead, validation: Dataset) -> TrainedHead:
    """Make the scores of `head` as frequent as they say, by Platt scaling on `validation`.

    Raises:
        ValueError: if the scores of a label do not rise with it.
    """
    logits = head.logits(validation.features)
    calibrations = {
        label: fit_platt(logits[:, i], validation.targets[:, i])
        for i, label in enumerate(head.labels)
    }
    return replace(head, calibrations=calibrations)


def evaluate(head: TrainedHead, data: Dataset) -> dict[str, float]:
    """Precision, recall, F1, average precision and Brier score of every label, for a manifest."""
    scores = head.score(data.features)
    figures: dict[str, float] = {}
    for i, label in enumerate(head.labels):
        measured = measure(scores[:, i], data.targets[:, i], threshold=head.thresholds[label])
        figures |= {f"{label} {name}": value for name, value in measured.items()}
    return figures
