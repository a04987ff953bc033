"""Who the tracks of a video are, given all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from vidtag.regions.naming import Evidence, face_doubt, name

RED, BLUE, UNSEEN = (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)
Row = Sequence[float]

AGAIN, MOST_BY_CLOTHES = 0.5, 3.0  # log-odds


def evidence(
    log_odds: Sequence[Row],
    *,
    spans: Sequence[tuple[int, int]] | None = None,
    scenes: Sequence[int] | None = None,
    looks: Sequence[Row] | None = None,
    confidence: float = 0.9,
) -> Evidence:
    """By default one track after the other, of one scene, whose clothes are not seen."""
    count = len(log_odds)
    return Evidence(
        log_odds=np.array(log_odds, np.float64),
        confidence=np.full(count, confidence),
        spans=np.array(spans or [(10 * n, 10 * n + 10) for n in range(count)], np.int64),
        scenes=np.array(scenes or [0] * count, np.int64),
        looks=np.array(looks or [UNSEEN] * count, np.float32),
    )


def alone(*log_odds: float) -> NDArray[np.float64]:
    """Probabilities of the people, and nobody else has been seen."""
    odds = np.exp(log_odds)
    return np.asarray(odds / (1 + odds.sum()))


def test_a_face_alone_is_whom_it_looks_like() -> None:
    np.testing.assert_allclose(name(evidence([[2, -1]]), exclusive=True), [alone(2, -1)])
    np.testing.assert_allclose(
        name(evidence([[2, -1]]), exclusive=False), [[alone(2)[0], alone(-1)[0]]]
    )


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("shape", [(0, 2), (2, 0), (0, 0)])
def test_nobody_to_name(shape: tuple[int, int], exclusive: bool) -> None:
    tracks, _ = shape
    nothing = Evidence(
        log_odds=np.zeros(shape),
        confidence=np.ones(tracks),
        spans=np.array([(n, n + 5) for n in range(tracks)], np.int64).reshape(tracks, 2),
        scenes=np.zeros(tracks, np.int64),
        looks=np.zeros((tracks, 2), np.float32),
    )

    assert name(nothing, exclusive=exclusive).shape == shape


def test_two_faces_of_one_frame_are_not_one_person() -> None:
    sure, unsure = [5.0, -5.0], [0.5, -5.0]
    together = name(evidence([sure, unsure], spans=[(0, 10), (0, 10)]), exclusive=True)
    apart = name(evidence([sure, unsure]), exclusive=True)

    assert together[0, 0] > 0.95
    assert together[1, 0] < 0.1
    assert apart[0, 0] > 0.99
    assert apart[1, 0] > alone(*unsure)[0]


def test_who_is_excluded_may_be_the_next_likely() -> None:
    found = name(evidence([[6, -5], [2, 1]], spans=[(0, 10), (4, 14)]), exclusive=True)

    assert found[0].argmax() == 0
    assert found[1].argmax() == 1


def test_a_single_common_frame_is_no_exclusion() -> None:
    rows = [[5.0], [0.5]]

    np.testing.assert_allclose(
        name(evidence(rows, spans=[(0, 10), (9, 20)]), exclusive=True),
        name(evidence(rows, spans=[(0, 10), (10, 20)]), exclusive=True),
    )


def test_clothes_carry_an_unsure_face_within_a_scene() -> None:
    """Of four looks half are red: one pixel says log(3/2) for one person, or log(1/2) against."""
    rows = [[6.0], [-1.5], [-9.0], [-9.0]]
    same = name(evidence(rows, looks=[RED, RED, BLUE, BLUE]), exclusive=True)
    other = name(evidence(rows, looks=[RED, BLUE, RED, BLUE]), exclusive=True)

    assert same[1, 0] == pytest.approx(alone(-1.5 + 6 * math.log(1.5) + AGAIN)[0], abs=0.01)
    assert other[1, 0] == pytest.approx(alone(-1.5 - MOST_BY_CLOTHES + AGAIN)[0], abs=0.01)


def test_who_was_in_the_scene_is_likelier_to_be_in_it_again() -> None:
    rows = [[6.0, -9.0], [-0.5, -0.5]]

    found = name(evidence(rows), exclusive=True)

    np.testing.assert_allclose(found[1], alone(-0.5 + AGAIN, -0.5), atol=0.01)


def test_clothes_say_nothing_in_another_scene_or_unseen() -> None:
    rows = [[6.0], [-0.5]]
    elsewhere = evidence(rows, looks=[RED, RED], scenes=[0, 1])
    unseen = evidence(rows, looks=[RED, UNSEEN])

    np.testing.assert_allclose(name(elsewhere, exclusive=True), [alone(6), alone(-0.5)])
    np.testing.assert_allclose(
        name(unseen, exclusive=True), name(evidence(rows), exclusive=True), atol=1e-9
    )


def test_the_same_clothes_in_one_frame_are_two_people_all_the_same() -> None:
    found = name(
        evidence([[6.0], [0.0]], looks=[RED, RED], spans=[(0, 10), (0, 10)]), exclusive=True
    )

    assert found[1, 0] < 0.1


def test_what_may_be_no_face_is_nobody_for_sure() -> None:
    np.testing.assert_allclose(
        face_doubt(np.array([0.9, 0.8, 0.79, 0.5])), [0, 0, -0.8, -4], atol=1e-9
    )
    found = name(evidence([[1.0]], confidence=0.6), exclusive=True)
    assert found[0, 0] == pytest.approx(1 / (1 + math.exp(3)))


@st.composite
def some_evidence(draw: st.DrawFn) -> Evidence:
    count, people = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    starts = draw(st.lists(st.integers(0, 20), min_size=count, max_size=count))
    odds = st.floats(-8, 8, width=16)
    looks = st.sampled_from([RED, BLUE, UNSEEN, (0.5, 0.5)])
    return Evidence(
        log_odds=draw(arrays.arrays(np.float64, (count, people), elements=odds)),
        confidence=draw(arrays.arrays(np.float64, count, elements=st.floats(0.5, 1, width=16))),
        spans=np.array([(start, start + 8) for start in starts], np.int64),
        scenes=draw(arrays.arrays(np.int64, count, elements=st.integers(0, 1))),
        looks=np.array(draw(st.lists(looks, min_size=count, max_size=count)), np.float32),
    )


@given(some_evidence(), st.booleans())
def test_what_comes_out_are_probabilities(given_: Evidence, exclusive: bool) -> None:
    found = name(given_, exclusive=exclusive)

    assert found.shape == given_.log_odds.shape
    assert ((found >= 0) & (found <= 1)).all()
    if exclusive:
        assert (found.sum(axis=1) <= 1 + 1e-9).all()


@given(some_evidence(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_the_people_says_nothing(
    given_: Evidence, exclusive: bool, random: np.random.Generator
) -> None:
    order = list(range(given_.log_odds.shape[1]))
    random.shuffle(order)

    found = name(replace(given_, log_odds=given_.log_odds[:, order]), exclusive=exclusive)

    np.testing.assert_allclose(found, name(given_, exclusive=exclusive)[:, order], atol=1e-6)


@given(some_evidence(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_the_tracks_says_nothing(
    given_: Evidence, exclusive: bool, random: np.random.Generator
) -> None:
    order = list(range(len(given_.log_odds)))
    random.shuffle(order)
    shuffled = Evidence(
        log_odds=given_.log_odds[order],
        confidence=given_.confidence[order],
        spans=given_.spans[order],
        scenes=given_.scenes[order],
        looks=given_.looks[order],
    )

    found = name(shuffled, exclusive=exclusive)

    np.testing.assert_allclose(found, name(given_, exclusive=exclusive)[order], atol=1e-6)
