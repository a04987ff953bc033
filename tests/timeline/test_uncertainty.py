from __future__ import annotations

import math
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag.timeline import NOTHING, add, estimate, find_appearances, interval_us
from vidtag.types import Estimate

FRAME_US = 40_000


def guess(scores: list[float], **given: Any) -> Estimate:
    known = {
        "scored": np.ones(len(scores), np.bool_),
        "edges_us": np.arange(len(scores) + 1, dtype=np.int64) * FRAME_US,
        "threshold": 0.5,
    }
    return estimate(np.array(scores, np.float32), **{**known, **given})


def test_certain_scores_of_every_frame_leave_no_doubt() -> None:
    known = guess([0, 1, 1, 0, 0, 1], shot_starts=[0, 3])

    assert known == Estimate(expected_us=3 * FRAME_US, variance_us2=0)
    assert interval_us(3 * FRAME_US, known, analysed_us=6 * FRAME_US) == (120_000, 120_000)


def test_frames_of_a_shot_are_right_or_wrong_together() -> None:
    """One shot of 4 frames with p = 1/4: variance (4 frames)^2 * 3/16; two shots: half of that."""
    one, two = guess([0.25] * 4), guess([0.25] * 4, shot_starts=[0, 2])

    assert one == Estimate(expected_us=FRAME_US, variance_us2=(4 * FRAME_US) ** 2 * 3 / 16)
    assert two.variance_us2 == one.variance_us2 / 2


def test_frames_count_for_as_long_as_they_last() -> None:
    known = guess([1.0, 0.5], edges_us=np.array([0, 10, 40]), shot_starts=[1])

    assert known == Estimate(expected_us=25, variance_us2=30**2 / 4)


@pytest.mark.parametrize(
    ("scored", "shots", "variance"),
    [
        ([1, 1, 1, 1], [], 0.0),
        ([1, 0, 0, 1], [], (3 * FRAME_US) ** 2 / 12),
        ([1, 0, 1, 1], [], (2 * FRAME_US) ** 2 / 12),
        ([1, 1, 0, 1], [], 0.0),
        ([1, 0, 0, 1], [2], 0.0),
    ],
    ids=["every frame", "once", "narrower", "no change in the gap", "cut in the gap"],
)
def test_a_change_between_scored_frames_may_be_anywhere_between_them(
    scored: list[int], shots: list[int], variance: float
) -> None:
    known = guess([0, 1, 1, 1], scored=np.array(scored, np.bool_), shot_starts=shots)

    assert known.variance_us2 == variance


def test_corrected_frames_add_nothing() -> None:
    certain = np.array([False, True, True, False])

    assert guess([0.5] * 4, certain=~np.zeros(4, np.bool_)) == NOTHING
    assert guess([0.5] * 4, certain=certain) == Estimate(
        expected_us=FRAME_US, variance_us2=(2 * FRAME_US) ** 2 / 4
    )


def test_shapes_must_fit() -> None:
    with pytest.raises(ValueError, match="expected 2 frames and one edge more, received scored"):
        guess([0.5, 0.5], edges_us=np.zeros(2, np.int64))


def test_no_frames() -> None:
    assert guess([]) == NOTHING
    assert add([]) == NOTHING


def test_the_interval_holds_95_percent_of_a_normal_distribution() -> None:
    low, high = interval_us(500, Estimate(expected_us=500.0, variance_us2=100.0), analysed_us=1000)

    assert (low, high) == (480, 520)
    assert round(NormalDist(500, 10).cdf(520) - NormalDist(500, 10).cdf(480), 2) == 0.95


def test_the_interval_reaches_to_what_is_reported() -> None:
    """A threshold of 0.9 reports less than the scores expect; 0.1 more."""
    known = Estimate(expected_us=500.0, variance_us2=0.0)

    assert interval_us(300, known, analysed_us=1000) == (300, 500)
    assert interval_us(700, known, analysed_us=1000) == (500, 700)


FRAMES = st.lists(
    st.tuples(st.floats(0, 1, width=32), st.booleans(), st.integers(1, 1000)),
    min_size=1,
    max_size=40,
)


@given(FRAMES, st.sets(st.integers(0, 40)), st.floats(0, 1))
def test_the_interval_contains_the_total_and_lies_in_the_video(
    frames: list[tuple[float, bool, int]], cuts: set[int], threshold: float
) -> None:
    scores = np.array([score for score, _, _ in frames], np.float32)
    edges_us = np.cumsum([0, *(length for _, _, length in frames)])
    duration_us = sum(
        each.end_us - each.start_us
        for each in find_appearances(scores, edges_us=edges_us, threshold=threshold)
    )
    known = estimate(
        scores,
        scored=np.array([scored for _, scored, _ in frames]),
        edges_us=edges_us,
        threshold=threshold,
        shot_starts=cuts,
    )

    analysed_us = int(edges_us[-1])
    low, high = interval_us(duration_us, known, analysed_us=analysed_us)

    assert 0 <= low <= duration_us <= high <= analysed_us


@given(FRAMES, st.sets(st.integers(1, 39)))
def test_shots_add_up_as_independent(frames: list[tuple[float, bool, int]], cuts: set[int]) -> None:
    scores = np.array([score for score, _, _ in frames], np.float32)
    edges_us = np.cumsum([0, *(length for _, _, length in frames)])
    scored = np.array([scored for _, scored, _ in frames])
    bounds = [0, *sorted(cut for cut in cuts if cut < len(scores)), len(scores)]

    whole = estimate(scores, scored=scored, edges_us=edges_us, threshold=0.5, shot_starts=cuts)
    parts = add(
        estimate(
            scores[start:end],
            scored=scored[start:end],
            edges_us=edges_us[start : end + 1],
            threshold=0.5,
        )
        for start, end in pairwise(bounds)
    )

    assert math.isclose(parts.expected_us, whole.expected_us, rel_tol=1e-9, abs_tol=1e-6)
    assert math.isclose(parts.variance_us2, whole.variance_us2, rel_tol=1e-9, abs_tol=1e-6)
