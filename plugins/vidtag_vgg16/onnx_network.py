"""The network on ONNX Runtime: what scans use."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from vidtag_vgg16 import graph
from vidtag_vgg16.architecture import BLOCKS, check_crops
from vidtag_vgg16.nodes import INPUT, OUTPUT

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import ModelProto

    from vidtag.api import Size
    from vidtag_vgg16.heads import TrainedHead
    from vidtag_vgg16.preprocessing import Preprocessing
    from vidtag_vgg16.ranges import Ranges
    from vidtag_vgg16.weights import Weights


class OnnxNetwork:
    """Runs crops one by one.

    On a CPU that is nearly as fast as in batches, and a crop's result cannot depend on its
    neighbours.
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
        )
        self._session = _open(model, threads)

    def run(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Network.run`."""
        check_crops(crops, self._input_size)
        return _run_one_by_one(self._session, crops)

    def close(self) -> None:
        """See `Network.close`."""
        del self._session


class OnnxMaxima:
    """A backbone in float32 that tells the largest value after each of its convolutions."""

    def __init__(
        self, backbone: Weights, *, preprocessing: Preprocessing, input_size: Size
    ) -> None:
        model = graph.build_maxima(backbone, preprocessing=preprocessing, input_size=input_size)
        self._session = _open(model, threads=None)

    def run(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Crops (N, height, width, 3) RGB -> (N, convolutions)."""
        return _run_one_by_one(self._session, crops).reshape(len(crops), -1)


def _open(model: ModelProto, threads: int | None) -> onnxruntime.InferenceSession:
    onnxruntime.disable_telemetry_events()
    return onnxruntime.InferenceSession(
        model.SerializeToString(), _options(threads), providers=["CPUExecutionProvider"]
    )


def _run_one_by_one(
    session: onnxruntime.InferenceSession, crops: NDArray[np.uint8]
) -> NDArray[np.float32]:
    results = np.empty((len(crops), *session.get_outputs()[0].shape[1:]), np.float32)
    for number in range(len(crops)):
        results[number] = session.run([OUTPUT], {INPUT: crops[number : number + 1]})[0][0]
    return results


def _options(threads: int | None) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or _usable_cores()
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    # Threads that wait must not take time from the decoder.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _usable_cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
