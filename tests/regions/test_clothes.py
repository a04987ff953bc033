"""The colours below a face."""

from __future__ import annotations

import numpy as np
import pytest

from tests.regions.making import face
from vidtag.regions.clothes import VALUES, likeness, look
from vidtag.types import Picture

RED, BLUE = (200, 30, 30), (30, 30, 200)


def dressed(colour: tuple[int, int, int], *, other: tuple[int, int, int] | None = None) -> Picture:
    """Grey, with something of `colour` below a face at (100, 20), its right half of `other`."""
    picture = np.full((200, 300, 3), 128, np.uint8)
    picture[70:130, 80:160] = colour
    picture[70:130, 120:160] = other or colour
    return picture


def test_a_look_is_shares_that_add_up_to_one() -> None:
    found = look(dressed(RED), face(100, 20))

    assert found.shape == (VALUES,)
    assert found.dtype == np.float32
    assert found.sum() == pytest.approx(1)
    assert found.max() == 1  # one colour


def test_two_colours_have_half_of_it_each() -> None:
    found = look(dressed(RED, other=BLUE), face(100, 20))

    np.testing.assert_allclose(np.sort(found)[-2:], [0.5, 0.5], atol=0.02)


def test_at_the_lower_edge_nothing_is_known() -> None:
    assert not look(dressed(RED), face(100, 146)).any()
    assert look(dressed(RED), face(100, 142)).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "place", [(-1000.0, 20.0), (1000.0, 20.0), (100.0, -1000.0)], ids=["left", "right", "above"]
)
def test_a_face_outside_the_picture_has_no_clothes(place: tuple[float, float]) -> None:
    assert not look(dressed(RED), face(*place)).any()


def test_what_is_left_of_the_chest_at_the_side_counts() -> None:
    assert look(dressed(RED), face(-30, 20)).sum() == pytest.approx(1)


def test_the_same_colours_speak_for_one_person_and_others_against() -> None:
    red, blue = look(dressed(RED), face(100, 20)), look(dressed(BLUE), face(100, 20))
    unknown = np.zeros(VALUES, np.float32)

    found = likeness(np.stack([red, blue, unknown]))

    # Half of all wear red: a pixel of it is expected with 3/4 beside red, and with 1/4 beside blue.
    alike, different = np.log(0.75 / 0.5), np.log(0.25 / 0.5)
    np.testing.assert_allclose(
        found, [[alike, different, 0], [different, alike, 0], [0, 0, 0]], atol=1e-6
    )


def test_what_everybody_wears_tells_nothing() -> None:
    black = look(dressed((10, 10, 10)), face(100, 20))
    red = look(dressed(RED), face(100, 20))

    np.testing.assert_allclose(likeness(np.stack([black, black, black])), 0, atol=1e-6)
    found = likeness(np.stack([black] * 8 + [red] * 2))
    assert 0 < found[0, 1] < 0.2 < 1 < found[8, 9]


def test_nothing_is_like_nothing() -> None:
    assert likeness(np.empty((0, VALUES), np.float32)).shape == (0, 0)
    assert not likeness(np.zeros((2, VALUES), np.float32)).any()
