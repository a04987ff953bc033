from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.pictures import cloud, jpeg, sample
from tests.plugins.vgg16.card.making import judgement_of
from vidtag_vgg16.card.mistakes import MOST, thumbnail, worst_mistakes
from vidtag_vgg16.record import Judgement


def test_the_worst_come_first() -> None:
    [mistakes] = worst_mistakes(judgement_of("ross"), {"ross": 0.5}, root=Path("data"))

    # The scores rise from 0.05 to 0.95; pictures with an even number show him.
    assert [one.file for one in mistakes.false_alarms] == ["7.jpg", "5.jpg"]
    assert [one.score for one in mistakes.false_alarms] == pytest.approx([0.95, 0.693], abs=1e-3)
    assert [one.file for one in mistakes.misses] == ["0.jpg", "2.jpg"]
    assert (mistakes.false_alarm_count, mistakes.miss_count) == (2, 2)


def test_all_are_counted_and_the_worst_shown() -> None:
    judgement = judgement_of("ross", count=100)
    [mistakes] = worst_mistakes(judgement, {"ross": 0.5}, root=Path("data"))

    assert (mistakes.false_alarm_count, mistakes.miss_count) == (25, 25)
    assert (len(mistakes.false_alarms), len(mistakes.misses)) == (MOST, MOST)
    assert mistakes.misses[0].file == "0.jpg"


def test_a_score_at_the_threshold_counts_as_present() -> None:
    judgement = Judgement(
        samples=(sample(0), sample(1)),
        labels=("ross",),
        scores=np.array([[0.5], [0.5]], np.float32),
        present=np.array([[True], [False]]),
    )
    [mistakes] = worst_mistakes(judgement, {"ross": 0.5}, root=Path("data"))

    assert (mistakes.miss_count, mistakes.false_alarm_count) == (0, 1)


def test_a_file_elsewhere_is_named_in_full() -> None:
    judgement = judgement_of("ross", count=2)
    elsewhere = replace(sample(1), path=Path("/photos/a\nb\udcff.jpg"))
    judgement = replace(judgement, samples=(judgement.samples[0], elsewhere))
    [mistakes] = worst_mistakes(judgement, {"ross": 0.5}, root=Path("data"))

    assert [one.file for one in mistakes.false_alarms] == ["/photos/a b\ufffd.jpg"]


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [(96, 128, (96, 128)), (360, 640, (94, 168)), (400, 100, (126, 32)), (2000, 2, (126, 1))],
)
def test_thumbnail_fits(tmp_path: Path, height: int, width: int, expected: tuple[int, int]) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(cloud(1, height=height, width=width)))

    small = cv2.imdecode(np.frombuffer(thumbnail(path), np.uint8), cv2.IMREAD_COLOR)

    assert small is not None
    assert small.shape[:2] == expected


def test_a_picture_that_is_gone_has_no_thumbnail(tmp_path: Path) -> None:
    assert thumbnail(tmp_path / "gone.jpg") == b""
