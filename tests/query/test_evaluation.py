from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag.query import (
    Expression,
    Presence,
    Span,
    at_least,
    clipped,
    evaluate,
    labels_needed,
    merged,
    parse,
)
from vidtag.query.expression import And, Anyone, Name, Not, Or

FRAMES = 12
Ranges = Sequence[tuple[int, int]]


def edge_us(frame: int) -> int:
    """Frames of different lengths, and a first one that is not at 0."""
    return 1_000 + frame * frame * 10


def span(start: int, end: int) -> Span:
    return Span(start, end, edge_us(start), edge_us(end))


def presence(
    present: Mapping[str, Ranges], *, looked_for: frozenset[str] | None = None
) -> Presence:
    rows = {
        label: [(start, end, edge_us(start), edge_us(end)) for start, end in ranges]
        for label, ranges in present.items()
    }
    return Presence(
        whole=span(0, FRAMES),
        present={label: np.array(each, np.int64).reshape(-1, 4) for label, each in rows.items()},
        looked_for=frozenset(present) if looked_for is None else looked_for,
    )


FRIENDS = presence({"ross": [(1, 4), (4, 6), (8, 12)], "rachel": [(3, 9)], "monica": [(5, 6)]})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ross", [(1, 6), (8, 12)]),
        ("not ross", [(0, 1), (6, 8)]),
        ("ross and rachel", [(3, 6), (8, 9)]),
        ("ross and rachel and not monica", [(3, 5), (8, 9)]),
        ("ross or rachel", [(1, 12)]),
        ("ross alone", [(1, 3), (9, 12)]),
        ("ross with rachel alone", [(3, 5), (8, 9)]),
        ("(ross or rachel) alone", [(1, 5), (6, 12)]),
        ("not ross alone", [(0, 1), (3, 9)]),
        ("anyone", [(1, 12)]),
        ("not anyone", [(0, 1)]),
        ("ross with anyone", [(3, 6), (8, 9)]),
        ("monica and not monica", []),
        ("monica or not monica", [(0, 12)]),
    ],
)
def test_where_it_holds(query: str, expected: Ranges) -> None:
    assert evaluate(parse(query), FRIENDS) == [span(*bounds) for bounds in expected]


def test_nobody_is_seen_at_all() -> None:
    empty = presence({"ross": []})

    assert evaluate(parse("ross"), empty) == []
    assert evaluate(parse("not ross"), empty) == [span(0, FRAMES)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("not joey", []),
        ("joey", []),
        ("ross and not joey", []),
        ("ross or joey", [(1, 6)]),
        ("ross or not joey", [(1, 6)]),
        ("not (ross and joey)", [(0, 1), (6, 12)]),
        ("not (ross or joey)", []),
        ("not phoebe", []),
        ("phoebe", [(2, 3)]),
        ("ross alone", [(1, 2), (3, 6)]),
    ],
)
def test_who_was_not_looked_for_is_neither_there_nor_away(query: str, expected: Ranges) -> None:
    """Joey is unknown here; Phoebe was seen by a person, and looked for by no detector."""
    known = presence({"ross": [(1, 6)], "phoebe": [(2, 3)]}, looked_for=frozenset({"ross"}))

    assert evaluate(parse(query), known) == [span(*bounds) for bounds in expected]


LABELS = ("a", "b", "c")
ranges = st.lists(
    st.tuples(st.integers(0, FRAMES - 1), st.integers(1, FRAMES)).filter(lambda r: r[0] < r[1])
)
leaves = st.sampled_from(LABELS).map(Name) | st.lists(
    st.sampled_from(LABELS).map(Name), unique=True
).map(lambda besides: Anyone(tuple(besides)))
expressions = st.recursive(
    leaves,
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts)))
    ),
)


def holds(expression: Expression, there: set[str]) -> bool:
    """The meaning on a single frame, in plain words."""
    match expression:
        case Name(label):
            return label in there
        case Anyone(besides):
            return bool(there - {name.label for name in besides})
        case Not(operand):
            return not holds(operand, there)
        case And(operands):
            return all(holds(each, there) for each in operands)
        case Or(operands):
            return any(holds(each, there) for each in operands)


@given(expressions, st.fixed_dictionaries(dict.fromkeys(LABELS, ranges)))
def test_same_as_frame_by_frame(expression: Expression, present: dict[str, Ranges]) -> None:
    spans = evaluate(expression, presence(present))

    expected = []
    for frame in range(FRAMES):
        there = {label for label in LABELS if any(s <= frame < e for s, e in present[label])}
        if holds(expression, there):
            expected.append(frame)
    found = [frame for each in spans for frame in range(each.start_frame, each.end_frame)]
    assert found == expected
    assert [span(each.start_frame, each.end_frame) for each in spans] == spans
    assert all(a.end_frame < b.start_frame for a, b in pairwise(spans))


@given(expressions, st.fixed_dictionaries(dict.fromkeys(LABELS, ranges)))
def test_holding_and_not_holding_make_the_whole(
    expression: Expression, present: dict[str, Ranges]
) -> None:
    both = [
        *evaluate(expression, presence(present)),
        *evaluate(Not(expression), presence(present)),
    ]

    assert sum(each.duration_us for each in both) == span(0, FRAMES).duration_us


def test_merging_counts_the_gaps() -> None:
    spans = [span(0, 2), span(3, 4), span(7, 9)]
    first_gap_us = edge_us(3) - edge_us(2)

    assert merged(spans, gap_us=first_gap_us - 1) == spans
    assert merged(spans, gap_us=first_gap_us) == [span(0, 4), span(7, 9)]
    assert merged(spans, gap_us=10**9) == [span(0, 9)]


def test_short_spans_are_left_out() -> None:
    spans = [span(0, 2), span(3, 4)]

    assert at_least(spans, duration_us=span(3, 4).duration_us) == [span(3, 4)]
    assert at_least(spans, duration_us=span(0, 2).duration_us) == spans


def test_clipping() -> None:
    spans = [span(0, 2), span(3, 6), span(7, 9)]

    assert clipped(spans, span(1, 4)) == [span(1, 2), span(3, 4)]
    assert clipped(spans, span(2, 3)) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [("a", ("a",)), ("not (b or a)", ("a", "b")), ("a alone", LABELS), ("a or anyone", LABELS)],
)
def test_labels_that_decide(query: str, expected: tuple[str, ...]) -> None:
    assert labels_needed(parse(query), LABELS) == expected
