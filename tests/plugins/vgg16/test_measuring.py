"""Measuring ranges on pictures of several sizes, and what is made of the drawn stills."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from vidtag.api import Weights
from vidtag_vgg16 import measuring
from vidtag_vgg16.architecture import CONVOLUTIONS
from vidtag_vgg16.keras_network import build_model
from vidtag_vgg16.measuring import cosine, cosines, measure_ranges, ranges_by_stills
from vidtag_vgg16.preprocessing import PREPROCESSINGS
from vidtag_vgg16.ranges import Ranges

UNIT = PREPROCESSINGS["rgb-unit"]


def largest_in_keras(weights: Weights, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
    model = build_model(weights, input_size=batch.shape[1:3])
    layers = [model.get_layer(each.name).output for each in CONVOLUTIONS]
    outputs = keras.Model(model.inputs[0], layers)(UNIT.apply(batch), training=False)
    return np.array([np.asarray(each).max() for each in outputs])


def test_ranges_are_the_largest_activations_of_all_pictures(
    backbone_weights: Weights, crops: NDArray[np.uint8]
) -> None:
    batches = [crops, np.repeat(np.repeat(crops[:1], 2, axis=1), 3, axis=2)]
    found = measure_ranges(backbone_weights, preprocessing=UNIT, batches=batches)
    roomy = measure_ranges(backbone_weights, preprocessing=UNIT, batches=batches, room=1.5)
    expected = np.max([largest_in_keras(backbone_weights, each) for each in batches], axis=0)
    np.testing.assert_allclose([found.largest[c.name] for c in CONVOLUTIONS], expected, rtol=1e-5)
    assert roomy.largest == {name: value * 1.5 for name, value in found.largest.items()}


def test_a_network_that_answers_nothing_has_no_ranges(
    backbone_weights: Weights, crops: NDArray[np.uint8]
) -> None:
    dead = {name: np.zeros_like(values) for name, values in backbone_weights.items()}
    with pytest.raises(ValueError, match="block1_conv1 must be from 1e-06"):
        measure_ranges(dead, preprocessing=UNIT, batches=[crops])


def test_cosine_is_that_of_each_row() -> None:
    a = np.array([[1, 0], [3, 4], [1, 1]], np.float32)
    b = np.array([[5, 0], [4, 3], [-1, 1]], np.float32)
    np.testing.assert_allclose(cosine(a, b), [1, 0.96, 0], rtol=0, atol=1e-15)


def test_cosines_fall_where_activations_are_cut_off(
    backbone_weights: Weights, ranges: Ranges, crops: NDArray[np.uint8]
) -> None:
    small = Ranges({name: value / 20 for name, value in ranges.largest.items()})
    good, bad = (
        cosines(backbone_weights, each, preprocessing=UNIT, batches=[crops[:2], crops[2:]])
        for each in (ranges, small)
    )
    assert good.shape == bad.shape == (5,)
    assert good.min() > 0.999 > bad.max()


def test_stills_give_ranges_that_hold_on_other_pictures(
    backbone_weights: Weights, crops: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    ranges = ranges_by_stills(backbone_weights, preprocessing=UNIT)
    assert ranges is not None
    found = cosines(backbone_weights, ranges, preprocessing=UNIT, batches=[crops])
    assert found.min() > 0.998  # of noise, which nothing was measured on
    monkeypatch.setattr(measuring, "LEAST_COSINE", 1.0)
    assert ranges_by_stills(backbone_weights, preprocessing=UNIT) is None
