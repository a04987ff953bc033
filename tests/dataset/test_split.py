from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures import dataset_of, sample
from vidtag.dataset import Sample, Split, leakage, split_dataset

CLASSES = ("joey", "rachel", "ross")


@st.composite
def samples(draw: st.DrawFn) -> tuple[Sample, ...]:
    """Frames of a few shots of two videos, and photos, some of them alike."""
    count = draw(st.integers(0, 40))
    return tuple(
        sample(
            number,
            *draw(st.sets(st.sampled_from(CLASSES), max_size=2)),
            shot=draw(st.none() | st.integers(0, 4)),
            video=draw(st.sampled_from(["a" * 16, "b" * 16])),
            dhash=draw(st.sampled_from([0, 1, 2**40 - 1, 2**64 - 1]) | st.none()),
        )
        for number in range(count)
    )


def shots(part: tuple[Sample, ...]) -> set[tuple[str, int]]:
    return {(one.origin.video, one.origin.shot) for one in part if one.origin}


def photo_hashes(part: tuple[Sample, ...]) -> set[int]:
    return {one.dhash for one in part if one.origin is None}


@given(samples(), st.floats(0.01, 0.99), st.integers())
def test_every_sample_is_on_one_side_and_no_shot_on_both(
    chosen: tuple[Sample, ...], share: float, seed: int
) -> None:
    split = split_dataset(dataset_of(*chosen), validation_share=share, seed=seed)

    assert sorted((*split.train, *split.validation), key=lambda s: s.sha256) == list(chosen)
    assert not shots(split.train) & shots(split.validation)
    assert not any(
        (one ^ other).bit_count() <= 5
        for one in photo_hashes(split.train)
        for other in photo_hashes(split.validation)
    )


@given(samples(), st.sampled_from(["shot", "random"]), st.integers(0, 3), st.randoms())
def test_the_division_depends_on_neither_order_nor_place(
    chosen: tuple[Sample, ...], by: str, seed: int, shuffler: random.Random
) -> None:
    elsewhere = [replace(one, path=Path("/other") / one.path) for one in chosen]
    shuffler.shuffle(elsewhere)

    def hashes(split: Split) -> tuple[set[str], set[str]]:
        return {s.sha256 for s in split.train}, {s.sha256 for s in split.validation}

    assert by in ("shot", "random")
    first = split_dataset(dataset_of(*chosen), by="shot" if by == "shot" else "random", seed=seed)
    again = split_dataset(
        dataset_of(*elsewhere), by="shot" if by == "shot" else "random", seed=seed
    )
    assert hashes(first) == hashes(again)


@given(
    st.dictionaries(st.sampled_from([*CLASSES, ""]), st.lists(st.integers(1, 9), min_size=1)),
    st.floats(0.01, 0.99),
    st.integers(0, 99),
)
def test_each_class_of_two_shots_is_on_both_sides(
    sizes: dict[str, list[int]], share: float, seed: int
) -> None:
    """`sizes`: class -> the lengths of its shots, in each of which it is alone."""
    made: list[Sample] = []
    for shot, (name, length) in enumerate((n, k) for n, lengths in sizes.items() for k in lengths):
        start = len(made)
        classes = (name,) if name else ()
        made.extend(sample(start + i, *classes, shot=shot) for i in range(length))
    split = split_dataset(dataset_of(*made), validation_share=share, seed=seed)

    def strata(part: tuple[Sample, ...]) -> set[str]:
        return {name for one in part for name in one.classes or {""}}

    assert strata(split.train) == sizes.keys()
    assert strata(split.validation) == {n for n, lengths in sizes.items() if len(lengths) > 1}


def test_the_share_is_kept_for_each_class() -> None:
    made = [sample(n, *(["ross"] if n < 200 else []), shot=n // 5) for n in range(600)]

    split = split_dataset(dataset_of(*made), validation_share=0.25)

    assert len(split.validation) == 150
    assert sum(bool(one.classes) for one in split.validation) == 50


def test_random_keeps_to_the_share_of_the_original() -> None:
    made = [sample(n, *(["ross"] if n % 2 else []), shot=0) for n in range(6814)]

    split = split_dataset(dataset_of(*made), by="random", validation_share=1814 / 6814)

    assert (len(split.train), len(split.validation)) == (5000, 1814)


def test_the_seed_chooses() -> None:
    made = dataset_of(*(sample(n, "ross", shot=n) for n in range(40)))

    chosen = [split_dataset(made, seed=seed).validation for seed in range(3)]

    assert len(set(chosen)) == 3
    assert [len(part) for part in chosen] == [10, 10, 10]


def test_three_pictures_are_divided() -> None:
    made = (sample(1, "ross"), sample(2, "ross"), sample(3))

    split = split_dataset(dataset_of(*made))

    assert len(split.train) == 2
    assert made[2] in split.train
    assert [one.classes for one in split.validation] == [{"ross"}]


@pytest.mark.parametrize("share", [0, 1, -0.5, 2, float("nan")])
def test_a_share_is_between_0_and_1(share: float) -> None:
    with pytest.raises(ValueError, match=r"validation_share must be in \(0, 1\)"):
        split_dataset(dataset_of(), validation_share=share)


def test_leakage_tells_the_nearest_picture_that_was_learnt_from() -> None:
    far, near, nearer = (sample(n, dhash=h) for n, h in enumerate((2**64 - 1, 0b11, 0b1)))
    seen, unseen = sample(10, dhash=0), sample(11, dhash=2**40 - 1)

    assert leakage(Split(train=(far, near, nearer), validation=(seen, unseen))) == ((nearer, seen),)
    assert leakage(Split(train=(), validation=(seen,))) == ()


def test_a_random_division_of_frames_leaks_and_one_by_shot_does_not() -> None:
    """Eight shots of ten frames; in each the picture moves a little."""
    looks = [n * 0x9E3779B97F4A7C15 % 2**64 for n in range(8)]
    made = [sample(n, "ross", shot=n // 10, dhash=looks[n // 10] ^ (n % 10)) for n in range(80)]

    by_shot = split_dataset(dataset_of(*made))
    by_chance = split_dataset(dataset_of(*made), by="random")

    assert leakage(by_shot) == ()
    assert len(leakage(by_chance)) == len(by_chance.validation) == 20
