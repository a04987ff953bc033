"""Who is recognised by what, with faces that are points on a circle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vidtag.enrolment import Separation, look_alikes, select, separations
from vidtag.types import Embeddings, Gallery, Person, Scores

ROSS, RACHEL, JOEY = 0.0, 90.0, 180.0


def face(degrees: float) -> NDArray[np.float32]:
    angle = np.radians(degrees)
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


def person(name: str, *degrees: float) -> Person:
    return Person(name, np.stack([face(each) for each in degrees]))


def match(embeddings: Embeddings, gallery: Gallery) -> Scores:
    """People compete, with somebody unknown as well, who is 45 degrees from everybody."""
    if not gallery.people:
        return np.zeros((len(embeddings), 0), np.float32)
    means = np.stack([each.embeddings.mean(axis=0) for each in gallery.people])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    odds = np.exp(30 * (embeddings @ means.T - np.cos(np.pi / 4)))
    return np.asarray(odds / (1 + odds.sum(axis=1, keepdims=True)), np.float32)


def chosen(*degrees: float) -> tuple[bool, ...]:
    return select([face(each) for each in degrees], match)


def test_of_no_faces_and_of_one_there_is_no_doubt() -> None:
    assert select([], match) == ()
    assert chosen(ROSS) == (True,)


def test_faces_that_fit_are_all_kept() -> None:
    assert chosen(-10, 0, 10) == (True, True, True)
    assert chosen(0, 0, 0, 0) == (True,) * 4


def test_one_wrong_photo_is_left_out() -> None:
    assert chosen(-10, RACHEL, 0, 10) == (True, False, True, True)


def test_of_three_one_may_be_wrong() -> None:
    assert chosen(-5, RACHEL, 5) == (True, False, True)


def test_a_third_that_is_somebody_else_does_no_harm() -> None:
    right, wrong = [-12, -6, 0, 3, 6, 12], [85, 90, 95]

    assert chosen(*wrong, *right) == (False,) * 3 + (True,) * 6


def test_wrong_photos_of_several_people_are_left_out() -> None:
    assert chosen(0, 90, 180, 270, 5, -5) == (True, False, False, False, True, True)


def test_a_face_far_from_the_first_is_kept_if_it_fits_the_others() -> None:
    assert chosen(-20, 0, 20, 40) == (True,) * 4


@settings(deadline=None)  # the first is slow on a busy machine
@given(st.permutations([0, 4, 8, -4, 90, 180]))
def test_the_order_of_the_photos_says_nothing(degrees: list[int]) -> None:
    kept = {each for each, is_kept in zip(degrees, chosen(*degrees), strict=True) if is_kept}

    assert kept == {0, 4, 8, -4}


def test_people_who_are_told_apart() -> None:
    gallery = Gallery((person("ross", -5, 0, 5), person("rachel", 85, 95)))

    assert separations(gallery, match) == {
        "ross": Separation(recognised=1.0, nearest=None, confused=0.0),
        "rachel": Separation(recognised=1.0, nearest=None, confused=0.0),
    }


def test_a_reference_that_is_taken_for_somebody_else() -> None:
    gallery = Gallery((person("ross", 0, 1, 2, 88), person("rachel", 88, 90, 92)))

    found = separations(gallery, match)

    assert found["ross"] == Separation(recognised=0.75, nearest="rachel", confused=0.25)
    assert str(found["ross"]) == "75% recognised, 25% taken for rachel"
    assert str(found["rachel"]) == "100% recognised"


def test_a_reference_like_nobody_is_taken_for_nobody() -> None:
    gallery = Gallery((person("ross", 0, 0, 0, 180), person("rachel", 90, 90)))

    assert separations(gallery, match)["ross"] == Separation(
        recognised=0.75, nearest=None, confused=0.0
    )


def test_somebody_with_a_single_reference_cannot_be_judged() -> None:
    gallery = Gallery((person("ross", 0), person("rachel", 90, 95)))

    assert list(separations(gallery, match)) == ["rachel"]
    assert separations(Gallery(), match) == {}


def test_two_names_of_one_person_look_alike_from_both_sides() -> None:
    gallery = Gallery(
        (person("ross", -6, 0, 7), person("geller", -5, 2, 8), person("rachel", 90, 95))
    )

    [(other, share)] = look_alikes("ross", gallery, match)

    assert (other, look_alikes("geller", gallery, match)) == ("geller", (("ross", share),))
    assert share > 0.3
    assert look_alikes("rachel", gallery, match) == ()


def test_those_who_are_told_apart_when_both_are_known_do_not_look_alike() -> None:
    ross, russ = person("ross", -3, 0, 3), person("russ", 27, 30, 33)

    assert (match(russ.embeddings, Gallery((ross,))) > 0.5).all()  # alone, one passes as the other
    assert look_alikes("ross", Gallery((ross, russ)), match) == ()


def test_it_is_enough_if_one_is_taken_for_the_other() -> None:
    gallery = Gallery((person("ross", 0, 0, 1, 89), person("rachel", 88, 90, 92)))

    assert look_alikes("ross", gallery, match) == (("rachel", 0.25),)
    assert look_alikes("rachel", gallery, match) == (("ross", 0.25),)


def test_the_most_alike_comes_first() -> None:
    gallery = Gallery(
        (
            person("ross", 0, 0, 0, 90, 180, 180),
            person("rachel", 90, 90),
            person("joey", 180, 180),
        )
    )

    (first, most), (second, less) = look_alikes("ross", gallery, match)
    assert (first, second) == ("joey", "rachel")
    assert most == pytest.approx(1 / 3)
    assert less == pytest.approx(1 / 6)


def test_of_somebody_who_is_not_known_nobody_is_a_look_alike() -> None:
    assert look_alikes("gunther", Gallery((person("ross", 0, 1),)), match) == ()
