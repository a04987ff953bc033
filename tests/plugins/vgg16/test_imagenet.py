"""The published weights: fetched from a server on loopback, checked, converted once."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import h5py
import keras
import numpy as np
import pytest

from vidtag.api import ModelError, ModelFolder, Settings
from vidtag_vgg16 import imagenet
from vidtag_vgg16.architecture import CONVOLUTIONS, SHAPES
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.imagenet import Source, backbone
from vidtag_vgg16.weights import BACKBONE_FILE, Weights, read_weights


class Server(ThreadingHTTPServer):
    """Answers every request with `body`, claiming `length` bytes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body, self.length, self.status, self.requests = b"", 0, 200, 0

    def serve(self, body: bytes, *, length: int | None = None, status: int = 200) -> None:
        self.body, self.status = body, status
        self.length = len(body) if length is None else length

    def source(self, content: bytes) -> Source:
        return Source(
            url=f"http://127.0.0.1:{self.server_port}/weights.h5",
            md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        )


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requests += 1
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(self.server.length))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDTAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("VIDTAG_OFFLINE", raising=False)
    return tmp_path / "cache"


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
    assert imagenet.KERAS.md5 in Path(vgg16.__file__).read_text()
    assert keras.applications.VGG16 is vgg16.VGG16


def test_weights_are_downloaded_and_converted_once(
    server: Server, cache: Path, h5: bytes, backbone_weights: Weights
) -> None:
    server.serve(h5)
    source = server.source(h5)
    folder = backbone(Settings(), source=source)
    assert folder.path == cache / "backbones" / "imagenet"
    assert folder.manifest.preprocessing == "caffe"
    found = read_weights(folder, BACKBONE_FILE, SHAPES)
    for name, values in backbone_weights.items():
        np.testing.assert_array_equal(found[name], values)
    assert backbone(Settings(offline=True), source=source) == folder
    assert server.requests == 1


def test_file_put_there_by_hand_is_enough(server: Server, cache: Path, h5: bytes) -> None:
    cache.mkdir()
    (cache / "weights.h5").write_bytes(h5)
    folder = backbone(Settings(offline=True), source=server.source(h5))
    assert isinstance(folder, ModelFolder)
    assert (cache / "weights.h5").read_bytes() == h5
    assert server.requests == 0


def test_half_a_file_put_there_is_downloaded_again(server: Server, cache: Path, h5: bytes) -> None:
    cache.mkdir()
    (cache / "weights.h5").write_bytes(h5[:1000])
    server.serve(h5)
    backbone(Settings(), source=server.source(h5))
    assert server.requests == 1


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


def test_offline_environment_of_0_means_online(
    server: Server, cache: Path, h5: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDTAG_OFFLINE", "0")
    server.serve(h5)
    backbone(Settings(), source=server.source(h5))
    assert server.requests == 1


def nothing_left(cache: Path) -> bool:
    return [path for path in cache.rglob("*") if path.is_file()] == []


def test_other_file_is_refused_and_not_kept(server: Server, cache: Path) -> None:
    server.serve(b"something else")
    source = server.source(b"weights")
    with pytest.raises(ModelError) as error:
        backbone(Settings(), source=source)
    assert str(error.value) == (
        f"{source.url} is not the file that Keras published (its MD5 is not {source.md5}); "
        f"try again, or put {source.url} at {cache}/weights.h5"
    )
    assert nothing_left(cache)


# pooch leaves the socket of a failed download to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("sent", "status"), [(1000, 200), (0, 200), (2000, 404), (2000, 503)], ids=str
)
def test_failed_download_is_one_line_and_leaves_nothing(
    server: Server, cache: Path, sent: int, status: int
) -> None:
    content = b"x" * 2000
    server.serve(content[:sent], length=len(content), status=status)
    source = server.source(content)
    with pytest.raises(ModelError) as error:
        backbone(Settings(), source=source)
    assert error.value.message.startswith("cannot download the backbone 'imagenet' (")
    assert error.value.hint == f"put {source.url} at {cache}/weights.h5"
    assert "\n" not in str(error.value)
    assert nothing_left(cache)
    del error
    gc.collect()


def test_server_that_is_not_there_is_one_line(cache: Path) -> None:
    with Server() as server:
        source = server.source(b"")
    with pytest.raises(ModelError, match="cannot download the backbone 'imagenet'"):
        backbone(Settings(), source=source)
    assert nothing_left(cache)


@pytest.mark.parametrize("content", [b"no h5", b""], ids=["text", "empty"])
def test_right_file_that_is_no_h5_is_refused(server: Server, cache: Path, content: bytes) -> None:
    server.serve(content)
    with pytest.raises(ModelError, match=r"weights.h5: not the weights of a VGG16 \("):
        backbone(Settings(), source=server.source(content))
    assert not (cache / "backbones").exists()


def test_without_h5py_the_error_says_what_to_install(
    server: Server, cache: Path, h5: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    server.serve(h5)
    with pytest.raises(ModelError, match=r"not installed; pip install 'vidtag\[train\]'"):
        backbone(Settings(), source=server.source(h5))
