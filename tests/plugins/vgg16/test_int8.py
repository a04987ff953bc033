"""Convolutions in 8-bit integers: exactly what they are said to compute, and near to float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from tests.plugins.vgg16.making import SMALL, random_head
from vidtag.api import Weights
from vidtag_vgg16 import graph, int8
from vidtag_vgg16.architecture import BLOCKS
from vidtag_vgg16.heads import HeadSpec, pool
from vidtag_vgg16.measuring import cosine, measure_ranges
from vidtag_vgg16.onnx_network import OnnxNetwork
from vidtag_vgg16.preprocessing import PREPROCESSINGS, Preprocessing
from vidtag_vgg16.ranges import Ranges

LEAST_COSINE = 0.999  # of averaged features to float32, for each crop
SCORE_TOLERANCE = 2e-5

UNIT = PREPROCESSINGS["rgb-unit"]

Floats = NDArray[np.float64]


def windows(x: Floats) -> Floats:
    """(height, width, channels) -> (height, width, 3, 3, channels), with zeros around."""
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    found = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(0, 1))
    return found.transpose(0, 1, 3, 4, 2)


def convolved(x: Floats, kernel: Floats, bias: Floats) -> Floats:
    """Whole numbers, in float64 and so exact."""
    total: Floats = np.tensordot(windows(x), kernel, axes=3) + bias
    return total


def steps(kernel: Floats, bias: Floats, weight: int, most: int) -> Floats:
    found: Floats = np.maximum(np.abs(kernel).max(axis=(0, 1, 2)) / weight, np.abs(bias) / most)
    return found


def reference(
    crop: NDArray[np.uint8], weights: Weights, how: Preprocessing, ranges: Ranges
) -> NDArray[np.float32]:
    """The features (height, width, 512) of one crop, from what the module says it does."""
    means = np.rint(how.means)
    x: Floats = crop[..., list(how.channels)].astype(np.float64) - means
    before = 0.0
    for block in BLOCKS:
        for layer in block:
            kernel = weights[f"{layer.name}.kernel"].astype(np.float64)
            bias = weights[f"{layer.name}.bias"].astype(np.float64)
            after = ranges.largest[layer.name] / 255
            if not before:
                kernel = kernel / how.divisor
                bias = bias - kernel.sum(axis=(0, 1)).T @ (np.asarray(how.means) - means)
                step = steps(kernel, bias, 1023, 2**22)
                total = convolved(x, np.rint(kernel / step), np.rint(bias / step))
                scaled = np.maximum(total, 0).astype(np.float32) / (after / step).astype(np.float32)
            else:
                bias = bias / before
                step = steps(kernel, bias, 64, 2**30)
                total = convolved(x, np.rint(kernel / step), np.rint(bias / step))
                factor = np.float32(before) * step.astype(np.float32) / np.float32(after)
                scaled = total.astype(np.float32) * factor
            x = np.clip(np.rint(scaled), 0, 255).astype(np.float64)
            before = after
        height, width, channels = x.shape
        x = x.reshape(height // 2, 2, width // 2, 2, channels).max(axis=(1, 3))
    return x.astype(np.float32) * np.float32(before)


def constants(weights: Weights, ranges: Ranges) -> dict[str, NDArray[Any]]:
    """Of the graph, by name; a checked graph."""
    model = graph.build(weights, preprocessing=UNIT, input_size=SMALL, ranges=ranges)
    onnx.checker.check_model(model, full_check=True)
    return {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}


@pytest.mark.parametrize("preprocessing", ["rgb-unit", "caffe"])
def test_features_are_those_of_the_arithmetic_to_the_bit(
    backbone_weights: Weights, crops: NDArray[np.uint8], preprocessing: str
) -> None:
    how = PREPROCESSINGS[preprocessing]
    ranges = measure_ranges(backbone_weights, preprocessing=how, batches=[crops[:2]])
    network = OnnxNetwork(
        backbone_weights, preprocessing=how, input_size=SMALL, ranges=ranges, threads=1
    )

    found = network.run(crops)

    assert found.std() > 0.1 * found.max() > 0
    expected = np.stack([reference(crop, backbone_weights, how, ranges) for crop in crops])
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("preprocessing", ["rgb-unit", "caffe"])
def test_features_are_the_same_with_and_without_amx(
    backbone_weights: Weights,
    crops: NDArray[np.uint8],
    monkeypatch: pytest.MonkeyPatch,
    preprocessing: str,
) -> None:
    how = PREPROCESSINGS[preprocessing]
    tight = measure_ranges(backbone_weights, preprocessing=how, batches=[crops])
    # With some room no byte is above 252: two products with 65 fit in 16 bits, without VNNI too.
    ranges = Ranges({name: 1.05 * value for name, value in tight.largest.items()})
    found = []
    for has_amx in (False, True):
        monkeypatch.setattr(int8, "has_amx_int8", lambda answer=has_amx: answer)
        network = OnnxNetwork(
            backbone_weights, preprocessing=how, input_size=SMALL, ranges=ranges, threads=1
        )
        found.append(network.run(crops))
    direct, by_matrices = found
    assert direct.std() > 0.1 * direct.max() > 0
    np.testing.assert_array_equal(direct, by_matrices)


@pytest.mark.parametrize(
    ("has_amx", "expected"), [(False, [0, 0, 0, 0, 0]), (True, [0, 0, 1, 1, 1])]
)
def test_later_blocks_take_the_way_by_matrices_where_there_is_amx(
    backbone_weights: Weights,
    ranges: Ranges,
    monkeypatch: pytest.MonkeyPatch,
    has_amx: bool,
    expected: list[int],
) -> None:
    monkeypatch.setattr(int8, "has_amx_int8", lambda: has_amx)
    arrays = constants(backbone_weights, ranges)
    for block, zero in zip(BLOCKS, expected, strict=True):
        for layer in block:
            np.testing.assert_array_equal(arrays[f"{layer.name}.zeros"], zero)


@pytest.mark.parametrize("preprocessing", PREPROCESSINGS)
def test_features_are_near_those_of_float32(backbone_weights: Weights, preprocessing: str) -> None:
    how = PREPROCESSINGS[preprocessing]
    smooth = np.linspace(0, 255, 96 * 96 * 3).reshape(96, 96, 3).astype(np.uint8)
    crops = np.stack([smooth, smooth[::-1], np.rot90(smooth), 255 - smooth])
    ranges = measure_ranges(backbone_weights, preprocessing=how, batches=[crops[:2]])
    exact, fast = (
        OnnxNetwork(backbone_weights, preprocessing=how, input_size=(96, 96), ranges=each)
        .run(crops)
        .mean(axis=(1, 2))
        for each in (None, ranges)
    )
    assert cosine(exact, fast).min() >= LEAST_COSINE
    assert (exact != fast).any()


def test_heads_stand_on_the_features(
    backbone_weights: Weights, ranges: Ranges, crops: NDArray[np.uint8]
) -> None:
    head = random_head("ross", "rachel", spec=HeadSpec(hidden=(4,)))
    features, scores = (
        OnnxNetwork(
            backbone_weights, preprocessing=UNIT, input_size=SMALL, heads=heads, ranges=ranges
        ).run(crops)
        for heads in ([], [head])
    )
    expected = head.score(pool(features, "average+max"))
    np.testing.assert_allclose(scores, expected, rtol=0, atol=SCORE_TOLERANCE)


def test_features_do_not_depend_on_batch_or_threads(
    backbone_weights: Weights, ranges: Ranges, crops: NDArray[np.uint8]
) -> None:
    first, second = (
        OnnxNetwork(
            backbone_weights, preprocessing=UNIT, input_size=SMALL, ranges=ranges, threads=threads
        )
        for threads in (1, 3)
    )
    together = first.run(crops)
    alone = np.concatenate([second.run(crops[i : i + 1]) for i in range(len(crops))])
    np.testing.assert_array_equal(together, alone)


def test_channels_without_weights_give_their_bias(
    backbone_weights: Weights, ranges: Ranges, crops: NDArray[np.uint8]
) -> None:
    weights = {name: values.copy() for name, values in backbone_weights.items()}
    for layer in ("block1_conv1", "block5_conv3"):
        weights[f"{layer}.kernel"][..., :2] = 0
        weights[f"{layer}.bias"][:2] = 0, ranges.largest[layer] / 2
    network = OnnxNetwork(weights, preprocessing=UNIT, input_size=SMALL, ranges=ranges)
    features = network.run(crops)
    step = ranges.largest["block5_conv3"] / 255
    np.testing.assert_array_equal(features[..., 0], 0)
    np.testing.assert_allclose(features[..., 1], ranges.largest["block5_conv3"] / 2, atol=step)


def test_no_two_products_overflow_16_bits(
    backbone_weights: Weights, ranges: Ranges, monkeypatch: pytest.MonkeyPatch
) -> None:
    """x86 processors without VNNI, and so without AMX, add them so; see also the module."""
    monkeypatch.setattr(int8, "has_amx_int8", lambda: False)
    arrays = constants(backbone_weights, ranges)
    kernels = [arrays[f"{layer.name}.kernel"] for block in BLOCKS for layer in block][1:]
    assert {kernel.dtype.name for kernel in kernels} == {"int8"}
    largest = max(int(np.abs(kernel.astype(np.int32)).max()) for kernel in kernels)
    assert largest == 64
    assert 2 * 255 * largest < 2**15
