"""Random VGG16s: the architecture is the real one, only what it has learnt is not."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.plugins.vgg16.making import about, random_backbone
from vidtag.api import ModelFolder, Settings
from vidtag_vgg16.saving import save_backbone
from vidtag_vgg16.weights import Weights


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
def crops() -> NDArray[np.uint8]:
    """Five crops (5, 32, 32, 3)."""
    return np.random.default_rng(7).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
