"""Training a head on features that were computed once.

    network = open_network(find_backbone("bundled", settings=settings), preprocessing="rgb-unit",
                           input_size=(224, 224), settings=settings)
    features = pool(network.run(crops), "average+max")
    head = train_head(Dataset(features, targets), Dataset(...), labels=("ross",), seed=1)
    save_classifier(folder, head, about=About(..., metrics=evaluate(head, test)), ...)

The backbone stays frozen. The same data, seed and TensorFlow give the same head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from vidtag_vgg16.calibration import best_threshold, fit_platt, measure
from vidtag_vgg16.heads import OUTPUT_LAYER, HeadSpec, TrainedHead
from vidtag_vgg16.keras_network import import_keras

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag_vgg16.weights import Weights

_SMALLEST_SPREAD = 1e-6  # of a feature; below, it is constant


@dataclass(frozen=True, slots=True)
class Dataset:
    """Pooled features and what they show."""

    features: NDArray[np.float32]  # (N, values), as `heads.pool` returns them
    targets: NDArray[np.bool_]  # (N, labels)

    def __post_init__(self) -> None:
        if self.features.ndim != 2 or self.targets.shape[:1] != self.features.shape[:1]:
            raise ValueError(
                f"features must be (N, values) and targets (N, labels), not {self.features.shape} "
                f"and {self.targets.shape}"
            )
        if self.targets.dtype != np.bool_:
            raise ValueError(f"targets must be bool, not {self.targets.dtype}")
        ever, always = self.targets.any(axis=0), self.targets.all(axis=0)
        if not (ever & ~always).all():
            raise ValueError("every label needs examples with it and without it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How to train."""

    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    batch: int = 64
    epochs: int = 200  # at most
    patience: int = 15  # epochs without a better validation loss before stopping


def train_head(
    train: Dataset,
    validation: Dataset,
    *,
    labels: tuple[str, ...],
    spec: HeadSpec | None = None,
    method: Method | None = None,
    seed: int = 0,
) -> TrainedHead:
    """Train a head, calibrate it and choose its thresholds, all by the validation data.

    Labels count equally however rare they are; the weights of the epoch with the lowest
    validation loss are kept; Platt scaling turns what they say into probabilities as frequent as
    in the validation data; the threshold of each label is where F1 is highest.

    Raises:
        ValueError: if the data do not fit each other or the labels.
        ModelError: if TensorFlow is not installed.
    """
    spec, method = spec or HeadSpec(), method or Method()
    _check_fit(train, validation, labels)
    mean, spread = train.features.mean(axis=0), train.features.std(axis=0)
    spread = np.where(spread > _SMALLEST_SPREAD, spread, np.float32(1))
    weights = _fit(
        Dataset((train.features - mean) / spread, train.targets),
        Dataset((validation.features - mean) / spread, validation.targets),
        spec,
        method,
        seed,
    )
    weights = _unscale(weights, spec.layer_names[0], mean, spread)
    return _calibrate(weights, spec, labels, validation)


def _check_fit(train: Dataset, validation: Dataset, labels: tuple[str, ...]) -> None:
    for name, data in (("train", train), ("validation", validation)):
        expected = (train.features.shape[1], len(labels))
        found = (data.features.shape[1], data.targets.shape[1])
        if found != expected:
            raise ValueError(f"{name} must have {expected} values and labels, not {found}")


def _fit(train: Dataset, validation: Dataset, spec: HeadSpec, method: Method, seed: int) -> Weights:
    keras = import_keras()
    keras.utils.set_random_seed(seed)
    model = _build(keras, spec, inputs=train.features.shape[1], outputs=train.targets.shape[1])
    optimizer = keras.optimizers.AdamW(method.learning_rate, weight_decay=method.weight_decay)
    model.compile(optimizer, loss=_balanced_loss(train.targets))
    stop = keras.callbacks.EarlyStopping(patience=method.patience, restore_best_weights=True)
    model.fit(
        train.features,
        train.targets.astype(np.float32),
        validation_data=(validation.features, validation.targets.astype(np.float32)),
        batch_size=method.batch,
        epochs=method.epochs,
        callbacks=[stop],
        verbose=0,
    )
    tensors: dict[str, NDArray[np.float32]] = {}
    for name in spec.layer_names:
        tensors[f"{name}.kernel"], tensors[f"{name}.bias"] = model.get_layer(name).get_weights()
    return tensors


def _build(keras: Any, spec: HeadSpec, *, inputs: int, outputs: int) -> Any:
    layers = [keras.Input((inputs,))]
    for name, width in zip(spec.layer_names, (*spec.hidden, outputs), strict=True):
        activation = None if name == OUTPUT_LAYER else "relu"
        layers.append(keras.layers.Dropout(spec.dropout))
        layers.append(keras.layers.Dense(width, activation=activation, name=name))
    return keras.Sequential(layers)


def _balanced_loss(targets: NDArray[np.bool_]) -> Any:
    """Cross-entropy in which, for every label, the rarer side weighs as much as the other."""
    import tensorflow as tf

    present = targets.sum(axis=0)
    weight = tf.constant((len(targets) - present) / present, tf.float32)

    def loss(truth: Any, logits: Any) -> Any:
        return tf.nn.weighted_cross_entropy_with_logits(truth, logits, weight)

    return loss


def _unscale(
    weights: Weights, layer: str, mean: NDArray[np.float32], spread: NDArray[np.float32]
) -> Weights:
    """Move the scaling of the features into the first layer, so that it takes them as they are."""
    kernel = weights[f"{layer}.kernel"] / spread[:, np.newaxis]
    bias = weights[f"{layer}.bias"] - mean @ kernel
    return {**weights, f"{layer}.kernel": kernel, f"{layer}.bias": bias}


def _calibrate(
    weights: Weights, spec: HeadSpec, labels: tuple[str, ...], validation: Dataset
) -> TrainedHead:
    raw = TrainedHead(spec=spec, labels=labels, weights=weights, calibrations={}, thresholds={})
    logits = raw.logits(validation.features)
    calibrations = {
        label: fit_platt(logits[:, i], validation.targets[:, i]) for i, label in enumerate(labels)
    }
    head = replace(raw, calibrations=calibrations)
    scores = head.score(validation.features)
    thresholds = {
        label: best_threshold(scores[:, i], validation.targets[:, i])
        for i, label in enumerate(labels)
    }
    return replace(head, thresholds=thresholds)


def evaluate(head: TrainedHead, data: Dataset) -> dict[str, float]:
    """Precision, recall, F1, average precision and Brier score of every label, for a manifest."""
    scores = head.score(data.features)
    figures: dict[str, float] = {}
    for i, label in enumerate(head.labels):
        measured = measure(scores[:, i], data.targets[:, i], threshold=head.thresholds[label])
        figures |= {f"{label} {name}": value for name, value in measured.items()}
    return figures
