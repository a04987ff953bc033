from __future__ import annotations

import numpy as np
import pytest

from vidtag_vgg16.card.measures import operating_points, reliability

SCORES = np.array([0.9, 0.8, 0.8, 0.3, 0.1], np.float32)
PRESENT = np.array([True, True, False, True, False])


def test_equal_scores_are_taken_together() -> None:
    points = operating_points(SCORES, PRESENT)

    assert points.hits.tolist() == [0, 1, 2, 3, 3]
    assert points.alarms.tolist() == [0, 0, 1, 1, 2]
    assert points.recall.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1, 1])
    assert points.false_alarm_rate.tolist() == [0, 0, 0.5, 0.5, 1]
    assert points.precision.tolist() == pytest.approx([1, 1, 2 / 3, 3 / 4, 3 / 5])
    # Of the six pairs of a picture with and one without, four are in order and one is a tie.
    assert points.area == pytest.approx(4.5 / 6)


@pytest.mark.parametrize(("present", "area"), [([True, False], 1.0), ([False, True], 0.0)])
def test_the_area_is_1_where_all_are_in_order(present: list[bool], area: float) -> None:
    points = operating_points(np.array([0.9, 0.1], np.float32), np.array(present))

    assert points.area == area


def test_pictures_are_counted_by_their_score() -> None:
    scores = np.array([0.0, 0.05, 0.55, 0.55, 1.0], np.float32)
    bins = reliability(scores, np.array([False, False, True, False, True]))

    assert bins.middle.tolist() == [0.05, 0.55, 0.95]
    assert bins.score.tolist() == pytest.approx([0.025, 0.55, 1.0])
    assert bins.share.tolist() == [0, 0.5, 1]
    assert bins.count.tolist() == [2, 2, 1]
    assert bins.error == pytest.approx((2 * 0.025 + 2 * 0.05 + 0) / 5)


def test_an_interval_is_that_of_wilson() -> None:
    scores = np.full(10, 0.25, np.float32)
    bins = reliability(scores, np.arange(10) < 2)

    assert (bins.low[0], bins.high[0]) == pytest.approx((0.0567, 0.5098), abs=1e-4)


def test_an_interval_holds_what_was_seen() -> None:
    bins = reliability(np.array([0.0, 1.0], np.float32), np.array([False, True]))

    assert (bins.low[0], bins.high[1]) == (0.0, 1.0)
    assert bins.high[0] > 0.5
