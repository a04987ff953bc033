"""Measuring the ranges of a backbone, and how good its features in 8 bits are.

`ranges_by_stills` does so with twelve drawn pictures that ship with this plugin, for weights that
came without ranges. Measured so, the bundled backbone kept a mean cosine of at least 0.9997 on each
of seven sets of photos and films, and 0.9992 on the worst picture; `training.ranges` measures on
real pictures, and is a little nearer.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vidtag.api import read_picture
from vidtag_vgg16 import architecture
from vidtag_vgg16.features import crop_picture
from vidtag_vgg16.onnx_network import OnnxMaxima, OnnxNetwork
from vidtag_vgg16.ranges import Ranges

if TYPE_CHECKING:
    from vidtag.api import Weights
    from vidtag_vgg16.preprocessing import Preprocessing

Batch: TypeAlias = NDArray[np.uint8]  # (N, height, width, 3) RGB

LEAST_COSINE = 0.999  # mean over pictures; below it, features in 8 bits are not to be trusted

_STILLS = Path(__file__).with_name("stills")
_ROOM = 1.5  # real pictures go further than drawn ones


def ranges_by_stills(weights: Weights, *, preprocessing: Preprocessing) -> Ranges | None:
    """Ranges from one half of the stills; `None` if the other half says that they do not fit."""
    paths = sorted(_STILLS.glob("*.jpg"))
    ranges = measure_ranges(
        weights, preprocessing=preprocessing, batches=_views(paths[::2]), room=_ROOM
    )
    kept = cosines(weights, ranges, preprocessing=preprocessing, batches=_views(paths[1::2]))
    return ranges if kept.mean() >= LEAST_COSINE else None


def _views(paths: Iterable[Path]) -> list[Batch]:
    """Each picture whole, and what is in its middle, about as large as faces are shown."""
    pictures = [read_picture(path) for path in paths]
    middles = [
        picture[height // 4 : -height // 4, width // 4 : -width // 4]
        for picture in pictures
        for height, width, _ in [picture.shape]
    ]
    return [
        np.stack([crop_picture(each, size) for each in views])
        for views, size in ((pictures, (224, 224)), (middles, (96, 96)))
    ]


def measure_ranges(
    weights: Weights,
    *,
    preprocessing: Preprocessing,
    batches: Iterable[Batch],
    room: float = 1.0,
) -> Ranges:
    """Compute pictures in float32 and keep the largest values.

    Args:
        weights: those of the backbone.
        preprocessing: that of the pictures.
        batches: (N, height, width, 3) RGB each, of any sizes.
        room: what the largest values are multiplied with, for pictures that go further.

    Raises:
        ValueError: if a convolution gives nothing but 0.
    """
    names = [convolution.name for convolution in architecture.CONVOLUTIONS]
    largest = np.zeros(len(names), np.float32)
    for batch in batches:
        network = OnnxMaxima(weights, preprocessing=preprocessing, input_size=batch.shape[1:3])
        largest = np.maximum(largest, network.run(batch).max(axis=0, initial=0))
    return Ranges({name: float(v) * room for name, v in zip(names, largest, strict=True)})


def cosines(
    weights: Weights,
    ranges: Ranges,
    *,
    preprocessing: Preprocessing,
    batches: Iterable[Batch],
) -> NDArray[np.float64]:
    """How near the averaged features in 8 bits are to those in float32: a cosine per picture.

    Args:
        weights: those of the backbone.
        ranges: what is to be judged.
        preprocessing: that of the pictures.
        batches: (N, height, width, 3) RGB each, of any sizes; none that `ranges` comes from.
    """
    parts = []
    for batch in batches:
        exact, fast = (
            OnnxNetwork(
                weights, preprocessing=preprocessing, input_size=batch.shape[1:3], ranges=each
            ).run(batch)
            for each in (None, ranges)
        )
        parts.append(cosine(exact.mean(axis=(1, 2)), fast.mean(axis=(1, 2))))
    return np.concatenate(parts)


def cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float64]:
    """The cosine of each row of `a` and `b`, both (N, values): (N,) in [-1, 1]."""
    a64, b64 = a.astype(np.float64), b.astype(np.float64)
    lengths = np.linalg.norm(a64, axis=1) * np.linalg.norm(b64, axis=1)
    result: NDArray[np.float64] = (a64 * b64).sum(axis=1) / lengths
    return result
