"""The nodes and constants of an ONNX graph, as they are added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from vidtag_vgg16 import architecture

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

INPUT = "crops"
OUTPUT = "result"
FLOAT = int(TensorProto.FLOAT)

_OPSET = 17
_IR_VERSION = 8  # the oldest that goes with the opset, for every ONNX Runtime we allow


class Nodes:
    """Grows node by node, and becomes a model with the input `crops` and the output `result`."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def constant(self, name: str, values: ArrayLike, dtype: type = np.float32) -> str:
        """Add a constant; returns its name."""
        array: NDArray[Any] = np.array(values, dtype, order="C")
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operator: str, *inputs: str, output: str, **attributes: Any) -> str:
        """Add a node; returns the name of its output."""
        self._nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))
        return output

    def model(self, *, input_shape: list[int], output_shape: list[int]) -> ModelProto:
        """The model: bytes of `input_shape` in, floats of `output_shape` out."""
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


def onnx_kernel(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """A kernel of Keras (height, width, in, out) as ONNX has it: (out, in, height, width)."""
    return kernel.transpose(3, 2, 0, 1)


def add_pool(nodes: Nodes, x: str, block: int) -> str:
    """The max pooling that ends block number `block`."""
    return nodes.node(
        "MaxPool", x, output=f"block{block}_pool", kernel_shape=[2, 2], strides=[2, 2]
    )
