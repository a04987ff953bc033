"""Fitting a head to features with Keras. The same data, seed and TensorFlow give the same head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vidtag_vgg16.batches import Examples, batches
from vidtag_vgg16.heads import OUTPUT_LAYER, Calibration, HeadSpec, TrainedHead
from vidtag_vgg16.keras_network import import_keras
from vidtag_vgg16.recipes import Method
from vidtag_vgg16.record import Epoch, History

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from vidtag.api import Weights

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
class Fitted:
    """A head as the optimizer left it, not calibrated, and how it got there."""

    head: TrainedHead
    history: History


def fit_head(
    train: Dataset,
    validation: Dataset,
    *,
    labels: tuple[str, ...],
    spec: HeadSpec | None = None,
    method: Method | None = None,
    seed: int = 0,
) -> Fitted:
    """Fit a head and keep the weights of its best epoch by the validation data.

    Its thresholds are 0.5, its scores not calibrated.

    Raises:
        ValueError: if the data do not fit each other or the labels.
        ModelError: if TensorFlow is not installed.
    """
    spec, method = spec or HeadSpec(), method or Method()
    _check_fit(train, validation, labels)
    scaling = Scaling.of(train.features) if method.standardized else None
    if scaling:
        train, validation = scaling.apply(train), scaling.apply(validation)
    weights, history = _fit(train, validation, spec, method, seed)
    if scaling:
        weights = scaling.fold_into(weights, spec.layer_names[0])
    head = TrainedHead(
        spec=spec,
        labels=labels,
        weights=weights,
        calibrations=dict.fromkeys(labels, Calibration()),
        thresholds=dict.fromkeys(labels, 0.5),
    )
    return Fitted(head=head, history=history)


def _check_fit(train: Dataset, validation: Dataset, labels: tuple[str, ...]) -> None:
    for name, data in (("train", train), ("validation", validation)):
        expected = (train.features.shape[1], len(labels))
        found = (data.features.shape[1], data.targets.shape[1])
        if found != expected:
            raise ValueError(f"{name} must have {expected} values and labels, not {found}")


def _fit(
    train: Dataset, validation: Dataset, spec: HeadSpec, method: Method, seed: int
) -> tuple[Weights, History]:
    keras = import_keras()
    keras.utils.set_random_seed(seed)
    inputs, outputs = train.features.shape[1], train.targets.shape[1]
    model = _build(keras, spec, method, inputs=inputs, outputs=outputs)
    history = optimize(model, train, validation, method=method, seed=seed)
    return layer_weights(model, spec.layer_names), history


def optimize(
    model: Any,
    train: Examples,
    validation: Examples,
    *,
    method: Method,
    seed: int,
    on_step: Callable[[], object] | None = None,
) -> History:
    """Train a Keras model that makes logits, and leave it with the weights of its best epoch.

    Args:
        model: as Keras has built it.
        train: what to learn from.
        validation: what tells which epoch is the best.
        method: how to go about it.
        seed: of the order of the examples.
        on_step: called after each batch.

    Raises:
        ModelError: if TensorFlow is not installed.
    """
    keras = import_keras()
    model.compile(
        _optimizer(keras, method),
        loss=_loss(train.targets, balanced=method.balanced),
        metrics=[keras.metrics.BinaryAccuracy("accuracy", threshold=0.0)],  # of logits
    )
    best = keras.callbacks.EarlyStopping(
        f"val_{method.keep}",
        mode="min" if method.keep == "loss" else "max",
        patience=method.patience,
        restore_best_weights=True,
    )
    callbacks = [best]
    if on_step:
        callbacks.append(
            keras.callbacks.LambdaCallback(on_train_batch_end=lambda *_, **__: on_step())
        )
    done = model.fit(
        batches(train, method.batch, shuffle_seed=seed),
        validation_data=batches(validation, method.batch),
        shuffle=False,  # done already
        epochs=method.epochs,
        callbacks=callbacks,
        verbose=0,
    )
    return _history(done.history, best.best_epoch)


def layer_weights(model: Any, names: Sequence[str]) -> Weights:
    """`<layer>.kernel` and `<layer>.bias` of the layers `names` of a Keras model.

    Raises:
        ValueError: if there are other than finite numbers among them.
    """
    tensors: dict[str, NDArray[np.float32]] = {}
    for name in names:
        tensors[f"{name}.kernel"], tensors[f"{name}.bias"] = model.get_layer(name).get_weights()
    if not all(np.isfinite(values).all() for values in tensors.values()):
        raise ValueError("the training has not settled: its weights are no finite numbers")
    return tensors


def _build(keras: Any, spec: HeadSpec, method: Method, *, inputs: int, outputs: int) -> Any:
    layers = [keras.Input((inputs,))]
    for number, width in enumerate((*spec.hidden, outputs)):
        name = spec.layer_names[number]
        if number or method.drops_features:
            layers.append(keras.layers.Dropout(spec.dropout))
        activation = None if name == OUTPUT_LAYER else "relu"
        layers.append(keras.layers.Dense(width, activation=activation, name=name))
    return keras.Sequential(layers)


def _optimizer(keras: Any, method: Method) -> Any:
    if method.optimizer == "sgd":
        return keras.optimizers.SGD(method.learning_rate)
    return keras.optimizers.AdamW(method.learning_rate, weight_decay=method.weight_decay)


def _loss(targets: NDArray[np.bool_], *, balanced: bool) -> Any:
    """Cross-entropy of logits; balanced, the rarer side of each label weighs as the other does."""
    import tensorflow as tf

    weight = tf.constant(presence_weights(targets, balanced=balanced), tf.float32)

    def loss(truth: Any, logits: Any) -> Any:
        return tf.nn.weighted_cross_entropy_with_logits(truth, logits, weight)

    return loss


def presence_weights(targets: NDArray[np.bool_], *, balanced: bool) -> NDArray[np.float64]:
    """(labels,) how much an example with the label weighs; one without it weighs 1."""
    present = targets.sum(axis=0)
    ratio: NDArray[np.float64] = (len(targets) - present) / present
    return ratio if balanced else np.ones_like(ratio)


def _history(recorded: Mapping[str, Sequence[float]], best: int) -> History:
    columns = [recorded[name] for name in ("loss", "accuracy", "val_loss", "val_accuracy")]
    epochs = tuple(
        Epoch(loss=a, accuracy=b, validation_loss=c, validation_accuracy=d)
        for a, b, c, d in zip(*columns, strict=True)
    )
    return History(epochs=epochs, best=best)


@dataclass(frozen=True, slots=True)
class Scaling:
    """Brings every feature to mean 0 and spread 1, as the training data had it."""

    mean: NDArray[np.float32]  # (values,)
    spread: NDArray[np.float32]  # (values,)

    @classmethod
    def of(cls, features: NDArray[np.float32]) -> Scaling:
        """That of `features` (N, values); what is constant stays as it is."""
        mean, spread = features.mean(axis=0), features.std(axis=0)
        return cls(mean, np.where(spread > _SMALLEST_SPREAD, spread, np.float32(1)))

    def apply(self, data: Dataset) -> Dataset:
        """`data` with scaled features."""
        return Dataset((data.features - self.mean) / self.spread, data.targets)

    def fold_into(self, weights: Weights, layer: str) -> Weights:
        """Move the scaling into the first `layer`, so that it takes the features as they are."""
        kernel = weights[f"{layer}.kernel"] / self.spread[:, np.newaxis]
        bias = weights[f"{layer}.bias"] - self.mean @ kernel
        return {**weights, f"{layer}.kernel": kernel, f"{layer}.bias": bias}
