"""The convolutions are those of Keras."""

from __future__ import annotations

import math

import keras
import pytest

from vidtag.api import Size
from vidtag_vgg16.architecture import CONVOLUTIONS, SHAPES, feature_shape


def test_tensors_are_those_of_keras_in_its_order() -> None:
    model = keras.applications.VGG16(include_top=False, weights=None, input_shape=(32, 32, 3))
    found = {weight.path.replace("/", "."): tuple(weight.shape) for weight in model.weights}
    assert list(found.items()) == list(SHAPES.items())


def test_number_of_weights_is_the_published_one() -> None:
    assert len(CONVOLUTIONS) == 13
    assert sum(math.prod(shape) for shape in SHAPES.values()) == 14_714_688


@pytest.mark.parametrize(
    ("size", "expected"),
    [((224, 224), (7, 7, 512)), ((32, 63), (1, 1, 512)), ((97, 64), (3, 2, 512))],
    ids=str,
)
def test_feature_shape(size: Size, expected: tuple[int, int, int]) -> None:
    assert feature_shape(size) == expected
