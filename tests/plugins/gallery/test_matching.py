"""Where faces lie in the space of the gallery, and whose they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.plugins.gallery.making import CALIBRATION, embedding
from vidtag.api import Gallery, ModelError, Person
from vidtag_gallery.grouping import group
from vidtag_gallery.matching import Calibration, match
from vidtag_gallery.space import WIDTHS_PX, Space, directions, log_widths


def at(degrees: float, *, log_width: float = 0.0) -> NDArray[np.float32]:
    angle = np.radians(degrees)
    return embedding(3 * np.cos(angle), 3 * np.sin(angle), log_width=log_width)


def person(name: str, *degrees: float) -> Person:
    return Person(name, np.stack([at(each) for each in degrees]))


def probability(evidence: float, *others: float) -> float:
    odds = np.exp([evidence, *others])
    return float(odds[0] / (1 + odds.sum()))


# --- space ---


@pytest.fixture
def space() -> Space:
    """The mean of strangers is their place in WIDTHS_PX on the first axis; the second is halved."""
    means = np.zeros((len(WIDTHS_PX), 128), np.float32)
    means[:, 0] = np.arange(len(WIDTHS_PX))
    whitening = np.eye(128, dtype=np.float32)
    whitening[1, 1] = 0.5
    return Space(means, whitening)


def test_the_mean_of_the_same_size_is_taken_away(space: Space) -> None:
    raw = np.zeros((5, 128), np.float32)
    raw[:, 1] = 4

    placed = space.place(raw, np.array([12, 24, 80, np.sqrt(12 * 16), 30], np.float32))

    between = 2 + np.log(30 / 24) / np.log(40 / 24)
    np.testing.assert_allclose(placed[:, 0], [0, -2, -4, -0.5, -between], atol=1e-5)
    assert (placed[:, 1] == 2).all()
    assert placed.shape == (5, 129)
    assert placed.dtype == np.float32


def test_the_width_is_kept_and_bounded(space: Space) -> None:
    placed = space.place(np.ones((4, 128), np.float32), np.array([5, 12, 30, 500], np.float32))

    np.testing.assert_allclose(
        log_widths(placed), np.log(np.array([12, 12, 30, 80]) / 30), atol=1e-6
    )
    np.testing.assert_array_equal(placed[0], placed[1])


def test_nothing_to_place(space: Space) -> None:
    assert space.place(np.empty((0, 128), np.float32), np.empty(0, np.float32)).shape == (0, 129)


def test_a_direction_has_no_length_and_nothing_has_no_direction() -> None:
    found = directions(np.stack([embedding(3, 4, log_width=9), embedding()]))

    np.testing.assert_allclose(found[0, :2], [0.6, 0.8])
    assert not found[1].any()


# --- matching ---


@pytest.mark.parametrize("faces", [0, 3])
def test_nobody_is_known(faces: int) -> None:
    found = match(np.zeros((faces, 129), np.float32), Gallery(), CALIBRATION)

    assert found.shape == (faces, 0)
    assert found.dtype == np.float32


def test_no_faces() -> None:
    gallery = Gallery((person("ross", 0), person("rachel", 90)))

    assert match(np.empty((0, 129), np.float32), gallery, CALIBRATION).shape == (0, 2)


def test_one_person_competes_with_somebody_unknown() -> None:
    [[found]] = match(at(60)[np.newaxis], Gallery((person("ross", 0),)), CALIBRATION)

    assert found == pytest.approx(probability(20 * 0.5 - 7), rel=1e-5)  # one reference: 8 - 1


def test_people_compete() -> None:
    gallery = Gallery((person("ross", -10, 10), person("rachel", 90), person("joey", 180)))

    [found] = match(at(30)[np.newaxis], gallery, CALIBRATION)

    ross, rachel, joey = 20 * np.cos(np.pi / 6) - 7.5, 20 * 0.5 - 7, -20 * np.cos(np.pi / 6) - 7
    expected = [
        probability(ross, rachel, joey),
        probability(rachel, ross, joey),
        probability(joey, ross, rachel),
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_between_two_it_is_neither_for_sure() -> None:
    gallery = Gallery((person("ross", 0), person("rachel", 60)))

    [found] = match(at(30)[np.newaxis], gallery, CALIBRATION)

    np.testing.assert_allclose(found, [0.5, 0.5], atol=0.001)
    assert (found < 0.5).all()


def test_a_likeness_of_a_large_face_is_worth_more() -> None:
    gallery = Gallery((person("ross", 0),))
    small, large = (at(20, log_width=each)[np.newaxis] for each in (-0.9, 0.9))

    assert match(large, gallery, CALIBRATION) > match(small, gallery, CALIBRATION)


def test_how_long_an_embedding_is_says_nothing() -> None:
    gallery = Gallery((person("ross", 0, 20),))
    twice = at(40)[np.newaxis].copy()
    twice[:, :128] *= 2

    np.testing.assert_allclose(
        match(twice, gallery, CALIBRATION), match(at(40)[np.newaxis], gallery, CALIBRATION)
    )


def test_references_that_cancel_out_are_like_nobody() -> None:
    found = match(at(0)[np.newaxis], Gallery((person("ross", 0, 180),)), CALIBRATION)

    assert found[0, 0] == pytest.approx(probability(-7.5), rel=1e-4)


@given(st.lists(st.floats(0, 180), min_size=2, max_size=20), st.floats(-0.9, 1))
def test_who_is_more_alike_is_more_likely(degrees: list[float], log_width: float) -> None:
    faces = np.stack([at(each, log_width=log_width) for each in sorted(degrees)])

    found = match(faces, Gallery((person("ross", 0),)), CALIBRATION)[:, 0]

    assert (np.diff(found) <= 1e-6).all()
    assert ((found >= 0) & (found <= 1)).all()


@given(st.lists(st.floats(0, 360), min_size=1, max_size=6), st.floats(0, 360))
def test_probabilities_of_people_and_somebody_unknown_add_up_to_one(
    people: list[float], degrees: float
) -> None:
    gallery = Gallery(tuple(person(f"person {n}", each) for n, each in enumerate(people)))

    found = match(at(degrees)[np.newaxis], gallery, CALIBRATION)

    assert ((found >= 0) & (found <= 1)).all()
    assert found.sum() <= 1 + 1e-6
    turned = match(at(degrees)[np.newaxis], Gallery(gallery.people[::-1]), CALIBRATION)
    np.testing.assert_allclose(turned[:, ::-1], found, atol=1e-6)


COMPLETE = dict.fromkeys(("gain", "gain_width", "offset", "offset_width", "offset_few"), 1.0)


@pytest.mark.parametrize(
    "parameters",
    [{}, {"gain": 1.0}, {**COMPLETE, "offset": "much"}, {**COMPLETE, "more": 1.0}],
    ids=["none", "too few", "no number", "too many"],
)
def test_a_damaged_calibration_says_so(parameters: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="calibration of the gallery is damaged"):
        Calibration.of(parameters)


# --- grouping ---


def groups(*degrees: float) -> tuple[tuple[int, ...], ...]:
    return group(np.stack([at(each) for each in degrees]))


def test_no_faces_are_no_groups() -> None:
    assert group(np.empty((0, 129), np.float32)) == ()
    assert groups(10) == ((0,),)


def test_faces_of_one_person_are_a_group_the_largest_first() -> None:
    assert groups(0, 120, 5, 240, 125, 10) == ((0, 2, 5), (1, 4), (3,))


def test_a_chain_is_not_one_person() -> None:
    assert groups(0, 50, 100, 150, 200) == ((0, 1), (2, 3), (4,))


def test_faces_without_a_direction_are_alone() -> None:
    assert group(np.stack([embedding(), embedding(), at(0)])) == ((0,), (1,), (2,))


@given(st.lists(st.floats(0, 360), max_size=12))
def test_every_face_is_in_one_group(degrees: list[float]) -> None:
    faces = np.stack([at(each) for each in degrees]) if degrees else np.empty((0, 129), np.float32)

    found = group(faces)

    assert sorted(row for rows in found for row in rows) == list(range(len(degrees)))
    assert [len(rows) for rows in found] == sorted(map(len, found), reverse=True)
