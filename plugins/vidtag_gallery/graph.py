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
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import Nodes

if TYPE_CHECKING:
    from onnx import ModelProto

    from vidtag.api import Weights

SIDE_PX = 150
DIMENSIONS = 128

_MEAN = (122.782, 117.001, 104.298)  # of red, green and blue, as dlib subtracts it
_SCALE = 256.0


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


def build(weights: Weights) -> ModelProto:
    """Build the graph.

    Input `crops` (n, 150, 150, 3) uint8 RGB; output `result` (n, 128) float32.

    Args:
        weights: the tensors of `SHAPES`.
    """
    nodes = Nodes()
    means = nodes.constant("means", np.reshape(_MEAN, (3, 1, 1)))
    values = nodes.node("Sub", nodes.pixels(), means)
    values = nodes.node("Div", values, nodes.constant("scale", _SCALE))
    values = nodes.node("Relu", _convolution(nodes, weights, STEM, values))
    values = nodes.node("MaxPool", values, kernel_shape=[3, 3], strides=[2, 2])
    side = ((SIDE_PX - STEM.side) // STEM.stride + 1 - 3) // 2 + 1
    for block in BLOCKS:
        values, side = _block(nodes, weights, block, values, side)
    values = nodes.node("Flatten", nodes.node("GlobalAveragePool", values))
    nodes.node("MatMul", values, nodes.constant(LAST, weights[LAST]), output=Nodes.OUTPUT)
    return nodes.model(
        "dlib_resnet",
        input_shape=["n", SIDE_PX, SIDE_PX, 3],
        output_shape=["n", DIMENSIONS],
    )


def _block(nodes: Nodes, weights: Weights, block: Block, values: str, side: int) -> tuple[str, int]:
    """The output of `block` for `values`, which are `side` pixels wide, and its width."""
    inner = nodes.node("Relu", _convolution(nodes, weights, block.first, values))
    inner = _convolution(nodes, weights, block.second, inner)
    shortcut = values
    if block.halves:
        inner_side, shortcut_side = (side - 3) // 2 + 1, (side - 2) // 2 + 1
        side = max(inner_side, shortcut_side)
        shortcut = nodes.node("AveragePool", values, kernel_shape=[2, 2], strides=[2, 2])
        inner = _padded(nodes, inner, pixels=side - inner_side)
        missing = block.first.filters - block.first.channels
        shortcut = _padded(nodes, shortcut, channels=missing, pixels=side - shortcut_side)
    return nodes.node("Relu", nodes.node("Add", inner, shortcut)), side


def _convolution(nodes: Nodes, weights: Weights, layer: Convolution, values: str) -> str:
    tensors = [nodes.constant(name, weights[name]) for name in layer.shapes]
    return nodes.node(
        "Conv",
        values,
        *tensors,
        output=layer.name,
        kernel_shape=[layer.side, layer.side],
        strides=[layer.stride, layer.stride],
        pads=[layer.padding] * 4,
    )


def _padded(nodes: Nodes, values: str, *, channels: int = 0, pixels: int) -> str:
    """`values` with zeros after the last channels, and below and right of the picture."""
    if not (channels or pixels):
        return values
    amounts = [0, 0, 0, 0, 0, channels, pixels, pixels]
    return nodes.node("Pad", values, nodes.constant(f"{values}.padding", amounts, np.int64))
