"""`vidtag train` on a random backbone that takes 32x32 pixels: seconds, and the real way."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.pictures import VIDEO
from tests.plugins.vgg16.conftest import Train
from tests.plugins.vgg16.making import (
    picture,
    put_frame,
    random_head,
    save_random_classifier,
)
from vidtag.api import ModelFolder, open_model
from vidtag_vgg16.features import Extractor

REPLACE = "choose another name, or replace it with --force"
NOTHING_LEARNT = (
    "the head has learnt nothing: its scores do not rise with the label; "
    "check that the pictures are in the right folders"
)


def trained(tmp_path: Path, name: str = "ross") -> ModelFolder:
    return open_model(tmp_path / "own" / "models" / name, kind="classifier")


def test_a_trained_model_is_a_plugin(train: Train, data: Path, tmp_path: Path, clip: Path) -> None:
    done = train("train", "ross", data, "--backbone", "random")

    assert done.code == 0, done.err
    assert done.out.startswith(f"ross  {tmp_path / 'own' / 'models' / 'ross'}\n")
    assert "  measured on 8 held-out pictures\n" in done.out
    listed = {one["name"]: one for one in train("plugins", "--json").json["detectors"]}
    assert listed["ross"]["source"] == str(tmp_path / "own" / "models" / "ross")
    assert listed["ross"]["figures"] == dict(trained(tmp_path).manifest.metrics)
    assert listed["ross"]["figures"]["ross average precision"] > 0.8
    scanned = train("scan", clip, "--plugin", "ross", "--series", "x", "--json")
    assert scanned.code == 0
    assert list(scanned.json[0]["runs"][0]["screen_time_us"]) == ["ross"]


def test_the_manifest_tells_where_it_comes_from(train: Train, data: Path, tmp_path: Path) -> None:
    (data / "ross" / "torn.jpg").write_bytes(b"\xff\xd8 torn")

    done = train("train", "ross", data, "--backbone", "random", "--seed", 7, "--json")

    told = trained(tmp_path).manifest.training
    expected = {
        "recipe": "default",
        "split": "shot",
        "seed": 7,
        "pictures learnt from": 24,
        "pictures held out": 8,
        "files skipped": 1,
        "ross: pictures": 16,
        "ross: videos": 1,
        "ross: shots": 4,
        "nobody: pictures": 16,
        "nobody: videos": 1,
        "nobody: shots": 4,
        "photos": 0,
        f"frames of video {VIDEO}": 32,
    }
    assert {key: told[key] for key in expected} == expected
    assert done.json["training"] == told
    assert done.json["skipped"] == [
        {"path": str(data / "ross" / "torn.jpg"), "reason": "not a picture, or damaged"}
    ]
    card = (trained(tmp_path).path / "card.md").read_text(encoding="utf-8")
    assert "Measured on 8 held-out pictures" in card
    assert "| ross: shots | 4 |" in card


def test_same_pictures_give_the_same_weights(train: Train, data: Path, tmp_path: Path) -> None:
    weights = []
    for out, moved in (("a", "data"), ("b", "elsewhere")):
        data = data.rename(tmp_path / moved)
        train("train", "ross", data, "--backbone", "random", "--out", tmp_path / out)
        weights.append((tmp_path / out / "ross" / "head.safetensors").read_bytes())
    assert weights[0] == weights[1]


def test_one_folder_for_each_character_gives_a_label_for_each(train: Train, tmp_path: Path) -> None:
    for seed in range(16):
        put_frame(tmp_path / "data" / "ross", seed, 0)
        put_frame(tmp_path / "data" / "rachel", seed + 16, 2)
        put_frame(tmp_path / "data" / "no_ross", seed + 32)
    done = train("train", "friends", "data", "--backbone", "random", "--json")

    assert done.code == 0, done.err
    assert done.json["labels"] == ["rachel", "ross"]


def test_three_pictures_train_and_are_said_to_tell_nothing(train: Train, tmp_path: Path) -> None:
    put_frame(tmp_path / "data" / "ross", 0, 0)
    put_frame(tmp_path / "data" / "ross", 4, 0)
    put_frame(tmp_path / "data" / "no_ross", 8)

    done = train("train", "ross", "data", "--backbone", "random", "--json")

    assert done.code == 0, done.err
    assert (done.json["held_out"], done.json["metrics"]) == (False, {})
    assert done.json["worth"].startswith("too few pictures to hold any back")


def test_a_random_split_is_explained_and_its_leaks_counted(train: Train, tmp_path: Path) -> None:
    for seed in range(12):
        for quality in (90, 80):  # the same picture twice, as neighbouring frames nearly are
            for name, marks in (("ross", (0,)), ("no_ross", ())):
                folder = tmp_path / "data" / name
                folder.mkdir(parents=True, exist_ok=True)
                content = picture(seed + 100 * len(marks), *marks, quality=quality)
                (folder / f"{seed}-{quality}.jpg").write_bytes(content)

    by_shot = train("train", "a", "data", "--backbone", "random", "--json")
    random = train("train", "b", "data", "--backbone", "random", "--split", "random", "--json")

    assert by_shot.json["leaks"] == 0
    assert random.json["leaks"] > 0
    assert "expect less" in random.json["worth"]
    assert random.err.startswith("single pictures are held out: neighbouring frames are nearly")


def test_every_picture_and_the_mirror_images_to_learn_from_have_features(
    train: Train, data: Path, cache: Path
) -> None:
    train("train", "ross", data, "--backbone", "random")

    assert len(list(cache.rglob("*.npy"))) == 32 + 24


def test_interrupted_training_keeps_its_features(
    train: Train, data: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = Extractor.features

    def interrupt(self: Extractor, *arguments: Any, **options: Any) -> Any:
        if self.computed == 5:
            raise KeyboardInterrupt
        return features(self, *arguments, **options)

    monkeypatch.setattr(Extractor, "features", interrupt)
    done = train("train", "ross", data, "--backbone", "random")

    assert (done.code, done.out) == (130, "")
    assert len(list(cache.rglob("*.npy"))) == 5
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize("fails", ["features", "model"])
def test_a_full_disk_is_one_line_and_leaves_no_half_model(
    train: Train,
    data: Path,
    cache: Path,
    tmp_path: Path,
    fails: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as full:
        fill_disk(full, after=20 if fails == "features" else None)
        done = train("train", "ross", data, "--backbone", "random")

    message = {
        "features": f"vidtag: cannot keep features in {cache}",
        "model": f"vidtag: {tmp_path / 'own' / 'models' / 'ross'}: cannot be written: No space",
    }[fails]
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(message)
    assert len(done.err.splitlines()) == 1
    assert len(list(cache.rglob("*.npy"))) == {"features": 20, "model": 32 + 24}[fails]
    assert [*tmp_path.rglob(".new-*"), *tmp_path.rglob("manifest.toml")] == []
    again = train("train", "ross", data, "--backbone", "random")
    assert again.code == 0, again.err


def fill_disk(monkeypatch: pytest.MonkeyPatch, *, after: int | None) -> None:
    """Let there be room for `after` more features; without it, for everything but the weights."""
    save, sync = np.save, os.fsync
    saved: list[object] = []

    def save_while_there_is_room(file: Any, array: NDArray[Any]) -> None:
        if len(saved) == after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        saved.append(file)
        save(file, array)

    def refuse(descriptor: int) -> None:
        if after is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr("numpy.save", save_while_there_is_room)
    monkeypatch.setattr("os.fsync", refuse)


def test_an_older_model_is_replaced_only_with_force(
    train: Train, data: Path, tmp_path: Path, backbone: ModelFolder
) -> None:
    older = tmp_path / "own" / "models" / "ross"
    save_random_classifier(older, backbone, random_head("ross"))
    before = (older / "manifest.toml").read_bytes()

    refused = train("train", "ross", data, "--backbone", "random")

    assert (refused.code, refused.out, refused.err) == (
        2,
        "",
        f"vidtag: there is a model 'ross' already, in {older}; {REPLACE}\n",
    )
    assert (older / "manifest.toml").read_bytes() == before
    forced = train("train", "ross", data, "--backbone", "random", "--force")
    assert forced.code == 0, forced.err
    assert trained(tmp_path).manifest.training["recipe"] == "default"


def test_nothing_learnt_is_one_line(
    train: Train, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Features that are the same for all pictures teach nothing."""
    monkeypatch.setattr(Extractor, "features", lambda self, *_, **__: np.ones(self.values))

    done = train("train", "ross", data, "--backbone", "random")

    assert (done.code, done.out, done.err) == (
        1,
        "",
        f"vidtag: {data}: {NOTHING_LEARNT}\n",
    )


def test_thresholds_and_how_sure_they_are_are_told(
    train: Train, tmp_path: Path, data: Path
) -> None:
    for seed in range(32, 128):  # 32 shots in all, of which eight are held out
        put_frame(data / ("ross" if seed % 8 < 4 else "no_ross"), seed, *([0] * (seed % 8 < 4)))
    done = train("train", "ross", data, "--backbone", "random", "--json").json

    training, intervals = done["training"], done["intervals"]
    low, high = intervals["threshold"]["ross"]
    assert 0 <= low <= done["thresholds"]["ross"] <= high <= 1
    assert training["ross: 95 % interval of the threshold"] == f"{low:.3f} to {high:.3f}"
    low, high = intervals["screen-time error"]["ross"]
    assert low <= done["metrics"]["ross screen-time error"] <= high
    assert training["ross: 95 % interval of the screen-time error"] == f"{low:.3f} to {high:.3f}"


def test_missing_tensorflow_is_said_before_the_long_part(
    train: Train, data: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)

    done = train("train", "ross", data, "--backbone", "random")

    assert (done.code, done.err) == (
        1,
        "vidtag: TensorFlow is needed and not installed; pip install 'vidtag[train]'\n",
    )
    assert not cache.exists()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("../ross", [], "'../ross' is no name for a model; names are like ross-geller"),
        ("Ross", [], "'Ross' is no name for a model; names are like ross-geller"),
        (
            "ross",
            ["--region", "face", "--recipe", "classic"],
            "the classic recipe looks at whole frames; leave out --region face",
        ),
    ],
)
def test_wrong_requests_are_refused(
    train: Train, data: Path, name: str, options: list[str], message: str
) -> None:
    done = train("train", name, data, *options)

    assert (done.code, done.out, done.err) == (2, "", f"vidtag: {message}\n")


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        ({}, "data: there is no class folder; sort pictures into folders such as ross and no_ross"),
        (
            {"ross": 2},
            (
                "data: ross is in every picture, so there is nothing to tell it from; "
                "add pictures without, in a folder no_ross"
            ),
        ),
        (
            {"ross": 0, "no_ross": 2},
            "data/ross: no picture that can be used; add some, or remove the folder",
        ),
        (
            {"ross?": 1, "no_ross": 1},
            (
                "data: the folder 'ross?' is no good name for a class: "
                'it has one of <>:"/\\|?* or a control character; rename it'
            ),
        ),
    ],
    ids=["none", "one", "empty", "unsafe"],
)
def test_datasets_without_anything_to_tell_apart_are_refused(
    train: Train, tmp_path: Path, folders: dict[str, int], message: str
) -> None:
    (tmp_path / "data").mkdir()
    for number, (folder, count) in enumerate(folders.items()):
        (tmp_path / "data" / folder).mkdir()
        for seed in range(count):
            put_frame(tmp_path / "data" / folder, seed + 100 * number)

    done = train("train", "ross", "data", "--backbone", "random")

    assert (done.code, done.out, done.err) == (1, "", f"vidtag: {message}\n")
