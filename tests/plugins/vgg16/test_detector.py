"""Opening classifiers through the hooks: what shares a pass, what is refused, what is closed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pluggy
import pytest
from numpy.typing import NDArray

import vidtag_vgg16
from tests.plugins.vgg16.making import about, random_block5, random_head, save_random_classifier
from vidtag.api import (
    Detector,
    DetectorInfo,
    ModelError,
    ModelFolder,
    Settings,
    Weights,
    write_manifest,
    write_model,
)
from vidtag_vgg16.block5 import Block5
from vidtag_vgg16.heads import HeadSpec, pool
from vidtag_vgg16.networks import open_network
from vidtag_vgg16.onnx_network import OnnxNetwork
from vidtag_vgg16.preprocessing import PREPROCESSINGS
from vidtag_vgg16.ranges import Ranges
from vidtag_vgg16.saving import save_backbone

ROSS = random_head("ross")
DUO = random_head("rachel", "joey", spec=HeadSpec(pooling="max", hidden=(4,)), seed=9)


@pytest.fixture
def ross(models: Path, backbone: ModelFolder) -> ModelFolder:
    return save_random_classifier(models / "ross", backbone, ROSS)


@pytest.fixture
def duo(models: Path, backbone: ModelFolder) -> ModelFolder:
    return save_random_classifier(models / "duo", backbone, DUO)


def open_all(*names: str, settings: Settings | None = None) -> list[Detector]:
    return list(vidtag_vgg16.vidtag_open_detectors(names, settings or Settings()))


def edit(folder: ModelFolder, **values: Any) -> None:
    write_manifest(folder.path, replace(folder.manifest, **values))


def test_hooks_fit_the_specification() -> None:
    from vidtag import hookspecs

    manager = pluggy.PluginManager("vidtag")
    manager.add_hookspecs(hookspecs)
    manager.register(vidtag_vgg16)
    manager.check_pending()
    assert [hook.name for hook in manager.get_hookcallers(vidtag_vgg16) or ()] == [
        "vidtag_commands",
        "vidtag_detectors",
        "vidtag_open_detectors",
    ]


def test_listing_says_what_the_manifest_says(ross: ModelFolder, duo: ModelFolder) -> None:
    infos = {info.name: info for info in vidtag_vgg16.vidtag_detectors()}
    assert infos["duo"].labels == ("rachel", "joey")
    assert infos["ross"] == DetectorInfo(
        name="ross",
        summary="random",
        labels=("ross",),
        version="1",
        region="face",
        source=str(ross.path),
        figures={"f1": 0.5},
    )


def test_listing_imports_nothing_heavy(ross: ModelFolder) -> None:
    code = (
        "import sys, vidtag_vgg16\n"
        "names = [info.name for info in vidtag_vgg16.vidtag_detectors()]\n"
        "heavy = {'numpy', 'onnx', 'onnxruntime', 'tensorflow', 'keras', 'h5py', 'pooch'}\n"
        "print('ross' in names, sorted(heavy & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True []\n"


def test_models_of_other_architectures_are_left_to_others(models: Path, ross: ModelFolder) -> None:
    other = replace(ross.manifest, name="other", architecture="resnet")
    write_model(models / "other", other, {"head.safetensors": b""})
    assert "other" not in {info.name for info in vidtag_vgg16.vidtag_detectors()}
    assert open_all("other", "nobody") == []


def test_classifiers_on_one_backbone_share_a_pass(
    ross: ModelFolder, duo: ModelFolder, crops: NDArray[np.uint8]
) -> None:
    (alone,) = open_all("ross")
    (detector,) = open_all("ross", "duo")
    assert isinstance(detector, Detector)
    assert (detector.region, detector.input_size) == ("face", (32, 32))
    columns = [label for head in detector.heads for label in head.labels]
    scores = detector.score(crops)
    assert scores.shape == (5, 3)
    assert ((scores > 0) & (scores < 1)).all()
    own = columns.index("ross")
    np.testing.assert_array_equal(scores[:, own : own + 1], alone.score(crops))


def test_columns_are_those_of_the_heads(
    backbone: ModelFolder, ross: ModelFolder, duo: ModelFolder, crops: NDArray[np.uint8]
) -> None:
    features = open_network(
        backbone, preprocessing="rgb-unit", input_size=(32, 32), settings=Settings()
    ).run(crops)
    (detector,) = open_all("duo", "ross")
    expected = {"ross": ROSS.score(pool(features, "average+max"))}
    expected["duo"] = DUO.score(pool(features, "max"))
    in_order = np.concatenate([expected[head.identity.name] for head in detector.heads], axis=1)
    np.testing.assert_allclose(detector.score(crops), in_order, rtol=0, atol=1e-5)


def test_what_looks_elsewhere_gets_a_detector_of_its_own(
    models: Path, backbone: ModelFolder, ross: ModelFolder
) -> None:
    save_random_classifier(models / "frame", backbone, random_head("joey"), region="frame")
    detectors = open_all("frame", "ross")
    assert {(d.region, *(h.identity.name for h in d.heads)) for d in detectors} == {
        ("face", "ross"),
        ("frame", "frame"),
    }


def test_what_was_fine_tuned_shares_no_pass_and_scores_as_alone(
    models: Path, backbone: ModelFolder, ross: ModelFolder, crops: NDArray[np.uint8]
) -> None:
    save_random_classifier(models / "fine", backbone, ROSS, block5=random_block5())
    save_random_classifier(models / "finer", backbone, ROSS, block5=random_block5(seed=5))
    together = {
        detector.heads[0].identity.name: detector.score(crops)
        for detector in open_all("finer", "ross", "fine")
    }
    assert together.keys() == {"ross", "fine", "finer"}
    for name, scores in together.items():
        (alone,) = open_all(name)
        np.testing.assert_array_equal(scores, alone.score(crops))
    assert len({scores.tobytes() for scores in together.values()}) == 3


def test_fine_tuned_block_takes_the_place_of_the_last_one(
    models: Path, backbone: ModelFolder, backbone_weights: Weights, crops: NDArray[np.uint8]
) -> None:
    block5 = random_block5()
    save_random_classifier(models / "fine", backbone, ROSS, block5=block5)
    merged = OnnxNetwork(
        {**backbone_weights, **block5.weights},
        preprocessing=PREPROCESSINGS["rgb-unit"],
        input_size=(32, 32),
        heads=[ROSS],
    )
    for runtime, tolerance in (("onnx", 0.0), ("keras", 2e-5)):
        (detector,) = open_all("fine", settings=Settings(runtime=runtime))  # type: ignore[arg-type]
        np.testing.assert_allclose(detector.score(crops), merged.run(crops), rtol=0, atol=tolerance)


def test_keras_runtime_gives_the_same_scores(
    ross: ModelFolder, duo: ModelFolder, crops: NDArray[np.uint8]
) -> None:
    (ours,) = open_all("ross", "duo")
    (reference,) = open_all("ross", "duo", settings=Settings(runtime="keras"))
    np.testing.assert_allclose(ours.score(crops), reference.score(crops), rtol=0, atol=2e-5)


def test_identity_says_what_changes_scores(
    models: Path, backbone: ModelFolder, ross: ModelFolder
) -> None:
    def identity(**settings: Any) -> Any:
        (detector,) = open_all("ross", settings=Settings(**settings))
        return detector.heads[0].identity

    before = identity()
    assert (before.name, before.version) == ("ross", "1")
    assert (before.settings["runtime"], before.settings["input_size"]) == ("onnx float32", "32x32")
    assert identity(threads=1, offline=True, runtime="onnx-float32") == before
    assert identity(runtime="keras").settings["runtime"] == "keras float32"
    edit(ross, thresholds={"ross": 0.75}, metrics={}, summary="other")
    assert identity() == before
    edit(
        ross,
        parameters={**ross.manifest.parameters, "calibration": {"ross": {"scale": 2, "offset": 0}}},
    )
    assert identity().settings["head"] != before.settings["head"]
    save_random_classifier(models / "ross", backbone, random_head("ross", seed=3))
    assert identity().weights_sha256 != before.weights_sha256


def test_identity_tells_8_bits_from_float32_and_ranges_from_others(
    models: Path, ranged: ModelFolder, ranges: Ranges
) -> None:
    save_random_classifier(models / "ross", ranged, ROSS)

    def runtime(**settings: Any) -> str:
        (detector,) = open_all("ross", settings=Settings(**settings))
        return detector.heads[0].identity.settings["runtime"]

    assert runtime() == f"onnx int8 {ranges.fingerprint}"
    assert runtime(runtime="onnx-float32") == "onnx float32"
    other = Ranges({**ranges.largest, "block1_conv1": 9.5})
    edit(ranged, parameters=other.to_parameters())
    assert runtime() == f"onnx int8 {other.fingerprint}"
    assert other.fingerprint != ranges.fingerprint


def test_identity_of_what_was_fine_tuned_has_its_own_ranges(
    models: Path, ranged: ModelFolder, ranges: Ranges
) -> None:
    own = Ranges({**ranges.largest, "block5_conv3": 9.5})
    save_random_classifier(models / "fast", ranged, ROSS, block5=random_block5(ranges=own))
    save_random_classifier(models / "exact", ranged, ROSS, block5=random_block5())

    def runtime(name: str, **settings: Any) -> str:
        (detector,) = open_all(name, settings=Settings(**settings))
        return detector.heads[0].identity.settings["runtime"]

    assert runtime("fast") == f"onnx int8 {own.fingerprint}"
    assert runtime("fast", runtime="onnx-float32") == "onnx float32"
    assert runtime("exact") == "onnx float32"  # the ranges of the backbone do not hold for it


def test_threshold_is_that_of_the_manifest(ross: ModelFolder) -> None:
    edit(ross, thresholds={"ross": 0.75})
    (detector,) = open_all("ross")
    assert detector.heads[0].thresholds == {"ross": 0.75}


def test_backbone_that_was_trained_again_is_refused(
    models: Path, ross: ModelFolder, backbone_weights: Weights
) -> None:
    other = {**backbone_weights, "block1_conv1.bias": np.zeros(64, np.float32)}
    save_backbone(
        models / "backbones" / "random",
        other,
        about=about(),
        preprocessing="rgb-unit",
        input_size=(32, 32),
    )
    with pytest.raises(ModelError) as error:
        open_all("ross")
    assert str(error.value) == (
        f"{ross.path}: trained on other weights of the backbone 'random' than those in "
        f"{models}/backbones/random; install both together, or train the classifier again"
    )


def test_absent_backbone_is_named(ross: ModelFolder) -> None:
    edit(ross, backbone="lost")
    with pytest.raises(ModelError, match=r"there is no backbone 'lost'; known: .*random"):
        open_all("ross")


def test_backbone_of_another_architecture_is_refused(models: Path, ross: ModelFolder) -> None:
    manifest = replace(
        ross.manifest,
        name="other",
        kind="backbone",
        architecture="resnet",
        labels=(),
        thresholds={},
        backbone="",
        backbone_sha256="",
    )
    write_model(models / "backbones" / "other", manifest, {"weights.safetensors": b""})
    edit(ross, backbone="other")
    with pytest.raises(ModelError, match="backbones/other: must be a vgg16, is a resnet"):
        open_all("ross")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (
            {"preprocessing": "none"},
            "unknown preprocessing 'none'; known: rgb-unit, bgr-unit, caffe",
        ),
        ({"input_size": (31, 224)}, "input must be at least 32x32 px, not 31x224"),
        ({"parameters": {}}, "parameters do not describe a head"),
        ({"labels": ("a", "b"), "thresholds": {"a": 0, "b": 0}}, "parameters do not describe"),
    ],
    ids=["preprocessing", "size", "parameters", "labels"],
)
def test_manifest_that_does_not_fit_is_refused(
    ross: ModelFolder, values: dict[str, Any], problem: str
) -> None:
    edit(ross, **values)
    with pytest.raises(ModelError) as error:
        open_all("ross")
    assert str(error.value).startswith(f"{ross.path}: {problem}")


def test_damaged_head_is_refused(ross: ModelFolder) -> None:
    path = ross.path / "head.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match="damaged or exchanged"):
        open_all("ross")


def test_damaged_block_is_refused(models: Path, backbone: ModelFolder) -> None:
    fine = save_random_classifier(models / "fine", backbone, ROSS, block5=random_block5())
    path = fine.path / "block5.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelError, match=r"block5\.safetensors: damaged or exchanged"):
        open_all("fine")


def test_block_of_another_network_is_not_written(models: Path, backbone: ModelFolder) -> None:
    other = Block5(
        {**random_block5().weights, "block4_conv1.bias": np.zeros(512, np.float32)}, None
    )
    with pytest.raises(ModelError, match=r"has an unknown tensor block4_conv1\.bias"):
        save_random_classifier(models / "fine", backbone, ROSS, block5=other)


def test_failure_closes_what_was_opened(
    models: Path, backbone: ModelFolder, ross: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = save_random_classifier(models / "frame", backbone, random_head("x"), region="frame")
    (frame.path / "head.safetensors").write_bytes(b"")
    closed = []
    monkeypatch.setattr(OnnxNetwork, "close", lambda self: closed.append(self))
    with pytest.raises(ModelError):
        open_all("ross", "frame")
    assert len(closed) == 1


def test_manifest_is_plain_toml(ross: ModelFolder) -> None:
    table = tomllib.loads((ross.path / "manifest.toml").read_text())
    assert table["parameters"]["calibration"] == {"ross": {"scale": 0.5, "offset": 0.0}}
