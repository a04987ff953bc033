from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag.errors import UsageError
from vidtag.sampling import DEFAULT_SAMPLER, Every, Rate, Sampler, fill, parse


def times(
    count: int, step_us: int = 40_000, start_us: int = 0
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return start_us + step_us * np.arange(count, dtype=np.int64)


def test_every_takes_each_nth_and_the_last() -> None:
    assert Every(4).choose(times(10)).tolist() == [0, 4, 8, 9]
    assert Every(1).choose(times(3)).tolist() == [0, 1, 2]
    assert Every(100).choose(times(1)).tolist() == [0]


def test_rate_counts_time_not_frames() -> None:
    """25 frames a second, then 5: four looks a second at both."""
    pts = np.concatenate([times(25), 1_000_000 + times(5, 200_000)])

    assert Rate(Fraction(4)).choose(pts).tolist() == [0, 7, 13, 19, 25, 27, 28, 29]


def test_rate_above_the_frame_rate_takes_every_frame() -> None:
    assert Rate(Fraction(1000)).choose(times(5)).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "sampler", [Every(3), Rate(Fraction(30000, 1001)), DEFAULT_SAMPLER], ids=str
)
def test_parse_reads_what_str_writes(sampler: Sampler) -> None:
    assert parse(str(sampler)) == sampler


@pytest.mark.parametrize("text", ["", "every", "every -1", "every 0", "rate 0", "rate 1/0", "all"])
def test_parse_refuses_anything_else(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


@given(st.integers(1, 60), st.integers(1, 70), st.integers(-(10**9), 10**9))
def test_samplers_keep_first_and_last_and_ignore_where_time_starts(
    count: int, step: int, start_us: int
) -> None:
    for sampler in (Every(step), Rate(Fraction(step, 7))):
        chosen = sampler.choose(times(count, start_us=start_us))
        assert chosen[0] == 0
        assert chosen[-1] == count - 1
        assert np.all(np.diff(chosen) > 0)
        assert chosen.tolist() == sampler.choose(times(count)).tolist()


def test_fill_interpolates_over_time() -> None:
    pts = np.array([0, 10, 40, 100], dtype=np.int64)
    scores = np.array([[0.0, 1.0], [1.0, 0.5]], dtype=np.float32)

    filled = fill(pts, np.array([0, 3]), scores)

    assert filled.dtype == np.float32
    assert filled[:, 0].tolist() == np.array([0, 0.1, 0.4, 1], dtype=np.float32).tolist()
    assert filled[:, 1].tolist() == np.array([1, 0.95, 0.8, 0.5], dtype=np.float32).tolist()


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=40), st.integers(1, 10))
def test_fill_keeps_scored_frames_exactly_and_stays_between(values: list[float], step: int) -> None:
    pts = times(len(values))
    chosen = Every(step).choose(pts)
    all_scores = np.array(values, dtype=np.float32)[:, None]

    filled = fill(pts, chosen, all_scores[chosen])

    assert filled[chosen].tolist() == all_scores[chosen].tolist()
    assert filled.min() >= all_scores[chosen].min()
    assert filled.max() <= all_scores[chosen].max()


@given(
    st.lists(st.integers(1, 400_000), min_size=0, max_size=40),
    st.sampled_from([Every(1), Every(7), Rate(Fraction(4)), Rate(Fraction(30000, 1001))]),
)
def test_what_is_taken_is_known_at_once_but_for_the_last(
    steps_us: list[int], sampler: Sampler
) -> None:
    offsets = [0, *np.cumsum(steps_us, dtype=np.int64).tolist()]
    taken = [
        index
        for index, offset_us in enumerate(offsets)
        if sampler.takes(index, offset_us, offsets[index - 1])
    ]

    chosen = sampler.choose(np.array(offsets, dtype=np.int64) + 123).tolist()
    assert sorted({*taken, len(offsets) - 1}) == chosen
