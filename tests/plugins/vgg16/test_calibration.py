"""Calibration, thresholds and figures, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vidtag_vgg16.calibration import best_threshold, fit_platt, measure


def scores(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def present(text: str) -> NDArray[np.bool_]:
    """`x` where the label is present."""
    return np.array([letter == "x" for letter in text])


def test_platt_recovers_the_curve_that_made_the_data() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, 20_000).astype(np.float32)
    probability = 1 / (1 + np.exp(-(0.7 * logits - 1.5)))
    fitted = fit_platt(logits, rng.random(20_000) < probability)
    assert fitted.scale == pytest.approx(0.7, abs=0.02)
    assert fitted.offset == pytest.approx(-1.5, abs=0.05)


def test_platt_of_two_values_gives_the_targets_of_platt() -> None:
    logits, truth = scores(-1, -1, 1, 1, 1), present("..xxx")
    fitted = fit_platt(logits, truth)
    at = 1 / (1 + np.exp(-(fitted.scale * np.array([-1, 1]) + fitted.offset)))
    np.testing.assert_allclose(at, [1 / 4, 4 / 5], atol=1e-4)


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e4], ids=str)
def test_platt_copes_with_separable_logits_of_any_size(size: float) -> None:
    logits = scores(*(size * value for value in (-3, -2, -1, 1, 2, 3)))
    fitted = fit_platt(logits, present("...xxx"))
    assert 0 < fitted.scale < np.inf
    assert abs(fitted.offset) < 1e-3


@pytest.mark.parametrize("logits", [(3, 2, 1, 0), (1, 1, 1, 1)], ids=["falling", "equal"])
def test_platt_refuses_scores_that_say_nothing(logits: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="learnt nothing"):
        fit_platt(scores(*logits), present("..xx"))


@pytest.mark.parametrize(
    ("values", "truth", "expected"),
    [
        ((0.1, 0.2, 0.8, 0.9), "..xx", 0.5),
        ((0.9, 0.8, 0.2, 0.1), "xx..", 0.5),
        ((0.2, 0.4, 0.6, 0.8), ".x.x", 0.3),  # F1 0.8, against 0.67 for the highest alone
        ((0.5, 0.5, 0.75), ".xx", 0.25),  # ties: both or none
        ((0.25, 0.5), "xx", 0.125),
    ],
    ids=["apart", "any order", "mixed", "ties", "all"],
)
def test_best_threshold(values: tuple[float, ...], truth: str, expected: float) -> None:
    assert best_threshold(scores(*values), present(truth)) == pytest.approx(expected)


def test_measure_at_a_threshold() -> None:
    found = measure(scores(0.9, 0.5, 0.6, 0.1), present("xx.."), threshold=0.55)
    assert found == {
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
        "average precision": pytest.approx((1 + 2 / 3) / 2),
        "brier": pytest.approx((0.1**2 + 0.5**2 + 0.6**2 + 0.1**2) / 4),
    }


def test_threshold_itself_counts_as_present() -> None:
    assert measure(scores(0.5, 0.25), present("x."), threshold=0.5)["recall"] == 1.0


def test_measure_of_nothing_found_is_zero() -> None:
    found = measure(scores(0.1, 0.2), present(".."), threshold=0.5)
    assert (found["precision"], found["recall"], found["f1"]) == (0, 0, 0)
    assert found["average precision"] == 0


def test_equal_scores_share_one_precision() -> None:
    found = measure(scores(0.5, 0.5, 0.5, 0.5), present("x..x"), threshold=0.5)
    assert found["average precision"] == 0.5
