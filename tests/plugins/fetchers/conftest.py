"""A site on loopback, a small real video to serve, and a progress that remembers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.fetchers.serving import Site, serving
from vidtag.paths import samples


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def body() -> bytes:
    return (samples() / "Kiosk.S01E01.Pilot.mp4").read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where downloads go; `tmp_path` around it shows what lands beside it."""
    return tmp_path / "downloads"


class Progress:
    def __init__(self) -> None:
        self.calls: list[tuple[int, int | None]] = []

    def __call__(self, done_bytes: int, total_bytes: int | None) -> None:
        self.calls.append((done_bytes, total_bytes))


@pytest.fixture
def progress() -> Progress:
    return Progress()
