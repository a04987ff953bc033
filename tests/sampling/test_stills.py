from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vidtag.sampling import find_stills

RNG = np.random.default_rng(0)
SCENE = RNG.integers(30, 220, (224, 224, 3), dtype=np.uint8)


def noisy(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return (picture + RNG.integers(-3, 4, picture.shape)).astype(np.uint8)


def test_noise_of_an_encoder_makes_no_other_picture() -> None:
    assert find_stills([SCENE, noisy(SCENE), noisy(SCENE)]).tolist() == [0, 0, 0]


def test_something_small_that_appears_makes_another_picture() -> None:
    moved = SCENE.copy()
    moved[100:112, 60:72] = 255

    assert find_stills([SCENE, SCENE, moved, moved, SCENE]).tolist() == [0, 0, 2, 2, 4]


def test_a_slow_fade_is_no_still() -> None:
    """Each frame is compared with the first of its still, not with the one before it."""
    fade = [np.full((64, 48, 3), level, np.uint8) for level in range(100, 109)]

    assert find_stills(fade).tolist() == [0, 0, 0, 3, 3, 3, 6, 6, 6]


def test_pictures_may_be_of_any_size() -> None:
    assert find_stills([np.zeros((5, 300, 3), np.uint8)]).tolist() == [0]
