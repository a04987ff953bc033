from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.sampling.times import times
from vidtag.sampling import Adaptive, Every, Known, ask, fill

HALF = np.array([0.5], np.float32)


def test_fill_interpolates_over_time() -> None:
    pts = np.array([0, 10, 40, 100], dtype=np.int64)
    scores = np.array([[0.0, 1.0], [1.0, 0.5]], dtype=np.float32)

    filled = fill(pts, Known(np.array([0, 3]), scores))

    assert filled.dtype == np.float32
    assert filled[:, 0].tolist() == np.array([0, 0.1, 0.4, 1], dtype=np.float32).tolist()
    assert filled[:, 1].tolist() == np.array([1, 0.95, 0.8, 0.5], dtype=np.float32).tolist()


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=40), st.integers(1, 10))
def test_fill_keeps_known_scores_exactly_and_stays_between(values: list[float], step: int) -> None:
    pts = times(len(values))
    chosen = Every(step).choose(pts)
    all_scores = np.array(values, dtype=np.float32)[:, None]

    filled = fill(pts, Known(chosen, all_scores[chosen]))

    assert filled[chosen].tolist() == all_scores[chosen].tolist()
    assert filled.min() >= all_scores[chosen].min()
    assert filled.max() <= all_scores[chosen].max()


def test_what_is_known_stays_in_order() -> None:
    known = Known.nothing(1).plus(np.array([0, 8]), np.array([[0.1], [0.9]], np.float32))

    more = known.plus(np.array([4]), np.array([[0.5]], np.float32))

    assert more.at.tolist() == [0, 4, 8]
    assert more.scores[:, 0].tolist() == np.array([0.1, 0.5, 0.9], np.float32).tolist()
    assert known.at.tolist() == [0, 8]


def test_frames_that_look_the_same_are_scored_once() -> None:
    """Three drawings held for 4, 1 and 5 frames."""
    stills = np.array([0, 0, 0, 0, 4, 5, 5, 5, 5, 5])
    asked: list[int] = []

    def score(at: NDArray[np.int64]) -> NDArray[np.float32]:
        asked.extend(at.tolist())
        return np.where(at >= 4, 0.9, 0.1).astype(np.float32)[:, np.newaxis]

    known, scored = ask(Adaptive(Fraction(5)), times(10), HALF, stills, score)

    assert asked == [0, 5, 4]
    assert known.at.tolist() == list(range(10))
    assert known.scores[:, 0].tolist() == np.array([0.1] * 4 + [0.9] * 6, np.float32).tolist()
    assert np.flatnonzero(scored).tolist() == [0, 4, 5]
