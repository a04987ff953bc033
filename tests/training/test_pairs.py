"""Figures on pairs: perfect embeddings are told apart, and only unseen people judge the tables."""

from __future__ import annotations

import numpy as np

from training.pairs import Faces, measure
from training.split import person_part
from vidtag_gallery.matching import Calibration
from vidtag_gallery.space import WIDTHS_PX, Space

CALIBRATION = Calibration(gain=20, gain_width=0, offset=10, offset_width=0, offset_few=0)
PLAIN = Space(np.zeros((len(WIDTHS_PX), 128), np.float32), np.eye(128, dtype=np.float32))


def faces(*, noise: float) -> Faces:
    """Four pictures of each of 1,000 people, whose embeddings differ by `noise`."""
    rng = np.random.default_rng(0)
    people = np.repeat([f"person {number}" for number in range(1000)], 4)
    centres = np.repeat(rng.normal(0, 0.1, (1000, 128)), 4, axis=0)
    raw = centres + rng.normal(0, noise, centres.shape)
    return Faces(tuple(people.tolist()), raw.astype(np.float32))


def test_unseen_are_the_people_of_the_test_part() -> None:
    everybody = faces(noise=0)
    unseen = everybody.unseen()

    assert {person_part(name) for name in unseen.people} == {"test"}
    assert len(unseen.people) == len(unseen.raw) == 4 * len(set(unseen.people))
    assert 0 < len(unseen.people) < len(everybody.people)


def test_pictures_that_hardly_differ_are_told_apart() -> None:
    figures = measure(faces(noise=0.001), PLAIN, CALIBRATION)

    # A threshold is a likeness that was met, so a pair of another fold may miss it by a hair.
    assert figures["LFW pairs: right by distance"] > 0.99
    assert figures["LFW unseen: right in the gallery's space"] > 0.98
    assert figures["LFW unseen: one person taken for one"] == 1
    assert figures["LFW unseen: two people taken for one"] == 0


def test_pictures_that_have_nothing_in_common_are_nobodys() -> None:
    figures = measure(faces(noise=10), PLAIN, CALIBRATION)

    assert figures["LFW unseen: one person taken for one"] == 0
    assert figures["LFW unseen: right at probability 0.5, one reference"] == 0.5
