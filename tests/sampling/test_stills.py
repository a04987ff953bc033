from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vidtag.sampling import find_stills
from vidtag.types import Picture

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


@given(
    st.sampled_from([(160, 288), (224, 224), (224, 301), (225, 301), (40, 40), (5, 300)]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(-4, 4)), max_size=8),
)
def test_stills_are_those_of_the_means_of_all_blocks(
    size: tuple[int, int], changes: list[tuple[float, int]]
) -> None:
    """However few of the means are looked at."""
    pictures = [np.asarray(cv2.resize(SCENE, size[::-1]), np.uint8)]
    for where, step in changes:
        row = round(where * (size[0] - 1))
        pictures.append(pictures[-1].copy())
        pictures[-1][row : row + 20] += np.uint8(step % 256)

    assert find_stills(pictures).tolist() == by_all_blocks(pictures)


def by_all_blocks(pictures: list[Picture]) -> list[int]:
    height, width = pictures[0].shape[:2]
    side = max(2**power for power in range(10) if power == 0 or 2**power * 20 <= min(height, width))
    firsts: list[int] = []
    shown = np.empty(0)
    for picture in pictures:
        means = cv2.resize(picture, (width // side, height // side), interpolation=cv2.INTER_AREA)
        if firsts and np.abs(means.astype(int) - shown).max() <= 2:
            firsts.append(firsts[-1])
        else:
            firsts.append(len(firsts))
            shown = means.astype(int)
    return firsts
