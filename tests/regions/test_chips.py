"""Aligned crops of faces: the landmarks land where the recognition network expects them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vidtag.regions.faces import Face, alignment, chip

# Where the landmarks of an aligned face lie in a chip, as shares of its side.
EXPECTED = (
    np.array(
        [[0.2228, 0.2012], [0.7501, 0.1986], [0.4701, 0.5369], [0.2733, 0.7710], [0.7143, 0.7726]]
    )
    + 0.25
) / 1.5


def face(landmarks: NDArray[np.float64]) -> Face:
    left, top = landmarks.min(axis=0)
    width, height = np.ptp(landmarks, axis=0)
    return Face(
        left_px=left,
        top_px=top,
        width_px=width,
        height_px=height,
        landmarks=landmarks.astype(np.float32),
        confidence=0.9,
    )


def turned(degrees: float, *, side: float, middle: tuple[float, float]) -> NDArray[np.float64]:
    """The expected landmarks, turned, `side` pixels large, about `middle`."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray((EXPECTED - 0.5) * side @ turn.T + middle, np.float64)


@pytest.mark.parametrize("degrees", [0, 30, -90, 180])
@pytest.mark.parametrize("side", [20, 150, 900])
def test_alignment_undoes_turn_scale_and_shift(degrees: float, side: float) -> None:
    landmarks = turned(degrees, side=side, middle=(300, 200))

    matrix = alignment(landmarks.astype(np.float32), size_px=150)

    placed = landmarks @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(placed, EXPECTED * 150, atol=0.01)


@pytest.mark.parametrize("side", [60, 600])
def test_chip_shows_each_landmark_in_its_place(side: int) -> None:
    landmarks = turned(20, side=side, middle=(400, 350))
    picture = np.zeros((800, 800, 3), np.uint8)
    for x, y in landmarks:
        cv2.circle(picture, (round(x), round(y)), max(2, side // 30), (255, 255, 255), -1)

    shown = chip(picture, face(landmarks), size_px=150)

    assert shown.shape == (150, 150, 3)
    for x, y in EXPECTED * 150:
        assert shown[round(y), round(x), 0] > 128


def test_beyond_the_edge_the_border_is_repeated() -> None:
    picture = np.full((100, 100, 3), 77, np.uint8)

    shown = chip(picture, face(turned(0, side=80, middle=(0, 0))), size_px=150)

    assert (shown == 77).all()


def test_landmarks_on_one_point_are_no_error() -> None:
    shown = chip(np.full((9, 9, 3), 5, np.uint8), face(np.full((5, 2), 4.0)), size_px=96)

    assert shown.shape == (96, 96, 3)


def test_scaled_face_is_the_same_face_in_a_larger_picture() -> None:
    larger = face(turned(0, side=30, middle=(50, 40))).scaled(2)

    np.testing.assert_allclose(larger.landmarks, turned(0, side=60, middle=(100, 80)), rtol=1e-5)
    assert larger.confidence == 0.9
