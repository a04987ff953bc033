from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pictures import cloud, jpeg, write_jpeg
from vidtag.dataset import Skipped, read_dataset
from vidtag.dataset.adding import AddResult, add_photos
from vidtag.dataset.pictures import look_at
from vidtag.errors import DatasetError, UsageError


def digits(path: Path) -> str:
    return look_at(path.read_bytes()).sha256[:8]


def test_photos_are_copied_byte_by_byte(tmp_path: Path) -> None:
    one = write_jpeg(tmp_path / "in" / "On the sofa: 1.JPG", 1)
    turned = tmp_path / "in" / "phone.jpg"
    turned.write_bytes(jpeg(cloud(2), turned=True))
    folder = tmp_path / "data" / "ross"

    result = add_photos(folder, [one, turned])

    first, second = (
        folder / f"On-the-sofa-1-{digits(one)}.jpg",
        folder / f"phone-{digits(turned)}.jpg",
    )
    assert result == AddResult(added=(first, second), duplicates=(), skipped=())
    assert first.read_bytes() == one.read_bytes()
    assert second.read_bytes() == turned.read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == sorted([first.name, second.name])
    lines = (tmp_path / "data" / "dataset.jsonl").read_text().splitlines()
    assert json.loads(lines[0]) == {
        "photo": f"ross/{first.name}",
        "sha256": look_at(one.read_bytes()).sha256,
        "source": "On the sofa: 1.JPG",
    }


def test_copies_are_left_out_whatever_they_are_called(tmp_path: Path) -> None:
    one = write_jpeg(tmp_path / "in" / "a.jpg", 1)
    same = write_jpeg(tmp_path / "in" / "b.jpg", 1)
    folder = tmp_path / "data" / "ross"
    mine = write_jpeg(folder / "mine.jpg", 2)
    again = write_jpeg(tmp_path / "in" / "c.jpg", 2)

    result = add_photos(folder, [one, same, again, mine, one])

    assert [path.name for path in result.added] == [f"a-{digits(one)}.jpg"]
    assert result.duplicates == (same, again, mine)
    assert add_photos(folder, [tmp_path / "in"]).duplicates == (one, same, again)
    assert len(list(folder.iterdir())) == 2


def test_photos_of_one_name_do_not_meet(tmp_path: Path) -> None:
    photos = [write_jpeg(tmp_path / str(seed) / "a.jpg", seed) for seed in range(3)]

    result = add_photos(tmp_path / "data" / "ross", photos)

    assert len(set(result.added)) == 3


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    photo = write_jpeg(tmp_path / "a.jpg", 1)
    folder = tmp_path / "data" / "ross"
    folder.mkdir(parents=True)
    taken = folder / f"a-{digits(photo)}.jpg"
    taken.write_text("mine")

    [added] = add_photos(folder, [photo]).added

    assert taken.read_text() == "mine"
    assert added.name == f"a-{look_at(photo.read_bytes()).sha256}.jpg"
    added.write_text("mine, too")
    with pytest.raises(DatasetError, match="is there, with another content; move it away"):
        add_photos(folder, [photo])
    assert added.read_text() == "mine, too"


def test_what_is_no_picture_is_skipped(tmp_path: Path) -> None:
    good = write_jpeg(tmp_path / "good.jpg", 1)
    cut, text = tmp_path / "cut.jpg", tmp_path / "notes.txt"
    cut.write_bytes(good.read_bytes()[:1500])
    text.write_text("sofa")

    result = add_photos(tmp_path / "data" / "ross", [cut, text, good, tmp_path / "none.jpg"])

    assert len(result.added) == 1
    assert result.skipped == (
        Skipped(cut, "not a picture, or damaged"),
        Skipped(text, "its name is not that of a picture"),
        Skipped(tmp_path / "none.jpg", "no such file or directory"),
    )


def test_a_frame_stays_a_frame(tmp_path: Path) -> None:
    name = "1f3a0c5d9e8b7a61-f000120-t5005000us-s003"
    frame = write_jpeg(tmp_path / "other" / f"{name}.jpg", 1)

    add_photos(tmp_path / "data" / "ross", [frame])

    [sample] = read_dataset(tmp_path / "data").samples
    assert sample.origin is not None
    assert sample.origin.frame_no == 120


@pytest.mark.parametrize(
    ("name", "stem"),
    [("-rf.jpg", "rf"), ("...jpg", "photo"), ("../a.jpg", "a"), ("Zoë 李.jpg", "Zoë-李")],
)
def test_names_become_safe(tmp_path: Path, name: str, stem: str) -> None:
    photo = write_jpeg(tmp_path / "in" / "below" / name, 1)

    [added] = add_photos(tmp_path / "data" / "ross", [photo]).added

    assert added.name == f"{stem}-{digits(photo)}.jpg"


def test_long_names_are_cut(tmp_path: Path) -> None:
    photo = write_jpeg(tmp_path / f"{'李' * 80}.jpg", 1)

    [added] = add_photos(tmp_path / "data" / "ross", [photo]).added

    assert added.name == f"{'李' * 26}-{digits(photo)}.jpg"


@pytest.mark.parametrize("name", ["..", "a:b", "con", ".ross"])
def test_a_class_has_a_safe_name(tmp_path: Path, name: str) -> None:
    photo = write_jpeg(tmp_path / "a.jpg", 1)

    with pytest.raises(UsageError, match=r"cannot be a class: .*; rename the folder"):
        add_photos(tmp_path / "data" / name, [photo])
    assert not (tmp_path / "data").exists()
