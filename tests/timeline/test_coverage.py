from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vidtag.timeline import Coverage, intersection, together_us, total_us, union
from vidtag.types import Segment

BOUNDS = st.tuples(st.integers(-50, 100), st.integers(1, 30)).map(lambda p: Segment(p[0], sum(p)))
CANONICAL = st.lists(BOUNDS, max_size=8).map(union)


@given(CANONICAL, st.lists(BOUNDS, max_size=6))
def test_time_covered_within_stretches(
    parts: tuple[Segment, ...], stretches: list[Segment]
) -> None:
    starts = np.array([each.start_us for each in stretches], dtype=np.int64)
    ends = np.array([each.end_us for each in stretches], dtype=np.int64)

    found = Coverage.of(parts).within(starts, ends)

    assert found.tolist() == [total_us(intersection(parts, [each])) for each in stretches]


@given(CANONICAL, CANONICAL)
def test_common_time_is_that_of_the_intersection(
    a: tuple[Segment, ...], b: tuple[Segment, ...]
) -> None:
    one, other = Coverage.of(a), Coverage.of(b)

    assert one.common_us(other) == other.common_us(one) == total_us(intersection(a, b))
    assert one.total_us == total_us(a)


@given(st.lists(CANONICAL, max_size=4))
def test_together_is_a_symmetric_matrix_with_own_time_on_its_diagonal(
    everybody: list[tuple[Segment, ...]],
) -> None:
    matrix = together_us([Coverage.of(parts) for parts in everybody])

    assert matrix == tuple(
        tuple(total_us(intersection(a, b)) for b in everybody) for a in everybody
    )
