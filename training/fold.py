"""Fold batch normalisation into the convolutions: the same function as plain VGG16."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.backbone import build_vgg16, convolutions

if TYPE_CHECKING:
    import keras

Floats = NDArray[np.float32]
Tensors = dict[str, NDArray[np.float16]]


def fold_one(
    kernel: Floats, gamma: Floats, beta: Floats, mean: Floats, variance: Floats, epsilon: float
) -> tuple[Floats, Floats]:
    """Return the kernel (3, 3, in, out) and bias (out,) that do what conv and norm did.

    ``gamma * (conv(x) - mean) / sqrt(variance + epsilon) + beta``, multiplied out.
    """
    gain = gamma / np.sqrt(variance + epsilon)
    return (kernel * gain).astype(np.float32), (beta - mean * gain).astype(np.float32)


def fold_model(model: keras.Model) -> Tensors:
    """Return ``<conv>.kernel`` and ``<conv>.bias`` of all convolutions, as float16."""
    tensors: Tensors = {}
    for name, _ in convolutions():
        norm = model.get_layer(f"{name}_bn")
        gamma, beta, mean, variance = norm.get_weights()
        (kernel,) = model.get_layer(name).get_weights()
        kernel, bias = fold_one(kernel, gamma, beta, mean, variance, norm.epsilon)
        tensors[f"{name}.kernel"] = kernel.astype(np.float16)
        tensors[f"{name}.bias"] = bias.astype(np.float16)
    return tensors


def head_tensors(model: keras.Model, head: str) -> Tensors:
    """Return ``<head>.kernel`` (512, D) and ``<head>.bias`` (D,) of a linear head."""
    kernel, bias = model.get_layer(head).get_weights()
    return {f"{head}.kernel": kernel.astype(np.float16), f"{head}.bias": bias.astype(np.float16)}


def plain_vgg16(tensors: Tensors) -> keras.Model:
    """Build VGG16 with folded `tensors`, computing in float32."""
    model = build_vgg16()
    for name, _ in convolutions():
        weights = [tensors[f"{name}.{kind}"].astype(np.float32) for kind in ("kernel", "bias")]
        model.get_layer(name).set_weights(weights)
    return model
