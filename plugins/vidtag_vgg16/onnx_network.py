"""The network on ONNX Runtime: what scans use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vidtag.api import CPU, BatchedSession, Nodes, OnnxSession
from vidtag_vgg16 import graph
from vidtag_vgg16.architecture import BLOCKS, check_crops

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.api import Device, Size, Weights
    from vidtag_vgg16.heads import TrainedHead
    from vidtag_vgg16.preprocessing import Preprocessing
    from vidtag_vgg16.ranges import Ranges


class OnnxNetwork:
    """A backbone, and the heads that share it.

    On the processor each crop by itself, on another device in float32 and in batches.
    """

    def __init__(
        self,
        backbone: Weights,
        *,
        preprocessing: Preprocessing,
        input_size: Size,
        heads: Sequence[TrainedHead] = (),
        ranges: Ranges | None = None,
        blocks: int = len(BLOCKS),
        device: Device = CPU,
        threads: int | None = None,
    ) -> None:
        self._input_size = input_size
        model = graph.build(
            backbone,
            preprocessing=preprocessing,
            input_size=input_size,
            heads=heads,
            ranges=ranges,
            blocks=blocks,
            batch=1 if device == CPU else Nodes.BATCH,
        )
        self._session: BatchedSession | OnnxSession
        if device == CPU:
            self._session = OnnxSession(model, threads=threads)
        else:
            self._session = BatchedSession(model, device=device)

    def run(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Network.run`."""
        check_crops(crops, self._input_size)
        return self._session.run(crops)

    def close(self) -> None:
        """See `Network.close`."""
        del self._session


class OnnxMaxima:
    """A backbone in float32 that tells the largest value after each of its convolutions."""

    def __init__(
        self, backbone: Weights, *, preprocessing: Preprocessing, input_size: Size
    ) -> None:
        model = graph.build_maxima(backbone, preprocessing=preprocessing, input_size=input_size)
        self._session = OnnxSession(model)

    def run(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Crops (N, height, width, 3) RGB -> (N, convolutions)."""
        return self._session.run(crops).reshape(len(crops), -1)
