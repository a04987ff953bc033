from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag.media.clock import Clock, Stamp, to_us

MS = Fraction(1, 1000)
Ticks = list[tuple[int | None, int | None]]


def stamps(ticks: Ticks, *, rate: Fraction | None = None) -> tuple[list[tuple[int, int]], Clock]:
    """(PTS, duration) in milliseconds, from the same."""
    clock = Clock(time_base=MS, rate=rate)
    made = [clock.stamp(pts, duration) for pts, duration in ticks]
    return [(stamp.pts_us // 1000, stamp.duration_us // 1000) for stamp in made], clock


@pytest.mark.parametrize(
    ("ticks", "time_base", "expected_us"),
    [
        (4715, Fraction(1001, 24000), 196_654_792),  # 4,715 frames at 23.976 are 196.65 s
        (1, Fraction(1, 3), 333_333),
        (1, Fraction(1, 2_000_000), 0),  # half to even
        (3, Fraction(1, 2_000_000), 2),
        (-1, Fraction(1, 90_000), -11),
    ],
)
def test_to_us(ticks: int, time_base: Fraction, expected_us: int) -> None:
    assert to_us(ticks, time_base) == expected_us


@given(
    st.integers(-(10**12), 10**12),
    st.fractions(Fraction(1, 10**9), 10, max_denominator=10**9).filter(bool),
)
def test_to_us_is_the_rounded_fraction(ticks: int, time_base: Fraction) -> None:
    assert to_us(ticks, time_base) == round(ticks * time_base * 1_000_000)


def test_rounding_errors_do_not_add_up() -> None:
    clock = Clock(time_base=Fraction(1001, 24000), rate=None)
    made = [clock.stamp(number, 1) for number in range(1000)]
    assert all(a.end_us == b.pts_us for a, b in pairwise(made))
    assert made[-1].end_us == to_us(1000, Fraction(1001, 24000))


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        pytest.param([(0, 40), (40, 40)], [(0, 40), (40, 40)], id="stated durations"),
        pytest.param([(-80, 40), (-40, 40)], [(-80, 40), (-40, 40)], id="negative start"),
        pytest.param([(0, 0), (40, 0), (90, 0)], [(0, 20), (40, 40), (90, 40)], id="usual delta"),
        pytest.param([(0, None)], [(0, 20)], id="one frame, rate known"),
        pytest.param(
            [(0, 33), (33, 34), (67, 33)], [(0, 33), (33, 34), (67, 33)], id="rounded to ms"
        ),
        pytest.param(
            [(0, 20), (40, 20), (80, 20)], [(0, 20), (40, 40), (80, 40)], id="wrong durations"
        ),
    ],
)
def test_duration(ticks: Ticks, expected: list[tuple[int, int]]) -> None:
    made, clock = stamps(ticks, rate=Fraction(50))
    assert made == expected
    assert clock.problems() == ()


def test_one_frame_without_duration_or_rate_lasts_a_25th_of_a_second() -> None:
    assert stamps([(0, 0)])[0] == [(0, 40)]


@pytest.mark.parametrize(
    ("pts", "expected", "problem"),
    [
        ([0, None, 80], [0, 40, 80], "1 frame had no timestamp"),
        ([None, None, None], [0, 40, 80], "3 frames had no timestamp"),
        ([0, 80, 40, 120], [0, 80, 81, 120], "1 timestamp went back in time"),
        ([0, 40, 40, 80], [0, 40, 41, 80], "1 timestamp went back in time"),
        ([9000, 9040, 0, 40], [9000, 9040, 9080, 9120], "1 timestamp went back in time"),
    ],
    ids=["missing", "all missing", "swapped", "twice the same", "starts again"],
)
def test_time_always_advances(pts: list[int | None], expected: list[int], problem: str) -> None:
    clock = Clock(time_base=Fraction(1, 1000), rate=Fraction(25))
    made = [clock.stamp(value, 40).pts_us for value in pts]
    assert [us / 1000 for us in made] == expected
    assert clock.problems() == (problem,)


def test_nanosecond_ticks_still_advance_by_a_microsecond() -> None:
    clock = Clock(time_base=Fraction(1, 1_000_000_000), rate=None)
    assert clock.stamp(5_000, 40_000_000) == Stamp(5, 40_000)
    assert clock.stamp(5_000, 40_000_000) == Stamp(6, 40_000)
