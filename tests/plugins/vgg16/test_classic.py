"""`vidtag train --recipe classic`: the original way, on a random backbone."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tests.plugins.vgg16.conftest import Train
from tests.plugins.vgg16.making import put_frame
from vidtag.api import ModelFolder, Settings, open_model
from vidtag_vgg16.detector import open_detectors
from vidtag_vgg16.recipes import CLASSIC


def train_classic(train: Train, data: Path, tmp_path: Path) -> ModelFolder:
    done = train(
        "train", "ross", data, "--backbone", "random", "--recipe", "classic", "--out", tmp_path
    )
    assert done.code == 0, done.err
    assert done.err.startswith("single pictures are held out: neighbouring frames are nearly")
    return open_model(tmp_path / "ross", kind="classifier")


def test_the_recipe_is_the_original() -> None:
    spec, method = CLASSIC.spec, CLASSIC.method
    assert spec.inputs((224, 224)) == 7 * 7 * 512
    assert (spec.hidden, spec.dropout) == ((1024,), 0.5)
    assert (method.optimizer, method.learning_rate) == ("sgd", 0.01)
    assert (method.batch, method.epochs, method.keep) == (64, 10, "accuracy")
    assert round(6814 * CLASSIC.validation_share) == 1814


def test_the_manifest_says_how_it_was_made_and_what_it_needs(
    train: Train, data: Path, tmp_path: Path
) -> None:
    manifest = train_classic(train, data, tmp_path).manifest

    assert manifest.preprocessing == "bgr-unit"
    assert manifest.parameters == {
        "pooling": "flatten",
        "hidden": [1024],
        "dropout": 0.5,
        "calibration": {"ross": {"scale": 1.0, "offset": 0.0}},
    }
    assert manifest.thresholds == {"ross": 0.5}
    assert (manifest.training["recipe"], manifest.training["split"]) == ("classic", "random")
    assert manifest.training["epochs"] == 4
    assert manifest.training["pictures held out"] == 8
    assert manifest.training["choice of thresholds"].startswith("none")  # type: ignore[union-attr]


def test_runtimes_agree_on_its_scores(
    train: Train, data: Path, tmp_path: Path, crops: NDArray[np.uint8]
) -> None:
    model = train_classic(train, data, tmp_path)

    onnx, keras = (scores(model, crops, runtime) for runtime in ("onnx", "keras"))

    assert onnx.shape == (5, 1)
    np.testing.assert_allclose(onnx, keras, atol=1e-5)


def scores(
    model: ModelFolder, crops: NDArray[np.uint8], runtime: Literal["onnx", "keras"]
) -> NDArray[np.float32]:
    [detector] = open_detectors([model], Settings(runtime=runtime))
    try:
        return detector.score(crops)
    finally:
        detector.close()


def test_it_learns_one_class_only(train: Train, data: Path) -> None:
    put_frame(data / "rachel", 40, 2)

    done = train("train", "ross", data, "--backbone", "random", "--recipe", "classic")

    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1] == (
        f"vidtag: {data}: the classic recipe learns one class, and there are 2: rachel, ross; "
        "use --recipe default"
    )


def test_it_does_not_hold_out_shots(train: Train, data: Path) -> None:
    done = train("train", "ross", data, "--recipe", "classic", "--split", "shot")

    assert (done.code, done.err) == (
        2,
        "vidtag: the classic recipe holds out single pictures; leave out --split shot\n",
    )
