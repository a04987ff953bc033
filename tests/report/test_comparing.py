from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.samples import bits, finished
from vidtag.report import compare_runs
from vidtag.report.comparing import LabelChange
from vidtag.store import Database
from vidtag.types import RunFindings, Segment

MARKS = st.text("#.", min_size=10, max_size=10)


def pair(database: Database, a: dict[str, str], b: dict[str, str]) -> list[RunFindings]:
    for version, marks in enumerate((a, b)):
        scores = {label: bits(each) for label, each in marks.items()}
        finished(database, scores, version=str(version))
    return list(database.findings()[0].runs)


def test_gained_and_lost(database: Database) -> None:
    before, after = pair(database, {"ross": ".####....."}, {"ross": "...####.##"})

    [change] = compare_runs(before, after)

    assert change == LabelChange(
        label="ross",
        before_us=160_000,
        after_us=240_000,
        gained=(Segment(200_000, 280_000), Segment(320_000, 400_000)),
        lost=(Segment(40_000, 120_000),),
    )
    assert (change.gained_us, change.lost_us) == (160_000, 80_000)


def test_a_label_that_only_one_run_has(database: Database) -> None:
    before, after = pair(database, {"ross": "#........."}, {"rachel": ".#........"})

    ross, rachel = compare_runs(before, after)

    assert (ross.label, ross.before_us, ross.after_us, ross.lost_us) == (
        "ross",
        40_000,
        None,
        40_000,
    )
    assert (rachel.label, rachel.before_us, rachel.after_us) == ("rachel", None, 40_000)


def test_runs_on_two_videos_are_not_compared(database: Database) -> None:
    for name in "ab":
        finished(database, {"ross": bits("#.........")}, video=name)
    one, other = (found.runs[0] for found in database.findings())

    with pytest.raises(ValueError, match="expected runs on one video, got videos"):
        compare_runs(one, other)


@settings(max_examples=10)
@given(MARKS, MARKS)
def test_seconds_balance(marks: str, others: str) -> None:
    with Database.open(":memory:") as database:
        before, after = pair(database, {"ross": marks}, {"ross": others})

    [there], [back] = compare_runs(before, after), compare_runs(after, before)

    assert there.before_us is not None
    assert there.after_us == there.before_us + there.gained_us - there.lost_us
    assert (there.gained, there.lost) == (back.lost, back.gained)
