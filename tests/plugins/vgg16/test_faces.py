"""`vidtag train --region face`: drawn faces on a random backbone, and real ones on the bundled."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.faces import SquareFinder, film, scene
from tests.pictures import VIDEO, jpeg, sample
from tests.plugins.vgg16.conftest import Train
from tests.videos import write_video
from vidtag.api import DatasetError, FrameOrigin, Sample, chip, open_model, read_picture
from vidtag.dataset.names import frame_name
from vidtag_vgg16.faces import LargestFace

Places = dict[str, tuple[int, int]]


@pytest.fixture
def finder(models: Path, monkeypatch: pytest.MonkeyPatch) -> SquareFinder:
    """What finds faces for the commands too; the cache is empty."""
    squares = SquareFinder()
    monkeypatch.setattr("vidtag.finding.open_finder", lambda **_: squares)
    return squares


def photo(path: Path, people: Places) -> Sample:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jpeg(scene(people)))
    return replace(sample(1), path=path)


def put_scene(folder: Path, seed: int, people: Places) -> None:
    """Write frame `seed`; four in a row are of one shot."""
    origin = FrameOrigin(VIDEO, seed, seed * 40_000, seed // 4)
    photo(folder / frame_name(origin), people)


def put_people(data: Path, frames: int) -> None:
    for seed in range(frames):
        left = 10 + 3 * (seed % 16)
        put_scene(data / "ross", seed, {"ross": (left, 20)})
        put_scene(data / "no_ross", seed + frames, {"rachel": (left, 20)})


# --- the crop ---------------------------------------------------------------------------------


def test_the_crop_is_that_of_a_scan(finder: SquareFinder, tmp_path: Path) -> None:
    one = photo(tmp_path / "1.jpg", {"ross": (40, 30)})
    picture = read_picture(one.path)
    [face] = SquareFinder().find(picture)

    crop = LargestFace(finder).cut(one, (96, 96))

    np.testing.assert_array_equal(crop, chip(picture, face, size_px=96))


def test_of_several_faces_the_largest_is_taken_and_they_are_counted(
    finder: SquareFinder, tmp_path: Path
) -> None:
    picture = scene({"ross": (20, 30), "rachel": (100, 30)})
    picture[30:60, 96:140] = (20, 20, 230)
    path = tmp_path / "2.jpg"
    path.write_bytes(jpeg(picture))
    both, alone = replace(sample(2), path=path), photo(tmp_path / "1.jpg", {"ross": (40, 30)})
    largest = LargestFace(finder)

    crops = [largest.cut(each, (32, 32)) for each in (both, alone)]

    blue, red = (crop[16, 16].argmax() for crop in crops)
    assert (blue, red) == (2, 0)
    assert largest.facts([both, alone]) == {
        "faces found by": "squares",
        "pictures with several faces": 1,
    }


def test_a_picture_without_a_face_is_refused_and_remembered(
    finder: SquareFinder, tmp_path: Path
) -> None:
    empty = photo(tmp_path / "empty.jpg", {})
    for _ in range(2):
        with pytest.raises(DatasetError) as refused:
            LargestFace(finder).cut(empty, (32, 32))
        assert str(refused.value) == f"{empty.path}: no face was found in it"
    assert finder.looked == 1


def test_damaged_faces_are_found_again(finder: SquareFinder, tmp_path: Path) -> None:
    one = photo(tmp_path / "1.jpg", {"ross": (40, 30)})
    crop = LargestFace(finder).cut(one, (32, 32))
    [kept] = (tmp_path / "cache" / "faces").rglob("*.npy")
    os.truncate(kept, 150)

    np.testing.assert_array_equal(LargestFace(finder).cut(one, (32, 32)), crop)
    assert finder.looked == 2


# --- the command ------------------------------------------------------------------------------


def test_a_model_of_faces_is_trained_and_scans_by_faces(
    train: Train, cache: Path, finder: SquareFinder, tmp_path: Path
) -> None:
    put_people(tmp_path / "data", 16)
    photo(tmp_path / "data" / "ross" / "nobody.jpg", {})
    photo(tmp_path / "data" / "ross" / "both.jpg", {"ross": (20, 20), "gunther": (90, 20)})

    done = train("train", "ross", "data", "--backbone", "random", "--region", "face")

    assert done.code == 0, done.err
    assert "data/ross/nobody.jpg: skipped: no face was found in it\n" in done.err
    assert "  1 file skipped\n" in done.out
    assert "  pictures with several faces  1 (the largest was taken)\n" in done.out
    manifest = open_model(tmp_path / "own" / "models" / "ross", kind="classifier").manifest
    assert (manifest.region, manifest.input_size) == ("face", (96, 96))
    assert manifest.training["faces found by"] == "squares"
    assert manifest.training["pictures with several faces"] == 1
    walk: list[Places] = [{"ross": (20 + step, 30)} for step in range(30)]
    video = write_video(tmp_path / "walk.mp4", film([walk]))
    scanned = train("scan", video, "--plugin", "ross", "--series", "x", "--json").json
    assert scanned[0]["runs"][0]["screen_time_us"] == {"ross": 1_200_000}


def test_faces_are_looked_for_once_in_each_picture(
    train: Train, cache: Path, finder: SquareFinder, tmp_path: Path
) -> None:
    put_people(tmp_path / "data", 16)
    train("train", "a", "data", "--backbone", "random", "--region", "face")
    train("train", "b", "data", "--backbone", "random", "--region", "face", "--seed", 1)

    assert finder.looked == 32


def test_pictures_without_faces_are_nothing_to_tell_somebody_from(
    train: Train, cache: Path, finder: SquareFinder, tmp_path: Path
) -> None:
    put_scene(tmp_path / "data" / "ross", 0, {"ross": (40, 20)})
    photo(tmp_path / "data" / "no_ross" / "room.jpg", {})

    done = train("train", "ross", "data", "--backbone", "random", "--region", "face")

    assert done.code == 1
    assert done.err == (
        "vidtag: data: ross is in every picture (1 skipped; room.jpg: no face was found in it), "
        "so there is nothing to tell it from; add pictures without, in a folder no_ross\n"
    )


@pytest.mark.slow
@pytest.mark.material
def test_real_faces_teach_the_bundled_backbone(
    train: Train,
    cache: Path,
    tmp_path: Path,
    material: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VIDTAG_MODELS", str(material / "models"))
    for name in ("ross", "phoebe"):
        put_photos(material / "faces" / "friends_photos.tar", name, 40, tmp_path / "data")

    done = train("train", "friends", "data", "--region", "face", "--offline", "--json")

    assert done.code == 0, done.err
    told: dict[str, Any] = done.json["training"]
    assert told["faces found by"] == "yunet-2023mar"
    assert done.json["metrics"]["ross average precision"] > 0.9
    checked = train("plugin", "check", "friends")
    assert checked.code == 0, checked.out


def put_photos(archive: Path, name: str, count: int, data: Path) -> None:
    """Unpack some photos of a character into the folder of that name."""
    import tarfile

    with tarfile.open(archive) as tar:
        members = sorted((m for m in tar if f"{name}/" in m.name), key=lambda m: m.name)
        for member in [m for m in members if m.isfile()][:count]:
            stream = tar.extractfile(member)
            assert stream is not None
            path = data / name / Path(member.name).name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(stream.read())
