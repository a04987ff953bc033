from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vidtag.timeline import smooth, smoothing

SCORES = st.lists(st.floats(0, 1, width=32), max_size=40).map(lambda s: np.array(s, np.float32))
CUTS = st.sets(st.integers(0, 45)).map(tuple)
LEVELS = st.tuples(st.floats(0, 1, width=32), st.floats(0, 1, width=32)).map(sorted)


def test_the_drawing_in_the_docstring_is_what_happens() -> None:
    assert smoothing.__doc__ is not None
    drawing = smoothing.__doc__.partition("scores ")[2].splitlines()
    scores = np.array(re.findall(r"\.\d", drawing[0]), dtype=np.float32)[:9]

    present = smooth(scores, enter=0.8, stay=0.5, shot_starts=[8])

    assert ["#" if each else "." for each in present] == re.findall(r"[#.]", drawing[2])


@given(SCORES, CUTS, st.floats(0, 1, width=32))
def test_with_one_threshold_nothing_is_smoothed(
    scores: NDArray[np.float32], cuts: tuple[int, ...], level: float
) -> None:
    present = smooth(scores, enter=level, stay=level, shot_starts=cuts)

    np.testing.assert_array_equal(present, scores >= np.float32(level))


@given(SCORES, CUTS, LEVELS)
def test_smoothing_lies_between_the_two_thresholds(
    scores: NDArray[np.float32], cuts: tuple[int, ...], levels: tuple[float, float]
) -> None:
    stay, enter = levels
    present = smooth(scores, enter=enter, stay=stay, shot_starts=cuts)

    assert np.all(present >= (scores >= np.float32(enter)))
    assert np.all(present <= (scores >= np.float32(stay)))


@given(SCORES, CUTS, LEVELS)
def test_no_shot_says_anything_about_another(
    scores: NDArray[np.float32], cuts: tuple[int, ...], levels: tuple[float, float]
) -> None:
    stay, enter = levels
    inside = sorted(cut for cut in cuts if 0 < cut < len(scores))
    shots = np.split(scores, inside)

    alone = [smooth(shot, enter=enter, stay=stay) for shot in shots]

    together = smooth(scores, enter=enter, stay=stay, shot_starts=cuts)
    np.testing.assert_array_equal(together, np.concatenate(alone))


def test_it_is_not_harder_to_stay_than_to_enter() -> None:
    with pytest.raises(ValueError, match=r"expected stay <= enter, got 0\.6 and 0\.5"):
        smooth(np.zeros(1, np.float32), enter=0.5, stay=0.6)
