"""Ranges in a manifest: when they are used, when they are not, and when they are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.plugins.vgg16.making import SMALL
from vidtag.api import ModelError, ModelFolder, Settings, Weights, open_model, write_manifest
from vidtag_vgg16.networks import arithmetic, open_network
from vidtag_vgg16.onnx_network import OnnxNetwork
from vidtag_vgg16.preprocessing import PREPROCESSINGS
from vidtag_vgg16.ranges import Ranges, read_ranges

INT8 = Settings()
FLOAT32 = Settings(runtime="onnx-float32")


def run(
    backbone: ModelFolder, crops: NDArray[np.uint8], settings: Settings, how: str = "rgb-unit"
) -> NDArray[np.float32]:
    network = open_network(backbone, preprocessing=how, input_size=SMALL, settings=settings)
    return network.run(crops)


def test_ranges_come_back_as_they_were_written(ranged: ModelFolder, ranges: Ranges) -> None:
    assert read_ranges(ranged) == ranges


def test_widened_ranges_have_room_for_what_was_found(ranges: Ranges) -> None:
    found = {"block5_conv1": 1e6, "block5_conv2": ranges.largest["block5_conv2"] / 2}
    wider = ranges.widened(found)
    assert wider == Ranges({**ranges.largest, "block5_conv1": 1e6})


def test_ranges_are_no_part_of_the_hash(ranged: ModelFolder, backbone: ModelFolder) -> None:
    assert ranged.sha256 == backbone.sha256


def test_onnx_computes_in_8_bits_where_there_are_ranges(
    ranged: ModelFolder,
    backbone_weights: Weights,
    ranges: Ranges,
    crops: NDArray[np.uint8],
) -> None:
    expected = OnnxNetwork(
        backbone_weights,
        preprocessing=PREPROCESSINGS["rgb-unit"],
        input_size=SMALL,
        ranges=ranges,
    ).run(crops)
    np.testing.assert_array_equal(run(ranged, crops, INT8), expected)


def test_onnx_computes_in_float32_where_there_are_none_or_it_is_told_to(
    ranged: ModelFolder, backbone: ModelFolder, crops: NDArray[np.uint8]
) -> None:
    exact = run(backbone, crops, INT8)
    np.testing.assert_array_equal(run(ranged, crops, FLOAT32), exact)
    assert (run(ranged, crops, INT8) != exact).any()


def test_ranges_are_not_used_for_other_values_than_they_were_measured_on(
    ranged: ModelFolder, crops: NDArray[np.uint8]
) -> None:
    exact = run(ranged, crops, FLOAT32, "caffe")
    np.testing.assert_array_equal(run(ranged, crops, INT8, "caffe"), exact)


@pytest.mark.parametrize(
    ("runtime", "preprocessing", "expected"),
    [
        ("onnx", "rgb-unit", "onnx int8 {}"),
        ("onnx", "caffe", "onnx float32"),
        ("onnx-float32", "rgb-unit", "onnx float32"),
        ("keras", "rgb-unit", "keras float32"),
    ],
)
def test_arithmetic_says_how_it_computes(
    ranged: ModelFolder, ranges: Ranges, runtime: Any, preprocessing: str, expected: str
) -> None:
    found = arithmetic(ranged, preprocessing=preprocessing, settings=Settings(runtime=runtime))
    assert found == expected.format(ranges.fingerprint)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"block1_conv1": 0}, "block1_conv1 must be from 1e-06 to 1e+09, not 0"),
        ({"block1_conv1": float("nan")}, "block1_conv1 must be from 1e-06 to 1e+09, not nan"),
        ({"block1_conv1": 1e38}, "block1_conv1 must be from 1e-06 to 1e+09, not 1e+38"),
        ({"block1_conv1": True}, "block1_conv1 must be from 1e-06 to 1e+09, not True"),
        ({"block1_conv1": "6"}, "block1_conv1 must be from 1e-06 to 1e+09, not '6'"),
        ({"block1_conv9": 6.0}, "block1_conv9 is no convolution"),
    ],
    ids=["0", "nan", "huge", "bool", "text", "unknown"],
)
def test_damaged_ranges_are_one_line(
    ranged: ModelFolder, ranges: Ranges, change: dict[str, Any], problem: str
) -> None:
    damaged = with_ranges(ranged, {**ranges.largest, **change})
    with pytest.raises(ModelError) as error:
        run(damaged, np.zeros((1, 32, 32, 3), np.uint8), INT8)
    assert str(error.value) == (
        f"{ranged.path}: parameters.ranges are damaged: {problem}; install or make the model again"
    )


def test_ranges_that_lack_a_convolution_are_refused(ranged: ModelFolder, ranges: Ranges) -> None:
    largest = dict(ranges.largest)
    del largest["block3_conv2"]
    with pytest.raises(ModelError, match="damaged: block3_conv2 is missing; "):
        read_ranges(with_ranges(ranged, largest))


def test_ranges_that_are_no_table_are_refused(ranged: ModelFolder) -> None:
    with pytest.raises(ModelError, match=r"parameters\.ranges are damaged: "):
        read_ranges(with_ranges(ranged, 3))


def with_ranges(folder: ModelFolder, value: Any) -> ModelFolder:
    write_manifest(folder.path, replace(folder.manifest, parameters={"ranges": value}))
    return open_model(folder.path, kind="backbone")
