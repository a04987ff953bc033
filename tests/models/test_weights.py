"""Weights of a model: exactly the tensors expected, or one line that says which is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save

from tests.weights import SHAPES, folder_with, tensors
from vidtag.errors import ModelError
from vidtag.models import check_weights, read_weights


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_weights_are_read_as_float32(tmp_path: Path, dtype: type) -> None:
    content = save({name: values.astype(dtype) for name, values in tensors().items()})
    found = read_weights(folder_with(content, tmp_path), "w", SHAPES)
    assert {values.dtype for values in found.values()} == {np.dtype(np.float32)}
    assert {name: values.tolist() for name, values in found.items()} == {
        name: values.tolist() for name, values in tensors().items()
    }


@pytest.mark.parametrize("content", [b"", b"x" * 100, save(tensors())[:-1]])
def test_file_that_is_no_safetensors_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ModelError, match="x/w: not a safetensors file of floats: "):
        read_weights(folder_with(content, tmp_path), "w", SHAPES)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"b": None}, "lacks the tensor b"),
        ({"c": np.ones(1, np.float32)}, "has an unknown tensor c"),
        ({"b": np.ones((1, 3), np.float32)}, "b must be float (3,), found float32 (1, 3)"),
        ({"b": np.ones(3, np.int8)}, "b must be float (3,), found int8 (3,)"),
        ({"b": np.ones(3, np.float64)}, "b must be float (3,), found float64 (3,)"),
        ({"b": np.array([1, np.nan, 1], np.float32)}, "b has values that are not finite numbers"),
        ({"b": np.array([1, 1, np.inf], np.float16)}, "b has values that are not finite numbers"),
    ],
    ids=["missing", "unknown", "shape", "integers", "double", "nan", "infinite"],
)
def test_wrong_tensor_is_named(
    tmp_path: Path, values: dict[str, NDArray[np.float32] | None], problem: str
) -> None:
    changed = {name: v for name, v in {**tensors(), **values}.items() if v is not None}
    with pytest.raises(ModelError) as error:
        read_weights(folder_with(save(changed), tmp_path), "w", SHAPES)
    assert error.value.message == f"{tmp_path}/x/w: {problem}"


def test_weights_are_checked_without_a_file() -> None:
    with pytest.raises(ModelError, match="memory: lacks the tensor a"):
        check_weights({"b": tensors()["b"]}, SHAPES, source="memory")
