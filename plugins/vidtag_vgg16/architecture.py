"""The convolutions of VGG16 without its top, exactly as Keras builds and names them.

Every convolution is 3x3 with stride 1, "same" padding and ReLU; every block ends in 2x2 max
pooling with stride 2. 224x224x3 becomes 7x7x512.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.api import Size

NAME = "vgg16"
KERNEL_PX = 3
STRIDE_PX = 32  # of all five poolings together: also the smallest side of an input
CHANNELS = 512  # of the features


@dataclass(frozen=True, slots=True)
class Convolution:
    """One convolution, with the tensors `<name>.kernel` (3, 3, in, out) and `<name>.bias`."""

    name: str
    inputs: int
    outputs: int

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Tensor name -> shape."""
        kernel = (KERNEL_PX, KERNEL_PX, self.inputs, self.outputs)
        return {f"{self.name}.kernel": kernel, f"{self.name}.bias": (self.outputs,)}


def _block(number: int, inputs: int, outputs: int, count: int) -> tuple[Convolution, ...]:
    return tuple(
        Convolution(f"block{number}_conv{i}", inputs if i == 1 else outputs, outputs)
        for i in range(1, count + 1)
    )


BLOCKS = (
    _block(1, 3, 64, 2),
    _block(2, 64, 128, 2),
    _block(3, 128, 256, 3),
    _block(4, 256, 512, 3),
    _block(5, 512, 512, 3),
)
CONVOLUTIONS = tuple(convolution for block in BLOCKS for convolution in block)
SHAPES = {name: shape for convolution in CONVOLUTIONS for name, shape in convolution.shapes.items()}
LAST_BLOCK = BLOCKS[-1]
LAST_BLOCK_SHAPES = {
    name: shape for convolution in LAST_BLOCK for name, shape in convolution.shapes.items()
}


def feature_shape(input_size: Size, *, blocks: int = len(BLOCKS)) -> tuple[int, int, int]:
    """(height, width, channels) of the features of a picture of `input_size` pixels.

    Args:
        input_size: (height, width).
        blocks: that it goes through.

    Raises:
        ValueError: if a picture of that size has no features.
    """
    height, width = input_size
    if min(input_size) < STRIDE_PX:
        raise ValueError(f"input must be at least {STRIDE_PX}x{STRIDE_PX} px, not {height}x{width}")
    stride_px, channels = 2**blocks, BLOCKS[blocks - 1][-1].outputs
    return height // stride_px, width // stride_px, channels


def check_crops(crops: NDArray[np.uint8], input_size: Size) -> None:
    """Raise ValueError unless `crops` are (N, height, width, 3) bytes of `input_size`."""
    if crops.shape[1:] != (*input_size, 3) or crops.dtype != "uint8":
        height, width = input_size
        raise ValueError(
            f"crops must be uint8 (N, {height}, {width}, 3), not {crops.dtype} {crops.shape}"
        )
