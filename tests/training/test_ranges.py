"""Ranges are written when 8 bits are good enough, and only then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pytest

from tests.plugins.vgg16.making import about, random_backbone
from training import ranges as script
from training.ranges import Judgement
from vidtag.api import ModelFolder, open_model
from vidtag_vgg16.architecture import CONVOLUTIONS
from vidtag_vgg16.ranges import Ranges, read_ranges
from vidtag_vgg16.saving import save_backbone

RANGES = Ranges({convolution.name: 2.0 for convolution in CONVOLUTIONS})
GOOD = Judgement(pictures=10, mean_cosine=0.9991234, worst_cosine=0.99, labels=1000, changed=10)


def test_good_enough_passes() -> None:
    GOOD.check()
    assert GOOD.changed_share == 0.01


@pytest.mark.parametrize(
    ("judgement", "problem"),
    [
        (replace(GOOD, mean_cosine=0.998), "mean cosine 0.99800 is below 0.999: nothing written"),
        (replace(GOOD, changed=11), "1.10% of the labels change, more than 1%: nothing written"),
    ],
    ids=["cosine", "labels"],
)
def test_not_good_enough_is_refused(judgement: Judgement, problem: str) -> None:
    with pytest.raises(click.ClickException) as error:
        judgement.check()
    assert error.value.message == problem


def test_no_labels_change_where_nobody_looks() -> None:
    assert replace(GOOD, labels=0, changed=0).changed_share == 0


def test_pictures_are_spread_over_all() -> None:
    assert script._spread(11, 3) == [0, 5, 10]
    assert script._spread(2, 3) == [0, 1]


def test_writing_changes_neither_weights_nor_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards: list[ModelFolder] = []
    monkeypatch.setattr(script, "write_card", cards.append)
    before = save_backbone(
        tmp_path / "small",
        random_backbone(),
        about=about(),
        preprocessing="rgb-unit",
        input_size=(32, 32),
    )

    script.write(before, RANGES, GOOD, made_from="3 photos")

    after = open_model(tmp_path / "small", kind="backbone")
    assert after.sha256 == before.sha256
    assert read_ranges(after) == RANGES
    assert after.manifest.metrics == {
        "f1": 0.5,
        "8 bits: cosine to float32, mean": 0.99912,
        "8 bits: cosine to float32, worst": 0.99,
        "8 bits: labels that change": 0.01,
    }
    assert after.manifest.training["ranges_from"] == "3 photos"
    assert cards == [after]


def test_faces_are_those_of_the_part(tmp_path: Path) -> None:
    (tmp_path / "faces.csv").write_text("part\ntrain\ntest\ntrain\n", encoding="utf-8")
    crops = np.stack([np.full((144, 144, 3), grey, np.uint8) for grey in (10, 20, 30)])
    np.save(tmp_path / "face_crops.npy", crops)

    shown = script.faces(tmp_path, "train", 5)

    assert shown.shape == (2, 96, 96, 3)
    assert [np.unique(face).tolist() for face in shown] == [[10], [30]]
