"""The convolutions in 8-bit integers: several times as fast as in float32, and nearly as exact.

After ReLU an activation is a byte: 0 is 0, and 255 is the largest value of its convolution, from
the `Ranges` of the backbone. Kernels are whole numbers with a scale for each output channel.

Every sum is exact, so that features do not depend on the processor or on threads:

- Kernels go from -64 to 64, not to 127. x86 processors without VNNI add two products in 16 bits,
  and 2 x 255 x 64 fits.
- The first convolution looks at the bytes of the picture. Its kernels go to 1,023, because it is
  the one that suffers most, and it is computed in float32, whose whole numbers are exact up to
  2^24: 27 x 255 x 1,023 fits, with a bias of up to 2^22.

ONNX Runtime has two ways to these sums, and the zero point of a kernel decides between them. With 0
it convolves directly. With any other it writes all windows into a matrix and multiplies, for which
it uses the matrix instructions (AMX) of a processor that has them; there that is the faster way in
the later blocks, where a window is used for many channels. So there the kernels of these blocks go
from -63 to 65 with a zero point of 1. They are the same numbers, and all processors with AMX have
VNNI.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import has_amx_int8
from vidtag_vgg16 import architecture
from vidtag_vgg16.layers import add_pool, onnx_kernel
from vidtag_vgg16.ranges import LARGEST_BYTE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.api import Nodes, Weights
    from vidtag_vgg16.preprocessing import Preprocessing
    from vidtag_vgg16.ranges import Ranges

_FIRST_BY_MATRICES = 3  # the first block that is computed with AMX where there is AMX
_SMALLEST_STEP = 1e-30  # for channels whose weights are all 0


def convolve(
    nodes: Nodes,
    weights: Weights,
    preprocessing: Preprocessing,
    ranges: Ranges,
    *,
    blocks: int = len(architecture.BLOCKS),
) -> str:
    """Add the convolutions of the first `blocks` to `nodes`.

    Returns:
        The name of the features, channels first.
    """
    zero = nodes.constant("zero", 0, np.uint8)
    has_amx = has_amx_int8()
    x, before = "", 0.0
    for number, block in enumerate(architecture.BLOCKS[:blocks], start=1):
        kernel_zero = int(has_amx and number >= _FIRST_BY_MATRICES)
        for convolution in block:
            layer = _read_layer(weights, convolution.name)
            after = ranges.largest[layer.name] / LARGEST_BYTE
            if x:
                x = _add_convolution(
                    nodes, layer, x, before=before, after=after, kernel_zero=kernel_zero
                )
            else:
                x = _add_first(nodes, layer, preprocessing, after=after)
            before = after
        x = add_pool(nodes, x, number)
    scale = nodes.constant("features.scale", before)
    return nodes.node("DequantizeLinear", x, scale, zero, output="features")


@dataclass(frozen=True, slots=True)
class _Layer:
    """A convolution in float64."""

    name: str
    kernel: NDArray[np.float64]  # (out, in, 3, 3)
    bias: NDArray[np.float64]  # (out,)

    def in_whole_numbers(self, *, largest_weight: int, largest_bias: int) -> _WholeLayer:
        most = np.maximum(self.kernel.max(axis=(1, 2, 3)), -self.kernel.min(axis=(1, 2, 3)))
        steps = np.maximum(most / largest_weight, np.abs(self.bias) / largest_bias)
        steps = np.maximum(steps, _SMALLEST_STEP)
        kernel = self.kernel / steps[:, np.newaxis, np.newaxis, np.newaxis]
        return _WholeLayer(np.rint(kernel, out=kernel), np.rint(self.bias / steps), steps)


@dataclass(frozen=True, slots=True)
class _WholeLayer:
    """A convolution in whole numbers; each counts as many times the step of its channel."""

    kernel: NDArray[np.float64]
    bias: NDArray[np.float64]
    steps: NDArray[np.float64]  # (out,)


def _read_layer(weights: Weights, name: str) -> _Layer:
    kernel, bias = weights[f"{name}.kernel"], weights[f"{name}.bias"]
    return _Layer(name, onnx_kernel(kernel).astype(np.float64), bias.astype(np.float64))


def _add_first(nodes: Nodes, layer: _Layer, preprocessing: Preprocessing, *, after: float) -> str:
    """Bytes (1, height, width, RGB) -> bytes, channels first, each `after` times its number."""
    layer, means = _on_bytes(layer, preprocessing)
    whole = layer.in_whole_numbers(largest_weight=1_023, largest_bias=2**22)
    x = nodes.node("Sub", nodes.pixels(), nodes.constant("means", means), output="centred")
    x = nodes.node(
        "Conv",
        x,
        nodes.constant(f"{layer.name}.kernel", whole.kernel),
        nodes.constant(f"{layer.name}.bias", whole.bias),
        output=f"{layer.name}.sum",
        pads=[1, 1, 1, 1],
    )
    x = nodes.node("Relu", x, output=f"{layer.name}.relu")
    scales = nodes.constant(f"{layer.name}.scales", after / whole.steps)
    zeros = nodes.constant(f"{layer.name}.zeros", np.zeros(len(whole.steps)), np.uint8)
    return nodes.node("QuantizeLinear", x, scales, zeros, output=layer.name, axis=1)


def _on_bytes(layer: _Layer, preprocessing: Preprocessing) -> tuple[_Layer, NDArray[np.float64]]:
    """The layer for RGB bytes less whole means (3, 1, 1), and these means.

    What is left of the means goes into the bias. At the edges, where there is no picture, that
    takes up to half a grey level for it.
    """
    means = np.asarray(preprocessing.means)
    whole = np.rint(means)
    kernel = layer.kernel / preprocessing.divisor
    bias = layer.bias - kernel.sum(axis=(2, 3)) @ (means - whole)
    rgb = np.argsort(preprocessing.channels)
    return _Layer(layer.name, kernel[:, rgb], bias), whole[rgb].reshape(3, 1, 1)


def _add_convolution(
    nodes: Nodes, layer: _Layer, x: str, *, before: float, after: float, kernel_zero: int
) -> str:
    """Bytes, each `before` times its number -> bytes, each `after` times its number.

    What stands for 0 in the kernel is `kernel_zero`: it decides how, see the module.
    """
    name = layer.name
    scaled = _Layer(name, layer.kernel, layer.bias / before)
    whole = scaled.in_whole_numbers(largest_weight=64, largest_bias=2**30)
    kernel = whole.kernel.astype(np.int8) + np.int8(kernel_zero)  # bytes are moved faster
    return nodes.node(
        "QLinearConv",
        x,
        nodes.constant(f"{name}.before", before),
        "zero",
        nodes.constant(f"{name}.kernel", kernel, np.int8),
        nodes.constant(f"{name}.steps", whole.steps),
        nodes.constant(f"{name}.zeros", np.full(len(whole.steps), kernel_zero), np.int8),
        nodes.constant(f"{name}.after", after),
        "zero",  # also the ReLU: nothing is below it
        nodes.constant(f"{name}.bias", whole.bias, np.int32),
        output=name,
        kernel_shape=[architecture.KERNEL_PX, architecture.KERNEL_PX],
        pads=[1, 1, 1, 1],
    )
