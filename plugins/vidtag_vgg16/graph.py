"""Builds the ONNX graph of a backbone and the heads that share it, from their weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from vidtag_vgg16 import architecture
from vidtag_vgg16.heads import OUTPUT_LAYER, Pooling, TrainedHead

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from vidtag.api import Size
    from vidtag_vgg16.preprocessing import Preprocessing
    from vidtag_vgg16.weights import Weights

INPUT = "crops"
OUTPUT = "result"

_OPSET = 17
_IR_VERSION = 8  # the oldest that goes with the opset, for every ONNX Runtime we allow


def build(
    backbone: Weights,
    *,
    preprocessing: Preprocessing,
    input_size: Size,
    heads: Sequence[TrainedHead] = (),
) -> ModelProto:
    """Build a graph for one crop at a time.

    Input `crops` (1, height, width, 3) uint8 RGB. Output `result`: with heads (1, labels of all
    heads) calibrated probabilities, without heads the features (1, height / 32, width / 32, 512).
    """
    graph = _Graph()
    features = _convolve(graph, backbone, _prepare(graph, preprocessing))
    if heads:
        scores = [
            _head(graph, head, features, f"head{number}") for number, head in enumerate(heads)
        ]
        graph.node("Concat", *scores, output=OUTPUT, axis=1)
        shape = [1, sum(len(head.labels) for head in heads)]
    else:
        graph.node("Transpose", features, output=OUTPUT, perm=[0, 2, 3, 1])
        shape = [1, *architecture.feature_shape(input_size)]
    return graph.model(input_shape=[1, *input_size, 3], output_shape=shape)


class _Graph:
    """Nodes and constants as they are added."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def constant(self, name: str, values: ArrayLike, dtype: type = np.float32) -> str:
        array: NDArray[Any] = np.ascontiguousarray(values, dtype)
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operator: str, *inputs: str, output: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))
        return output

    def model(self, *, input_shape: list[int], output_shape: list[int]) -> ModelProto:
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self._nodes,
            architecture.NAME,
            [value(INPUT, TensorProto.UINT8, input_shape)],
            [value(OUTPUT, TensorProto.FLOAT, output_shape)],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)


def _prepare(graph: _Graph, preprocessing: Preprocessing) -> str:
    """Bytes (1, height, width, RGB) -> what the first convolution expects, channels first."""
    channels = graph.constant("channels", preprocessing.channels, np.int64)
    means = graph.constant("means", np.reshape(preprocessing.means, (3, 1, 1)))
    divisor = graph.constant("divisor", preprocessing.divisor)
    x = graph.node("Transpose", INPUT, output="planes", perm=[0, 3, 1, 2])
    x = graph.node("Cast", x, output="values", to=TensorProto.FLOAT)
    x = graph.node("Gather", x, channels, output="ordered", axis=1)
    x = graph.node("Sub", x, means, output="centred")
    return graph.node("Div", x, divisor, output="prepared")


def _convolve(graph: _Graph, weights: Weights, x: str) -> str:
    for number, block in enumerate(architecture.BLOCKS, start=1):
        for convolution in block:
            name = convolution.name
            # Keras stores (height, width, in, out), ONNX (out, in, height, width).
            kernel = weights[f"{name}.kernel"].transpose(3, 2, 0, 1)
            x = graph.node(
                "Conv",
                x,
                graph.constant(f"{name}.kernel", kernel),
                graph.constant(f"{name}.bias", weights[f"{name}.bias"]),
                output=name,
                pads=[1, 1, 1, 1],
            )
            x = graph.node("Relu", x, output=f"{name}.relu")
        x = graph.node(
            "MaxPool", x, output=f"block{number}_pool", kernel_shape=[2, 2], strides=[2, 2]
        )
    return x


def _head(graph: _Graph, head: TrainedHead, features: str, prefix: str) -> str:
    """Features -> calibrated probabilities (1, labels)."""
    x = _pool(graph, features, head.spec.pooling, prefix)
    for layer in head.spec.layer_names:
        kernel = graph.constant(f"{prefix}.{layer}.kernel", head.weights[f"{layer}.kernel"])
        bias = graph.constant(f"{prefix}.{layer}.bias", head.weights[f"{layer}.bias"])
        x = graph.node("Gemm", x, kernel, bias, output=f"{prefix}.{layer}")
        if layer != OUTPUT_LAYER:
            x = graph.node("Relu", x, output=f"{prefix}.{layer}.relu")
    scale, offset = head.calibration_vectors()
    scale_name = graph.constant(f"{prefix}.scale", scale)
    offset_name = graph.constant(f"{prefix}.offset", offset)
    x = graph.node("Mul", x, scale_name, output=f"{prefix}.scaled")
    x = graph.node("Add", x, offset_name, output=f"{prefix}.calibrated")
    return graph.node("Sigmoid", x, output=f"{prefix}.scores")


def _pool(graph: _Graph, features: str, pooling: Pooling, prefix: str) -> str:
    """Features -> (1, values), in the order of `heads.pool`."""
    if pooling == "flatten":
        last = graph.node("Transpose", features, output=f"{prefix}.last", perm=[0, 2, 3, 1])
        return graph.node("Flatten", last, output=f"{prefix}.pooled")
    operators = {"average": "GlobalAveragePool", "max": "GlobalMaxPool"}
    parts = [
        graph.node(operators[part], features, output=f"{prefix}.{part}")
        for part in pooling.split("+")
    ]
    joined = graph.node("Concat", *parts, output=f"{prefix}.joined", axis=1)
    return graph.node("Flatten", joined, output=f"{prefix}.pooled")
