"""The backbone `imagenet`: the weights that Keras publishes, downloaded and converted once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.api import Manifest, ModelError, ModelFolder, cache_dir, open_model, write_model
from vidtag_vgg16 import architecture
from vidtag_vgg16.weights import BACKBONE_FILE, check_weights, to_bytes

if TYPE_CHECKING:
    from vidtag.api import Settings
    from vidtag_vgg16.weights import Weights

NAME = "imagenet"

_TIMEOUT_S = 30.0  # without a byte


@dataclass(frozen=True, slots=True)
class Source:
    """A file with pinned content."""

    url: str
    md5: str

    @property
    def file_name(self) -> str:
        """Last part of the address."""
        return self.url.rpartition("/")[2]


# As in keras/src/applications/vgg16.py.
KERAS = Source(
    url="https://storage.googleapis.com/tensorflow/keras-applications/vgg16/"
    "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
    md5="6d6bbae143d832006294945121d1f1fc",
)


def backbone(settings: Settings, *, source: Source = KERAS) -> ModelFolder:
    """The converted backbone in the user's cache; made on first use.

    Raises:
        ModelError: if it has to be downloaded and cannot be, or the file is not the one meant.
    """
    folder = cache_dir() / "backbones" / NAME
    if folder.is_dir():
        return open_model(folder, kind="backbone")
    downloaded = cache_dir() / source.file_name
    if not _is_there(downloaded, source):
        _download(downloaded, source, offline=settings.offline or _offline_by_environment())
    return _convert(downloaded, folder)


def _offline_by_environment() -> bool:
    return os.environ.get("VIDTAG_OFFLINE", "") not in ("", "0")


def _is_there(path: Path, source: Source) -> bool:
    from pooch import file_hash

    return path.is_file() and file_hash(str(path), alg="md5") == source.md5


def _download(path: Path, source: Source, *, offline: bool) -> None:
    import pooch

    hint = f"put {source.url} at {path}"
    if offline:
        raise ModelError(
            f"the backbone {NAME!r} is not on this machine and vidtag is offline", hint=hint
        )
    try:
        pooch.get_logger().setLevel("WARNING")  # it would write about every download
        pooch.retrieve(
            source.url,
            known_hash=f"md5:{source.md5}",
            fname=path.name,
            path=path.parent,
            downloader=pooch.HTTPDownloader(timeout=_TIMEOUT_S),
        )
    except OSError as error:  # the network, the server or the disk
        raise ModelError(f"cannot download the backbone {NAME!r} ({error})", hint=hint) from error
    except ValueError as error:  # the hash; pooch has removed the file
        raise ModelError(
            f"{source.url} is not the file that Keras published (its MD5 is not {source.md5})",
            hint=f"try again, or {hint}",
        ) from error


def _convert(downloaded: Path, folder: Path) -> ModelFolder:
    weights = check_weights(_read_h5(downloaded), architecture.SHAPES, source=downloaded)
    manifest = Manifest(
        name=NAME,
        kind="backbone",
        version="1",
        architecture=architecture.NAME,
        summary="VGG16 trained on ImageNet by its authors, as published by Keras",
        input_size=(224, 224),
        preprocessing="caffe",
        licence="CC-BY-4.0 (Visual Geometry Group, University of Oxford)",
        created_by="vidtag, converted from the file of Keras",
        training={"data": "ImageNet ILSVRC-2012"},
    )
    # float32: the very numbers that Keras uses.
    return write_model(folder, manifest, {BACKBONE_FILE: to_bytes(weights, dtype="float32")})


def _read_h5(path: Path) -> Weights:
    """Read the layout of Keras 1: a group per layer, its attribute names kernel and bias."""
    try:
        import h5py
    except ImportError as error:
        raise ModelError(
            f"h5py is needed to read {path} and not installed", hint="pip install 'vidtag[train]'"
        ) from error
    weights = {}
    try:
        with h5py.File(path, "r") as file:
            for convolution in architecture.CONVOLUTIONS:
                group = file[convolution.name]
                names = group.attrs["weight_names"]
                for name, stored in zip(convolution.shapes, names, strict=True):
                    weights[name] = group[stored][()]
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"{path}: not the weights of a VGG16 ({error})") from error
    return weights
