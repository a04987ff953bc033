from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.pictures import cloud, jpeg, write_jpeg
from vidtag.dataset import Dataset, FrameOrigin, VideoSource, read_dataset
from vidtag.dataset.pictures import look_at
from vidtag.errors import DatasetError

FRAME = "1f3a0c5d9e8b7a61-f000120-t5005000us-s003"
ORIGIN = FrameOrigin("1f3a0c5d9e8b7a61", 120, 5_005_000, 3)


def told(dataset: Dataset) -> dict[str, list[str]]:
    """Path below the root -> classes."""
    return {
        str(sample.path.relative_to(dataset.root)): sorted(sample.classes)
        for sample in dataset.samples
    }


def left_out(dataset: Dataset) -> dict[str, str]:
    return {str(path.relative_to(dataset.root)): reason for path, reason in dataset.skipped}


@pytest.mark.parametrize("negated", ["no_ross", "not_ross"])
def test_one_class_and_pictures_without_it(tmp_path: Path, negated: str) -> None:
    write_jpeg(tmp_path / "ross" / "b.jpg", 1)
    write_jpeg(tmp_path / "ross" / "a.JPEG", 2)
    write_jpeg(tmp_path / negated / "c.jpg", 3)

    dataset = read_dataset(tmp_path)

    assert dataset.classes == ("ross",)
    assert dataset.folders == tuple(sorted(("ross", negated)))
    assert told(dataset) == {
        "ross/a.JPEG": ["ross"],
        "ross/b.jpg": ["ross"],
        f"{negated}/c.jpg": [],
    }
    assert dataset.skipped == ()


def test_several_classes_share_a_picture(tmp_path: Path) -> None:
    for folder, seed in (("monica", 1), ("ross", 1), ("rachel", 2), ("ross", 3)):
        write_jpeg(tmp_path / folder / f"{seed}.jpg", seed)

    dataset = read_dataset(tmp_path)

    assert dataset.classes == ("monica", "rachel", "ross")
    assert told(dataset) == {
        "monica/1.jpg": ["monica", "ross"],
        "rachel/2.jpg": ["rachel"],
        "ross/3.jpg": ["ross"],
    }
    assert dataset.samples[0].folders == {"monica", "ross"}


def test_samples_know_their_frame_and_their_content(tmp_path: Path) -> None:
    path = write_jpeg(tmp_path / "ross" / "deeper" / f"{FRAME} (1).jpg", 1)
    write_jpeg(tmp_path / "ross" / "photo.jpg", 2)

    frame, photo = read_dataset(tmp_path).samples

    assert (frame.path, frame.origin, photo.origin) == (path, ORIGIN, None)
    look = look_at(path.read_bytes())
    assert (frame.sha256, frame.dhash) == (look.sha256, look.dhash)


def test_equal_frames_are_two_samples_and_equal_photos_one(tmp_path: Path) -> None:
    """Black is black, at the beginning and at the end."""
    for name in (f"{FRAME}.jpg", f"{FRAME.replace('120', '130')}.jpg", "a.jpg", "b.jpg"):
        write_jpeg(tmp_path / "ross" / name, 1)

    assert list(told(read_dataset(tmp_path))) == [
        f"ross/{FRAME}.jpg",
        f"ross/{FRAME.replace('120', '130')}.jpg",
        "ross/a.jpg",
    ]


def test_what_is_not_used_is_listed(tmp_path: Path) -> None:
    write_jpeg(tmp_path / "loose.jpg", 1)
    write_jpeg(tmp_path / "ross" / "both.jpg", 2)
    write_jpeg(tmp_path / "no_ross" / "copy.jpg", 2)
    write_jpeg(tmp_path / "ross" / "good.jpg", 3)
    (tmp_path / "ross" / "cut.jpg").write_bytes(jpeg(cloud(4))[:1500])
    (tmp_path / "ross" / "empty.png").touch()
    (tmp_path / "ross" / "notes.txt").write_text("sofa")
    (tmp_path / "ross" / "gone.jpg").symlink_to("nowhere.jpg")
    os.mkfifo(tmp_path / "ross" / "pipe.jpg")

    dataset = read_dataset(tmp_path)

    assert told(dataset) == {"ross/good.jpg": ["ross"]}
    assert left_out(dataset) == {
        "loose.jpg": "it lies in no class folder",
        "no_ross/copy.jpg": "both with and without ross",
        "ross/cut.jpg": "not a picture, or damaged",
        "ross/empty.png": "the file is empty",
        "ross/gone.jpg": "no such file or directory",
        "ross/notes.txt": "its name is not that of a picture",
        "ross/pipe.jpg": "not a regular file",
    }


def test_hidden_files_do_not_count_and_unsorted_ones_only_that(tmp_path: Path) -> None:
    write_jpeg(tmp_path / ".trash" / "a.jpg", 1)
    write_jpeg(tmp_path / "ross" / ".a.jpg.part", 2)
    write_jpeg(tmp_path / "ross" / ".hidden" / "a.jpg", 3)
    write_jpeg(tmp_path / "unsorted" / "a.jpg", 4)
    (tmp_path / "unsorted" / "Thumbs.db").touch()
    (tmp_path / "rachel").mkdir()

    dataset = read_dataset(tmp_path)

    assert (dataset.classes, dataset.samples, dataset.skipped) == (("rachel", "ross"), (), ())
    assert dataset.unsorted == 1


def test_records_tell_what_a_name_cannot(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_jpeg(tmp_path / "ross" / "renamed.jpg", 1)
    video = {"video": ORIGIN.video, "sha256": "f" * 64, "name": "s01e01.mp4"}
    frame = {"frame": f"{FRAME}.jpg", "sha256": look_at(path.read_bytes()).sha256}
    lines = [json.dumps(video), "not JSON", '["a list"]', '{"frame": 7}', json.dumps(frame), "{"]
    (tmp_path / "dataset.jsonl").write_text("\n".join(lines))

    dataset = read_dataset(tmp_path)

    assert dataset.samples[0].origin == ORIGIN
    assert dataset.videos == {ORIGIN.video: VideoSource(sha256="f" * 64, name="s01e01.mp4")}
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
        f"line {number} cannot be read and is passed over" for number in (2, 3, 4, 6)
    ]


def test_progress_is_told(tmp_path: Path) -> None:
    for seed in range(3):
        write_jpeg(tmp_path / "ross" / f"{seed}.jpg", seed)
    heard: list[tuple[int, int]] = []

    read_dataset(tmp_path, progress=lambda done, total: heard.append((done, total)))

    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DatasetError, match="nowhere: there is no such folder; make it with"):
        read_dataset(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="file: not a directory"):
        read_dataset(tmp_path / "file")
