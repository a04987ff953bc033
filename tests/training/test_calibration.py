"""The calibration of the gallery: fitted on likenesses whose worth is known."""

from __future__ import annotations

import numpy as np
import pytest

from training import calibration
from training.calibration import Placed, Trial
from vidtag_gallery.matching import Calibration

WORTH = Calibration(gain=20, gain_width=6, offset=8, offset_width=3, offset_few=-1)


def trial(queries: int, *, worth: Calibration) -> Trial:
    """Queries whose answers follow from their likeness by `worth`."""
    rng = np.random.default_rng(0)
    unanswered = Trial(
        likeness=rng.uniform(-0.2, 0.9, (queries, 3)),
        answer=np.zeros(queries, np.int64),
        width=rng.choice(np.log(np.array([12, 24, 80]) / 30), queries),
        references=rng.choice([3.0, 10.0, 50.0], queries),
    )
    chances = calibration.chances(worth, unanswered)
    drawn = (chances.cumsum(axis=1) < rng.random((queries, 1))).sum(axis=1)
    return Trial(unanswered.likeness, drawn, unanswered.width, unanswered.references)


def placed(labels: str, cosines: list[float]) -> Placed:
    """Faces (one width) at angles with these cosines from the first axis, in one plane."""
    embeddings = np.zeros((1, len(labels), 129), np.float32)
    embeddings[0, :, 0] = cosines
    embeddings[0, :, 1] = np.sqrt(1 - np.square(cosines))
    return Placed(tuple(labels), embeddings)


def test_fit_finds_what_the_answers_follow() -> None:
    fitted = calibration.fit(trial(40_000, worth=WORTH))

    assert fitted.gain == pytest.approx(20, rel=0.05)
    assert fitted.gain_width == pytest.approx(6, rel=0.15)
    assert fitted.offset == pytest.approx(8, rel=0.05)
    assert fitted.offset_width == pytest.approx(3, rel=0.15)


def test_chances_of_a_query_add_up_to_1_with_the_unknown() -> None:
    chances = calibration.chances(WORTH, trial(50, worth=WORTH))

    assert chances.shape == (50, 4)
    np.testing.assert_allclose(chances.sum(axis=1), 1)


def test_a_photo_filed_under_the_wrong_person_is_left_out() -> None:
    faces = placed("aaaabbbba", [1, 1, 1, 1, 0, 0, 0, 0, 0])

    assert faces.agreeing().labels == ("a",) * 4 + ("b",) * 4


def test_halves_have_no_person_in_common() -> None:
    first, second = placed("abcab", [1, 1, 1, 1, 1]).halves()

    assert (first.labels, second.labels) == (("a", "a"), ("b", "c", "b"))
