"""The backbone `imagenet`: the weights that Keras publishes, downloaded and converted once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.api import (
    Manifest,
    ModelError,
    ModelFolder,
    Published,
    cache_dir,
    check_weights,
    find_published,
    open_model,
    write_model,
)
from vidtag_vgg16 import architecture
from vidtag_vgg16.preprocessing import find_preprocessing
from vidtag_vgg16.weights import BACKBONE_FILE, to_bytes

if TYPE_CHECKING:
    from vidtag.api import Settings, Weights

NAME = "imagenet"

_PREPROCESSING = "caffe"
# As in keras/src/applications/vgg16.py.
KERAS = Published(
    what="the backbone 'imagenet'",
    url="https://storage.googleapis.com/tensorflow/keras-applications/vgg16/"
    "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
    hash="md5:6d6bbae143d832006294945121d1f1fc",
)


def backbone(settings: Settings, *, source: Published = KERAS) -> ModelFolder:
    """The converted backbone in the user's cache; made on first use.

    Raises:
        ModelError: if it has to be downloaded and cannot be, or the file is not the one meant.
    """
    folder = cache_dir() / "backbones" / NAME
    if folder.is_dir():
        return open_model(folder, kind="backbone")
    return _convert(find_published(source, offline=settings.offline), folder)


def _convert(downloaded: Path, folder: Path) -> ModelFolder:
    from vidtag_vgg16.measuring import ranges_by_stills

    weights = check_weights(_read_h5(downloaded), architecture.SHAPES, source=downloaded)
    how = find_preprocessing(_PREPROCESSING, source=downloaded)
    ranges = ranges_by_stills(weights, preprocessing=how)
    manifest = Manifest(
        name=NAME,
        kind="backbone",
        version="1",
        architecture=architecture.NAME,
        summary="VGG16 trained on ImageNet by its authors, as published by Keras",
        input_size=(224, 224),
        preprocessing=_PREPROCESSING,
        licence="CC-BY-4.0 (Visual Geometry Group, University of Oxford)",
        created_by="vidtag, converted from the file of Keras",
        training={"data": "ImageNet ILSVRC-2012"},
        parameters=ranges.to_parameters() if ranges else {},
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
