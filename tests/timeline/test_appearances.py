from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag.timeline import find_appearances, frame_edges


def test_edges_are_presentation_times_and_the_end() -> None:
    edges = frame_edges(np.array([-40, 0, 100], dtype=np.int64), 140)

    assert edges.tolist() == [-40, 0, 100, 140]


@pytest.mark.parametrize(
    ("pts", "end"), [([0, 40, 40], 80), ([0, 40], 40), ([40, 0], 80)], ids=["twice", "end", "back"]
)
def test_edges_must_increase(pts: list[int], end: int) -> None:
    with pytest.raises(ValueError, match="times must increase"):
        frame_edges(np.array(pts, dtype=np.int64), end)


def find(
    scores: list[float],
    threshold: float = 0.5,
    shots: tuple[int, ...] = (),
    stay: float | None = None,
) -> list[tuple[int, int]]:
    edges = np.arange(len(scores) + 1, dtype=np.int64) * 40
    found = find_appearances(
        np.array(scores, dtype=np.float32),
        edges_us=edges,
        threshold=threshold,
        shot_starts=shots,
        stay=stay,
    )
    return [(one.start_frame, one.end_frame) for one in found]


def test_the_drawing_in_the_docstring_is_what_happens() -> None:
    scores = [0.1, 0.9, 0.9, 0.9, 0.1, 0.1, 0.9, 0.1]

    assert find(scores, shots=(0, 3)) == [(1, 3), (3, 4), (6, 7)]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], []),
        ([0.4, 0.4], []),
        ([0.5], [(0, 1)]),
        ([0.9, 0.9], [(0, 2)]),
        ([0.9, 0.1, 0.9], [(0, 1), (2, 3)]),
    ],
    ids=["no frames", "absent", "at the threshold", "all", "gap"],
)
def test_runs_of_present_frames(scores: list[float], expected: list[tuple[int, int]]) -> None:
    assert find(scores) == expected


def test_a_score_equal_to_the_threshold_in_float32_counts() -> None:
    """0.1 as float32 is a little more than 0.1 as float64; 0.7 a little less."""
    assert find([0.1], threshold=0.1) == [(0, 1)]
    assert find([0.7], threshold=0.7) == [(0, 1)]


def test_appearance_carries_time_mean_and_first_peak() -> None:
    edges = np.array([100, 140, 200, 230, 300], dtype=np.int64)
    scores = np.array([0.2, 0.75, 0.75, 0.5], dtype=np.float32)

    [one] = find_appearances(scores, edges_us=edges, threshold=0.5)

    assert (one.start_us, one.end_us, one.peak_frame) == (140, 300, 1)
    assert one.mean_score == 2.0 / 3.0
    assert one.segment.duration_us == 160


def test_shapes_must_fit() -> None:
    with pytest.raises(ValueError, match="expected 3 edges, received shape"):
        find_appearances(
            np.zeros(2, dtype=np.float32), edges_us=np.zeros(2, dtype=np.int64), threshold=0.5
        )


@given(
    st.lists(st.floats(0, 1, width=32), min_size=1, max_size=60),
    st.sets(st.integers(0, 70)),
)
def test_appearances_are_exactly_the_present_frames(scores: list[float], cuts: set[int]) -> None:
    found = find(scores, shots=tuple(cuts))

    present = {at for at, score in enumerate(scores) if score >= 0.5}
    assert {at for start, end in found for at in range(start, end)} == present
    assert not any(start < cut < end for start, end in found for cut in cuts)
    joins = [(a, b) for a, b in itertools.pairwise(found) if a[1] == b[0]]
    assert all(a[1] in cuts for a, _ in joins)


def test_a_lower_threshold_to_stay_bridges_dips() -> None:
    scores = [0.3, 0.9, 0.3, 0.9, 0.1, 0.3]

    assert find(scores) == [(1, 2), (3, 4)]
    assert find(scores, stay=0.3) == [(0, 4)]
    assert find(scores, stay=0.3, shots=(3,)) == [(0, 3), (3, 4)]
