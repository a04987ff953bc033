"""The nodes and constants of an ONNX graph, as they are added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

_OPSET = 17
_IR_VERSION = 8  # the oldest that goes with the opset, for every ONNX Runtime we allow


class Nodes:
    """Grows node by node, and becomes a model with one input, `crops`, and one output, `result`."""

    INPUT: Final = "crops"
    OUTPUT: Final = "result"
    BATCH: Final = "n"  # as the first number of a shape: as many pictures as there are

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def constant(self, name: str, values: ArrayLike, dtype: type = np.float32) -> str:
        """Add a constant; returns its name, which no other value of the graph may have."""
        array: NDArray[Any] = np.array(values, dtype, order="C")
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add a node; returns the name of its output, a new one unless it is given."""
        output = output or f"value{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))
        return output

    def pixels(self) -> str:
        """Add the crops (n, height, width, 3) as floats with channels first; returns their name."""
        x = self.node("Transpose", self.INPUT, output="planes", perm=[0, 3, 1, 2])
        return self.node("Cast", x, output="values", to=int(TensorProto.FLOAT))

    def model(
        self,
        name: str,
        *,
        input_shape: Sequence[int | str],
        output_shape: Sequence[int | str],
    ) -> ModelProto:
        """The model: bytes of `input_shape` in, floats of `output_shape` out.

        Args:
            name: of the graph.
            input_shape: of `crops`; a word stands for any size.
            output_shape: of `result`.
        """
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self._nodes,
            name,
            [value(self.INPUT, TensorProto.UINT8, input_shape)],
            [value(self.OUTPUT, TensorProto.FLOAT, output_shape)],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
