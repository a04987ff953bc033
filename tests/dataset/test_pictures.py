from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.pictures import cloud, jpeg
from vidtag.dataset import read_picture
from vidtag.dataset.pictures import (
    UnusableFileError,
    difference_hash,
    look_at,
    read_content,
)
from vidtag.errors import DatasetError


def test_a_picture_is_read_as_rgb(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    path.write_bytes(cv2.imencode(".png", np.full((4, 6, 3), (10, 20, 200), np.uint8))[1].tobytes())

    picture = read_picture(path)

    assert picture.shape == (4, 6, 3)
    assert picture.dtype == np.uint8
    assert picture[0, 0].tolist() == [200, 20, 10]


def test_a_picture_is_turned_upright(tmp_path: Path) -> None:
    path = tmp_path / "phone.jpg"
    path.write_bytes(jpeg(cloud(1, height=60, width=80), turned=True))

    assert read_picture(path).shape == (80, 60, 3)


def test_grey_and_transparent_pictures_become_rgb(tmp_path: Path) -> None:
    for name, pixels in (("grey", np.full((4, 6), 7, np.uint8)), ("rgba", np.full((4, 6, 4), 7))):
        path = tmp_path / f"{name}.png"
        path.write_bytes(cv2.imencode(".png", pixels.astype(np.uint8))[1].tobytes())
        assert np.array_equal(read_picture(path), np.full((4, 6, 3), 7, np.uint8))


def test_difference_hash_is_where_it_gets_lighter_to_the_right() -> None:
    rising = np.tile(np.arange(9, dtype=np.uint8) * 20, (8, 1))

    assert difference_hash(rising) == 2**64 - 1
    assert difference_hash(rising[:, ::-1]) == 0
    rising[0, 1] = 0  # no longer lighter than its left neighbour: the highest bit
    assert difference_hash(rising) == 2**63 - 1


@pytest.mark.parametrize("seed", range(5))
def test_the_same_view_has_nearly_the_same_hash(seed: int) -> None:
    small, large = cloud(seed, height=240, width=320), cloud(seed, height=480, width=640)
    dark = (large * 0.6).astype(np.uint8)
    first = look_at(jpeg(small)).dhash
    for other in (jpeg(small, quality=20), jpeg(large), jpeg(dark)):
        assert (look_at(other).dhash ^ first).bit_count() <= 5
    assert (look_at(jpeg(cloud(seed + 100))).dhash ^ first).bit_count() > 12


def test_a_tiny_picture_has_a_hash_of_its_own() -> None:
    tiny = [look_at(jpeg(cloud(seed, height=16, width=18))).dhash for seed in range(3)]

    assert len(set(tiny)) == 3


def test_the_content_is_hashed() -> None:
    content = jpeg(cloud(3))

    assert look_at(content).sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "content",
    [jpeg(cloud(1))[:1500], b"GIF89a", b"hello" * 100, b"\x00" * 5000],
    ids=["truncated", "only a header", "text", "zeros"],
)
def test_what_is_no_whole_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)

    with pytest.raises(UnusableFileError, match=r"^not a picture, or damaged$"):
        look_at(content)
    with pytest.raises(DatasetError, match=r"a\.jpg: not a picture, or damaged; remove it"):
        read_picture(path)


def test_a_bomb_is_refused() -> None:
    header = bytearray(cv2.imencode(".bmp", np.zeros((2, 2, 3), np.uint8))[1].tobytes())
    header[18:26] = (60_000).to_bytes(4, "little") * 2

    with pytest.raises(UnusableFileError):
        look_at(bytes(header))


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "empty.jpg").touch()
    with (tmp_path / "huge.jpg").open("wb") as sparse:
        sparse.truncate(1 << 29)
    reasons = {
        "pipe.jpg": "not a regular file",
        ".": "not a regular file",
        "empty.jpg": "the file is empty",
        "huge.jpg": "too large for a picture",
        "none.jpg": "no such file or directory",
    }
    for name, reason in reasons.items():
        with pytest.raises(UnusableFileError, match=f"^{reason}$"):
            read_content(tmp_path / name)
