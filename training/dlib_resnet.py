"""Convert dlib's face recognition network into the backbone `dlib-resnet`.

    python -m training.dlib_resnet --weights dlib_face_recognition_resnet_model_v1.dat \\
        --space space.safetensors --out models/backbones/dlib-resnet

The first file comes with the Python package `face_recognition_models` (CC0), which is not imported
and need not be installed: it is 100 MB, of which this network is 11 MB as float16. The second file
comes from `training.gallery`; `training.pairs` adds figures afterwards. dlib's serialisation writes
a tensor as two bytes, its four dimensions and its values. Those with parameters stand in the order
of the layers: for each convolution its kernels and biases, then the affine layer that follows.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from training.cards import write_card
from vidtag import __version__
from vidtag.api import Manifest, ModelFolder, write_model
from vidtag_gallery.catalog import NETWORK_FILE, SPACE_FILE
from vidtag_gallery.graph import CONVOLUTIONS, LAST, SHAPES, SIDE_PX

NAME = "dlib-resnet"
SHA256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"

_TENSOR = b"\x01\x02"  # dlib's version number of a serialised tensor
_DIMENSIONS = 4
_VALUES = range(16, 3_000_000)  # of a tensor with parameters


def read_tensors(content: bytes) -> list[NDArray[np.float32]]:
    """All tensors with parameters in `content`, flat, in the order of the layers."""
    found = []
    position = 0
    while (position := content.find(_TENSOR, position)) >= 0:
        values, after = _read_tensor(content, position + len(_TENSOR))
        if len(values):
            found.append(values)
        position = after if len(values) else position + 1
    return found


def _read_tensor(content: bytes, position: int) -> tuple[NDArray[np.float32], int]:
    """The tensor at `position` and where it ends; an empty one where there is none."""
    count = 1
    for _ in range(_DIMENSIONS):
        length = int.from_bytes(content[position : position + 1])  # of the number that follows
        if length not in range(1, 5):
            return np.empty(0, np.float32), position
        count *= int.from_bytes(content[position + 1 : position + 1 + length], "little")
        position += 1 + length
    if count not in _VALUES or position + 4 * count > len(content):
        return np.empty(0, np.float32), position
    values = np.frombuffer(content, "<f4", count, position).astype(np.float32)
    plausible = np.isfinite(values).all() and 1e-6 < np.abs(values).max() < 1e4
    return (values, position + 4 * count) if plausible else (values[:0], position)


def convert(tensors: list[NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """The weights by name, with each affine layer folded into its convolution.

    Raises:
        ValueError: the tensors are not those of the network.
    """
    if len(tensors) != 2 * len(CONVOLUTIONS) + 1:
        raise ValueError(f"expected {2 * len(CONVOLUTIONS) + 1} tensors, found {len(tensors)}")
    weights = {}
    for layer, own, affine in zip(CONVOLUTIONS, tensors[0:-1:2], tensors[1:-1:2], strict=True):
        gain, shift = affine[: layer.filters], affine[layer.filters :]
        kernels, bias = own[: -layer.filters], own[-layer.filters :]
        shape = layer.shapes[f"{layer.name}.weight"]
        weights[f"{layer.name}.weight"] = kernels.reshape(shape) * gain.reshape(-1, 1, 1, 1)
        weights[f"{layer.name}.bias"] = bias * gain + shift
    weights[LAST] = tensors[-1].reshape(SHAPES[LAST])
    return weights


def to_folder(weights: dict[str, NDArray[np.float32]], space: Path, out: Path) -> ModelFolder:
    """Write the model folder; the network as float16, which moves an embedding by less than .002.

    Raises:
        OSError: it cannot be written.
    """
    figures = json.loads(space.with_suffix(".json").read_text(encoding="utf-8"))
    manifest = Manifest(
        name=NAME,
        kind="backbone",
        version="1",
        architecture="dlib-resnet",
        summary="dlib's face recognition network: 128 numbers for a face, to compare.",
        input_size=(SIDE_PX, SIDE_PX),
        preprocessing="dlib",
        licence="CC0-1.0",
        created_by=f"vidtag {__version__}, training.dlib_resnet",
        training={
            "data": "about three million faces, by its author's account; tables and calibration: "
            "Labeled Faces in the Wild, photos of six actors",
            "metrics_on": "photos and people held out from the tables and the calibration",
            "source": "dlib_face_recognition_resnet_model_v1.dat by Davis King, as in "
            "face_recognition_models 0.3.0",
            "source_sha256": SHA256,
            **figures["training"],
        },
        metrics=figures["metrics"],
        parameters=figures["parameters"],
    )
    network = save({k: np.ascontiguousarray(v, np.float16) for k, v in weights.items()})
    tables = save({k: np.ascontiguousarray(v, np.float32) for k, v in load_file(space).items()})
    return write_model(out, manifest, {NETWORK_FILE: network, SPACE_FILE: tables})


@click.command(help=__doc__)
@click.option("--weights", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--space", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("models/backbones") / NAME)
def main(weights: Path, space: Path, out: Path) -> None:
    """Check, convert, save."""
    content = weights.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise click.ClickException(f"{weights} is not the file that dlib's author published")
    folder = to_folder(convert(read_tensors(content)), space, out)
    click.echo(f"{folder.path}: {folder.sha256}\n{write_card(folder)}")


if __name__ == "__main__":
    main()
