"""A backbone in 8-bit integers and its heads, apart: what the backbone gives are bytes to keep.

Heads cost next to nothing. So the features of a picture, once they are known, are worth keeping for
the classifier that is trained tomorrow. They are bytes as they leave the last convolution: nothing
is lost by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import OnnxSession
from vidtag_vgg16 import architecture, graph
from vidtag_vgg16.onnx_network import OnnxNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.api import Size, Weights
    from vidtag_vgg16.heads import TrainedHead
    from vidtag_vgg16.preprocessing import Preprocessing
    from vidtag_vgg16.ranges import Ranges


class ByteNetwork:
    """A `Network` in two steps. The backbone is built when it is needed, or a little before."""

    def __init__(
        self,
        backbone: Weights,
        *,
        preprocessing: Preprocessing,
        input_size: Size,
        heads: Sequence[TrainedHead],
        ranges: Ranges,
        threads: int | None = None,
    ) -> None:
        self._build = partial(
            OnnxNetwork,
            backbone,
            preprocessing=preprocessing,
            input_size=input_size,
            ranges=ranges,
            threads=threads,
        )
        self._shape = architecture.feature_shape(input_size)
        self._scale = np.float32(ranges.step_of_features)
        model = graph.build_heads(heads, feature_shape=self._shape, scale=float(self._scale))
        self._heads = OnnxSession(model, threads=1)

    @cached_property
    def _backbone(self) -> OnnxNetwork:
        """Where all features are kept from an earlier scan, it is never needed."""
        network = self._build()
        del self._build  # and with it the weights
        return network

    def prepare(self) -> None:
        """Build the backbone, so that the first features need not wait for it."""
        _ = self._backbone

    def run(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Network.run`."""
        return self.score(self.features(crops))

    def features(self, crops: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The features (N, bytes) of `crops` (N, height, width, 3) RGB.

        Raises:
            ValueError: if the crops have another shape or type.
        """
        features = self._backbone.run(crops).reshape(len(crops), -1)
        whole: NDArray[np.uint8] = np.rint(features / self._scale).astype(np.uint8)
        return whole

    def score(self, features: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Calibrated probabilities (N, labels of all heads) of features (N, bytes)."""
        return self._heads.run(features.reshape(len(features), *self._shape))

    def close(self) -> None:
        """See `Network.close`."""
        if "_backbone" in vars(self):
            self._backbone.close()
        del self._heads
