"""dlib's face recognition network as an ONNX graph, built from its weights.

It is a residual network (He et al., "Deep Residual Learning for Image Recognition", 2016) of 29
convolutions with few filters, by Davis King: a face chip of 150x150 pixels goes in, 128 numbers
come out, near for one person and far for two. Each convolution is followed by an affine layer
(batch normalisation, frozen), which is folded into it when the weights are converted.

    7x7/2 32, max-pool 3x3/2, blocks of two 3x3: 3x 32, 4x 64, 3x 128, 3x 256, 1x 256; mean; 128

The first block of each width but the first halves the picture: its first convolution has stride 2
and no padding, and its shortcut is a 2x2 mean. Where the two sides differ in size or channels, the
smaller one is padded with zeros at the end, as dlib adds tensors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

INPUT, OUTPUT = "chips", "embeddings"
SIDE_PX = 150
DIMENSIONS = 128

_MEAN = (122.782, 117.001, 104.298)  # of red, green and blue, as dlib subtracts it
_SCALE = 256.0
_OPSET, _IR_VERSION = 17, 8


@dataclass(frozen=True, slots=True)
class Convolution:
    """One convolution, with the affine layer that follows folded in."""

    name: str
    filters: int
    channels: int
    side: int  # of the kernel
    stride: int = 1
    padding: int = 0

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Its tensors."""
        return {
            f"{self.name}.weight": (self.filters, self.channels, self.side, self.side),
            f"{self.name}.bias": (self.filters,),
        }


@dataclass(frozen=True, slots=True)
class Block:
    """Two convolutions and a shortcut around them."""

    first: Convolution
    second: Convolution

    @property
    def halves(self) -> bool:
        """Whether the picture gets half as large."""
        return self.first.stride == 2


def _blocks() -> Iterator[Block]:
    widths = (32, *(32,) * 3, *(64,) * 4, *(128,) * 3, *(256,) * 3, 256)
    starts = {4, 8, 11, 14}  # numbers of the blocks that halve, counted from 1
    for number, (channels, filters) in enumerate(pairwise(widths), start=1):
        halves = number in starts
        first = Convolution(
            f"block{number}_conv1",
            filters,
            channels,
            3,
            stride=2 if halves else 1,
            padding=0 if halves else 1,
        )
        second = Convolution(f"block{number}_conv2", filters, filters, 3, padding=1)
        yield Block(first, second)


STEM = Convolution("stem", 32, 3, 7, stride=2)
BLOCKS = tuple(_blocks())
CONVOLUTIONS = (STEM, *(c for block in BLOCKS for c in (block.first, block.second)))
LAST = "embedding.weight"
SHAPES: Mapping[str, tuple[int, ...]] = {
    **{name: shape for c in CONVOLUTIONS for name, shape in c.shapes.items()},
    LAST: (BLOCKS[-1].second.filters, DIMENSIONS),
}


def build(weights: Mapping[str, NDArray[np.float32]]) -> ModelProto:
    """Build the graph.

    Input `chips` (n, 150, 150, 3) uint8 RGB; output `embeddings` (n, 128) float32.

    Args:
        weights: the tensors of `SHAPES`.
    """
    graph = _Graph(weights)
    values = graph.node("Cast", INPUT, to=TensorProto.FLOAT)
    values = graph.node("Sub", values, graph.constant("mean", np.array(_MEAN, np.float32)))
    values = graph.node("Div", values, graph.constant("scale", np.array(_SCALE, np.float32)))
    values = graph.node("Transpose", values, perm=[0, 3, 1, 2])
    values = graph.node("Relu", graph.convolution(STEM, values))
    values = graph.node("MaxPool", values, kernel_shape=[3, 3], strides=[2, 2])
    side = ((SIDE_PX - STEM.side) // STEM.stride + 1 - 3) // 2 + 1
    for block in BLOCKS:
        values, side = _block(graph, block, values, side)
    values = graph.node("Flatten", graph.node("GlobalAveragePool", values))
    last = graph.constant(LAST, weights[LAST])
    graph.node("MatMul", values, last, output=OUTPUT)
    return graph.model()


def _block(graph: _Graph, block: Block, values: str, side: int) -> tuple[str, int]:
    """The output of `block` for `values`, which are `side` pixels wide, and its width."""
    inner = graph.node("Relu", graph.convolution(block.first, values))
    inner = graph.convolution(block.second, inner)
    shortcut = values
    if block.halves:
        inner_side, shortcut_side = (side - 3) // 2 + 1, (side - 2) // 2 + 1
        side = max(inner_side, shortcut_side)
        shortcut = graph.node("AveragePool", values, kernel_shape=[2, 2], strides=[2, 2])
        inner = graph.padded(inner, 0, side - inner_side)
        missing = block.first.filters - block.first.channels
        shortcut = graph.padded(shortcut, missing, side - shortcut_side)
    return graph.node("Relu", graph.node("Add", inner, shortcut)), side


class _Graph:
    """Nodes and constants as they are added."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._weights = weights
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, *inputs: str, output: str = "", **attributes: object) -> str:
        output = output or f"value{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def convolution(self, layer: Convolution, values: str) -> str:
        names = [self.constant(name, self._weights[name]) for name in layer.shapes]
        return self.node(
            "Conv",
            values,
            *names,
            kernel_shape=[layer.side, layer.side],
            strides=[layer.stride, layer.stride],
            pads=[layer.padding] * 4,
        )

    def padded(self, values: str, channels: int, pixels: int) -> str:
        """`values` with zeros after the last channels, and below and right of the picture."""
        if not (channels or pixels):
            return values
        amounts = np.array([0, 0, 0, 0, 0, channels, pixels, pixels], np.int64)
        return self.node("Pad", values, self.constant(f"pad{len(self._nodes)}", amounts))

    def model(self) -> ModelProto:
        shape = ["n", SIDE_PX, SIDE_PX, 3]
        graph = helper.make_graph(
            self._nodes,
            "dlib_resnet",
            [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, shape)],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", DIMENSIONS])],
            self._constants,
        )
        opset = helper.make_opsetid("", _OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=_IR_VERSION)
