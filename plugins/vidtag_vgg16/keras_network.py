"""The network in Keras: the reference that the other runtimes are held against."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from vidtag.api import ModelError
from vidtag_vgg16 import architecture
from vidtag_vgg16.heads import OUTPUT_LAYER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.api import Size, Weights
    from vidtag_vgg16.heads import TrainedHead
    from vidtag_vgg16.preprocessing import Preprocessing


class KerasNetwork:
    """`keras.applications.VGG16(include_top=False)` with our weights; crops run one by one."""

    def __init__(
        self,
        backbone: Weights,
        *,
        preprocessing: Preprocessing,
        input_size: Size,
        heads: Sequence[TrainedHead] = (),
        threads: int | None = None,
    ) -> None:
        self._input_size = input_size
        self._preprocessing = preprocessing
        self._model = build_model(backbone, input_size=input_size, heads=heads, threads=threads)

    def run(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Network.run`."""
        architecture.check_crops(crops, self._input_size)
        results = np.empty((len(crops), *self._model.output_shape[1:]), np.float32)
        for number in range(len(crops)):
            prepared = self._preprocessing.apply(crops[number : number + 1])
            results[number] = self._model(prepared, training=False)[0]
        return results

    def close(self) -> None:
        """See `Network.close`."""
        del self._model


def import_keras(threads: int | None = None) -> Any:
    """Import Keras on TensorFlow.

    Raises:
        ModelError: if it is not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        import keras
        import tensorflow as tf
    except ImportError as error:
        raise ModelError(
            "TensorFlow is needed and not installed", hint="pip install 'vidtag[train]'"
        ) from error
    if threads is not None:
        with contextlib.suppress(RuntimeError):  # fixed since TensorFlow was first used
            tf.config.threading.set_intra_op_parallelism_threads(threads)
    return keras


def build_model(
    backbone: Weights,
    *,
    input_size: Size,
    heads: Sequence[TrainedHead] = (),
    threads: int | None = None,
) -> Any:
    """Build a `keras.Model` from preprocessed crops to what `Network.run` returns."""
    keras = import_keras(threads)
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(*input_size, 3))
    for convolution in architecture.CONVOLUTIONS:
        layer = base.get_layer(convolution.name)
        layer.set_weights([backbone[name] for name in convolution.shapes])
    if not heads:
        return base
    scores = [_head(keras, head, base.output) for head in heads]
    joined = keras.layers.Concatenate()(scores) if len(scores) > 1 else scores[0]
    return keras.Model(base.input, joined)


def _head(keras: Any, head: TrainedHead, features: Any) -> Any:
    x = add_pooling(keras, head.spec.pooling, features)
    for name in head.spec.layer_names:
        kernel, bias = head.weights[f"{name}.kernel"], head.weights[f"{name}.bias"]
        activation = None if name == OUTPUT_LAYER else "relu"
        layer = keras.layers.Dense(len(bias), activation=activation)
        x = layer(x)
        layer.set_weights([kernel, bias])
    scale, offset = head.calibration_vectors()
    return keras.ops.sigmoid(x * scale + offset)


def add_pooling(keras: Any, pooling: str, features: Any) -> Any:
    """Add layers that pool `features`, as `heads.pool` does; returns their output."""
    layers = {
        "flatten": keras.layers.Flatten,
        "average": keras.layers.GlobalAveragePooling2D,
        "max": keras.layers.GlobalMaxPooling2D,
    }
    parts = [layers[part]()(features) for part in pooling.split("+")]
    return keras.layers.Concatenate()(parts) if len(parts) > 1 else parts[0]
