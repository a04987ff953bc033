"""Weight files: exactly the tensors expected, or one line that says which is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.plugins.vgg16.making import about, random_head, save_random_classifier
from tests.weights import SHAPES, folder_with, tensors
from vidtag.api import ModelError, ModelFolder, Weights, open_model, read_weights
from vidtag_vgg16.detector import read_head
from vidtag_vgg16.saving import save_backbone
from vidtag_vgg16.weights import to_bytes


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_weights_are_read_as_float32(tmp_path: Path, dtype: str) -> None:
    content = to_bytes(tensors(), dtype=dtype)  # type: ignore[arg-type]
    found = read_weights(folder_with(content, tmp_path), "w", SHAPES)
    assert {name: values.dtype for name, values in found.items()} == {
        "a": np.float32,
        "b": np.float32,
    }
    for name, values in tensors().items():
        np.testing.assert_array_equal(found[name], values)


def test_tensor_that_is_not_contiguous_is_stored_as_it_is_meant(tmp_path: Path) -> None:
    turned = np.arange(6, dtype=np.float32).reshape(3, 2).T
    content = to_bytes({"a": turned, "b": tensors()["b"]}, dtype="float32")
    found = read_weights(folder_with(content, tmp_path), "w", SHAPES)
    np.testing.assert_array_equal(found["a"], turned)


def test_number_that_float16_cannot_hold_is_not_stored() -> None:
    large = {**tensors(), "b": np.array([1, 70_000, 1], np.float32)}
    with pytest.raises(ValueError, match="b has values too large for float16"):
        to_bytes(large, dtype="float16")


def test_saved_classifier_is_read_as_it_was_trained(models: Path, backbone: ModelFolder) -> None:
    head = random_head("ross", "joey")
    saved = save_random_classifier(models / "pair", backbone, head)
    opened = open_model(models / "pair", kind="classifier")
    assert opened == saved
    assert sorted(path.name for path in saved.path.iterdir()) == [
        "head.safetensors",
        "manifest.toml",
    ]
    assert (opened.manifest.backbone, opened.manifest.backbone_sha256) == (
        "random",
        backbone.sha256,
    )
    found = read_head(opened)
    assert (found.spec, found.labels) == (head.spec, head.labels)
    assert (found.calibrations, found.thresholds) == (head.calibrations, head.thresholds)
    for name, values in head.weights.items():
        np.testing.assert_array_equal(found.weights[name], values)


def test_backbone_of_other_weights_is_not_saved(tmp_path: Path, backbone_weights: Weights) -> None:
    half = {name: v for name, v in backbone_weights.items() if "block5" not in name}
    with pytest.raises(ModelError, match=r"half: lacks the tensor block5_conv1.bias"):
        save_backbone(
            tmp_path / "half",
            half,
            about=about(),
            preprocessing="rgb-unit",
            input_size=(32, 32),
        )
    assert list(tmp_path.iterdir()) == []


def test_preprocessing_that_nobody_knows_is_not_saved(
    tmp_path: Path, backbone_weights: Weights
) -> None:
    with pytest.raises(ModelError, match="unknown preprocessing 'none'"):
        save_backbone(
            tmp_path / "x",
            backbone_weights,
            about=about(),
            preprocessing="none",
            input_size=(32, 32),
        )
