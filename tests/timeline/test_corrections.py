from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag import timeline
from vidtag.timeline import Said, corrected, corrections, find_appearances, latest
from vidtag.types import Appearance, Correction

FRAMES = 30
FRAME_US = [0, *np.cumsum(np.arange(1, FRAMES + 1)).tolist()]  # no two frames last equally long


def say(start: int, end: int, present: bool) -> Correction:
    return Correction(
        video_id=1, label="ross", start_frame=start, end_frame=end, present=present, author="Ann"
    )


def found(scores: list[float], cuts: tuple[int, ...] = ()) -> tuple[Appearance, ...]:
    edges = np.array(FRAME_US[: len(scores) + 1], dtype=np.int64)
    return find_appearances(
        np.array(scores, np.float32), edges_us=edges, threshold=0.5, shot_starts=cuts
    )


def correct(
    appearances: tuple[Appearance, ...],
    said: list[Correction],
    *,
    frames: int = FRAMES,
    cuts: tuple[int, ...] = (),
) -> tuple[Appearance, ...]:
    times = dict(enumerate(FRAME_US))
    return corrected(appearances, said, frames=frames, frame_us=times, shot_starts=cuts)


def frames_of(appearances: tuple[Appearance, ...]) -> list[tuple[int, int]]:
    return [(each.start_frame, each.end_frame) for each in appearances]


CORRECTIONS = st.lists(
    st.tuples(st.integers(0, FRAMES + 5), st.integers(1, 12), st.booleans()).map(
        lambda p: say(p[0], p[0] + p[1], p[2])
    ),
    max_size=6,
)
SCORES = st.lists(st.sampled_from([0.0, 0.6, 1.0]), min_size=FRAMES, max_size=FRAMES)
CUTS = st.sets(st.integers(1, FRAMES - 1), max_size=4).map(tuple)


@given(SCORES, CUTS, CORRECTIONS)
def test_the_newest_wins_frame_by_frame(
    scores: list[float], cuts: tuple[int, ...], said: list[Correction]
) -> None:
    wanted = [score >= 0.5 for score in scores]
    for each in said:
        wanted[each.start_frame : each.end_frame] = [each.present] * len(
            wanted[each.start_frame : each.end_frame]
        )

    result = correct(found(scores, cuts), said, cuts=cuts)

    expected = found([1.0 if each else 0.0 for each in wanted], cuts)
    assert [each.segment for each in result] == [each.segment for each in expected]
    assert frames_of(result) == frames_of(expected)
    assert all(each.start_frame <= each.peak_frame < each.end_frame for each in result)
    assert all(0.5 <= each.mean_score <= 1 for each in result)


@given(SCORES, CUTS, CORRECTIONS)
def test_correcting_again_changes_no_frame(
    scores: list[float], cuts: tuple[int, ...], said: list[Correction]
) -> None:
    once = correct(found(scores, cuts), said, cuts=cuts)

    assert frames_of(correct(once, said, cuts=cuts)) == frames_of(once)


@given(SCORES, CUTS)
def test_without_corrections_nothing_changes(scores: list[float], cuts: tuple[int, ...]) -> None:
    assert correct(found(scores, cuts), [], cuts=cuts) == found(scores, cuts)


@given(CORRECTIONS)
def test_what_holds_in_the_end_does_not_overlap(said: list[Correction]) -> None:
    result = latest(said, FRAMES)

    assert all(0 <= each.start_frame < each.end_frame <= FRAMES for each in result)
    assert all(
        a.end_frame < b.start_frame or (a.end_frame == b.start_frame and a.present != b.present)
        for a, b in pairwise(result)
    )


def test_overlapping_corrections() -> None:
    said = [say(0, 10, True), say(5, 12, False), say(11, 99, True)]

    assert latest(said, 20) == (Said(0, 5, True), Said(5, 11, False), Said(11, 20, True))
    assert latest([say(20, 30, True)], 20) == ()


def test_a_corrected_frame_counts_as_a_score_of_1() -> None:
    [one] = correct(found([0.0, 0.5, 0.75, 0.0]), [say(2, 4, True)])

    assert (one.start_frame, one.end_frame, one.start_us, one.end_us) == (1, 4, 1, 10)
    assert one.mean_score == (0.625 + 1 + 1) / 3
    assert one.peak_frame == 2


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(say(0, 2, False), [(2, 4, 2, 0.75)], id="before its peak"),
        pytest.param(say(2, 4, False), [(0, 2, 1, 0.75)], id="after its peak"),
        pytest.param(say(1, 2, False), [(0, 1, 0, 0.75), (2, 4, 2, 0.75)], id="the peak itself"),
        pytest.param(say(0, 4, False), [], id="all of it"),
        pytest.param(say(4, 5, False), [(0, 4, 1, 0.75)], id="beside it"),
    ],
)
def test_what_is_left_of_an_appearance(
    said: Correction, expected: list[tuple[int, int, int, float]]
) -> None:
    result = correct(found([0.5, 1.0, 0.75, 0.75]), [said])

    rest = [(e.start_frame, e.end_frame, e.peak_frame, e.mean_score) for e in result]
    assert rest == expected


def test_what_a_person_saw_ends_at_cuts() -> None:
    result = correct((), [say(2, 9, True)], cuts=(0, 2, 5, 9))

    assert frames_of(result) == [(2, 5), (5, 9)]
    assert [each.peak_frame for each in result] == [2, 5]


def rows(text: str | None, *names: str) -> list[str]:
    """The lines of a drawing that begin with these names, without them but as wide."""
    assert text is not None
    lines = [line.strip() for line in text.splitlines()]
    return [
        line.replace(name, " " * len(name), 1)
        for name in names
        for line in lines
        if line.startswith(f"{name} ")
    ]


def test_the_drawing_of_corrections_is_what_happens() -> None:
    numbers, detector, outcome = rows(corrections.__doc__, "frame", "detector", "corrected")
    at = [found.start() for found in re.finditer(r"\d", numbers)]

    result = correct(
        found([float(detector.ljust(99)[place] == "#") for place in at]),
        [say(2, 6, False), say(4, 7, True)],
        frames=10,
    )

    present = {frame for start, end in frames_of(result) for frame in range(start, end)}
    assert present == {frame for frame, place in enumerate(at) if outcome[place] == "#"}


def test_the_drawing_of_the_package_is_what_happens() -> None:
    names = ("frames", "appearances", "corrected", "screen time")
    numbers, *lines = rows(timeline.__doc__, *names)
    at = [found.start() for found in re.finditer(r"\b\d\b", numbers)]
    drawn = [
        [(at.index(m.start()), at.index(m.end())) for m in re.finditer(r"\[-*\)", line)]
        for line in lines
    ]

    before = found([0, 1, 1, 1, 0, 0, 1, 0], (3,))
    after = correct(before, [say(5, 6, True), say(6, 7, False)], frames=8, cuts=(0, 3))

    assert [frames_of(before), frames_of(after)] == drawn[:2]
    shown = timeline.union(each.segment for each in after)
    assert [(each.start_us, each.end_us) for each in shown] == [
        (FRAME_US[start], FRAME_US[end]) for start, end in drawn[2]
    ]
