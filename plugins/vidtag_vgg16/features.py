"""Features of pictures, each computed once and kept in the user's cache.

    <cache>/features/3f/3f0c...e1.npy     pooled features (values,) float32

The name is a hash of all that the features depend on: the bytes of the picture, the weights of the
backbone, the preprocessing, the size of the crop, the pooling. So a file is never out of date, and
whatever ends the process, the next one goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import ModelError, cache_dir, read_picture
from vidtag_vgg16.heads import HeadSpec, pool
from vidtag_vgg16.networks import Network, open_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.api import ModelFolder, Sample, Settings, Size
    from vidtag_vgg16.heads import Pooling

_VERSION = 1  # of the way from a picture file to the crop; a change of it needs a new number


class Extractor:
    """Pictures -> pooled features, by way of the cache. The network is opened when it is needed."""

    def __init__(
        self,
        backbone: ModelFolder,
        *,
        pooling: Pooling,
        preprocessing: str,
        input_size: Size,
        settings: Settings,
    ) -> None:
        self.computed = 0  # pictures that were not in the cache
        self._backbone = backbone
        self._pooling: Pooling = pooling
        self._preprocessing = preprocessing
        self._input_size = input_size
        self._settings = settings
        self._values = HeadSpec(pooling=pooling).inputs(input_size)

    def features(self, sample: Sample, *, mirrored: bool = False) -> NDArray[np.float32]:
        """The features (values,) of the picture of `sample`, or of its mirror image.

        Raises:
            DatasetError: if the picture cannot be read.
            ModelError: if the backbone is damaged, or the cache cannot be written.
        """
        path = self._path(sample, mirrored)
        known = _read(path, self._values)
        if known is not None:
            return known
        crop = crop_picture(read_picture(sample.path), self._input_size, mirrored=mirrored)
        values: NDArray[np.float32]
        [values] = pool(self._network.run(crop[np.newaxis]), self._pooling)
        _write(path, values)
        self.computed += 1
        return values

    @cached_property
    def _network(self) -> Network:
        return open_network(
            self._backbone,
            preprocessing=self._preprocessing,
            input_size=self._input_size,
            settings=self._settings,
        )

    def _path(self, sample: Sample, mirrored: bool) -> Path:
        height, width = self._input_size
        facts = (
            f"version {_VERSION}",
            sample.sha256,
            self._backbone.sha256,
            self._preprocessing,
            f"{height}x{width}",
            self._pooling,
            self._settings.runtime,  # the last digits differ
            "mirrored" if mirrored else "plain",
        )
        name = hashlib.sha256("\n".join(facts).encode()).hexdigest()
        return cache_dir() / "features" / name[:2] / f"{name}.npy"


def crop_picture(
    picture: NDArray[np.uint8], size: Size, *, mirrored: bool = False
) -> NDArray[np.uint8]:
    """Scale `picture` (height, width, 3) to `size` as a scan scales frames: whole, by area."""
    import cv2

    height, width = size
    crop = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(crop[:, ::-1] if mirrored else crop, np.uint8)


def _read(path: Path, values: int) -> NDArray[np.float32] | None:
    """The features in `path`; `None` where there are none, or not those that are meant."""
    try:
        features = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    fits = features.shape == (values,) and features.dtype == np.float32
    return features if fits else None


def _write(path: Path, features: NDArray[np.float32]) -> None:
    """Write `path`, whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=path.parent) as beside:
            fresh = Path(beside, path.name)
            np.save(fresh, features)
            fresh.replace(path)
    except OSError as error:
        raise ModelError(
            f"cannot keep features in {path.parent}: {error.strerror or error}",
            hint="make room, or choose another folder with VIDTAG_CACHE",
        ) from error
