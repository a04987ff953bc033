"""The last block and a head as a Keras model that can be trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from vidtag_vgg16.architecture import KERNEL_PX, LAST_BLOCK
from vidtag_vgg16.fitting import layer_weights, optimize
from vidtag_vgg16.heads import OUTPUT_LAYER
from vidtag_vgg16.keras_network import add_pooling, import_keras

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.api import Weights
    from vidtag_vgg16.heads import TrainedHead
    from vidtag_vgg16.recipes import Method
    from vidtag_vgg16.record import History
    from vidtag_vgg16.rows import Rows

_NAMES = tuple(convolution.name for convolution in LAST_BLOCK)
_BATCH = 32  # where nothing is learnt


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last block sees of pictures, and what they show."""

    features: Rows  # (N, height, width, 512)
    targets: NDArray[np.bool_]  # (N, labels)


class Trainable:
    """A last block and a head, from what the block sees to logits.

    Args:
        block: the weights of the last block to begin with.
        head: the head to begin with.
        shape: (height, width, channels) of what the block sees.

    Raises:
        ModelError: if TensorFlow is not installed.
    """

    def __init__(self, block: Weights, head: TrainedHead, *, shape: tuple[int, ...]) -> None:
        self._first_head = head
        self._model = _build(head, shape)
        self.set_weights({**block, **head.weights})

    def fit(
        self,
        train: Seen,
        validation: Seen,
        *,
        method: Method,
        seed: int,
        on_step: Callable[[], object],
    ) -> History:
        """Train both and keep the weights of the best epoch; `on_step` is called after each step.

        Raises:
            ValueError: if the training does not settle.
        """
        return optimize(self._model, train, validation, method=method, seed=seed, on_step=on_step)

    def set_weights(self, weights: Weights) -> None:
        """Exchange the weights of the layers that `weights` has any of."""
        for name in (*_NAMES, *self._first_head.spec.layer_names):
            if f"{name}.kernel" in weights:
                layer = self._model.get_layer(name)
                layer.set_weights([weights[f"{name}.kernel"], weights[f"{name}.bias"]])

    @property
    def block(self) -> Weights:
        """The weights of the last block."""
        return layer_weights(self._model, _NAMES)

    @property
    def head(self) -> TrainedHead:
        """The head."""
        head = self._first_head
        return replace(head, weights=layer_weights(self._model, head.spec.layer_names))

    def largest(self, rows: Rows) -> dict[str, float]:
        """The largest value that each convolution of the block gives for `rows`."""
        keras = import_keras()
        outputs = [self._model.get_layer(name).output for name in _NAMES]
        tops = keras.Model(self._model.input, [keras.ops.max(each) for each in outputs])
        found = [
            [float(top) for top in tops(rows[np.arange(first, last)], training=False)]
            for first in range(0, len(rows), _BATCH)
            for last in [min(first + _BATCH, len(rows))]
        ]
        return dict(zip(_NAMES, np.max(found, axis=0).tolist(), strict=True))


def _build(head: TrainedHead, shape: tuple[int, ...]) -> Any:
    """Without dropout: with steps as small as these, what stops in time forgets nothing."""
    keras = import_keras()
    seen = x = keras.Input(shape)
    for convolution in LAST_BLOCK:
        x = keras.layers.Conv2D(
            convolution.outputs, KERNEL_PX, padding="same", activation="relu", name=convolution.name
        )(x)
    x = add_pooling(keras, head.spec.pooling, keras.layers.MaxPooling2D(2)(x))
    for name in head.spec.layer_names:
        activation = None if name == OUTPUT_LAYER else "relu"
        x = keras.layers.Dense(len(head.weights[f"{name}.bias"]), activation, name=name)(x)
    return keras.Model(seen, x)
