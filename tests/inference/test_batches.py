"""The search for the size of batches, on a clock of its own, and what is kept of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vidtag.errors import VidtagError
from vidtag.inference.batches import SIZES, Run, find_batch, keep_batch


class Accelerator:
    """Takes `seconds[size]` for a batch, and ten more for the first; others are too large."""

    def __init__(self, seconds: dict[int, float]) -> None:
        self.seconds = seconds
        self.now = 0.0
        self.shapes: list[tuple[int, ...]] = []

    def open_run(self, size: int) -> Run:
        if size not in self.seconds:
            raise VidtagError("out of memory")
        self.now += 10

        def run(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
            first = pictures.shape not in self.shapes
            self.shapes.append(pictures.shape)
            self.now += self.seconds[size] + 10 * first
            return np.zeros(len(pictures), np.float32)

        return run

    def find(self) -> int:
        return find_batch(self.open_run, (2, 3), clock=lambda: self.now)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ((1, 2, 4, 8, 16), 1),  # no gain
        ((1, 1, 1, 1, 1), 16),  # as fast as one
        ((1, 1, 1, 2, 4), 4),  # full from four on
        ((1, 1, 1.2, 2.19, 4), 8),  # with eight a picture takes nearly 10 % longer
        ((1, 1, 1.2, 2.21, 4), 16),
        ((1, 1.1, 2, 9, 99), 4),  # slower when it does not fit
        ((1, 1, 1), 4),  # more than four are too large for its memory
    ],
    ids=str,
)
def test_smallest_that_is_nearly_as_fast_as_the_best(
    seconds: tuple[float, ...], expected: int
) -> None:
    assert Accelerator(dict(zip(SIZES, seconds, strict=False))).find() == expected


def test_blank_pictures_of_each_size_are_run() -> None:
    accelerator = Accelerator(dict.fromkeys(SIZES, 1))
    accelerator.find()
    assert accelerator.shapes == [(size, 2, 3) for size in SIZES for _ in range(4)]


def test_device_that_cannot_run_one_picture_is_an_error() -> None:
    with pytest.raises(VidtagError, match=r"^out of memory$"):
        Accelerator({}).find()


def test_what_is_found_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "batches" / "cuda"
    assert keep_batch(path, lambda: 8) == 8
    assert path.read_bytes() == b"8\n"
    assert keep_batch(path, lambda: 4) == 8


@pytest.mark.parametrize("content", [b"", b"x", b"3", b"-1", b"\xff"])
def test_what_is_damaged_is_found_again(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cuda"
    path.write_bytes(content)
    assert keep_batch(path, lambda: 4) == 4
    assert path.read_bytes() == b"4\n"


def test_nothing_is_kept_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "cuda"
    assert [keep_batch(path, lambda: 4), keep_batch(path, lambda: 8)] == [4, 8]
