"""Rows in a file: what comes back, what stays, and what happens where there is no room."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from vidtag.api import ModelError
from vidtag_vgg16.rows import Rows


class Disk:
    """A file that takes three bytes at a time, and `room` in all."""

    def __init__(self, room: int) -> None:
        self.content = bytearray()
        self._room = room

    def write(self, content: memoryview) -> int:
        taken = bytes(content[: min(3, self._room - len(self.content))])
        if not taken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.content += taken
        return len(taken)

    def close(self) -> None:
        self.content.clear()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDTAG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_rows_come_back_in_any_order_rounded_to_float16() -> None:
    values = np.random.default_rng(1).standard_normal((5, 2, 3, 4), dtype=np.float32)
    with Rows((2, 3, 4)) as rows:
        rows.extend(values[:2])
        rows.extend(values[2:])

        found = rows[np.array([4, 0, 4])]

        assert rows.shape == (5, 2, 3, 4)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, values[[4, 0, 4]].astype(np.float16).astype(np.float32))


def test_nothing_stays(cache: Path) -> None:
    with Rows((2,)) as rows:
        rows.extend([np.zeros(2, np.float32)])
    assert list(cache.iterdir()) == []


def test_a_disk_that_takes_less_gets_the_rest_later(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(room=100)
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: disk)
    values = np.arange(8, dtype=np.float32).reshape(2, 4)

    Rows((4,)).extend(values)

    assert bytes(disk.content) == values.astype(np.float16).tobytes()


def test_a_full_disk_is_said_in_one_line(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Disk(room=10))
    with pytest.raises(ModelError) as error:
        Rows((4,)).extend(np.zeros((2, 4), np.float32))
    assert str(error.value) == (
        f"cannot keep features in {cache}: No space left on device; "
        "make room, or choose another folder with VIDTAG_CACHE"
    )


def test_a_cache_that_cannot_be_made_is_said_in_one_line(cache: Path) -> None:
    cache.write_bytes(b"")
    with pytest.raises(ModelError, match=f"cannot keep features in {cache}: File exists"):
        Rows((4,))
