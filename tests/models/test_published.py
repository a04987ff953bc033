"""Published weights: found here, or fetched from a server on loopback and checked."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models.serving import Server, serving
from vidtag.errors import ModelError
from vidtag.models import Published, find_published

CONTENT = b"x" * 2000


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def published(server: Server) -> Published:
    return server.source(CONTENT, what="the network", file="net.onnx")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDTAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("VIDTAG_OFFLINE", raising=False)
    monkeypatch.delenv("VIDTAG_MODELS", raising=False)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "own"))
    return tmp_path / "cache"


def nothing_left(cache: Path) -> bool:
    return [path for path in cache.rglob("*") if path.is_file()] == []


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_it_is_downloaded_once(server: Server, published: Published, cache: Path) -> None:
    server.serve(CONTENT)

    assert find_published(published, offline=False) == cache / "net.onnx"
    assert (cache / "net.onnx").read_bytes() == CONTENT
    assert find_published(published, offline=True) == cache / "net.onnx"
    assert server.requests == 1


def test_the_download_says_nothing(
    server: Server, published: Published, capfd: pytest.CaptureFixture[str]
) -> None:
    server.serve(CONTENT)
    find_published(published, offline=False)

    assert capfd.readouterr() == ("", "")


def test_a_file_in_the_cache_is_enough(server: Server, published: Published, cache: Path) -> None:
    put(cache / "net.onnx", CONTENT)

    assert find_published(published, offline=True) == cache / "net.onnx"
    assert server.requests == 0


def test_a_folder_of_models_comes_first(
    server: Server,
    published: Published,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    monkeypatch.setenv("VIDTAG_MODELS", os.pathsep.join(map(str, (first, second))))
    for folder in (second, tmp_path / "own" / "models", cache):
        put(folder / "net.onnx", CONTENT)

    assert find_published(published, offline=False) == second / "net.onnx"
    assert server.requests == 0


def test_another_file_of_that_name_is_told_and_passed_over(
    published: Published,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("VIDTAG_MODELS", str(tmp_path / "first"))
    wrong = put(tmp_path / "first" / "net.onnx", b"something else")
    put(cache / "net.onnx", CONTENT)

    with caplog.at_level(logging.WARNING):
        assert find_published(published, offline=True) == cache / "net.onnx"
    assert caplog.messages == [f"{wrong} is not the network: its hash differs; not used"]
    assert wrong.read_bytes() == b"something else"


def test_half_a_file_in_the_cache_is_downloaded_again(
    server: Server, published: Published, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(cache / "net.onnx", CONTENT[:1000])
    server.serve(CONTENT)

    assert find_published(published, offline=False).read_bytes() == CONTENT
    assert server.requests == 1
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("by", ["argument", "environment"])
def test_offline_says_where_to_put_the_file(
    server: Server, published: Published, cache: Path, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if by == "environment":
        monkeypatch.setenv("VIDTAG_OFFLINE", "1")

    with pytest.raises(ModelError) as error:
        find_published(published, offline=by == "argument")
    assert str(error.value) == (
        f"the network is not on this machine and vidtag is offline; put {published.url} at "
        f"{cache}/net.onnx"
    )
    assert server.requests == 0


@pytest.mark.parametrize("value", ["0", ""])
def test_offline_environment_of_0_means_online(
    server: Server, published: Published, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDTAG_OFFLINE", value)
    server.serve(CONTENT)

    find_published(published, offline=False)
    assert server.requests == 1


def test_another_file_from_the_server_is_refused_and_not_kept(
    server: Server, published: Published, cache: Path
) -> None:
    server.serve(b"something else")

    with pytest.raises(ModelError) as error:
        find_published(published, offline=False)
    assert str(error.value) == (
        f"{published.url} is not the network: its hash differs; try again, or put "
        f"{published.url} at {cache}/net.onnx"
    )
    assert nothing_left(cache)


# pooch leaves the socket of a failed download to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("sent", "status"), [(1000, 200), (0, 200), (2000, 404), (2000, 503)], ids=str
)
def test_a_failed_download_is_one_line_and_leaves_nothing(
    server: Server, published: Published, cache: Path, sent: int, status: int
) -> None:
    server.serve(CONTENT[:sent], length=len(CONTENT), status=status)

    with pytest.raises(ModelError) as error:
        find_published(published, offline=False)
    assert error.value.message.startswith("cannot download the network (")
    assert error.value.hint == f"put {published.url} at {cache}/net.onnx"
    assert "\n" not in str(error.value)
    assert nothing_left(cache)
    del error
    gc.collect()


def test_a_server_that_is_not_there_is_one_line(cache: Path) -> None:
    with Server() as server:
        published = server.source(b"", what="the network", file="net.onnx")

    with pytest.raises(ModelError) as error:
        find_published(published, offline=False)
    assert error.value.message == "cannot download the network (no connection)"
    assert nothing_left(cache)
