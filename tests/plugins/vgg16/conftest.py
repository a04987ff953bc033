"""Random VGG16s: the architecture is the real one, only what it has learnt is not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import vidtag_vgg16
from tests.cli.conftest import Outcome
from tests.plugins.vgg16.making import about, put_frame, random_backbone
from vidtag.api import ModelFolder, Settings, Weights, open_model, write_manifest
from vidtag.cli.main import main
from vidtag.registry import Registry
from vidtag_vgg16 import recipes
from vidtag_vgg16.measuring import measure_ranges
from vidtag_vgg16.preprocessing import PREPROCESSINGS
from vidtag_vgg16.ranges import Ranges
from vidtag_vgg16.saving import save_backbone

Train = Callable[..., Outcome]

# As little as still learns something.
QUICK = {
    "default": replace(recipes.DEFAULT, method=recipes.Method(learning_rate=0.01, epochs=12)),
    "classic": replace(recipes.CLASSIC, method=replace(recipes.CLASSIC.method, epochs=4)),
}


@pytest.fixture(scope="session")
def backbone_weights() -> Weights:
    return random_backbone()


@pytest.fixture(scope="session")
def shared_models(tmp_path_factory: pytest.TempPathFactory, backbone_weights: Weights) -> Path:
    """A folder of models with the backbone `random`."""
    models = tmp_path_factory.mktemp("models")
    save_backbone(
        models / "backbones" / "random",
        backbone_weights,
        about=about(),
        preprocessing="rgb-unit",
        input_size=(32, 32),
    )
    return models


@pytest.fixture(scope="session")
def ranges(backbone_weights: Weights) -> Ranges:
    """What the activations of `random` come to on other crops than those of the tests."""
    crops = np.random.default_rng(8).integers(0, 256, (8, 32, 32, 3), dtype=np.uint8)
    how = PREPROCESSINGS["rgb-unit"]
    return measure_ranges(backbone_weights, preprocessing=how, batches=[crops])


@pytest.fixture
def models(tmp_path: Path, shared_models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models on the search path, before the one with the backbone."""
    own = tmp_path / "models"
    own.mkdir()
    monkeypatch.setenv("VIDTAG_MODELS", os.pathsep.join(map(str, (own, shared_models))))
    monkeypatch.setenv("VIDTAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("VIDTAG_OFFLINE", raising=False)
    return own


@pytest.fixture
def backbone(models: Path) -> ModelFolder:
    from vidtag_vgg16.backbones import find_backbone

    return find_backbone("random", settings=Settings())


@pytest.fixture
def ranged(models: Path, backbone_weights: Weights, ranges: Ranges) -> ModelFolder:
    """The backbone `ranged`: the weights of `random`, fit to be computed in 8 bits."""
    folder = save_backbone(
        models / "backbones" / "ranged",
        backbone_weights,
        about=about(),
        preprocessing="rgb-unit",
        input_size=(32, 32),
    )
    write_manifest(folder.path, replace(folder.manifest, parameters=ranges.to_parameters()))
    return open_model(folder.path, kind="backbone")


@pytest.fixture
def crops() -> NDArray[np.uint8]:
    """Five crops (5, 32, 32, 3)."""
    return np.random.default_rng(7).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)


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
        monkeypatch.setattr(recipes, "RECIPES", QUICK)
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


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """16 frames in four shots with a red square, and as many without."""
    for seed in range(16):
        put_frame(tmp_path / "data" / "ross", seed, 0)
        put_frame(tmp_path / "data" / "no_ross", seed + 16)
    return tmp_path / "data"
