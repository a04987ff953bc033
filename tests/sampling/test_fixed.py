from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling.times import times
from vidtag.errors import UsageError
from vidtag.sampling import (
    DEFAULT_SAMPLER,
    Adaptive,
    Every,
    Known,
    Rate,
    Sampler,
    TimeSampler,
    parse,
    parse_timed,
)

HALF = np.array([0.5], np.float32)


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


@pytest.mark.parametrize("sampler", [Every(4), Rate(Fraction(3))], ids=str)
def test_all_is_asked_in_one_round(sampler: TimeSampler) -> None:
    pts = times(30)
    asked = sampler.next(pts, HALF, Known.nothing(1))
    known = Known.nothing(1).plus(asked, np.zeros((len(asked), 1), np.float32))

    assert asked.tolist() == sampler.choose(pts).tolist()
    assert sampler.next(pts, HALF, known).tolist() == []


@pytest.mark.parametrize(
    "sampler",
    [Every(3), Rate(Fraction(30000, 1001)), Adaptive(Fraction(1, 2)), DEFAULT_SAMPLER],
    ids=str,
)
def test_parse_reads_what_str_writes(sampler: Sampler) -> None:
    assert parse(str(sampler)) == sampler


@pytest.mark.parametrize(
    "text",
    [
        "",
        "every",
        "every -1",
        "every 0",
        "rate 0",
        "rate 1/0",
        "all",
        "adaptive",
        "adaptive 1",
        "adaptive-2 0",
    ],
)
def test_parse_refuses_anything_else(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


def test_faces_are_never_looked_for_adaptively() -> None:
    assert parse_timed("rate 8") == Rate(Fraction(8))
    with pytest.raises(UsageError, match="unknown sampler 'adaptive-2 1'"):
        parse_timed("adaptive-2 1")
    assert not isinstance(Adaptive(Fraction(1)), TimeSampler)


@given(st.integers(1, 60), st.integers(1, 70), st.integers(-(10**9), 10**9))
def test_samplers_keep_first_and_last_and_ignore_where_time_starts(
    count: int, step: int, start_us: int
) -> None:
    samplers: list[Sampler] = [
        Every(step), Rate(Fraction(step, 7)), Adaptive(Fraction(step, 7)),
    ]  # fmt: skip
    for sampler in samplers:
        chosen = sampler.next(times(count, start_us=start_us), HALF, Known.nothing(1))
        assert chosen[0] == 0
        assert chosen[-1] == count - 1
        assert np.all(np.diff(chosen) > 0)
        assert chosen.tolist() == sampler.next(times(count), HALF, Known.nothing(1)).tolist()


@given(
    st.lists(st.integers(1, 400_000), min_size=0, max_size=40),
    st.sampled_from([Every(1), Every(7), Rate(Fraction(4)), Rate(Fraction(30000, 1001))]),
)
def test_what_is_taken_is_known_at_once_but_for_the_last(
    steps_us: list[int], sampler: TimeSampler
) -> None:
    offsets = [0, *np.cumsum(steps_us, dtype=np.int64).tolist()]
    taken = [
        index
        for index, offset_us in enumerate(offsets)
        if sampler.takes(index, offset_us, offsets[index - 1])
    ]

    chosen = sampler.choose(np.array(offsets, dtype=np.int64) + 123).tolist()
    assert sorted({*taken, len(offsets) - 1}) == chosen
