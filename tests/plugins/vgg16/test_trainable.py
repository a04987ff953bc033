"""The last block as a Keras model goes on where the backbone on ONNX Runtime stops."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.plugins.vgg16.making import SMALL, random_block5, random_head
from vidtag.api import ModelFolder, Settings, Weights
from vidtag_vgg16.architecture import LAST_BLOCK_SHAPES
from vidtag_vgg16.measuring import measure_ranges
from vidtag_vgg16.networks import open_below_block5
from vidtag_vgg16.preprocessing import PREPROCESSINGS
from vidtag_vgg16.recipes import Method
from vidtag_vgg16.rows import Rows
from vidtag_vgg16.trainable import Seen, Trainable

UNIT = PREPROCESSINGS["rgb-unit"]
BELOW = (2, 2, 512)  # what the last block sees of a picture of `SMALL`
HEAD = random_head("ross", "rachel")


def below(backbone: ModelFolder, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    network = open_below_block5(
        backbone, preprocessing="rgb-unit", input_size=SMALL, settings=Settings()
    )
    return network.run(crops)


@pytest.fixture
def rows(backbone: ModelFolder, crops: NDArray[np.uint8]) -> Iterator[Rows]:
    """What the last block sees of `crops`."""
    with Rows(BELOW) as found:
        found.extend(below(backbone, crops))
        yield found


def last_block(weights: Weights) -> Weights:
    return {name: weights[name] for name in LAST_BLOCK_SHAPES}


def test_what_the_last_block_sees_is_what_comes_out_of_the_fourth(
    backbone: ModelFolder, backbone_weights: Weights, crops: NDArray[np.uint8]
) -> None:
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(*SMALL, 3))
    for layer in base.layers:
        if layer.get_weights():
            names = (f"{layer.name}.kernel", f"{layer.name}.bias")
            layer.set_weights([backbone_weights[name] for name in names])
    reference = keras.Model(base.input, base.get_layer("block4_pool").output)

    found = below(backbone, crops)

    assert found.shape == (5, *BELOW)
    expected = np.asarray(reference(UNIT.apply(crops)))
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5 * expected.max())


def test_values_of_the_block_are_those_of_the_whole_network(
    backbone_weights: Weights, crops: NDArray[np.uint8], rows: Rows
) -> None:
    trained = Trainable(last_block(backbone_weights), HEAD, shape=BELOW)

    found = trained.largest(rows)

    whole = measure_ranges(backbone_weights, preprocessing=UNIT, batches=[crops]).largest
    assert found.keys() == {"block5_conv1", "block5_conv2", "block5_conv3"}
    np.testing.assert_allclose(
        [found[name] for name in found], [whole[name] for name in found], rtol=2e-3
    )


def test_weights_go_in_and_come_out(backbone_weights: Weights) -> None:
    trained = Trainable(last_block(backbone_weights), HEAD, shape=BELOW)
    for name, values in HEAD.weights.items():
        np.testing.assert_array_equal(trained.head.weights[name], values)

    trained.set_weights(random_block5().weights)

    for name, values in random_block5().weights.items():
        np.testing.assert_array_equal(trained.block[name], values)


def test_block_and_head_learn_and_every_step_is_told(backbone_weights: Weights, rows: Rows) -> None:
    seen = Seen(rows, np.array([[1, 0], [0, 1], [1, 0], [0, 1], [0, 0]], np.bool_))
    trained = Trainable(last_block(backbone_weights), HEAD, shape=BELOW)
    told: list[None] = []

    history = trained.fit(
        seen,
        seen,
        method=Method(learning_rate=1e-4, batch=2, epochs=4),
        seed=1,
        on_step=lambda: told.append(None),
    )

    assert len(told) == 4 * 3
    assert history.epochs[-1].validation_loss < history.epochs[0].validation_loss
    assert history.best == 3
    for name, before in {**last_block(backbone_weights), **HEAD.weights}.items():
        after = {**trained.block, **trained.head.weights}[name]
        assert not np.array_equal(after, before)
