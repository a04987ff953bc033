from __future__ import annotations

import ctypes
import platform
from collections.abc import Iterator
from types import SimpleNamespace

import av.frame
import numpy as np
import pytest
from av.video.frame import VideoFrame

from vidtag.media import gather
from vidtag.media.pictures import Orientation, Painter
from vidtag.types import Picture

SIZES = [(160, 288), (224, 224), (72, 128), (480, 854)]


@pytest.fixture(autouse=True)
def _on_amd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "is_amd", lambda: True)


@pytest.fixture
def ffmpeg() -> Iterator[ctypes.CDLL]:
    library = ctypes.CDLL(av.frame.__file__)
    yield library
    library.av_force_cpu_flags(-1)  # finds out again


def paint(frame: VideoFrame) -> list[Picture]:
    pictures = [np.zeros((*size, 3), np.uint8) for size in SIZES]
    Painter(SIZES, Orientation()).paint(frame, pictures)
    return pictures


def test_pictures_are_the_same_without_gather(ffmpeg: ctypes.CDLL) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1080 * 3 // 2, 1920), np.uint8)
    frame = VideoFrame.from_ndarray(noise, format="yuv420p")
    before = paint(frame)
    gather.avoid_gather()
    for one, other in zip(before, paint(frame), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="not an x86")
def test_one_flag_is_added(ffmpeg: ctypes.CDLL) -> None:
    before = ffmpeg.av_get_cpu_flags()
    gather.avoid_gather()
    assert ffmpeg.av_get_cpu_flags() == before | 1 << 25


def test_processors_that_are_not_of_amd_are_left_alone(
    ffmpeg: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ffmpeg.av_get_cpu_flags()
    monkeypatch.setattr(gather, "is_amd", lambda: False)
    gather.avoid_gather()
    assert ffmpeg.av_get_cpu_flags() == before


def test_hidden_ffmpeg_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace())
    gather.avoid_gather()
