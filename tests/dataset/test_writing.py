from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from vidtag.dataset.writing import open_writer
from vidtag.errors import DatasetError


def test_files_are_written_and_recorded(tmp_path: Path) -> None:
    root = tmp_path / "new" / "data"
    with open_writer(root) as writer:
        writer.save(root / "ross" / "a.jpg", b"one")
        writer.save(root / "ross" / "a.jpg", b"two")
        writer.record(photo="ross/a.jpg", source="Zoë \udcff.jpg")

    assert (root / "ross" / "a.jpg").read_bytes() == b"two"
    assert [path.name for path in (root / "ross").iterdir()] == ["a.jpg"]
    assert (root / "dataset.jsonl").read_bytes() == (
        b'{"photo": "ross/a.jpg", "source": "Zo\\u00eb \\udcff.jpg"}\n'
    )


def test_a_line_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "dataset.jsonl").write_bytes(b'{"a": "1"}\n{"b": ')

    with open_writer(tmp_path) as writer:
        writer.record(c="2")

    assert (tmp_path / "dataset.jsonl").read_bytes() == b'{"a": "1"}\n{"c": "2"}\n'


def test_one_process_at_a_time(tmp_path: Path) -> None:
    with (
        open_writer(tmp_path),
        pytest.raises(DatasetError, match=r"another vidtag is writing .*; wait until it is done"),
        open_writer(tmp_path),
    ):
        pass
    with open_writer(tmp_path):
        pass


def test_a_full_disk_leaves_whole_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)

    def write_three() -> None:
        with open_writer(tmp_path) as writer:
            for name in ("a", "b", "c"):
                writer.save(tmp_path / name, b"content")
                writer.record(photo=name)

    with pytest.raises(DatasetError) as caught:
        write_three()
    assert str(caught.value) == (
        f"{tmp_path}: cannot be written: no space left on device; "
        "what is there is whole; run the same command again to go on"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "dataset.jsonl"]
    assert (tmp_path / "dataset.jsonl").read_text() == '{"photo": "a"}\n'


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with (
        pytest.raises(DatasetError, match="data: cannot be written: not a directory"),
        open_writer(tmp_path / "file" / "data"),
    ):
        pass
