"""Splits depend on names alone and keep the promised shares."""

from collections import Counter

import pytest

from training.split import fraction_of, person_part, photo_part


@pytest.mark.parametrize(
    ("name", "part"),
    [("ross/0001.jpg", "train"), ("ross/0003.jpg", "val"), ("ross/0008.jpg", "test")],
)
def test_a_photo_never_moves(name: str, part: str) -> None:
    assert photo_part(name) == part


def test_fractions_are_uniform() -> None:
    fractions = [fraction_of(f"name {number}") for number in range(4_000)]
    assert 0 <= min(fractions) < max(fractions) < 1
    assert sum(fractions) / len(fractions) == pytest.approx(0.5, abs=0.02)


def test_shares_of_photos() -> None:
    counts = Counter(photo_part(f"ross/{number:04}.jpg") for number in range(4_000))
    assert counts["train"] / 4_000 == pytest.approx(0.70, abs=0.03)
    assert counts["val"] / 4_000 == pytest.approx(0.15, abs=0.03)


def test_people_are_never_in_val() -> None:
    counts = Counter(person_part(f"Person_{number}") for number in range(4_000))
    assert set(counts) == {"train", "test"}
    assert counts["test"] / 4_000 == pytest.approx(0.10, abs=0.02)
