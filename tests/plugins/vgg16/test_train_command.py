"""`vidtag train` on a random backbone that takes 32x32 pixels: seconds, and the real way."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import vidtag_vgg16
from tests.cli.conftest import Outcome
from tests.pictures import cloud, jpeg
from vidtag.api import ModelFolder, open_model
from vidtag.cli.main import main
from vidtag.dataset import FrameOrigin
from vidtag.dataset.names import frame_name
from vidtag.registry import Registry
from vidtag_vgg16 import training
from vidtag_vgg16.features import Extractor

Train = Callable[..., Outcome]
VIDEO = "0123456789abcdef"
QUICK = training.Method(learning_rate=0.01, epochs=20)


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Features that the tests share, unless they ask for `cache`."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def cache(train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, in use."""
    monkeypatch.setenv("VIDTAG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def train(
    models: Path,
    tmp_path: Path,
    shared_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> Train:
    """Runs the command line with the VGG16 plugin alone, on the random backbone."""
    registry = Registry()
    registry.register(vidtag_vgg16, "vgg16")
    monkeypatch.setattr(Registry, "load", lambda **_: registry)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "own"))
    if request.node.get_closest_marker("slow") is None:
        monkeypatch.setattr(training, "Method", lambda: QUICK)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIDTAG_CACHE", str(shared_cache))

    def run(*arguments: object) -> Outcome:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, out, err)

    return run


def picture(seed: int, *marks: int, quality: int = 90) -> bytes:
    """The cloud `seed` with a square of pure colour for each of `marks`."""
    drawn = cloud(seed).copy()
    for channel in marks:
        drawn[10:60, 10 + 40 * channel : 45 + 40 * channel] = 0
        drawn[10:60, 10 + 40 * channel : 45 + 40 * channel, channel] = 255
    return jpeg(drawn, quality=quality)


def put(folder: Path, seed: int, *marks: int) -> None:
    """Write frame `seed`; four in a row are of one shot."""
    folder.mkdir(parents=True, exist_ok=True)
    origin = FrameOrigin(VIDEO, seed, seed * 40_000, seed // 4)
    (folder / frame_name(origin)).write_bytes(picture(seed, *marks))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """16 frames in four shots with a red square, and as many without."""
    for seed in range(16):
        put(tmp_path / "data" / "ross", seed, 0)
        put(tmp_path / "data" / "no_ross", seed + 16)
    return tmp_path / "data"


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
    assert listed["ross"]["figures"]["ross f1"] > 0.8
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
        put(tmp_path / "data" / "ross", seed, 0)
        put(tmp_path / "data" / "rachel", seed + 16, 2)
        put(tmp_path / "data" / "no_ross", seed + 32)
    done = train("train", "friends", "data", "--backbone", "random", "--json")

    assert done.code == 0, done.err
    assert done.json["labels"] == ["rachel", "ross"]


def test_three_pictures_train_and_are_said_to_tell_nothing(train: Train, tmp_path: Path) -> None:
    put(tmp_path / "data" / "ross", 0, 0)
    put(tmp_path / "data" / "ross", 4, 0)
    put(tmp_path / "data" / "no_ross", 8)

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
    assert random.err.startswith("--split random: neighbouring frames are nearly the same")


def test_features_are_computed_once(
    train: Train, data: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train("train", "ross", data, "--backbone", "random")
    kept = list(cache.rglob("*.npy"))
    assert len(kept) == 32 + 24  # and the mirror images of those that are learnt from

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network is not needed")

    monkeypatch.setattr("vidtag_vgg16.features.open_network", refuse)
    assert train("train", "ross", data, "--backbone", "random", "--force").code == 0


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


def test_damaged_features_are_made_again(
    train: Train, data: Path, cache: Path, tmp_path: Path
) -> None:
    train("train", "ross", data, "--backbone", "random")
    before = (trained(tmp_path).path / "head.safetensors").read_bytes()
    for path in cache.rglob("*.npy"):
        os.truncate(path, 200)

    train("train", "ross", data, "--backbone", "random", "--force")

    assert (trained(tmp_path).path / "head.safetensors").read_bytes() == before


def test_an_older_model_is_replaced_only_with_force(
    train: Train, data: Path, tmp_path: Path
) -> None:
    first = train("train", "ross", data, "--backbone", "random")
    assert first.code == 0, first.err

    again = train("train", "ross", data, "--backbone", "random", "--seed", 3)

    assert again.code == 2
    assert again.err == (
        f"vidtag: there is a model 'ross' already, in {tmp_path / 'own' / 'models' / 'ross'}; "
        "choose another name, or replace it with --force\n"
    )
    assert trained(tmp_path).manifest.training["seed"] == 0


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
            ["--region", "face"],
            "classifiers of faces cannot be trained yet; use --region frame",
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
            put(tmp_path / "data" / folder, seed + 100 * number)

    done = train("train", "ross", "data", "--backbone", "random")

    assert (done.code, done.out, done.err) == (1, "", f"vidtag: {message}\n")


@pytest.mark.slow
def test_the_bundled_backbone_learns_for_real(train: Train, data: Path, tmp_path: Path) -> None:
    from vidtag.paths import bundled

    if not (bundled("models") / "backbones" / "bundled" / "manifest.toml").is_file():
        pytest.skip("the bundled backbone is not here; make it with training/")

    done = train("train", "ross", data)

    assert done.code == 0, done.err
    path = tmp_path / "own" / "models" / "ross" / "manifest.toml"
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    assert (manifest["backbone"], manifest["input_size"]) == ("bundled", [224, 224])
    assert manifest["metrics"]["ross average precision"] > 0.95
