"""Features of pictures: what is kept, under which name, and what becomes of damage."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.pictures import sample, write_jpeg
from vidtag.api import ModelFolder, Sample, Settings, read_picture
from vidtag_vgg16.features import Extractor, Whole, crop_picture
from vidtag_vgg16.preprocessing import PREPROCESSINGS


@pytest.fixture
def photo(tmp_path: Path) -> Sample:
    return replace(sample(1), path=write_jpeg(tmp_path / "ross" / "1.jpg", 1))


def extractor(backbone: ModelFolder, **options: Any) -> Extractor:
    chosen = {"pooling": "average", "preprocessing": "rgb-unit", "input_size": (32, 32)} | options
    return Extractor(backbone, settings=Settings(), **chosen)


def test_features_are_computed_once(
    backbone: ModelFolder, photo: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = extractor(backbone)
    values = first.features(photo)
    assert values.shape == (512,)
    assert first.computed == 1
    monkeypatch.setattr("vidtag_vgg16.features.open_network", None)  # not needed any more

    again = extractor(backbone)

    np.testing.assert_array_equal(again.features(photo), values)
    assert again.computed == 0


def test_damaged_features_are_made_again(
    backbone: ModelFolder, photo: Sample, tmp_path: Path
) -> None:
    values = extractor(backbone).features(photo)
    [kept] = (tmp_path / "cache").rglob("*.npy")
    os.truncate(kept, 200)

    again = extractor(backbone)

    np.testing.assert_array_equal(again.features(photo), values)
    assert again.computed == 1


@pytest.mark.parametrize(
    "option",
    [
        {"pooling": "max"},
        {"preprocessing": "bgr-unit"},
        {"cutter": Whole("linear")},
        {"input_size": (64, 32)},
    ],
    ids=lambda option: next(iter(option)),
)
def test_other_features_have_another_name(
    backbone: ModelFolder, photo: Sample, option: dict[str, Any]
) -> None:
    extractor(backbone).features(photo)
    other = extractor(backbone, **option)
    other.features(photo)
    assert other.computed == 1


def test_the_classic_crop_is_that_of_opencv(photo: Sample) -> None:
    read = cv2.imread(str(photo.path))
    assert read is not None
    original = cv2.resize(read, (32, 32)).astype(np.float32) / np.float32(255)

    crop = crop_picture(read_picture(photo.path), (32, 32), resize="linear")

    np.testing.assert_array_equal(PREPROCESSINGS["bgr-unit"].apply(crop[np.newaxis])[0], original)
