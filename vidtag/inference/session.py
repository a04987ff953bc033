"""Running an ONNX model on ONNX Runtime."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from vidtag.machine import usable_cores, yield_to_others

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import ModelProto


class OnnxSession:
    """Runs pictures through a model that `Nodes` made, each by itself, one on each core.

    On a CPU that is faster than in batches, or than all cores at one picture: none of them waits
    for another. And a picture's result cannot depend on its neighbours.
    """

    def __init__(self, model: ModelProto, *, threads: int | None = None) -> None:
        """Load `model`.

        Args:
            model: with one input (n, ...) of bytes and one output (n, ...) of floats.
            threads: at most; None for as many as cores may be used.
        """
        onnxruntime.disable_telemetry_events()
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), _options(), providers=["CPUExecutionProvider"]
        )
        # All else goes first: pictures are decoded one after the other, and must not wait.
        self._threads = ThreadPoolExecutor(
            threads or usable_cores(), "vidtag-inference", yield_to_others
        )
        (self._input,) = self._session.get_inputs()
        (self._output,) = self._session.get_outputs()

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Of `pictures` (N, ...) the results (N, ...)."""
        results = np.empty((len(pictures), *self._output.shape[1:]), np.float32)

        def run_one(number: int) -> None:
            one = {self._input.name: pictures[number : number + 1]}
            results[number] = self._session.run([self._output.name], one)[0][0]

        for _ in self._threads.map(run_one, range(len(pictures))):
            pass
        return results


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    return options
