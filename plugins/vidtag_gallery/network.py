"""The network on ONNX Runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import OnnxSession
from vidtag_gallery import graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.api import Weights


class Network:
    """Turns face chips into raw embeddings."""

    def __init__(self, weights: Weights, *, threads: int | None = None) -> None:
        self._session = OnnxSession(graph.build(weights), threads=threads)

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
        return self._session.run(chips)
