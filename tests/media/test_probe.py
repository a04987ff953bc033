from __future__ import annotations

import os
from pathlib import Path

import pytest

from vidtag.errors import VideoError
from vidtag.media import check_file, content_hash


def message(path: Path) -> str:
    with pytest.raises(VideoError) as caught:
        check_file(path)
    return str(caught.value)


def test_regular_file_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    assert check_file(Path("a.mp4")) == tmp_path.resolve() / "a.mp4"


def test_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    (tmp_path / "link.mp4").symlink_to("a.mp4")
    assert check_file(tmp_path / "link.mp4") == tmp_path.resolve() / "a.mp4"


def test_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    assert message(path) == f"cannot read {path}: there is no such file; check the spelling"


def test_folder(tmp_path: Path) -> None:
    expected = f"cannot read {tmp_path}: it is a folder; name the files inside it"
    assert message(tmp_path) == expected


def test_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    assert message(path) == f"cannot read {path}: the file is empty; copy or download it again"


@pytest.mark.parametrize("kind", ["fifo", "device"])
def test_not_regular_is_refused_without_opening_it(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.mp4"
    if kind == "fifo":
        os.mkfifo(path)  # to open it would block for ever
    else:
        path.symlink_to("/dev/zero")
    expected = f"cannot read {path}: it is not a regular file; copy it into a file first"
    assert message(path) == expected


def test_circle_of_links(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.symlink_to("a.mp4")
    assert message(path).startswith(f"cannot read {path}: ")


def test_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x")

    def refuse(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # file modes do not stop the superuser
    assert message(path) == f"cannot read {path}: permission denied"
    with pytest.raises(VideoError, match="permission denied"):
        content_hash(path)


def test_content_hash(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"abc")  # the example of FIPS 180-2
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert content_hash(path) == expected
