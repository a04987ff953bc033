"""Both runtimes build the same network, and neither lets crops influence each other."""

from __future__ import annotations

import keras
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from tests.plugins.vgg16.making import SMALL, random_head
from vidtag.api import ModelError, ModelFolder, Settings, Size, Weights
from vidtag_vgg16 import graph, keras_network
from vidtag_vgg16.heads import POOLINGS, HeadSpec, Pooling, TrainedHead, pool
from vidtag_vgg16.keras_network import KerasNetwork
from vidtag_vgg16.networks import open_network
from vidtag_vgg16.onnx_network import OnnxNetwork
from vidtag_vgg16.preprocessing import PREPROCESSINGS, find_preprocessing

# Relative to the largest feature; float32 sums of up to 4,608 products in another order.
FEATURE_TOLERANCE = 2e-5
SCORE_TOLERANCE = 2e-5

UNIT = PREPROCESSINGS["rgb-unit"]


def random_crops(count: int, size: Size) -> NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, (count, *size, 3), dtype=np.uint8)


@pytest.mark.parametrize("preprocessing", PREPROCESSINGS)
@pytest.mark.parametrize("size", [(32, 32), (64, 97), (224, 224)], ids=str)
def test_runtimes_agree_on_features(
    backbone_weights: Weights, preprocessing: str, size: Size
) -> None:
    how, crops = PREPROCESSINGS[preprocessing], random_crops(2, size)
    ours = OnnxNetwork(backbone_weights, preprocessing=how, input_size=size).run(crops)
    reference = KerasNetwork(backbone_weights, preprocessing=how, input_size=size).run(crops)
    assert ours.shape == (2, size[0] // 32, size[1] // 32, 512)
    assert ours.dtype == reference.dtype == np.float32
    assert ours.std() > 0.01 * ours.max() > 0
    np.testing.assert_allclose(ours, reference, rtol=0, atol=FEATURE_TOLERANCE * ours.max())


@pytest.mark.parametrize("hidden", [(), (8,), (9, 4)], ids=str)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_runtimes_agree_on_scores(
    backbone_weights: Weights, pooling: Pooling, hidden: tuple[int, ...]
) -> None:
    size = (64, 32)
    spec = HeadSpec(pooling=pooling, hidden=hidden)
    head = random_head("ross", "rachel", spec=spec, input_size=size)
    crops = random_crops(3, size)
    how = {"preprocessing": UNIT, "input_size": size}
    features = OnnxNetwork(backbone_weights, **how).run(crops)  # type: ignore[arg-type]
    ours = OnnxNetwork(backbone_weights, heads=[head], **how).run(crops)  # type: ignore[arg-type]
    keras_scores = KerasNetwork(backbone_weights, heads=[head], **how).run(crops)  # type: ignore[arg-type]
    assert ours.shape == (3, 2)
    assert len(np.unique(ours)) == 6
    np.testing.assert_allclose(ours, keras_scores, rtol=0, atol=SCORE_TOLERANCE)
    np.testing.assert_allclose(
        ours, head.score(pool(features, pooling)), rtol=0, atol=SCORE_TOLERANCE
    )


def test_caffe_preprocessing_is_that_of_keras() -> None:
    crops = random_crops(2, SMALL)
    expected = keras.applications.vgg16.preprocess_input(crops.astype(np.float32))
    np.testing.assert_array_equal(PREPROCESSINGS["caffe"].apply(crops), expected)


def test_unit_preprocessing_maps_bytes_to_0_and_1() -> None:
    crops = np.array([[[[0, 255, 51]]]], np.uint8)
    np.testing.assert_array_equal(UNIT.apply(crops), np.array([[[[0, 1, 0.2]]]], np.float32))


def test_unknown_preprocessing_names_the_known_ones() -> None:
    with pytest.raises(ModelError) as error:
        find_preprocessing("rgb", source="models/ross")
    assert str(error.value) == (
        "models/ross: unknown preprocessing 'rgb'; known: rgb-unit, bgr-unit, caffe"
    )


HEADS = [random_head("ross"), random_head("rachel", "joey", spec=HeadSpec(hidden=(4,)), seed=5)]


@pytest.mark.parametrize("network", [OnnxNetwork, KerasNetwork])
def test_heads_in_one_network_score_as_alone(
    backbone_weights: Weights,
    crops: NDArray[np.uint8],
    network: type[OnnxNetwork] | type[KerasNetwork],
) -> None:
    def run(heads: list[TrainedHead]) -> NDArray[np.float32]:
        opened = network(backbone_weights, preprocessing=UNIT, input_size=SMALL, heads=heads)
        return opened.run(crops)

    alone = np.concatenate([run([head]) for head in HEADS], axis=1)
    np.testing.assert_array_equal(run(HEADS), alone)


@pytest.mark.parametrize("runtime", ["onnx", "keras"])
def test_score_of_a_crop_does_not_depend_on_its_batch(
    backbone: ModelFolder, crops: NDArray[np.uint8], runtime: str
) -> None:
    network = open_network(
        backbone,
        preprocessing="rgb-unit",
        input_size=SMALL,
        heads=HEADS,
        settings=Settings(runtime=runtime),  # type: ignore[arg-type]
    )
    together = network.run(crops)
    alone = np.concatenate([network.run(crops[i : i + 1]) for i in range(5)])
    backwards = network.run(crops[::-1])[::-1]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together, backwards)
    network.close()


def test_score_does_not_depend_on_threads_or_session(backbone: ModelFolder) -> None:
    crops = random_crops(2, (96, 96))
    first, *others = (
        open_network(
            backbone,
            preprocessing="caffe",
            input_size=(96, 96),
            settings=Settings(threads=threads),
        ).run(crops)
        for threads in (1, 2, 3, 3, None)
    )
    for other in others:
        np.testing.assert_array_equal(first, other)


@pytest.mark.parametrize("runtime", ["onnx", "keras"])
def test_no_crops_give_no_scores(backbone: ModelFolder, runtime: str) -> None:
    network = open_network(
        backbone,
        preprocessing="rgb-unit",
        input_size=SMALL,
        heads=HEADS,
        settings=Settings(runtime=runtime),  # type: ignore[arg-type]
    )
    assert network.run(np.empty((0, 32, 32, 3), np.uint8)).shape == (0, 3)


@pytest.mark.parametrize(
    ("crops", "found"),
    [
        (np.zeros((1, 32, 33, 3), np.uint8), "uint8 (1, 32, 33, 3)"),
        (np.zeros((32, 32, 3), np.uint8), "uint8 (32, 32, 3)"),
        (np.zeros((1, 32, 32, 3), np.float32), "float32 (1, 32, 32, 3)"),
        (np.zeros((1, 3, 32, 32), np.uint8), "uint8 (1, 3, 32, 32)"),
    ],
    ids=["width", "no batch", "float", "channels first"],
)
@pytest.mark.parametrize("network", [OnnxNetwork, KerasNetwork])
def test_crops_of_another_shape_are_refused(
    backbone_weights: Weights,
    network: type[OnnxNetwork] | type[KerasNetwork],
    crops: NDArray[np.uint8],
    found: str,
) -> None:
    opened = network(backbone_weights, preprocessing=UNIT, input_size=SMALL)
    with pytest.raises(ValueError, match=r"crops must be uint8 \(N, 32, 32, 3\)") as error:
        opened.run(crops)
    assert str(error.value).endswith(f", not {found}")


def test_graph_is_valid_onnx(backbone_weights: Weights) -> None:
    model = graph.build(backbone_weights, preprocessing=UNIT, input_size=SMALL, heads=HEADS)
    onnx.checker.check_model(model, full_check=True)
    assert [o.name for o in model.graph.output] == ["result"]


def test_without_tensorflow_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tensorflow", None)
    with pytest.raises(ModelError) as error:
        keras_network.import_keras()
    assert str(error.value) == (
        "TensorFlow is needed and not installed; pip install 'vidtag[train]'"
    )
