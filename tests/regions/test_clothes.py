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


def test_likeness_is_one_for_the_same_and_nothing_for_others() -> None:
    red, blue = look(dressed(RED), face(100, 20)), look(dressed(BLUE), face(100, 20))
    half = look(dressed(RED, other=BLUE), face(100, 20))
    unknown = np.zeros(VALUES, np.float32)

    found = likeness(np.stack([red, blue, half, unknown]))

    np.testing.assert_allclose(found, found.T)
    np.testing.assert_allclose(
        found[:3, :3],
        [[1, 0, np.sqrt(0.5)], [0, 1, np.sqrt(0.5)], [np.sqrt(0.5), np.sqrt(0.5), 1]],
        atol=0.01,
    )
    assert not found[3].any()
