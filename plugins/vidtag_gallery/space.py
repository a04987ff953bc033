"""The space in which faces are compared: embeddings without what size does to them, and whitened.

Two things make distances between raw embeddings a poor measure in video. Small faces are near to
each other whoever they are: so the mean embedding of strangers of the same size is taken away
first. And a face of one person varies much more in some directions (light, pose, blur) than in
others: so those are scaled down, with the within-person covariance (linear discriminant analysis;
Fukunaga, "Introduction to Statistical Pattern Recognition", 1990, ch. 10). What is left is compared
by its cosine. Means and covariance come from Labeled Faces in the Wild and copies of it shrunk to
the widths below; men and women count alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from vidtag_gallery.graph import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from vidtag.api import Embeddings

WIDTHS_PX: Final = (12, 16, 24, 40, 80)  # of the faces that the means are of
SHAPES: Final = {"means": (len(WIDTHS_PX), DIMENSIONS), "whitening": (DIMENSIONS, DIMENSIONS)}

_TYPICAL_PX = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Means (widths, 128) of strangers, and the whitening (128, 128)."""

    means: NDArray[np.float32]
    whitening: NDArray[np.float32]

    @classmethod
    def of(cls, tensors: Mapping[str, NDArray[np.float32]]) -> Space:
        """From the tensors of a model folder."""
        return cls(tensors["means"], tensors["whitening"])

    def place(self, raw: NDArray[np.float32], widths_px: NDArray[np.float32]) -> Embeddings:
        """Embeddings (N, 129) of raw ones (N, 128), of faces that are `widths_px` (N,) wide.

        The last column is the logarithm of the width: how much a likeness is worth depends on it.
        """
        logs = np.log(np.clip(widths_px, WIDTHS_PX[0], WIDTHS_PX[-1]).astype(np.float64))
        known = np.log(WIDTHS_PX)
        means = np.stack([np.interp(logs, known, column) for column in self.means.T], axis=1)
        placed = (raw - means) @ self.whitening
        return np.column_stack([placed, logs - np.log(_TYPICAL_PX)]).astype(np.float32)


def directions(embeddings: Embeddings) -> NDArray[np.float64]:
    """Unit vectors (N, 128): what is compared."""
    vectors = embeddings[:, :DIMENSIONS].astype(np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float64)


def log_widths(embeddings: Embeddings) -> NDArray[np.float64]:
    """Logarithm (N,) of each face's width over 30 px."""
    return embeddings[:, DIMENSIONS].astype(np.float64)
