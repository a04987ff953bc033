"""Who is on screen where no face is seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vidtag.regions.lingering import Span, crosses_edge, is_at_edge, presence
from vidtag.types import Box

FRAME_US = 250_000
FRAMES = 60
EDGES_US = np.arange(FRAMES + 1, dtype=np.int64) * FRAME_US - 500_000  # the first may be negative
SIZE = (360, 640)


def shown(*spans: Span, chances: list[list[float]] | None = None) -> NDArray[np.float32]:
    """Presence (frames, people); by default of one person who is each track for sure."""
    return presence(spans, np.array(chances or [[1.0]] * len(spans)), EDGES_US)


def test_nobody_seen_is_nobody_there() -> None:
    found = presence([], np.zeros((0, 2)), EDGES_US)

    assert found.shape == (FRAMES, 2)
    assert found.dtype == np.float32
    assert not found.any()


def test_presence_halves_every_three_seconds_before_and_after() -> None:
    found = shown(Span(start=24, end=28, first=0, last=60))[:, 0]

    assert (found[24:28] == 1).all()
    assert (found[12], found[0]) == (0.5, 0.25)  # 12 frames are 3 s
    assert (found[27 + 12], found[27 + 24]) == (0.5, 0.25)
    assert found[28] == pytest.approx(0.5 ** (1 / 12))


def test_halving_goes_by_time_and_not_by_frames() -> None:
    edges_us = np.array([0, 3_000_000, 3_100_000, 9_100_000, 9_200_000], np.int64)

    found = presence([Span(start=0, end=1, first=0, last=4)], np.ones((1, 1)), edges_us)

    np.testing.assert_allclose(found[:, 0], 0.5 ** (edges_us[:-1] / 3e6), rtol=1e-6)


def test_nobody_lingers_beyond_a_cut() -> None:
    found = shown(Span(start=24, end=28, first=20, last=30))[:, 0]

    assert found.nonzero()[0].tolist() == list(range(20, 30))


@pytest.mark.parametrize(
    ("came_in", "went_out", "expected"),
    [(True, False, range(24, 40)), (False, True, range(20, 28)), (True, True, range(24, 28))],
    ids=["came in", "went out", "both"],
)
def test_at_the_edge_it_stops(came_in: bool, went_out: bool, expected: range) -> None:
    span = Span(start=24, end=28, first=20, last=40, came_in=came_in, went_out=went_out)

    assert shown(span)[:, 0].nonzero()[0].tolist() == list(expected)


def test_the_likeliest_of_several_tracks_counts() -> None:
    found = shown(
        Span(start=10, end=12, first=0, last=40),
        Span(start=10, end=12, first=0, last=40),
        chances=[[0.9, 0.1], [0.3, 0.6]],
    )

    np.testing.assert_allclose(found[10], [0.9, 0.6])
    np.testing.assert_allclose(found[23], [0.45, 0.3])


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1), st.booleans(), st.booleans())))
def test_presence_is_a_probability_and_full_where_a_face_is_seen(
    drawn: list[tuple[int, float, bool, bool]],
) -> None:
    spans = [
        Span(
            start=6 * shot + 2,
            end=6 * shot + 4,
            first=6 * shot,
            last=6 * shot + 6,
            came_in=came_in,
            went_out=went_out,
        )
        for shot, _, came_in, went_out in drawn
    ]

    found = presence(spans, np.array([[p] for _, p, *_ in drawn]).reshape(-1, 1), EDGES_US)

    assert ((found >= 0) & (found <= 1)).all()
    seen = np.zeros(10, np.float32)
    for shot, p, *_ in drawn:
        seen[shot] = max(seen[shot], np.float32(p))
    in_shots = found[:, 0].reshape(10, 6)
    np.testing.assert_allclose(in_shots[:, 2], seen, atol=1e-6)
    np.testing.assert_allclose(in_shots.max(axis=1), seen, atol=1e-6)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(200, 100, 50, 60), False),
        (Box(15, 100, 50, 60), False),
        (Box(14, 100, 50, 60), True),
        (Box(-20, 100, 50, 60), True),
        (Box(575, 100, 50, 60), False),
        (Box(576, 100, 50, 60), True),
        (Box(200, 300, 50, 60), False),
        (Box(200, 301, 50, 60), True),
        (Box(200, -30, 50, 60), False),  # nobody enters from above
    ],
    ids=str,
)
def test_what_counts_as_the_edge(box: Box, expected: bool) -> None:
    assert is_at_edge(box, SIZE) is expected


@pytest.mark.parametrize(
    ("before", "box", "expected"),
    [
        (Box(200, 100, 50, 60), Box(200, 100, 50, 60), False),
        (Box(460, 100, 50, 60), Box(510, 100, 50, 60), False),  # at 560 next, before the edge
        (Box(440, 100, 50, 60), Box(510, 100, 50, 60), True),  # at 580 next
        (Box(140, 100, 50, 60), Box(75, 100, 50, 60), True),
        (Box(75, 100, 50, 60), Box(140, 100, 50, 60), False),  # away from the edge
        (Box(140, 100, 50, 60), Box(10, 100, 50, 60), True),
        (Box(200, 200, 50, 60), Box(200, 260, 50, 60), True),
    ],
    ids=str,
)
def test_who_moves_on_crosses_the_edge(before: Box, box: Box, expected: bool) -> None:
    assert crosses_edge(box, before, SIZE) is expected
