"""Features of pictures, each computed once and kept in the user's cache.

    <cache>/features/3f/3f0c...e1.npy     pooled features (values,) float32

The name is a hash of all that the features depend on: the bytes of the picture, the weights of the
backbone, the preprocessing, what is cut out and to which size, the
pooling. So a file is never out of date, and
whatever ends the process, the next one goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

import numpy as np

from vidtag.api import ModelError, cache_dir, read_picture, write_whole
from vidtag_vgg16.heads import HeadSpec, pool
from vidtag_vgg16.networks import (
    Network,
    arithmetic,
    open_below_block5,
    open_network,
    read_frozen_block5,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from vidtag.api import ModelFolder, Picture, Pictures, Sample, Settings, Size
    from vidtag_vgg16.block5 import Block5
    from vidtag_vgg16.heads import Pooling

Resize: TypeAlias = Literal["area", "linear"]  # as a scan scales frames; as OpenCV does by default

_VERSION = 2  # of the way from a picture file to the crop; a change of it needs a new number


class Cutter(Protocol):
    """Cuts out of pictures what is looked at."""

    @property
    def name(self) -> str:
        """Of the way it does it: others have other features."""

    def cut(self, sample: Sample, size: Size) -> Picture:
        """The crop (height, width, 3) RGB of the picture of `sample`.

        Raises:
            DatasetError: if the picture cannot be read, or does not show what is looked at.
        """

    def facts(self, samples: Iterable[Sample]) -> Mapping[str, str | int]:
        """What is to be known of `samples`, for the manifest of what has learnt from them."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Looks at whole pictures."""

    resize: Resize = "area"

    @property
    def name(self) -> str:
        """How they are scaled."""
        return self.resize

    def cut(self, sample: Sample, size: Size) -> Picture:
        """The picture of `sample`, scaled to `size`."""
        return crop_picture(read_picture(sample.path), size, resize=self.resize)

    def facts(self, samples: Iterable[Sample]) -> Mapping[str, str | int]:  # noqa: ARG002
        """Nothing."""
        return {}


class Extractor:
    """Pictures -> pooled features, by way of the cache. The network is opened when it is needed."""

    def __init__(
        self,
        backbone: ModelFolder,
        *,
        pooling: Pooling,
        preprocessing: str,
        input_size: Size,
        cutter: Cutter | None = None,  # without one, whole pictures
        settings: Settings,
    ) -> None:
        self.computed = 0  # pictures that were not in the cache
        self.values = HeadSpec(pooling=pooling).inputs(input_size)  # for each picture
        self._backbone = backbone
        self._pooling: Pooling = pooling
        self._preprocessing = preprocessing
        self.input_size = input_size
        self._cutter = cutter or Whole()
        self._settings = settings
        self._arithmetic = arithmetic(backbone, preprocessing=preprocessing, settings=settings)

    def features(self, sample: Sample, *, mirrored: bool = False) -> NDArray[np.float32]:
        """The features (values,) of the picture of `sample`, or of its mirror image.

        Raises:
            DatasetError: if the picture cannot be read, or does not show what is looked at.
            ModelError: if the backbone is damaged, or the cache cannot be written.
        """
        path = self._path(sample, mirrored)
        known = _read(path, self.values)
        if known is not None:
            return known
        values: NDArray[np.float32]
        [values] = pool(self._network.run(self._crops(sample, mirrored)), self._pooling)
        keep(path, values)
        self.computed += 1
        return values

    def below_block5(
        self, samples: Iterable[Sample], *, mirrored: bool = False
    ) -> Iterator[NDArray[np.float32]]:
        """What the last block sees of each of `samples`: (height / 16, width / 16, 512).

        Raises:
            DatasetError: if a picture cannot be read, or does not show what is looked at.
            ModelError: if the backbone is damaged.
        """
        network = open_below_block5(
            self._backbone,
            preprocessing=self._preprocessing,
            input_size=self.input_size,
            settings=self._settings,
        )
        for sample in samples:
            yield network.run(self._crops(sample, mirrored))[0]

    def features_above(
        self, block5: Block5, samples: Iterable[Sample]
    ) -> Iterator[NDArray[np.float32]]:
        """The features (values,) of each of `samples` with another last block; none are kept.

        Raises:
            DatasetError: if a picture cannot be read, or does not show what is looked at.
            ModelError: if the backbone is damaged.
        """
        network = self._open(block5)
        for sample in samples:
            yield pool(network.run(self._crops(sample, mirrored=False)), self._pooling)[0]

    def block5(self) -> Block5:
        """The last block of the backbone, and the ranges that the backbone computes with.

        Raises:
            ModelError: if the backbone is damaged.
        """
        return read_frozen_block5(
            self._backbone, preprocessing=self._preprocessing, settings=self._settings
        )

    def _crops(self, sample: Sample, mirrored: bool) -> Pictures:
        """The one crop (1, height, width, 3) of the picture of `sample`, or its mirror image."""
        crop = self._cutter.cut(sample, self.input_size)
        return np.ascontiguousarray(crop[:, ::-1] if mirrored else crop)[np.newaxis]

    @cached_property
    def _network(self) -> Network:
        return self._open()

    def _open(self, block5: Block5 | None = None) -> Network:
        return open_network(
            self._backbone,
            preprocessing=self._preprocessing,
            input_size=self.input_size,
            block5=block5,
            settings=self._settings,
        )

    def _path(self, sample: Sample, mirrored: bool) -> Path:
        height, width = self.input_size
        facts = (
            f"version {_VERSION}",
            sample.sha256,
            self._backbone.sha256,
            self._preprocessing,
            f"{height}x{width} {self._cutter.name}",
            self._pooling,
            self._arithmetic,
            "mirrored" if mirrored else "plain",
        )
        name = hashlib.sha256("\n".join(facts).encode()).hexdigest()
        return cache_dir() / "features" / name[:2] / f"{name}.npy"


def crop_picture(
    picture: NDArray[np.uint8], size: Size, *, resize: Resize = "area"
) -> NDArray[np.uint8]:
    """Scale the whole of `picture` (height, width, 3) to `size`."""
    import cv2

    height, width = size
    how = {"area": cv2.INTER_AREA, "linear": cv2.INTER_LINEAR}[resize]
    crop = cv2.resize(picture, (width, height), interpolation=how)
    return np.asarray(crop, np.uint8)


def _read(path: Path, values: int) -> NDArray[np.float32] | None:
    """The features in `path`; `None` where there are none, or not those that are meant."""
    try:
        features = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    fits = features.shape == (values,) and features.dtype == np.float32
    return features if fits else None


def keep(path: Path, values: NDArray[np.float32]) -> None:
    """Write `values` to `path` in the cache, whole or not at all.

    Raises:
        ModelError: if that is not possible.
    """
    try:
        write_whole(path, _as_file(values))  # `np.save` says not why it could not write
    except OSError as error:
        raise ModelError(
            f"cannot keep features in {path.parent}: {error.strerror or error}",
            hint="make room, or choose another folder with VIDTAG_CACHE",
        ) from error


def _as_file(features: NDArray[np.float32]) -> bytes:
    content = BytesIO()
    np.save(content, features)
    return content.getvalue()
