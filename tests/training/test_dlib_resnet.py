"""dlib's file of weights, as far as it is understood."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from training.dlib_resnet import convert, read_tensors
from vidtag_gallery.graph import CONVOLUTIONS, LAST, SHAPES


def number(value: int) -> bytes:
    """As dlib writes one: its length, then its bytes, the lowest first."""
    length = max(1, (value.bit_length() + 7) // 8)
    return bytes([length]) + value.to_bytes(length, "little")


def tensor(values: NDArray[np.float32], *shape: int) -> bytes:
    dimensions = (*shape, 1, 1, 1, 1)[:4]
    return b"\x01\x02" + b"".join(map(number, dimensions)) + values.astype("<f4").tobytes()


def numbers(count: int, *, start: float = 1) -> NDArray[np.float32]:
    return np.arange(start, start + count, dtype=np.float32)


def test_tensors_are_found_between_other_things() -> None:
    large, small = numbers(300), numbers(16, start=-8)
    content = b"".join(
        [b"con_4\x01\x03", tensor(large, 300), b"\x01\x02", b"affine_\x00", tensor(small, 4, 2, 2)]
    )

    found = read_tensors(content)

    assert [values.dtype for values in found] == [np.float32, np.float32]
    np.testing.assert_array_equal(found[0], large)
    np.testing.assert_array_equal(found[1], small)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x01\x02",
        b"\x01\x02\x01",
        tensor(numbers(15), 15),
        tensor(np.zeros(20, np.float32), 20),
        tensor(np.full(20, np.nan, np.float32), 20),
        tensor(np.full(20, 1e20, np.float32), 20),
        tensor(numbers(20), 20)[:-1],
        tensor(numbers(20), 20)[2:],
    ],
    ids=[
        "nothing",
        "only a version",
        "cut off in a dimension",
        "too few values",
        "zeros",
        "no numbers",
        "too large",
        "cut off",
        "no version",
    ],
)
def test_what_is_no_tensor_with_parameters_is_passed_over(content: bytes) -> None:
    assert read_tensors(content) == []


def test_a_false_start_hides_no_tensor() -> None:
    values = numbers(20)

    [found] = read_tensors(b"\x01\x02\x01\x01" + tensor(values, 20))

    np.testing.assert_array_equal(found, values)


def test_affine_layers_are_folded_into_their_convolutions() -> None:
    tensors = []
    for layer in CONVOLUTIONS:
        kernels = np.full(np.prod(layer.shapes[f"{layer.name}.weight"]), 3, np.float32)
        tensors.append(np.concatenate([kernels, np.full(layer.filters, 5, np.float32)]))
        gains = np.arange(layer.filters, dtype=np.float32)
        tensors.append(np.concatenate([gains, np.full(layer.filters, 7, np.float32)]))
    last = np.arange(np.prod(SHAPES[LAST]), dtype=np.float32)

    weights = convert([*tensors, last])

    assert {name: values.shape for name, values in weights.items()} == SHAPES
    for layer in CONVOLUTIONS:
        gains = np.arange(layer.filters, dtype=np.float32)
        assert (weights[f"{layer.name}.weight"] == 3 * gains[:, None, None, None]).all()
        assert (weights[f"{layer.name}.bias"] == 5 * gains + 7).all()
    np.testing.assert_array_equal(weights[LAST].ravel(), last)


def test_another_network_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 59 tensors, found 2"):
        convert([numbers(20), numbers(20)])
