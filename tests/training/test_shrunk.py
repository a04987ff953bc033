"""Faces as video shows them: shrunk pictures, and what stays the same in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.shrunk import shrunk_chip
from vidtag.regions.faces import Face, chip

LANDMARKS = np.array([[70, 80], [130, 80], [100, 110], [75, 140], [125, 140]], np.float32)
FACE = Face(left_px=50, top_px=40, width_px=100, height_px=120, landmarks=LANDMARKS, confidence=0.9)


def picture() -> NDArray[np.uint8]:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3))
    return noise.astype(np.uint8)


def test_a_face_that_is_small_already_stays_as_it_is() -> None:
    shrunk = shrunk_chip(picture(), FACE, 100, np.random.default_rng(0))

    np.testing.assert_array_equal(shrunk, chip(picture(), FACE, size_px=150))


def test_a_shrunk_face_has_lost_its_detail() -> None:
    shrunk = shrunk_chip(picture(), FACE, 12, np.random.default_rng(0))

    assert shrunk.shape == (150, 150, 3)
    assert shrunk.std() < 0.5 * chip(picture(), FACE, size_px=150).std()
