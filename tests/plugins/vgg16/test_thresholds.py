"""Thresholds for the smallest screen-time error, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vidtag_vgg16.thresholds import (
    LEAST_SHOTS,
    MOST_PLACES,
    Interval,
    choose_threshold,
    screen_time_error,
)


def scores(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def present(text: str) -> NDArray[np.bool_]:
    """`x` where the label is present."""
    return np.array([letter == "x" for letter in text])


@pytest.mark.parametrize(
    ("values", "truth", "expected"),
    [
        ((0.1, 0.2, 0.8, 0.9), "..xx", 0.5),
        ((0.6, 0.7, 0.9, 0.95), "..xx", 0.8),
        ((0.1, 0.3, 0.6, 0.8), ".x.x", 0.5),  # one missed makes up for one found in vain
        ((0.2, 0.6, 0.6, 0.8), ".x.x", 0.5),  # three or one found: F1 0.8 before 0.67
        ((0.25, 0.5), "xx", 0.125),
        ((0.25, 0.5), "..", 0.75),
    ],
    ids=["apart", "high", "crossed", "ties", "all", "none"],
)
def test_the_smallest_screen_time_error_decides(
    values: tuple[float, ...], truth: str, expected: float
) -> None:
    chosen = choose_threshold(scores(*values), present(truth), ["a"] * len(truth), seed=0)
    assert chosen.value == pytest.approx(expected)
    assert chosen.interval is None


def test_whole_shots_are_drawn() -> None:
    rng = np.random.default_rng(3)
    truth = np.arange(400) % 2 == 0
    values = np.clip(rng.normal(0.5 + 0.2 * truth - 0.1, 0.15), 0, 1).astype(np.float32)
    alone = [f"photo {i}" for i in range(400)]
    in_shots = [f"shot {i // 80}" for i in range(400)]
    values += np.repeat(rng.normal(0, 0.2, 5), 80).astype(np.float32)  # each shot is off
    values = np.clip(values, 0, 1)

    narrow = screen_time_error(values, truth, alone, threshold=0.5, seed=0).interval
    wide = screen_time_error(values, truth, in_shots, threshold=0.5, seed=0).interval

    assert narrow is not None
    assert wide is not None
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_an_error_that_is_the_same_in_every_draw_has_no_width() -> None:
    found = screen_time_error(
        scores(*[0.9, 0.9] * 5), present("x." * 5), list("aabbccddee"), threshold=0.5, seed=0
    )
    assert found.error == 0.5
    assert found.interval == Interval(0.5, 0.5)


@pytest.mark.parametrize(
    ("count", "known"), [(LEAST_SHOTS - 1, False), (LEAST_SHOTS, True)], ids=["few", "enough"]
)
def test_no_interval_from_a_handful_of_shots(count: int, known: bool) -> None:
    values, truth = scores(*[0.2, 0.8] * count), present(".x" * count)
    shots = [str(number // 2) for number in range(2 * count)]

    chosen = choose_threshold(values, truth, shots, seed=0)
    measured = screen_time_error(values, truth, shots, threshold=chosen.value, seed=0)

    assert chosen.interval == (Interval(0.5, 0.5) if known else None)
    assert measured.error == 0.0
    assert measured.interval == (Interval(0.0, 0.0) if known else None)


def test_the_order_of_the_pictures_makes_no_difference() -> None:
    rng = np.random.default_rng(1)
    values, truth = rng.random(60).astype(np.float32), rng.random(60) < 0.4
    shots = [f"s{i // 6}" for i in range(60)]
    order = rng.permutation(60)

    before = choose_threshold(values, truth, shots, seed=4)
    after = choose_threshold(values[order], truth[order], [shots[i] for i in order], seed=4)

    assert before == after
    assert before.interval is not None
    assert before.interval.low <= before.value <= before.interval.high


def test_many_scores_are_tried_at_places_among_them() -> None:
    values = np.linspace(0, 1, 20 * MOST_PLACES, dtype=np.float32)
    truth = values > 0.75
    chosen = choose_threshold(values, truth, [str(i % 9) for i in range(len(values))], seed=0)
    assert chosen.value == pytest.approx(0.75, abs=1 / MOST_PLACES)
