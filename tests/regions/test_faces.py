"""Where the parts of a face come to lie in its crop."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vidtag.regions.faces import Face, alignment, chip

SIDE_PX = 150
# Eyes, tip of the nose and corners of the mouth in a crop of 150 px, as dlib's own crops have them.
EXPECTED = np.array([[47.3, 45.1], [100.0, 44.9], [72.0, 78.7], [52.3, 102.1], [96.4, 102.3]])

COLOURS = [(250, 20, 20), (20, 250, 20), (20, 20, 250), (250, 250, 20), (20, 250, 250)]


def turned(points: NDArray[np.float64], *, degrees: float, scale: float) -> NDArray[np.float32]:
    """`points` turned clockwise and enlarged, with their middle at (200, 150)."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = points.mean(axis=0)
    return np.asarray((points - middle) @ turn.T * scale + [200, 150], np.float32)


def face(landmarks: NDArray[np.float32]) -> Face:
    return Face(
        left_px=150, top_px=100, width_px=100, height_px=100, landmarks=landmarks, confidence=0.9
    )


def test_landmarks_of_the_right_shape_come_to_lie_on_the_template() -> None:
    matrix = alignment(turned(EXPECTED, degrees=0, scale=0.4), size_px=SIDE_PX)

    carried = turned(EXPECTED, degrees=0, scale=0.4) @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(carried, EXPECTED, atol=0.1)
    np.testing.assert_allclose(matrix[:, :2], np.eye(2) / 0.4, atol=0.01)


@pytest.mark.parametrize("degrees", [-90, -30, 0, 45, 180])
@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5], ids=["small", "same size", "large"])
def test_a_turned_face_is_upright_in_its_crop(degrees: float, scale: float) -> None:
    landmarks = turned(EXPECTED, degrees=degrees, scale=scale)
    picture = np.full((300, 400, 3), 60, np.uint8)  # as bright as a face
    for (x, y), colour in zip(landmarks, COLOURS, strict=True):
        cv2.circle(picture, (round(float(x)), round(float(y))), max(2, int(6 * scale)), colour, -1)

    crop = chip(picture, face(landmarks), size_px=SIDE_PX)

    assert crop.shape == (SIDE_PX, SIDE_PX, 3)
    for (x, y), colour in zip(EXPECTED.round().astype(int), COLOURS, strict=True):
        np.testing.assert_allclose(crop[y, x], colour, atol=40)


def test_a_face_shape_of_its_own_is_neither_sheared_nor_mirrored() -> None:
    long = turned(EXPECTED * [0.8, 1.3], degrees=20, scale=1)

    turn = alignment(long, size_px=SIDE_PX)[:, :2]

    np.testing.assert_allclose(turn @ turn.T, np.eye(2) * (turn[0] @ turn[0]), atol=1e-9)
    assert np.linalg.det(turn) > 0


def test_beyond_the_edge_the_border_is_repeated() -> None:
    picture = np.full((300, 400, 3), 77, np.uint8)

    crop = chip(picture, face((EXPECTED - 120).astype(np.float32)), size_px=SIDE_PX)

    assert (crop == 77).all()


def test_landmarks_on_one_point_are_no_error() -> None:
    crop = chip(np.full((9, 9, 3), 5, np.uint8), face(np.full((5, 2), 4, np.float32)), size_px=96)

    assert crop.shape == (96, 96, 3)


def test_a_row_tells_a_face_whole() -> None:
    once = face(EXPECTED.astype(np.float32))

    assert once.row.shape == (Face.ROW,)
    assert once.row.tolist()[:4] == [150, 100, 100, 100]
    again = Face.from_row(once.row)
    assert again.box == once.box
    assert again.confidence == float(np.float32(0.9))
    np.testing.assert_array_equal(again.landmarks, once.landmarks)


def test_a_scaled_face_is_the_same_face_in_a_larger_picture() -> None:
    once = face(EXPECTED.astype(np.float32))

    twice = once.scaled(2)

    assert twice.box == (300.0, 200.0, 200.0, 200.0)
    np.testing.assert_array_equal(twice.landmarks, 2 * once.landmarks)
    assert twice.confidence == once.confidence


@pytest.mark.parametrize(
    ("brightness", "expected"),
    [(200, 200), (50, 50), (49, 50), (25, 50), (10, 40), (0, 0)],
    ids=["bright", "just bright enough", "dim", "dark", "very dark", "black"],
)
def test_a_dark_face_is_shown_brighter(brightness: int, expected: int) -> None:
    picture = np.full((300, 400, 3), brightness, np.uint8)

    crop = chip(picture, face(EXPECTED.astype(np.float32)), size_px=SIDE_PX)

    assert (crop == expected).all()
