"""Classifiers on an accelerator; the processor stands in for it, and is called cuda."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import vidtag_vgg16
from tests.plugins.vgg16.making import SMALL, random_block5, random_head, save_random_classifier
from vidtag.api import CPU, Detector, ModelFolder, Settings, Weights
from vidtag.types import FeatureDetector
from vidtag_vgg16.heads import POOLINGS, HeadSpec
from vidtag_vgg16.networks import arithmetic, open_below_block5
from vidtag_vgg16.onnx_network import OnnxNetwork
from vidtag_vgg16.preprocessing import PREPROCESSINGS

TOLERANCE = 1e-5  # of scores; of features, relative to the largest
HEADS = [
    random_head("ross"),
    *(random_head("rachel", "joey", spec=HeadSpec(pooling=each, hidden=(4,))) for each in POOLINGS),
]
CUDA = replace(CPU, name="cuda")
ON_CUDA = Settings(device="cuda")
FLOAT32 = Settings(runtime="onnx-float32")


@pytest.fixture(autouse=True)
def cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with CUDA, which takes four crops at once."""
    devices = {"cuda": CUDA, "auto": CUDA, "cpu": CPU}
    monkeypatch.setattr("vidtag.inference.find_device", devices.__getitem__)
    monkeypatch.setattr("vidtag.inference.batched.keep_batch", lambda *_: 4)


def open_one(name: str, settings: Settings) -> Detector:
    [detector] = vidtag_vgg16.vidtag_open_detectors([name], settings)
    return detector


@pytest.mark.parametrize("heads", [(), HEADS], ids=["features", "scores"])
def test_batches_give_what_single_crops_give(
    backbone_weights: Weights, crops: NDArray[np.uint8], heads: list[object]
) -> None:
    how = {"preprocessing": PREPROCESSINGS["rgb-unit"], "input_size": SMALL, "heads": heads}
    single = OnnxNetwork(backbone_weights, **how).run(crops)  # type: ignore[arg-type]
    batched = OnnxNetwork(backbone_weights, device=CUDA, **how).run(crops)  # type: ignore[arg-type]
    assert batched.shape == single.shape
    np.testing.assert_allclose(batched, single, rtol=0, atol=TOLERANCE * max(1, single.max()))


def test_score_of_a_crop_does_not_depend_on_how_many_came_with_it(
    models: Path, backbone: ModelFolder, crops: NDArray[np.uint8]
) -> None:
    save_random_classifier(models / "ross", backbone, random_head("ross"))
    detector = open_one("ross", ON_CUDA)
    alone = np.concatenate([detector.score(crops[i : i + 1]) for i in range(5)])
    np.testing.assert_array_equal(detector.score(crops), alone)
    assert detector.score(crops[:0]).shape == (0, 1)


def test_it_computes_in_float32_says_so_and_keeps_no_features(
    models: Path, ranged: ModelFolder, crops: NDArray[np.uint8]
) -> None:
    save_random_classifier(models / "ross", ranged, random_head("ross"))
    detector, exact = open_one("ross", ON_CUDA), open_one("ross", FLOAT32)
    assert detector.heads[0].identity.settings["runtime"] == "onnx float32 cuda"
    assert not isinstance(detector, FeatureDetector)
    assert isinstance(open_one("ross", Settings()), FeatureDetector)
    np.testing.assert_allclose(detector.score(crops), exact.score(crops), rtol=0, atol=TOLERANCE)


def test_what_was_fine_tuned_sees_with_its_own_block(
    models: Path, ranged: ModelFolder, crops: NDArray[np.uint8]
) -> None:
    save_random_classifier(models / "fine", ranged, random_head("ross"), block5=random_block5())
    detector, exact = open_one("fine", ON_CUDA), open_one("fine", FLOAT32)
    np.testing.assert_allclose(detector.score(crops), exact.score(crops), rtol=0, atol=TOLERANCE)


def test_features_below_the_last_block_are_of_the_device_too(
    ranged: ModelFolder, crops: NDArray[np.uint8]
) -> None:
    batched, single = (
        open_below_block5(ranged, preprocessing="rgb-unit", input_size=SMALL, settings=settings)
        for settings in (ON_CUDA, FLOAT32)
    )
    expected = single.run(crops)
    np.testing.assert_allclose(
        batched.run(crops), expected, rtol=0, atol=TOLERANCE * expected.max()
    )


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(device="auto"), "onnx float32 cuda"),
        (Settings(device="cuda", runtime="onnx-float32"), "onnx float32 cuda"),
        (Settings(device="cpu", runtime="onnx-float32"), "onnx float32"),
        (Settings(device="auto", runtime="keras"), "keras float32"),
    ],
    ids=str,
)
def test_arithmetic_names_the_device(
    ranged: ModelFolder, settings: Settings, expected: str
) -> None:
    assert arithmetic(ranged, preprocessing="rgb-unit", settings=settings) == expected
