"""Fixtures for all tests."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["tests.databases"]

ROOT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Commands log to the standard error that they find; that of a test is closed later."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def material() -> Path:
    """The folder with real clips that is not part of the project."""
    folder = Path(os.environ.get("VIDTAG_MATERIAL", ROOT.parent / "shared" / "data")).resolve()
    if not folder.is_dir():
        pytest.skip("the real clips are not here; say where with VIDTAG_MATERIAL")
    return folder


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real video: 40 numbered grey frames of 64x48 at 25 frames per second, H.264 in MP4."""
    from tests.videos import grey_steps, write_video

    return write_video(tmp_path_factory.mktemp("videos") / "clip.mp4", grey_steps(40))
