"""The network on ONNX Runtime."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from vidtag_gallery import graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


class Network:
    """Runs face chips one by one: as fast as in batches, and none can depend on the others."""

    def __init__(
        self, weights: Mapping[str, NDArray[np.float32]], *, threads: int | None = None
    ) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or _usable_cores()
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        # Threads that wait must not take time from the decoder.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        onnxruntime.disable_telemetry_events()
        self._session = onnxruntime.InferenceSession(
            graph.build(weights).SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def run(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Raw embeddings (N, 128) of `chips` (N, 150, 150, 3) RGB.

        Raises:
            ValueError: the chips have another shape or type.
        """
        if chips.shape[1:] != (graph.SIDE_PX, graph.SIDE_PX, 3) or chips.dtype != np.uint8:
            raise ValueError(
                f"chips must be uint8 (N, {graph.SIDE_PX}, {graph.SIDE_PX}, 3), received "
                f"{chips.dtype} {chips.shape}"
            )
        rows = [
            self._session.run([graph.OUTPUT], {graph.INPUT: chips[number : number + 1]})[0]
            for number in range(len(chips))
        ]
        return np.concatenate(rows) if rows else np.empty((0, graph.DIMENSIONS), np.float32)


def _usable_cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
