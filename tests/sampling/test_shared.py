from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.sampling.times import times
from vidtag.sampling import Answer, Shared, ask

ONCE = Shared(Fraction(1))  # 25 frames between two looks at 25 frames a second
LOW, HIGH = 0.1, 0.9


def look(scores: NDArray[np.float32]) -> Answer:
    """What comes of frames of 40 ms with these scores (n, labels), with thresholds of 0.5."""
    frames, labels = scores.shape
    thresholds = np.full(labels, 0.5, np.float32)
    return ask(ONCE, times(frames), thresholds, np.arange(frames), lambda at: scores[at])


def changing(*frames: int | None) -> NDArray[np.float32]:
    """Scores (101, labels): each label appears at one of `frames`, or never."""
    numbers = np.arange(101)[:, np.newaxis]
    appears = np.array([101 if frame is None else frame for frame in frames])
    return np.where(numbers >= appears, HIGH, LOW).astype(np.float32)


def gap_around(answer: Answer, frame: int) -> int:
    """How far apart the looks are on both sides of a change at `frame`."""
    at = answer.known.at
    after = int(np.searchsorted(at, frame))
    return int(at[after] - at[after - 1])


def test_where_scores_agree_a_few_looks_are_enough() -> None:
    assert look(changing(None, None)).known.at.tolist() == [0, 25, 50, 75, 100]


@pytest.mark.parametrize("labels", [1, 3, 10])
def test_a_change_of_all_labels_is_followed_as_far_as_one(labels: int) -> None:
    answer = look(changing(*[60] * labels))

    assert gap_around(answer, 60) <= 2  # of a frame between, a quarter is tolerated
    assert answer.known.at.tolist() == look(changing(60)).known.at.tolist()


def test_the_fewer_labels_change_the_less_exactly_it_is_followed() -> None:
    gaps = [gap_around(look(changing(60, *[None] * others)), 60) for others in (0, 1, 3, 9)]

    assert gaps == [1, 3, 3, 6]


def test_many_that_change_at_different_frames_do_not_make_as_many_looks() -> None:
    frames = list(range(5, 95, 9))
    together = len(look(changing(*frames)).known.at)
    apart = {index for frame in frames for index in look(changing(frame)).known.at.tolist()}

    assert len(apart) > 2 * together


@given(
    st.lists(st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4), min_size=1, max_size=60),
    st.permutations(range(4)),
)
def test_the_order_of_labels_does_not_matter(rows: list[list[float]], order: list[int]) -> None:
    scores = np.array(rows, np.float32)

    found, mixed = look(scores), look(scores[:, order])

    assert found.known.at.tolist() == mixed.known.at.tolist()
    assert {0, len(rows) - 1} <= set(found.known.at.tolist())
    assert np.array_equal(found.known.scores[:, order], mixed.known.scores)


def test_the_lower_the_accuracy_the_fewer_looks() -> None:
    scores = changing(20, 60, None)
    looks = [
        len(
            ask(
                Shared(Fraction(rate)),
                times(101),
                np.full(3, 0.5, np.float32),
                np.arange(101),
                lambda at: scores[at],
            ).known.at
        )
        for rate in ("1/4", "1", "4")
    ]

    assert looks == sorted(set(looks))
