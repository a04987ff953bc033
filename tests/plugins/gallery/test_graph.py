"""dlib's network as a graph: the same numbers as plain arithmetic, and as dlib."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tests.plugins.gallery.making import drawn_face, random_network
from vidtag.api import read_weights
from vidtag_gallery.catalog import NETWORK_FILE, find_backbone
from vidtag_gallery.graph import BLOCKS, CONVOLUTIONS, LAST, SHAPES, STEM, Convolution
from vidtag_gallery.network import Network

Array = NDArray[np.float64]
Weights = dict[str, NDArray[np.float32]]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return random_network()


@pytest.fixture(scope="module")
def bundled() -> Network:
    return Network(read_weights(find_backbone(), NETWORK_FILE, SHAPES), threads=1)


def convolved(values: Array, layer: Convolution, weights: Weights) -> Array:
    """`values` (channels, height, width) after a convolution, by its definition."""
    pad = layer.padding
    padded = np.pad(values, ((0, 0), (pad, pad), (pad, pad)))
    windows = sliding_window_view(padded, (layer.side, layer.side), axis=(1, 2))
    windows = windows[:, :: layer.stride, :: layer.stride]
    kernels = weights[f"{layer.name}.weight"].astype(np.float64)
    bias = weights[f"{layer.name}.bias"].astype(np.float64)
    return np.asarray(np.einsum("cyxij,fcij->fyx", windows, kernels) + bias[:, None, None])


def pooled(values: Array, side: int, how: str) -> Array:
    windows = sliding_window_view(values, (side, side), axis=(1, 2))[:, ::2, ::2]
    return np.asarray(getattr(windows, how)(axis=(-1, -2)))


def added(one: Array, other: Array) -> Array:
    """As dlib adds tensors of different shape: what is missing at the end is 0."""
    shape = tuple(map(max, one.shape, other.shape))
    total = np.zeros(shape)
    for each in (one, other):
        total[tuple(map(slice, each.shape))] += each
    return total


def by_definition(chip: NDArray[np.uint8], weights: Weights) -> Array:
    values = (chip - np.array([122.782, 117.001, 104.298])) / 256
    values = np.maximum(convolved(values.transpose(2, 0, 1), STEM, weights), 0)
    values = pooled(values, 3, "max")
    for block in BLOCKS:
        inner = np.maximum(convolved(values, block.first, weights), 0)
        inner = convolved(inner, block.second, weights)
        shortcut = pooled(values, 2, "mean") if block.halves else values
        values = np.maximum(added(inner, shortcut), 0)
    return np.asarray(values.mean(axis=(1, 2)) @ weights[LAST])


def test_it_has_the_layers_of_the_paper() -> None:
    assert len(CONVOLUTIONS) == 29
    assert sum(block.halves for block in BLOCKS) == 4
    assert SHAPES[LAST] == (256, 128)


def test_it_computes_what_the_definition_says(weights: Weights) -> None:
    chip = np.random.default_rng(1).integers(0, 256, (150, 150, 3), dtype=np.uint8)

    [found] = Network(weights, threads=1).run(chip[np.newaxis])

    expected = by_definition(chip, weights)
    assert np.abs(expected).max() > 0.01
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def test_a_face_has_the_embedding_that_dlib_gives_it(bundled: Network) -> None:
    [found] = bundled.run(drawn_face()[np.newaxis])

    # By dlib 20.0, `compute_face_descriptor` of the same picture.
    by_dlib = [-0.0749, 0.0604, -0.0351, -0.0115, -0.1008, 0.005, -0.0624, -0.0486]
    np.testing.assert_allclose(found[:8], by_dlib, atol=5e-4)
    assert np.linalg.norm(found) == pytest.approx(1.3690, abs=1e-3)


def test_an_embedding_does_not_depend_on_its_company(bundled: Network) -> None:
    chips = np.stack([drawn_face(seed) for seed in range(3)])

    together = bundled.run(chips)

    np.testing.assert_array_equal(together[1:2], bundled.run(chips[1:2]))
    np.testing.assert_array_equal(together[::-1], bundled.run(chips[::-1]))
    assert np.linalg.norm(together[0] - together[1]) > 0.1


def test_no_faces_have_no_embeddings(bundled: Network) -> None:
    assert bundled.run(np.empty((0, 150, 150, 3), np.uint8)).shape == (0, 128)


@pytest.mark.parametrize(
    "chips",
    [np.zeros((1, 96, 96, 3), np.uint8), np.zeros((1, 150, 150, 3), np.float32)],
    ids=["another size", "floats"],
)
def test_what_is_no_chip_is_refused(bundled: Network, chips: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="chips must be uint8"):
        bundled.run(chips)
