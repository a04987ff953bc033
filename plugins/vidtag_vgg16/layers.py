"""What the float32 and the 8-bit graph of VGG16 have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.api import Nodes


def onnx_kernel(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """A kernel of Keras (height, width, in, out) as ONNX has it: (out, in, height, width)."""
    return kernel.transpose(3, 2, 0, 1)


def add_pool(nodes: Nodes, x: str, block: int) -> str:
    """The max pooling that ends block number `block`."""
    return nodes.node(
        "MaxPool", x, output=f"block{block}_pool", kernel_shape=[2, 2], strides=[2, 2]
    )
