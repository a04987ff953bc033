from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag.timeline import (
    at_least,
    complement,
    difference,
    gaps,
    intersection,
    segments,
    support,
    total_us,
    union,
)
from vidtag.types import Segment

Parts = tuple[Segment, ...]
ANY = st.lists(
    st.tuples(st.integers(-50, 200), st.integers(1, 40)).map(lambda p: Segment(p[0], sum(p)))
)
VIDEO = Segment(-20, 150)


def covered(parts: Iterable[Segment]) -> set[int]:
    return {us for part in parts for us in range(part.start_us, part.end_us)}


def is_canonical(parts: Parts) -> bool:
    return all(a.end_us < b.start_us for a, b in itertools.pairwise(parts))


def test_a_segment_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match=r"must end after it starts: 5 \.\. 5"):
        Segment(5, 5)


# --- each operation is that of sets of instants -----------------------------------------------

SETS: dict[str, tuple[Callable[[list[Segment], list[Segment]], Parts], Callable[..., set[int]]]] = {
    "union": (union, set.union),
    "intersection": (intersection, set.intersection),
    "difference": (difference, set.difference),
}


@pytest.mark.parametrize("name", SETS)
@given(a=ANY, b=ANY)
def test_operation_on_segments_is_that_on_instants(
    name: str, a: list[Segment], b: list[Segment]
) -> None:
    operation, on_sets = SETS[name]
    result = operation(a, b)

    assert covered(result) == on_sets(covered(a), covered(b))
    assert is_canonical(result)


@pytest.mark.parametrize("name", SETS)
@given(a=ANY, b=ANY, data=st.data())
def test_order_does_not_matter(
    name: str, a: list[Segment], b: list[Segment], data: st.DataObject
) -> None:
    operation, _ = SETS[name]
    shuffled = data.draw(st.permutations(a)), data.draw(st.permutations(b))

    assert operation(*shuffled) == operation(a, b)


@given(ANY)
def test_again_changes_nothing(a: list[Segment]) -> None:
    joined = union(a)

    assert union(joined) == joined == union(a, a) == intersection(a, a)
    assert difference(difference(a, a), a) == ()
    assert support(support(a, 7), 7) == support(a, 7)
    assert at_least(at_least(a, 9), 9) == at_least(a, 9)


@given(ANY)
def test_present_and_absent_are_all_that_was_analysed(a: list[Segment]) -> None:
    present, absent = intersection(a, [VIDEO]), complement(a, VIDEO)

    assert total_us(present) + total_us(absent) == VIDEO.duration_us
    assert intersection(present, absent) == ()
    assert union(present, absent) == (VIDEO,)


@given(ANY)
def test_total_never_exceeds_the_video_and_counts_overlaps_once(a: list[Segment]) -> None:
    assert total_us(a) == len(covered(a))
    assert total_us(intersection(a, [VIDEO])) <= VIDEO.duration_us


@given(ANY)
def test_gaps_fill_what_lies_between(a: list[Segment]) -> None:
    between = gaps(a)

    assert intersection(between, a) == ()
    assert len(union(a, between)) == min(len(a), 1)


@given(ANY, st.integers(0, 60))
def test_support_fills_exactly_the_short_gaps(a: list[Segment], collar_us: int) -> None:
    filled = support(a, collar_us)

    assert difference(a, filled) == ()
    assert difference(filled, a) == tuple(g for g in gaps(a) if g.duration_us <= collar_us)


@given(ANY, st.integers(0, 60))
def test_at_least_keeps_whole_segments(a: list[Segment], minimum_us: int) -> None:
    kept = at_least(a, minimum_us)

    assert set(kept) <= set(union(a))
    assert all(each.duration_us >= minimum_us for each in kept)
    assert all(each.duration_us < minimum_us for each in difference(a, kept))


def test_a_collar_is_not_negative() -> None:
    with pytest.raises(ValueError, match="expected a collar of 0 or more, got -1 us"):
        support([], -1)


def drawn(name: str) -> Parts:
    """The segments that the docstring draws beside `name`."""
    assert segments.__doc__ is not None
    [line] = [each for each in segments.__doc__.splitlines() if each.strip().startswith(name + " ")]
    return tuple(Segment(*found.span()) for found in re.finditer(r"\[-*", line))


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("union(a, b)", union(drawn("a"), drawn("b"))),
        ("intersection(a, b)", intersection(drawn("a"), drawn("b"))),
        ("difference(a, b)", difference(drawn("a"), drawn("b"))),
        ("gaps(a)", gaps(drawn("a"))),
        ("support(a, 3)", support(drawn("a"), 3)),
        ("at_least(a, 5)", at_least(drawn("a"), 5)),
    ],
)
def test_the_drawing_in_the_docstring_is_what_happens(name: str, result: Parts) -> None:
    assert result == drawn(name)
    assert len(result) > 0
