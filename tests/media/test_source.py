from __future__ import annotations

import pytest

from vidtag.media import DecodeLimits, source


@pytest.mark.parametrize(
    ("cores", "width", "height", "threads"),
    [
        (1, 1920, 1080, 1),
        (2, 640, 360, 1),
        (2, 1920, 1080, 1),
        (2, 3840, 2160, 2),
        (8, 1280, 720, 2),
        (8, 1920, 1080, 4),
        (64, 3840, 2160, 16),
    ],
)
def test_decoding_gets_the_threads_that_it_needs_beside_the_network(
    monkeypatch: pytest.MonkeyPatch, cores: int, width: int, height: int, threads: int
) -> None:
    monkeypatch.setattr(source, "usable_cores", lambda: cores)
    limits = DecodeLimits(busy_beside=True)
    assert source._threads_for(width * height, limits) == threads


@pytest.mark.parametrize(("cores", "told", "threads"), [(2, None, 2), (64, None, 16), (2, 5, 5)])
def test_decoding_alone_gets_all_cores_or_what_it_is_told(
    monkeypatch: pytest.MonkeyPatch, cores: int, told: int | None, threads: int
) -> None:
    monkeypatch.setattr(source, "usable_cores", lambda: cores)
    for busy in (False, told is not None):
        limits = DecodeLimits(threads=told, busy_beside=busy)
        assert source._threads_for(640 * 360, limits) == threads
