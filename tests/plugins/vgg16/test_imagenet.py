"""The published weights: fetched from a server on loopback and converted once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from tests.models.serving import Server, serving
from vidtag.api import ModelError, ModelFolder, Published, Settings, Weights, read_weights
from vidtag_vgg16 import imagenet, measuring
from vidtag_vgg16.architecture import CONVOLUTIONS, SHAPES
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.imagenet import backbone
from vidtag_vgg16.preprocessing import PREPROCESSINGS, Preprocessing
from vidtag_vgg16.ranges import Ranges, read_ranges
from vidtag_vgg16.weights import BACKBONE_FILE

WHAT, FILE = "the backbone 'imagenet'", "weights.h5"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def source_of(server: Server, content: bytes) -> Published:
    return server.source(content, what=WHAT, file=FILE)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDTAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("VIDTAG_OFFLINE", raising=False)
    return tmp_path / "cache"


RANGES = Ranges({convolution.name: 2.0 for convolution in CONVOLUTIONS})


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Preprocessing]:
    """What ranges were measured with. To measure them really takes seconds: see test_measuring."""
    found = []

    def ranges_by_stills(weights: Weights, *, preprocessing: Preprocessing) -> Ranges:
        found.append(preprocessing)
        return RANGES

    monkeypatch.setattr(measuring, "ranges_by_stills", ranges_by_stills)
    return found


@pytest.fixture(scope="session")
def h5(tmp_path_factory: pytest.TempPathFactory, backbone_weights: Weights) -> bytes:
    """A file as Keras 1 wrote it: a group per layer, names of its own for the weights."""
    path = tmp_path_factory.mktemp("h5") / "weights.h5"
    with h5py.File(path, "w") as file:
        for convolution in CONVOLUTIONS:
            group = file.create_group(convolution.name)
            stored = [f"{convolution.name}_{kind}_1:0" for kind in ("W", "b")]
            group.attrs["weight_names"] = [name.encode() for name in stored]
            for name, tensor in zip(stored, convolution.shapes, strict=True):
                group[name] = backbone_weights[tensor]
    return path.read_bytes()


def test_constants_are_those_of_keras() -> None:
    from keras.src.applications import vgg16

    assert imagenet.KERAS.url == vgg16.WEIGHTS_PATH_NO_TOP
    assert imagenet.KERAS.hash.removeprefix("md5:") in Path(vgg16.__file__).read_text()
    assert keras.applications.VGG16 is vgg16.VGG16


def test_weights_are_downloaded_and_converted_once(
    server: Server, cache: Path, h5: bytes, backbone_weights: Weights
) -> None:
    server.serve(h5)
    source = source_of(server, h5)
    folder = backbone(Settings(), source=source)
    assert folder.path == cache / "backbones" / "imagenet"
    assert folder.manifest.preprocessing == "caffe"
    found = read_weights(folder, BACKBONE_FILE, SHAPES)
    for name, values in backbone_weights.items():
        np.testing.assert_array_equal(found[name], values)
    assert backbone(Settings(offline=True), source=source) == folder
    assert server.requests == 1


def test_ranges_are_measured_as_the_weights_want_it(
    server: Server, cache: Path, h5: bytes, measured: list[Preprocessing]
) -> None:
    server.serve(h5)
    folder = backbone(Settings(), source=source_of(server, h5))
    assert measured == [PREPROCESSINGS["caffe"]]
    assert read_ranges(folder) == RANGES


def test_weights_that_8_bits_do_not_suit_get_no_ranges(
    server: Server, cache: Path, h5: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "ranges_by_stills", lambda *_, **__: None)
    server.serve(h5)
    assert read_ranges(backbone(Settings(), source=source_of(server, h5))) is None


def test_file_put_there_by_hand_is_enough(server: Server, cache: Path, h5: bytes) -> None:
    cache.mkdir()
    (cache / "weights.h5").write_bytes(h5)
    folder = backbone(Settings(offline=True), source=source_of(server, h5))
    assert isinstance(folder, ModelFolder)
    assert (cache / "weights.h5").read_bytes() == h5
    assert server.requests == 0


@pytest.mark.parametrize("by", ["setting", "environment"])
def test_offline_says_where_to_put_the_file(
    cache: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by == "environment":
        monkeypatch.setenv("VIDTAG_OFFLINE", "1")
    with pytest.raises(ModelError) as error:
        find_backbone("imagenet", settings=Settings(offline=by == "setting"))
    assert str(error.value) == (
        "the backbone 'imagenet' is not on this machine and vidtag is offline; put "
        f"{imagenet.KERAS.url} at {cache}/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    )


@pytest.mark.parametrize("content", [b"no h5", b""], ids=["text", "empty"])
def test_right_file_that_is_no_h5_is_refused(server: Server, cache: Path, content: bytes) -> None:
    server.serve(content)
    with pytest.raises(ModelError, match=r"weights.h5: not the weights of a VGG16 \("):
        backbone(Settings(), source=source_of(server, content))
    assert not (cache / "backbones").exists()


def test_without_h5py_the_error_says_what_to_install(
    server: Server, cache: Path, h5: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    server.serve(h5)
    with pytest.raises(ModelError, match=r"not installed; pip install 'vidtag\[train\]'"):
        backbone(Settings(), source=source_of(server, h5))
