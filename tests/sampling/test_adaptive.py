from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.sampling.times import times
from vidtag.errors import UsageError
from vidtag.sampling import Adaptive, Known, ask, fill

ONCE = Adaptive(Fraction(1))  # 25 frames between two looks at 25 frames a second
HALF = np.array([0.5], np.float32)


def rounds(
    sampler: Adaptive, scores: NDArray[np.float32], thresholds: NDArray[np.float32] = HALF
) -> list[list[int]]:
    """What is asked about frames of 40 ms with these scores (n, labels), round after round."""
    asked: list[list[int]] = []

    def answer(at: NDArray[np.int64]) -> NDArray[np.float32]:
        asked.append(at.tolist())
        return scores[at]

    ask(sampler, times(len(scores)), thresholds, np.arange(len(scores)), answer)
    return asked


def series(*parts: tuple[float, int]) -> NDArray[np.float32]:
    """Scores (n, 1): each of `parts` is a score and for how many frames it lasts."""
    values = [score for score, count in parts for _ in range(count)]
    return np.array(values, np.float32)[:, np.newaxis]


def test_where_scores_agree_a_few_looks_are_enough() -> None:
    assert rounds(ONCE, series((0.9, 101))) == [[0, 25, 50, 75, 100]]


def test_looks_are_spread_evenly_and_never_further_apart_than_asked_for() -> None:
    assert rounds(ONCE, series((0.9, 62))) == [[0, 21, 41, 61]]
    assert rounds(Adaptive(Fraction(1, 2)), series((0.9, 62))) == [[0, 31, 61]]
    assert rounds(ONCE, series((0.9, 1))) == [[0]]


def test_looks_go_by_time_not_by_number() -> None:
    """Ten frames in the first second, one in each of the others."""
    pts_us = np.concatenate([times(10, 100_000), times(4, 1_000_000, 1_000_000)])

    first = ONCE.next(pts_us, HALF, Known.nothing(1))

    assert first.tolist() == [0, 10, 11, 12, 13]


def test_more_looks_than_frames_are_every_frame() -> None:
    assert rounds(Adaptive(Fraction(10**12)), series((0.9, 5))) == [[0, 1, 2, 3, 4]]


def test_a_change_is_found_to_the_frame() -> None:
    scores = series((0.05, 60), (0.95, 41))

    assert rounds(ONCE, scores) == [[0, 25, 50, 75, 100], [62], [56], [59], [60]]


def test_a_lone_score_is_asked_beside_first() -> None:
    scores = series((0.05, 50), (0.95, 1), (0.05, 50))

    assert rounds(ONCE, scores) == [[0, 25, 50, 75, 100], [49, 51]]


def test_a_short_presence_around_a_look_is_found_to_the_frame() -> None:
    scores = series((0.05, 46), (0.95, 6), (0.05, 49))

    known, _ = ask(ONCE, times(101), HALF, np.arange(101), lambda at: scores[at])

    present = fill(times(101), known)[:, 0] >= 0.5
    assert np.flatnonzero(present).tolist() == [46, 47, 48, 49, 50, 51]


def test_unsure_scores_are_looked_at_closer_but_not_at_every_frame() -> None:
    """0.41 from the threshold in log-odds, they stray 0.5 in a second."""
    asked = rounds(ONCE, series((0.6, 101)))

    assert asked == [[0, 25, 50, 75, 100], [12, 37, 62, 87]]


def test_scores_that_stray_are_looked_at_closer() -> None:
    """Those are never nearer to the threshold than steady ones that are left alone."""
    steady, straying = series((0.75, 101)), series((0.999, 101))
    straying[::50] = 0.75

    assert rounds(ONCE, steady) == [[0, 25, 50, 75, 100]]
    assert rounds(ONCE, straying)[:2] == [[0, 25, 50, 75, 100], [12, 37, 62, 87]]


def test_the_lower_the_accuracy_the_more_may_be_wrong() -> None:
    unsure = series((0.62, 51))

    assert rounds(ONCE, unsure) == [[0, 25, 50], [12, 37]]
    assert rounds(Adaptive(Fraction(1, 2)), unsure) == [[0, 50], [25]]


def test_near_is_told_from_each_label_s_own_threshold() -> None:
    scores = series((0.6, 26))

    assert len(rounds(ONCE, scores, np.array([0.1], np.float32))) == 1
    assert len(rounds(ONCE, scores, np.array([0.7], np.float32))) > 1


def test_any_label_is_reason_enough() -> None:
    steady, changing = series((0.95, 101)), series((0.05, 60), (0.95, 41))
    thresholds = np.array([0.5, 0.5], np.float32)

    both = rounds(ONCE, np.hstack([steady, changing]), thresholds)

    assert both == rounds(ONCE, changing)


@pytest.mark.parametrize(
    ("score", "threshold"), [(0.0, 0.0), (0.0001, 0.001), (0.9999, 0.998), (1.0, 1.0)]
)
def test_thresholds_may_be_strict(score: float, threshold: float) -> None:
    thresholds = np.array([threshold], np.float32)

    assert rounds(ONCE, series((score, 51)), thresholds) == [[0, 25, 50]]


def test_scores_of_nought_and_one_are_sure() -> None:
    assert rounds(ONCE, series((1.0, 26)), np.array([1.0], np.float32)) != []
    assert rounds(ONCE, series((0.0, 26))) == [[0, 25]]


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=120), st.integers(1, 8))
def test_every_change_between_known_frames_is_exact(values: list[float], looks: int) -> None:
    """Whatever the scores: neighbours that disagree are next to each other in the end."""
    scores = np.array(values, np.float32)[:, np.newaxis]
    known, scored = ask(
        Adaptive(Fraction(looks, 2)),
        times(len(values)),
        HALF,
        np.arange(len(values)),
        lambda at: scores[at],
    )

    present = known.scores[:, 0] >= 0.5
    changes = present[1:] != present[:-1]
    assert np.all(np.diff(known.at)[changes] == 1)
    assert known.at.tolist() == np.flatnonzero(scored).tolist()
    assert known.scores.tolist() == scores[known.at].tolist()


def test_no_looks_at_all_is_refused() -> None:
    with pytest.raises(UsageError):
        Adaptive(Fraction(0))
