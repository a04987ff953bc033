"""Pairs stay inside their fold, and a perfect or useless similarity is seen as such."""

import numpy as np
import pytest

from training.verification import FOLDS, PICTURES_PER_PERSON, best_threshold, draw_pairs, verify

PEOPLE = [f"person {number // 4}" for number in range(4 * 40)]


def test_pairs_are_balanced_and_repeatable() -> None:
    pairs = draw_pairs(PEOPLE)
    assert len(pairs.same) == 2 * 40 * 6
    assert np.mean(pairs.same) == 0.5
    assert np.array_equal(pairs.left, draw_pairs(PEOPLE).left)


def test_pairs_tell_the_truth_about_people() -> None:
    pairs = draw_pairs(PEOPLE)
    names = np.array(PEOPLE)
    assert np.array_equal(names[pairs.left] == names[pairs.right], pairs.same)


def test_no_person_is_in_two_folds() -> None:
    pairs = draw_pairs(PEOPLE)
    names = np.array(PEOPLE)
    by_fold = [
        set(names[pairs.left[pairs.fold == fold]]) | set(names[pairs.right[pairs.fold == fold]])
        for fold in range(FOLDS)
    ]
    assert sum(map(len, by_fold)) == len(set().union(*by_fold))


def test_a_much_photographed_person_is_cut_down() -> None:
    people = [*PEOPLE, *["celebrity"] * 100]
    most = PICTURES_PER_PERSON * (PICTURES_PER_PERSON - 1) // 2
    assert draw_pairs(people).same.sum() == 40 * 6 + most


def test_perfect_vectors_verify_perfectly() -> None:
    vectors = np.eye(40, dtype=np.float32)[np.arange(4 * 40) // 4]
    accuracy = verify(vectors, draw_pairs(PEOPLE))
    assert (accuracy.mean, accuracy.std) == (1.0, 0.0)


def test_random_vectors_verify_by_chance() -> None:
    vectors = np.random.default_rng(1).normal(size=(4 * 40, 16)).astype(np.float32)
    assert verify(vectors, draw_pairs(PEOPLE)).mean == pytest.approx(0.5, abs=0.1)


def test_best_threshold() -> None:
    scores = np.array([0.9, 0.1, 0.6, 0.4], np.float32)
    same = np.array([True, False, True, False])
    assert best_threshold(scores, same) == pytest.approx(0.6)
