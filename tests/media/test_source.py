from __future__ import annotations

import pytest

from vidtag.media import source


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
    assert source._threads_for(width * height) == threads
