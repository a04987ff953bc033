"""`vidtag train --fine-tune` on a random backbone that takes 32x32 pixels."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import vidtag_vgg16
from tests.plugins.vgg16.conftest import Train
from tests.plugins.vgg16.making import put_frame
from vidtag.api import ModelFolder, Settings, open_model
from vidtag_vgg16 import recipes
from vidtag_vgg16.block5 import read_block5
from vidtag_vgg16.ranges import Ranges
from vidtag_vgg16.trainable import Trainable

SCORE_TOLERANCE = 2e-5


@pytest.fixture(autouse=True)
def large_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six epochs of steps as large as a block that knows nothing needs."""
    set_learning_rate(monkeypatch, 1e-4)


def set_learning_rate(monkeypatch: pytest.MonkeyPatch, rate: float) -> None:
    method = replace(recipes.FINE_TUNING, learning_rate=rate, epochs=6)
    monkeypatch.setattr(recipes, "FINE_TUNING", method)


def scores(name: str, crops: NDArray[np.uint8], settings: Settings) -> NDArray[np.float32]:
    [detector] = vidtag_vgg16.vidtag_open_detectors([name], settings)
    found = detector.score(crops)
    detector.close()
    return found


def test_a_fine_tuned_model_is_whole_and_the_same_again(
    train: Train,
    data: Path,
    models: Path,
    ranged: ModelFolder,
    ranges: Ranges,
    shared_cache: Path,
    crops: NDArray[np.uint8],
) -> None:
    def fine_tune() -> tuple[ModelFolder, str]:
        done = train(
            "train", "ross", data, "--backbone", "ranged", "--fine-tune", "--out", models, "--force"
        )
        assert done.code == 0, done.err
        return open_model(models / "ross", kind="classifier"), done.out

    model, said = fine_tune()

    told = model.manifest.training["fine-tuning"]
    assert str(told).startswith("the last block was trained too: held-out loss 0.")
    assert f"  {told}\n" in said
    assert set(model.manifest.files) == {"head.safetensors", "block5.safetensors"}
    card = (model.path / "card.md").read_text(encoding="utf-8")
    assert "whose last block was trained with the head looks at the whole frame" in card
    assert "From epoch 13 on the last block was trained too." in card
    block5 = read_block5(model)
    assert block5 is not None
    assert block5.ranges == ranges  # they were measured on noise, and leave room

    exact = scores("ross", crops, Settings(runtime="onnx-float32"))
    np.testing.assert_allclose(
        scores("ross", crops, Settings(runtime="keras")), exact, rtol=0, atol=SCORE_TOLERANCE
    )
    np.testing.assert_allclose(scores("ross", crops, Settings()), exact, rtol=0, atol=0.02)

    shutil.rmtree(shared_cache / "features")
    again, _ = fine_tune()
    assert again.sha256 == model.sha256


def test_what_does_not_help_is_not_kept(
    train: Train, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_learning_rate(monkeypatch, 0.0)  # nothing is learnt, so nothing is better
    train("train", "frozen", data, "--backbone", "random")

    done = train("train", "tuned", data, "--backbone", "random", "--fine-tune")

    frozen, tuned = (
        open_model(tmp_path / "own" / "models" / name, kind="classifier")
        for name in ("frozen", "tuned")
    )
    told = str(tuned.manifest.training["fine-tuning"])
    assert told.startswith("the last block stays frozen: held-out loss 0.")
    assert f"  {told}\n" in done.out
    assert tuned.manifest.files == frozen.manifest.files
    assert tuned.manifest.parameters == frozen.manifest.parameters
    training = tuned.manifest.training
    assert training["best epoch"] == frozen.manifest.training["best epoch"]
    assert training["epochs"] == 12 + 3  # two without a better one end it
    assert frozen.manifest.training["fine-tuning"] == "none: the backbone is frozen"


def test_too_few_pictures_leave_the_block_frozen(train: Train, tmp_path: Path) -> None:
    put_frame(tmp_path / "data" / "ross", 0, 0)
    put_frame(tmp_path / "data" / "no_ross", 8)

    done = train("train", "ross", "data", "--backbone", "random", "--fine-tune", "--json")

    assert done.code == 0, done.err
    assert done.json["training"]["fine-tuning"] == (
        "the last block stays frozen: no picture was held out to tell whether training it helps"
    )


def test_interrupted_it_keeps_the_features_and_nothing_else(
    train: Train, data: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainable, "fit", interrupt)
    done = train("train", "ross", data, "--backbone", "random", "--fine-tune")

    assert (done.code, done.out) == (130, "")
    assert [path.name for path in cache.iterdir()] == ["features"]
    assert not (tmp_path / "own").exists()


def test_the_classic_recipe_refuses(train: Train, data: Path) -> None:
    done = train("train", "ross", data, "--recipe", "classic", "--fine-tune")

    assert (done.code, done.out, done.err) == (
        2,
        "",
        "vidtag: the classic recipe keeps the backbone frozen; leave out --fine-tune\n",
    )
