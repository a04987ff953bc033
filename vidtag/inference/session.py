"""Running an ONNX model on ONNX Runtime."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import ModelProto


class OnnxSession:
    """Runs pictures one by one through a model that `Nodes` made.

    On a CPU that is nearly as fast as in batches, and a picture's result cannot depend on its
    neighbours.
    """

    def __init__(self, model: ModelProto, *, threads: int | None = None) -> None:
        """Load `model`.

        Args:
            model: with one input (n, ...) of bytes and one output (n, ...) of floats.
            threads: at most; None for as many as cores may be used.
        """
        onnxruntime.disable_telemetry_events()
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), _options(threads), providers=["CPUExecutionProvider"]
        )
        (self._input,) = self._session.get_inputs()
        (self._output,) = self._session.get_outputs()

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Of `pictures` (N, ...) the results (N, ...)."""
        results = np.empty((len(pictures), *self._output.shape[1:]), np.float32)
        for number in range(len(pictures)):
            one = {self._input.name: pictures[number : number + 1]}
            results[number] = self._session.run([self._output.name], one)[0][0]
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
