"""`vidtag train` as a process that is stopped, and on the backbone that ships with vidtag."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import vidtag_vgg16
from tests.conftest import ROOT
from tests.plugins.vgg16.conftest import Train
from tests.plugins.vgg16.making import put_frame
from vidtag.api import Settings, read_picture
from vidtag.paths import bundled, samples
from vidtag.types import Runtime
from vidtag_vgg16 import recipes
from vidtag_vgg16.features import crop_picture

COUNT = 200  # pictures of each side
LABEL = "otto"
SIZE = (224, 224)  # of the bundled backbone
SCORE_TOLERANCE = 2e-5
LEARN, UNSEEN = "Kiosk.S01E01.Pilot", "Kiosk.S01E02.The.Letter"


def start(tmp_path: Path, models: Path) -> subprocess.Popen[str]:
    """Start `vidtag train` on the folder `data`."""
    arguments = ["train", "ross", "data", "--backbone", "random", "--out", str(models), "--json"]
    code = f"from vidtag.cli import main; main({arguments!r})"
    paths = os.pathsep.join([str(ROOT), str(ROOT / "plugins")])
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paths},
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)],
    ids=["SIGINT", "SIGKILL"],
)
def test_stopped_training_goes_on_with_the_features_it_has(
    models: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    for seed in range(COUNT):
        put_frame(tmp_path / "data" / "ross", seed, 0)
        put_frame(tmp_path / "data" / "no_ross", seed + COUNT)
    features = tmp_path / "cache" / "features"

    with start(tmp_path, models) as process:
        while len(kept(features)) < 10 and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(number)
        process.communicate(timeout=120)

    before = kept(features)
    assert process.returncode == code
    assert 10 <= len(before) < 2 * COUNT
    assert not (models / "ross").exists()
    with start(tmp_path, models) as again:
        _, said = again.communicate(timeout=300)
    assert again.returncode == 0, said
    assert {path: path.stat().st_mtime_ns for path in before} == before  # none was made again


def kept(features: Path) -> dict[Path, int]:
    """Every kept file of features, and when it was written."""
    return {path: path.stat().st_mtime_ns for path in features.glob("*/*.npy")}


@pytest.mark.slow
def test_a_classifier_on_the_bundled_backbone_knows_the_next_episode(
    train: Train, tmp_path: Path
) -> None:
    if not (bundled("models") / "backbones" / "bundled" / "manifest.toml").is_file():
        pytest.skip("the bundled backbone is not here; make it with training/")
    train("dataset", "extract", samples() / f"{LEARN}.mp4", "--out", "data", "--every", 5)
    sort_frames(Path("data"), samples() / f"{LEARN}.truth.csv")

    done = train("train", LABEL, "data", "--json")

    assert done.code == 0, done.err
    assert done.json["metrics"][f"{LABEL} average precision"] > 0.8
    truth = samples() / f"{UNSEEN}.truth.csv"
    measured = train(
        "evaluate", samples() / f"{UNSEEN}.mp4", "--plugin", LABEL, "--truth", truth, "--json"
    )
    assert measured.code == 0, measured.err
    [figures] = measured.json["runs"][0]["labels"]
    assert figures["average_precision"] > 0.6


@pytest.mark.slow
def test_fine_tuned_on_the_bundled_backbone_it_is_a_sound_plugin(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (bundled("models") / "backbones" / "bundled" / "manifest.toml").is_file():
        pytest.skip("the bundled backbone is not here; make it with training/")
    monkeypatch.setattr(recipes, "FINE_TUNING", replace(recipes.FINE_TUNING, epochs=2))
    train("dataset", "extract", samples() / f"{LEARN}.mp4", "--out", "data", "--every", 10)
    sort_frames(Path("data"), samples() / f"{LEARN}.truth.csv")
    train("train", "frozen", "data")

    done = train("train", "fine", "data", "--fine-tune", "--json")

    assert done.code == 0, done.err
    assert done.json["training"]["fine-tuning"].startswith("the last block was trained too: ")
    checked = train("plugin", "check", "fine")
    assert checked.code == 0, checked.out
    crops = np.stack(
        [crop_picture(read_picture(path), SIZE) for path in sorted(Path("data", LABEL).iterdir())]
    )
    alone = scores(["fine"], crops, "onnx-float32")
    reference = scores(["fine"], crops, "keras")
    np.testing.assert_allclose(alone["fine"], reference["fine"], rtol=0, atol=SCORE_TOLERANCE)
    together = scores(["fine", "frozen"], crops)
    assert together.keys() == {"fine", "frozen"}
    for name, found in together.items():
        np.testing.assert_array_equal(found, scores([name], crops)[name])


def scores(
    names: Sequence[str], crops: NDArray[np.uint8], runtime: Runtime = "onnx"
) -> dict[str, NDArray[np.float32]]:
    """Those of each detector, all opened together."""
    found = {}
    for detector in vidtag_vgg16.vidtag_open_detectors(names, Settings(runtime=runtime)):
        [head] = detector.heads
        found[head.identity.name] = detector.score(crops)
        detector.close()
    return found


def sort_frames(data: Path, truth: Path) -> None:
    """Sort the extracted frames into a folder of those with `LABEL` and one of the others."""
    with truth.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] == LABEL]
    spans = [(int(row["start_frame"]), int(row["end_frame"])) for row in rows]
    for folder in (LABEL, f"no_{LABEL}"):
        (data / folder).mkdir()
    for path in sorted((data / "unsorted").iterdir()):
        found = re.search(r"-f(\d+)-", path.name)
        assert found is not None
        there = any(start <= int(found[1]) < end for start, end in spans)
        path.rename(data / (LABEL if there else f"no_{LABEL}") / path.name)
