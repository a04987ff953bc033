"""Pictures -> the pooled features that a head learns from, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from vidtag.api import ModelFolder, Settings, Size
from vidtag_vgg16.heads import HeadSpec, pool
from vidtag_vgg16.networks import open_network

_BATCH = 32


class Extractor:
    """Features for heads of one kind, on one backbone."""

    def __init__(
        self,
        backbone: ModelFolder,
        *,
        spec: HeadSpec,
        preprocessing: str,
        input_size: Size,
        threads: int,
    ) -> None:
        self.backbone = backbone
        self._pooling = spec.pooling
        self._network = open_network(
            backbone,
            preprocessing=preprocessing,
            input_size=input_size,
            settings=Settings(threads=threads),
        )

    def features(self, pictures: Iterable[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Features (N, values) of pictures of the input size (height, width, 3)."""
        waiting = iter(pictures)
        parts = []
        while batch := list(islice(waiting, _BATCH)):
            parts.append(pool(self._network.run(np.stack(batch)), self._pooling))
        return np.concatenate(parts)
