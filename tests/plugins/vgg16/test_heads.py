"""Heads: their shapes, their place in the manifest, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.plugins.vgg16.making import random_head
from vidtag.api import ModelError
from vidtag_vgg16.heads import (
    Calibration,
    HeadSpec,
    Pooling,
    TrainedHead,
    from_parameters,
    pool,
    to_parameters,
)

SOURCE = Path("models/ross")


@pytest.mark.parametrize(
    ("pooling", "inputs"),
    [("flatten", 7 * 7 * 512), ("average", 512), ("max", 512), ("average+max", 1024)],
)
def test_inputs_of_each_pooling(pooling: Pooling, inputs: int) -> None:
    assert HeadSpec(pooling=pooling).inputs((224, 224)) == inputs


def test_shapes_lead_from_the_features_to_the_labels() -> None:
    assert HeadSpec(hidden=(8, 4)).shapes(inputs=1024, outputs=2) == {
        "dense1.kernel": (1024, 8),
        "dense1.bias": (8,),
        "dense2.kernel": (8, 4),
        "dense2.bias": (4,),
        "output.kernel": (4, 2),
        "output.bias": (2,),
    }


def test_pooling_of_known_values() -> None:
    features = np.arange(8, dtype=np.float32).reshape(1, 2, 2, 2)
    assert pool(features, "flatten").tolist() == [[0, 1, 2, 3, 4, 5, 6, 7]]
    assert pool(features, "average").tolist() == [[3, 4]]
    assert pool(features, "max").tolist() == [[6, 7]]
    assert pool(features, "average+max").tolist() == [[3, 4, 6, 7]]


def test_score_of_a_head_worked_out_by_hand() -> None:
    head = TrainedHead(
        spec=HeadSpec(pooling="average", hidden=(2,)),
        labels=("ross",),
        weights={
            "dense1.kernel": np.array([[1, -1]], np.float32),
            "dense1.bias": np.array([0.5, 0.5], np.float32),
            "output.kernel": np.array([[2], [100]], np.float32),
            "output.bias": np.array([-1], np.float32),
        },
        calibrations={"ross": Calibration(scale=0.5, offset=0.25)},
        thresholds={"ross": 0.5},
    )
    pooled = np.array([[1.5]], np.float32)
    assert head.logits(pooled).tolist() == [[3]]  # 2 * (1.5 + 0.5) + 100 * 0 - 1
    assert head.score(pooled).item() == pytest.approx(1 / (1 + np.exp(-1.75)))


def test_score_of_an_extreme_logit_is_still_a_probability() -> None:
    head = random_head("ross")
    pooled = np.full((1, 1024), 1e30, np.float32)
    assert head.score(pooled).item() in (pytest.approx(0, abs=1e-30), 1)
    assert head.score(pooled).dtype == np.float32


def test_parameters_are_read_as_they_were_written() -> None:
    head = random_head("ross", "joey", spec=HeadSpec(pooling="max", hidden=(3,), dropout=0.25))
    spec, calibrations = from_parameters(to_parameters(head), head.labels, source=SOURCE)
    assert spec == head.spec
    assert calibrations == head.calibrations


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"pooling": "mean"}, "ValueError: pooling must be one of flatten, average, max, "),
        ({"pooling": ["max"]}, "ValueError: pooling must be one of flatten, average, max, "),
        ({"hidden": [0]}, "ValueError: hidden must be positive whole numbers, not (0,)"),
        ({"hidden": [2.5]}, "TypeError: 'float' object cannot be interpreted as an integer"),
        ({"hidden": 4}, "TypeError: 'int' object is not iterable"),
        ({"dropout": 1.0}, "ValueError: dropout must be from 0 to below 1, not 1.0"),
        ({"dropout": "much"}, "TypeError: "),
        ({"calibration": {}}, "KeyError: 'ross'"),
        ({"calibration": {"ross": {"scale": 1}}}, "KeyError: 'offset'"),
        ({"calibration": {"ross": {"scale": float("nan"), "offset": 0}}}, "ValueError: calibrat"),
        ({"calibration": {"ross": {"scale": -1, "offset": 0}}}, "ValueError: calibration scale "),
    ],
    ids=str,
)
def test_parameters_of_no_head_are_refused(values: dict[str, Any], problem: str) -> None:
    parameters = {**to_parameters(random_head("ross")), **values}
    with pytest.raises(ModelError) as error:
        from_parameters(parameters, ("ross",), source=SOURCE)
    expected = f"models/ross: parameters do not describe a head ({problem}"
    assert error.value.message.startswith(expected)
