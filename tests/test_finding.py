"""Faces are found also where the better finder's weights cannot be had."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from vidtag.finding import YUNET, open_finder
from vidtag.models import Published


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDTAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("VIDTAG_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "own"))


def test_offline_and_without_weights_dlib_finds_the_faces(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.WARNING):
        finder = open_finder(offline=True)

    assert finder.name == "dlib-hog"
    [message] = caplog.messages
    assert message == (
        "the face detector YuNet is not on this machine and vidtag is offline; put "
        f"{YUNET.url} at {tmp_path}/cache/face_detection_yunet_2023mar.onnx; until then dlib "
        "finds the faces, and misses small ones"
    )
    assert capfd.readouterr().out == ""


def test_without_a_connection_dlib_finds_the_faces(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("VIDTAG_OFFLINE", raising=False)
    nowhere = Published(what="YuNet", url="http://127.0.0.1:9/yunet.onnx", hash=YUNET.hash)

    assert open_finder(yunet=nowhere).name == "dlib-hog"
    [message] = caplog.messages
    assert message.startswith("cannot download YuNet (no connection); put http://127.0.0.1:9/")


@pytest.mark.material
def test_weights_in_a_folder_of_models_are_used(
    material: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("VIDTAG_MODELS", os.pathsep.join(["none", str(material / "models")]))

    assert open_finder(offline=True).name == "yunet-2023mar"
    assert caplog.messages == []
