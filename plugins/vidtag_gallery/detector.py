"""The recognizer: everybody of the gallery, found by comparing faces."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import DetectorIdentity, Gallery, Head, read_weights
from vidtag_gallery import graph, grouping, matching
from vidtag_gallery.catalog import NAME, NETWORK_FILE, SPACE_FILE, VERSION, space_name
from vidtag_gallery.space import SHAPES, Space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.api import Embeddings, ModelFolder, Pictures, Region, Scores, Settings, Size
    from vidtag_gallery.network import Network

THRESHOLD = 0.5  # of a calibrated probability

_REMEMBERED = 4096  # people whose mean direction is not worked out again
_FULL_PX = 80.0  # what a face counts as whose size nobody tells


class GalleryRecognizer:
    """Finds the people of a gallery. The network is read when the first face is to be embedded."""

    def __init__(self, backbone: ModelFolder, settings: Settings) -> None:
        self._backbone = backbone
        self._settings = settings
        self._calibration = matching.Calibration.of(backbone.manifest.parameters)
        # Galleries share their people: each reference is judged by one that lacks it alone.
        self._direction = lru_cache(_REMEMBERED)(matching.direction_of)
        names = settings.gallery.names
        identity = DetectorIdentity(
            name=NAME,
            version=VERSION,
            weights_sha256=backbone.sha256,
            # The hash is of the files; the calibration stands in the manifest.
            settings={"calibration": json.dumps(asdict(self._calibration), sort_keys=True)},
        )
        self._head = Head(
            identity=identity, labels=names, thresholds=dict.fromkeys(names, THRESHOLD)
        )

    @property
    def heads(self) -> tuple[Head, ...]:
        """One, for the people of the gallery it was opened with."""
        return (self._head,)

    @property
    def region(self) -> Region:
        """Faces."""
        return "face"

    @property
    def input_size(self) -> Size:
        """(height, width) of the crops in pixels."""
        return graph.SIDE_PX, graph.SIDE_PX

    @property
    def space(self) -> str:
        """Names the network and the tables."""
        return space_name(self._backbone)

    def score(self, crops: Pictures) -> Scores:
        """Probabilities (N, people) for `crops` (N, 150, 150, 3) of faces that are not small."""
        widths_px = np.full(len(crops), _FULL_PX, np.float32)
        return self.match(self.embed(crops, widths_px), self._settings.gallery)

    def embed(self, crops: Pictures, widths_px: NDArray[np.float32]) -> Embeddings:
        """Embeddings (N, 129) of `crops` (N, 150, 150, 3), of faces `widths_px` (N,) wide."""
        return self._space.place(self._network.run(crops), widths_px)

    def match(self, embeddings: Embeddings, gallery: Gallery) -> Scores:
        """Probabilities (N, people) that each face is each person's."""
        return matching.match(embeddings, gallery, self._calibration, self._direction)

    def group(self, embeddings: Embeddings) -> tuple[tuple[int, ...], ...]:
        """Groups of rows of `embeddings` that show one person each."""
        return grouping.group(embeddings)

    def close(self) -> None:
        """Release the network, and what is remembered of people."""
        self._direction.cache_clear()
        self.__dict__.pop("_network", None)

    @cached_property
    def _network(self) -> Network:
        from vidtag_gallery.network import Network

        weights = read_weights(self._backbone, NETWORK_FILE, graph.SHAPES)
        return Network(weights, threads=self._settings.threads)

    @cached_property
    def _space(self) -> Space:
        return Space.of(read_weights(self._backbone, SPACE_FILE, SHAPES))
