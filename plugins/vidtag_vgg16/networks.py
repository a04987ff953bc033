"""Opening a backbone, with the heads above it, in one of the runtimes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from vidtag_vgg16 import architecture
from vidtag_vgg16.preprocessing import find_preprocessing
from vidtag_vgg16.weights import BACKBONE_FILE, read_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.api import ModelFolder, Settings, Size
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
    settings: Settings,
) -> Network:
    """Read a backbone and open it with `heads` in the runtime of `settings`.

    Raises:
        ModelError: if the backbone is damaged, the preprocessing is unknown, or TensorFlow is
            asked for and not installed.
    """
    weights = read_weights(backbone, BACKBONE_FILE, architecture.SHAPES)
    how = find_preprocessing(preprocessing, source=backbone.path)
    if settings.runtime == "keras":
        from vidtag_vgg16.keras_network import KerasNetwork

        return KerasNetwork(
            weights, preprocessing=how, input_size=input_size, heads=heads, threads=settings.threads
        )
    from vidtag_vgg16.onnx_network import OnnxNetwork

    return OnnxNetwork(
        weights, preprocessing=how, input_size=input_size, heads=heads, threads=settings.threads
    )
