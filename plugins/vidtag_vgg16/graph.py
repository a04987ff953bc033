"""Builds the ONNX graph of a backbone and the heads that share it, from their weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import Nodes
from vidtag_vgg16 import architecture, int8
from vidtag_vgg16.heads import OUTPUT_LAYER, Pooling, TrainedHead
from vidtag_vgg16.layers import add_pool, onnx_kernel

if TYPE_CHECKING:
    from onnx import ModelProto

    from vidtag.api import Size, Weights
    from vidtag_vgg16.preprocessing import Preprocessing
    from vidtag_vgg16.ranges import Ranges


def build(
    backbone: Weights,
    *,
    preprocessing: Preprocessing,
    input_size: Size,
    heads: Sequence[TrainedHead] = (),
    ranges: Ranges | None = None,
    blocks: int = len(architecture.BLOCKS),
    batch: int | str = 1,
) -> ModelProto:
    """Build a graph for `batch` crops at a time; `Nodes.BATCH`, in float32, for any number.

    Input `crops` (batch, height, width, 3) uint8 RGB. Output `result`: with heads (batch, labels of
    all heads) calibrated probabilities, without heads the features (batch, height / 32,
    width / 32, 512).
    With `ranges` the convolutions compute in 8-bit integers, without them in float32. With fewer
    `blocks` the features are those after that many of them.
    """
    nodes = Nodes()
    if ranges is None:
        features = _convolve(nodes, backbone, _prepare(nodes, preprocessing), blocks)
    else:
        features = int8.convolve(nodes, backbone, preprocessing, ranges, blocks=blocks)
    if heads:
        _add_heads(nodes, heads, features)
        shape = [sum(len(head.labels) for head in heads)]
    else:
        nodes.node("Transpose", features, output=Nodes.OUTPUT, perm=[0, 2, 3, 1])
        shape = list(architecture.feature_shape(input_size, blocks=blocks))
    return nodes.model(
        architecture.NAME, input_shape=[batch, *input_size, 3], output_shape=[batch, *shape]
    )


def build_heads(
    heads: Sequence[TrainedHead], *, feature_shape: Sequence[int], scale: float
) -> ModelProto:
    """Build a graph of heads alone, for the features of one crop at a time.

    Input `crops` (1, *feature_shape) uint8: the features, each `scale` times its number. Output
    `result` (1, labels of all heads) calibrated probabilities.
    """
    nodes = Nodes()
    scale_name = nodes.constant("features.scale", scale)
    features = nodes.node("Mul", nodes.pixels(), scale_name, output="features")
    _add_heads(nodes, heads, features)
    shape = [1, sum(len(head.labels) for head in heads)]
    return nodes.model("heads", input_shape=[1, *feature_shape], output_shape=shape)


def build_maxima(
    backbone: Weights, *, preprocessing: Preprocessing, input_size: Size
) -> ModelProto:
    """Build a float32 graph that tells how large its activations are.

    Input as in `build`. Output `result` (1, 13, 1, 1): the largest value after each convolution.
    """
    nodes = Nodes()
    _convolve(nodes, backbone, _prepare(nodes, preprocessing), len(architecture.BLOCKS))
    tops = [
        nodes.node("ReduceMax", _activation(each.name), output=f"{each.name}.max", keepdims=1)
        for each in architecture.CONVOLUTIONS
    ]
    nodes.node("Concat", *tops, output=Nodes.OUTPUT, axis=1)
    return nodes.model(
        architecture.NAME, input_shape=[1, *input_size, 3], output_shape=[1, len(tops), 1, 1]
    )


def _prepare(nodes: Nodes, preprocessing: Preprocessing) -> str:
    """Bytes (1, height, width, RGB) -> what the first convolution expects, channels first."""
    channels = nodes.constant("channels", preprocessing.channels, np.int64)
    means = nodes.constant("means", np.reshape(preprocessing.means, (3, 1, 1)))
    divisor = nodes.constant("divisor", preprocessing.divisor)
    x = nodes.node("Gather", nodes.pixels(), channels, output="ordered", axis=1)
    x = nodes.node("Sub", x, means, output="centred")
    return nodes.node("Div", x, divisor, output="prepared")


def _convolve(nodes: Nodes, weights: Weights, x: str, blocks: int) -> str:
    for number, block in enumerate(architecture.BLOCKS[:blocks], start=1):
        for convolution in block:
            name = convolution.name
            x = nodes.node(
                "Conv",
                x,
                nodes.constant(f"{name}.kernel", onnx_kernel(weights[f"{name}.kernel"])),
                nodes.constant(f"{name}.bias", weights[f"{name}.bias"]),
                output=name,
                pads=[1, 1, 1, 1],
            )
            x = nodes.node("Relu", x, output=_activation(name))
        x = add_pool(nodes, x, number)
    return x


def _activation(convolution: str) -> str:
    return f"{convolution}.relu"


def _add_heads(nodes: Nodes, heads: Sequence[TrainedHead], features: str) -> None:
    scores = [_head(nodes, head, features, f"head{number}") for number, head in enumerate(heads)]
    nodes.node("Concat", *scores, output=Nodes.OUTPUT, axis=1)


def _head(nodes: Nodes, head: TrainedHead, features: str, prefix: str) -> str:
    """Features -> calibrated probabilities (1, labels)."""
    x = _pool(nodes, features, head.spec.pooling, prefix)
    for layer in head.spec.layer_names:
        kernel = nodes.constant(f"{prefix}.{layer}.kernel", head.weights[f"{layer}.kernel"])
        bias = nodes.constant(f"{prefix}.{layer}.bias", head.weights[f"{layer}.bias"])
        x = nodes.node("Gemm", x, kernel, bias, output=f"{prefix}.{layer}")
        if layer != OUTPUT_LAYER:
            x = nodes.node("Relu", x, output=f"{prefix}.{layer}.relu")
    scale, offset = head.calibration_vectors()
    scale_name = nodes.constant(f"{prefix}.scale", scale)
    offset_name = nodes.constant(f"{prefix}.offset", offset)
    x = nodes.node("Mul", x, scale_name, output=f"{prefix}.scaled")
    x = nodes.node("Add", x, offset_name, output=f"{prefix}.calibrated")
    return nodes.node("Sigmoid", x, output=f"{prefix}.scores")


def _pool(nodes: Nodes, features: str, pooling: Pooling, prefix: str) -> str:
    """Features -> (1, values), in the order of `heads.pool`."""
    if pooling == "flatten":
        last = nodes.node("Transpose", features, output=f"{prefix}.last", perm=[0, 2, 3, 1])
        return nodes.node("Flatten", last, output=f"{prefix}.pooled")
    operators = {"average": "GlobalAveragePool", "max": "GlobalMaxPool"}
    parts = [
        nodes.node(operators[part], features, output=f"{prefix}.{part}")
        for part in pooling.split("+")
    ]
    joined = nodes.node("Concat", *parts, output=f"{prefix}.joined", axis=1)
    return nodes.node("Flatten", joined, output=f"{prefix}.pooled")
