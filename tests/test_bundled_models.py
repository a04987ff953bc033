"""The models that ship with vidtag: in order, small, measured, and ready to be run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from vidtag.api import ModelFolder, Settings, open_model
from vidtag.models import Kind
from vidtag.paths import bundled
from vidtag_vgg16.detector import open_detectors

LARGEST_BYTES = 30_000_000
LARGEST_TOTAL_BYTES = 60_000_000


def folders(kind: Kind) -> list[Path]:
    place = bundled("models") / ("backbones" if kind == "backbone" else "")
    return sorted(file.parent for file in place.glob("*/manifest.toml"))


def size_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


CLASSIFIERS = [pytest.param(path, id=path.name) for path in folders("classifier")]
MODELS = [
    pytest.param(path, kind, id=path.name)
    for kind in ("classifier", "backbone")
    for path in folders(kind)
]


def test_what_ships() -> None:
    assert "ross" in [path.name for path in folders("classifier")]
    assert [path.name for path in folders("backbone")] == ["bundled", "dlib-resnet"]


@pytest.mark.parametrize(("path", "kind"), MODELS)
def test_every_file_is_the_one_that_was_measured(path: Path, kind: Kind) -> None:
    model = open_model(path, kind=kind)

    for name in model.manifest.files:
        assert model.file(name) == path / name
    others = {file.name for file in path.iterdir()} - set(model.manifest.files)
    assert others <= {"manifest.toml", "card.md"}


@pytest.mark.parametrize(("path", "kind"), MODELS)
def test_every_model_says_how_good_it_is_and_under_what_licence(path: Path, kind: Kind) -> None:
    manifest = open_model(path, kind=kind).manifest

    assert manifest.metrics
    assert manifest.training["data"]
    assert manifest.training["metrics_on"]
    assert manifest.licence == ("CC0-1.0" if path.name == "dlib-resnet" else "MIT")


@pytest.mark.parametrize(("path", "kind"), MODELS)
def test_a_card_gives_the_figures_of_its_manifest(path: Path, kind: Kind) -> None:
    card = path / "card.md"
    if not card.exists():
        pytest.skip(f"{path.name} has no card")
    lines = card.read_text(encoding="utf-8").splitlines()

    for name, value in open_model(path, kind=kind).manifest.metrics.items():
        assert f"| {name} | {value:g} |" in lines


def test_a_clone_stays_small() -> None:
    sizes = [size_bytes(path) for kind in ("classifier", "backbone") for path in folders(kind)]

    assert max(sizes) <= LARGEST_BYTES
    assert sum(sizes) <= LARGEST_TOTAL_BYTES


def test_ross_looks_at_faces() -> None:
    manifest = open_model(bundled("models") / "ross", kind="classifier").manifest

    assert (manifest.region, manifest.input_size, manifest.version) == ("face", (96, 96), "2")
    assert manifest.thresholds == {"ross": 0.5}
    assert manifest.backbone == "bundled"


@pytest.mark.slow
@pytest.mark.material
@pytest.mark.parametrize("clip", ["apartment", "sofa"])
def test_ross_does_on_real_clips_what_the_manifest_says(
    clip: str, material: Path, tmp_path: Path
) -> None:
    video = material / "clips" / f"friends_{clip}.mp4"
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from vidtag.cli import main; main()"),
            *("evaluate", video, "--truth", video.with_suffix(".labels.csv")),
            *("--plugin", "ross", "--offline", "--json", "--db", tmp_path / "x.db"),
        ],
        env={**os.environ, "VIDTAG_MODELS": str(material / "models")},
        stdout=subprocess.PIPE,
        check=True,
    )

    [found] = json.loads(done.stdout)["runs"][0]["labels"]
    told = open_model(bundled("models") / "ross", kind="classifier").manifest.metrics
    assert round(found["accuracy"], 4) == told[f"{clip}: frame accuracy"]
    assert round(found["error_ratio"], 4) == told[f"{clip}: screen-time error"]


@pytest.mark.parametrize("path", CLASSIFIERS)
def test_a_grey_picture_gets_a_probability_whatever_is_beside_it(path: Path) -> None:
    height, width = (model := open_model(path, kind="classifier")).manifest.input_size
    grey = np.full((1, height, width, 3), 128, np.uint8)
    noise = np.random.default_rng(3).integers(0, 256, (1, height, width, 3), np.uint8)

    alone, beside = _scores(model, grey), _scores(model, np.concatenate([noise, grey]))

    assert alone.shape == (1, len(model.manifest.labels))
    assert ((alone >= 0) & (alone <= 1)).all()
    np.testing.assert_array_equal(beside[1], alone[0])


def _scores(model: ModelFolder, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    (detector,) = open_detectors([model], Settings(threads=1))
    try:
        return detector.score(crops)
    finally:
        detector.close()
