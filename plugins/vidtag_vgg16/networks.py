"""Opening a backbone, with the heads above it, in one of the runtimes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from vidtag.api import read_weights
from vidtag_vgg16 import architecture
from vidtag_vgg16.block5 import Block5
from vidtag_vgg16.preprocessing import find_preprocessing
from vidtag_vgg16.ranges import Ranges, read_ranges
from vidtag_vgg16.weights import BACKBONE_FILE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.api import Device, ModelFolder, Settings, Size
    from vidtag_vgg16.byte_network import ByteNetwork
    from vidtag_vgg16.heads import TrainedHead


class Network(Protocol):
    """A backbone and heads, ready to run. The result for a crop never depends on the others."""

    def run(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Run `crops` (N, height, width, 3) RGB.

        Returns (N, labels of all heads) calibrated probabilities; without heads the features
        (N, height / 32, width / 32, 512).

        Raises:
            ValueError: if the crops have another shape or type.
        """

    def close(self) -> None:
        """Release the memory and the threads; the network cannot be run afterwards."""


def open_network(
    backbone: ModelFolder,
    *,
    preprocessing: str,
    input_size: Size,
    heads: Sequence[TrainedHead] = (),
    block5: Block5 | None = None,
    settings: Settings,
) -> Network:
    """Read a backbone and open it with `heads` in the runtime of `settings`.

    The runtime `onnx` computes in 8-bit integers where there are ranges for them and the device is
    the processor; another device computes in float32.

    Args:
        backbone: the folder with its weights.
        preprocessing: that of the crops.
        input_size: (height, width) of the crops in pixels.
        heads: what to make of the features; without any, the features are the result.
        block5: takes the place of the backbone's last block.
        settings: the runtime, the device and the threads.

    Raises:
        ModelError: if the backbone is damaged, the preprocessing is unknown, or TensorFlow is
            asked for and not installed.
        VidtagError: if the device does not work.
    """
    weights = read_weights(backbone, BACKBONE_FILE, architecture.SHAPES)
    if block5:
        weights = {**weights, **block5.weights}
    how = find_preprocessing(preprocessing, source=backbone.path)
    if settings.runtime == "keras":
        from vidtag_vgg16.keras_network import KerasNetwork

        return KerasNetwork(
            weights, preprocessing=how, input_size=input_size, heads=heads, threads=settings.threads
        )
    from vidtag_vgg16.onnx_network import OnnxNetwork

    return OnnxNetwork(
        weights,
        preprocessing=how,
        input_size=input_size,
        heads=heads,
        ranges=_ranges(backbone, preprocessing, block5, settings),
        device=_device(settings),
        threads=settings.threads,
    )


def open_byte_network(
    backbone: ModelFolder,
    *,
    preprocessing: str,
    input_size: Size,
    heads: Sequence[TrainedHead],
    settings: Settings,
) -> ByteNetwork | None:
    """Like `open_network`, in two steps; None where it does not compute in 8-bit integers.

    Raises:
        ModelError: if the backbone is damaged, or the preprocessing is unknown.
    """
    ranges = _ranges(backbone, preprocessing, None, settings)
    if ranges is None:
        return None
    from vidtag_vgg16.byte_network import ByteNetwork

    return ByteNetwork(
        read_weights(backbone, BACKBONE_FILE, architecture.SHAPES),
        preprocessing=find_preprocessing(preprocessing, source=backbone.path),
        input_size=input_size,
        heads=heads,
        ranges=ranges,
        threads=settings.threads,
    )


def open_below_block5(
    backbone: ModelFolder, *, preprocessing: str, input_size: Size, settings: Settings
) -> Network:
    """Open a backbone without its last block, on ONNX Runtime.

    Its features are (N, height / 16, width / 16, 512): what the last block would see in a scan.

    Raises:
        ModelError: if the backbone is damaged, or the preprocessing is unknown.
    """
    from vidtag_vgg16.onnx_network import OnnxNetwork

    return OnnxNetwork(
        read_weights(backbone, BACKBONE_FILE, architecture.SHAPES),
        preprocessing=find_preprocessing(preprocessing, source=backbone.path),
        input_size=input_size,
        ranges=_ranges(backbone, preprocessing, None, settings),
        blocks=len(architecture.BLOCKS) - 1,
        device=_device(settings),
        threads=settings.threads,
    )


def read_frozen_block5(backbone: ModelFolder, *, preprocessing: str, settings: Settings) -> Block5:
    """The last block of a backbone, and the ranges that `open_network` would compute with.

    Raises:
        ModelError: if the backbone is damaged.
    """
    weights = read_weights(backbone, BACKBONE_FILE, architecture.SHAPES)
    return Block5(
        {name: weights[name] for name in architecture.LAST_BLOCK_SHAPES},
        _ranges(backbone, preprocessing, None, settings),
    )


def arithmetic(
    backbone: ModelFolder,
    *,
    preprocessing: str,
    block5: Block5 | None = None,
    settings: Settings,
) -> str:
    """In what `open_network` would compute: the same words, the same digits.

    Raises:
        ModelError: if the backbone's ranges are damaged.
    """
    if settings.runtime == "keras":
        return "keras float32"
    device = _device(settings).name
    if device != "cpu":
        return f"onnx float32 {device}"
    ranges = _ranges(backbone, preprocessing, block5, settings)
    return "onnx float32" if ranges is None else f"onnx int8 {ranges.fingerprint}"


def _device(settings: Settings) -> Device:
    from vidtag.api import find_device

    return find_device(settings.device)


def _ranges(
    backbone: ModelFolder, preprocessing: str, block5: Block5 | None, settings: Settings
) -> Ranges | None:
    """The ranges to compute in 8 bits with; `None` for float32."""
    if settings.runtime != "onnx" or preprocessing != backbone.manifest.preprocessing:
        return None  # not asked for, or they were measured on other values
    if _device(settings).name != "cpu":
        return None
    return block5.ranges if block5 else read_ranges(backbone)
