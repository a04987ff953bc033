from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag.evaluation import (
    Confusion,
    Interval,
    LabelEvaluation,
    Mistake,
    average_precision,
    evaluate_label,
    macro_average,
)

MS = 1000


def evaluate(
    scores: Sequence[float],
    truth: str,
    *,
    edges_ms: Sequence[int] | None = None,
    shot_starts: Sequence[int] = (0,),
    seed: int = 0,
) -> LabelEvaluation:
    """Evaluate against `truth`, one letter a frame: `#` present, `.` absent, `?` unknown."""
    edges = range(0, 40 * len(scores) + 1, 40) if edges_ms is None else edges_ms
    return evaluate_label(
        "ross",
        scores=np.array(scores, dtype=np.float32),
        threshold=0.5,
        present=np.array([letter == "#" for letter in truth], dtype=np.bool_),
        unknown=np.array([letter == "?" for letter in truth], dtype=np.bool_),
        edges_us=np.array(edges, dtype=np.int64) * MS,
        shot_starts=shot_starts,
        seed=seed,
    )


def confusion(tp: int, fp: int, fn: int, tn: int) -> Confusion:
    return Confusion(true_positives=tp, false_positives=fp, false_negatives=fn, true_negatives=tn)


def test_an_example_by_hand() -> None:
    """Frames of 40, 40, 100, 20, 50, 40, 10 ms; the one with the unknown truth lasts 50."""
    edges = [0, 40, 80, 180, 200, 250, 290, 300]

    result = evaluate([0.9, 0.8, 0.1, 0.2, 0.9, 0.7, 0.4], "##.#?.#", edges_ms=edges)

    assert result.confusion == confusion(tp=2, fp=1, fn=2, tn=1)
    assert result.frames_unknown == 1
    assert (result.truth_us, result.found_us) == (110 * MS, 120 * MS)
    assert (result.error_us, result.error_ratio) == (10 * MS, 1 / 11)
    # True frames come at ranks 1, 2, 4 and 5 of the six that count.
    assert result.average_precision == pytest.approx((1 / 1 + 2 / 2 + 3 / 4 + 4 / 5) / 4)
    assert result.mistakes == (
        Mistake(kind="false", start_frame=5, end_frame=6, start_us=250 * MS, end_us=290 * MS),
        Mistake(kind="missed", start_frame=3, end_frame=4, start_us=180 * MS, end_us=200 * MS),
        Mistake(kind="missed", start_frame=6, end_frame=7, start_us=290 * MS, end_us=300 * MS),
    )


def test_ratios_by_hand() -> None:
    counts = confusion(tp=3, fp=1, fn=2, tn=4)

    assert (counts.accuracy, counts.precision, counts.recall) == (0.7, 0.75, 0.6)
    assert counts.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (confusion(0, 0, 0, 5), (1.0, None, None, None)),
        (confusion(0, 0, 5, 0), (0.0, None, 0.0, 0.0)),
        (confusion(0, 5, 0, 0), (0.0, 0.0, None, 0.0)),
        (confusion(0, 0, 0, 0), (None, None, None, None)),
    ],
    ids=["nothing there, nothing found", "all missed", "nothing there", "no frames"],
)
def test_a_ratio_without_denominator_is_none(
    counts: Confusion, expected: tuple[float | None, ...]
) -> None:
    assert (counts.accuracy, counts.precision, counts.recall, counts.f1) == expected


def test_a_label_that_is_nowhere() -> None:
    result = evaluate([0.1, 0.9, 0.1], "...")

    assert (result.truth_us, result.found_us, result.error_ratio) == (0, 40 * MS, None)
    assert result.average_precision is None


def test_nothing_but_unknown_frames() -> None:
    result = evaluate([0.9, 0.1], "??")

    assert (result.confusion.frames, result.frames_unknown) == (0, 2)
    assert (result.confusion.accuracy, result.accuracy_interval) == (None, None)
    assert result.mistakes == ()


def test_the_threshold_counts_as_found_in_float32() -> None:
    """0.7 in float32 is less than 0.7."""
    result = evaluate_label(
        "ross",
        scores=np.array([0.7], dtype=np.float32),
        threshold=0.7,
        present=np.array([True]),
        unknown=np.array([False]),
        edges_us=np.array([0, 40], dtype=np.int64),
    )
    assert result.confusion == confusion(1, 0, 0, 0)


def test_shapes_must_fit() -> None:
    with pytest.raises(ValueError, match="expected truth of 2 frames and 3 edges"):
        evaluate([0.1, 0.2], "...")


# --- average precision --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "truth", "expected"),
    [
        ([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0], 1.0),
        ([0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1], (1 / 3 + 2 / 4) / 2),
        ([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0], 1 / 4),  # the same score: the share of true frames
        ([0.9, 0.5, 0.5, 0.1], [0, 1, 0, 1], (1 / 3 + 2 / 4) / 2),
        ([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 5 / 6),
    ],
)
def test_average_precision(scores: list[float], truth: list[int], expected: float) -> None:
    result = average_precision(np.array(scores, dtype=np.float32), np.array(truth, dtype=np.bool_))
    assert result == pytest.approx(expected)


FRAMES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.49, 0.5, 0.75, 1.0]), st.sampled_from("#.?")),
    min_size=1,
    max_size=40,
)


def parts(frames: list[tuple[float, str]]) -> tuple[list[float], str]:
    return [score for score, _ in frames], "".join(letter for _, letter in frames)


def naive_average_precision(frames: list[tuple[float, str]]) -> Fraction | None:
    """The definition, threshold by threshold."""
    counted = [(score, letter == "#") for score, letter in frames if letter != "?"]
    total = sum(true for _, true in counted)
    result, recall_before = Fraction(0), Fraction(0)
    for threshold in sorted({score for score, _ in counted}, reverse=True):
        taken = [true for score, true in counted if score >= threshold]
        if total:
            recall = Fraction(sum(taken), total)
            result += (recall - recall_before) * Fraction(sum(taken), len(taken))
            recall_before = recall
    return result if total else None


@given(FRAMES)
def test_average_precision_is_what_its_definition_says(frames: list[tuple[float, str]]) -> None:
    expected = naive_average_precision(frames)

    result = evaluate(*parts(frames)).average_precision

    assert result == (None if expected is None else pytest.approx(float(expected)))


@given(FRAMES)
def test_every_known_frame_counts_once(frames: list[tuple[float, str]]) -> None:
    result = evaluate(*parts(frames))

    known = [(score >= 0.5, letter == "#") for score, letter in frames if letter != "?"]
    assert result.confusion == confusion(
        tp=known.count((True, True)),
        fp=known.count((True, False)),
        fn=known.count((False, True)),
        tn=known.count((False, False)),
    )
    assert result.confusion.frames + result.frames_unknown == len(frames)


@given(FRAMES)
def test_mistakes_make_up_the_error(frames: list[tuple[float, str]]) -> None:
    result = evaluate(*parts(frames))

    signed = {"false": 1, "missed": -1}
    assert sum(signed[one.kind] * one.duration_us for one in result.mistakes) == result.error_us
    wrong = result.confusion.false_positives + result.confusion.false_negatives
    assert sum(one.end_frame - one.start_frame for one in result.mistakes) == wrong
    durations = [one.duration_us for one in result.mistakes]
    assert durations == sorted(durations, reverse=True)


@given(FRAMES, st.floats(0, 1, width=32))
def test_the_score_of_an_unknown_frame_changes_nothing(
    frames: list[tuple[float, str]], other: float
) -> None:
    changed = [(other if letter == "?" else score, letter) for score, letter in frames]

    assert evaluate(*parts(changed)) == evaluate(*parts(frames))


# --- intervals ----------------------------------------------------------------------------------


def test_one_shot_tells_no_interval() -> None:
    result = evaluate([0.9, 0.9, 0.1], "##.")

    assert (result.accuracy_interval, result.error_us_interval) == (None, None)


def test_a_shot_that_does_not_count_is_no_shot() -> None:
    assert evaluate([0.9, 0.9], "#?", shot_starts=(0, 1)).accuracy_interval is None


def test_shots_that_are_alike_leave_nothing_open() -> None:
    """Two of three frames right, and one found too much, in each."""
    result = evaluate([0.9, 0.9, 0.1] * 5, "#.." * 5, shot_starts=range(0, 15, 3))

    assert result.accuracy_interval is not None
    assert asdict(result.accuracy_interval) == pytest.approx({"low": 2 / 3, "high": 2 / 3})
    assert result.error_us_interval == Interval(200 * MS, 200 * MS)


def test_two_shots_one_right_and_one_wrong_leave_all_open() -> None:
    """A quarter of the draws has the right one twice, a quarter the wrong one."""
    result = evaluate([0.9, 0.9], "#.", shot_starts=(0, 1))

    assert result.accuracy_interval == Interval(0.0, 1.0)
    assert result.error_us_interval == Interval(0.0, 80 * MS)


def test_shots_are_drawn_not_frames() -> None:
    """The same frames in more shots are more evidence."""
    scores, truth = [0.9] * 100, ("#" * 10 + "." * 10) * 5

    few = evaluate(scores, truth, shot_starts=range(0, 100, 10)).accuracy_interval
    many = evaluate(scores, truth, shot_starts=range(100)).accuracy_interval

    assert few is not None
    assert many is not None
    assert few.low < many.low < 0.5 < many.high < few.high


def test_the_interval_of_independent_shots_is_that_of_the_binomial() -> None:
    """Of 100 shots of one frame 80 are right: 0.8 +- 1.96 * sqrt(0.8 * 0.2 / 100)."""
    result = evaluate([0.9] * 100, "#" * 80 + "." * 20, shot_starts=range(100))

    assert result.accuracy_interval is not None
    assert result.accuracy_interval.low == pytest.approx(0.7216, abs=0.02)
    assert result.accuracy_interval.high == pytest.approx(0.8784, abs=0.02)


def test_the_same_seed_gives_the_same_interval() -> None:
    edges = [number**2 for number in range(61)]  # no two shots are alike
    first, again, other = (
        evaluate([0.9] * 60, "##.#.." * 10, edges_ms=edges, shot_starts=range(0, 60, 4), seed=seed)
        for seed in (1, 1, 2)
    )
    assert first == again
    assert replace(first, accuracy_interval=None, error_us_interval=None) == replace(
        other, accuracy_interval=None, error_us_interval=None
    )
    assert first.error_us_interval != other.error_us_interval


@given(FRAMES, st.sets(st.integers(0, 40), min_size=1))
def test_intervals_lie_where_they_can(frames: list[tuple[float, str]], cuts: set[int]) -> None:
    result = evaluate(*parts(frames), shot_starts=sorted(cuts))

    if result.accuracy_interval is not None:
        assert 0 <= result.accuracy_interval.low <= result.accuracy_interval.high <= 1
    known_shots = {
        sum(cut <= at for cut in cuts) for at, (_, letter) in enumerate(frames) if letter != "?"
    }
    assert (result.accuracy_interval is None) == (len(known_shots) < 2)
    assert (result.error_us_interval is None) == (len(known_shots) < 2)


# --- means --------------------------------------------------------------------------------------


def test_each_label_counts_the_same_in_the_mean() -> None:
    good, missed = evaluate([0.9, 0.1], "#."), evaluate([0.1, 0.1], "#.")
    nowhere = evaluate([0.1, 0.1], "..")

    mean = macro_average([good, missed, nowhere])

    assert mean.accuracy == pytest.approx((1 + 0.5 + 1) / 3)
    assert mean.precision == 1.0  # of the only one that found anything
    assert mean.recall == 0.5
    assert mean.f1 == 0.5
    assert mean.average_precision == pytest.approx((1 + 0.5) / 2)
    assert mean.absolute_error_us == pytest.approx(40 * MS / 3)


def test_the_mean_of_nothing() -> None:
    assert set(asdict(macro_average([])).values()) == {None}
