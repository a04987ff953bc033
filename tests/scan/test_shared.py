"""Classifiers that look at the same frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.detectors import Sharing
from tests.scan.test_frames import contents
from tests.videos import plain, write_video
from vidtag.sampling import Shared, parse
from vidtag.scan import FeatureCache, scan
from vidtag.store import Database
from vidtag.types import RunRecord

SHARED = Shared(Fraction(1, 2))


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shots of 80 frames; colours pass the thresholds at different times."""
    warm = [plain((60 + 2 * number, 200 - 2 * number, 90 + number)) for number in range(80)]
    cold = [plain((5, 60 + 2 * number, 250 - 2 * number)) for number in range(80)]
    return write_video(tmp_path_factory.mktemp("changing") / "changing.mp4", warm + cold)


def scored(database: Database, runs: tuple[RunRecord, ...]) -> list[list[int]]:
    """Of each run the frames that were scored."""
    series = [database.scores(run.run_id, run.labels[0]) for run in runs]
    return [[number for number, yes in enumerate(each.scored) if yes] for each in series]


def test_all_look_at_the_same_frames_and_no_others(changing: Path, database: Database) -> None:
    result = scan(changing, [Sharing("rgb")], database, sampler=SHARED)

    frames, *others = scored(database, result.runs)
    assert others == [frames, frames]
    assert result.frames_scored_now == len(frames)
    assert {run.frames_scored for run in result.runs} == {len(frames)}


def test_together_they_cost_less_than_each_for_itself(
    changing: Path, database: Database, tmp_path: Path
) -> None:
    together = scan(changing, [Sharing("rgb")], database, sampler=SHARED)
    with Database.open(tmp_path / "apart.db") as other:
        apart = scan(changing, [Sharing("rgb")], other)

    assert together.frames_scored_now < apart.frames_scored_now


def test_the_order_of_classifiers_does_not_matter(
    changing: Path, database: Database, tmp_path: Path
) -> None:
    scan(changing, [Sharing("rgb")], database, sampler=SHARED)
    again = scan(changing, [Sharing("brg")], database, sampler=SHARED)

    assert again.unchanged
    with Database.open(tmp_path / "other.db") as other:
        scan(changing, [Sharing("gbr")], other, sampler=SHARED)
        assert contents(other) == contents(database)


def test_in_other_company_it_is_another_run(changing: Path, database: Database) -> None:
    first = scan(changing, [Sharing("rg")], database, sampler=SHARED)
    second = scan(changing, [Sharing("rgb")], database, sampler=SHARED)

    assert not second.unchanged
    names = {run.sampler for run in first.runs}, {run.sampler for run in second.runs}
    assert len(names[0]) == len(names[1]) == 1
    assert names[0] != names[1]
    assert [parse(name) for name in (*names[0], *names[1])] == [SHARED, SHARED]


@pytest.mark.parametrize("cached", [False, True])
def test_a_run_that_is_missing_is_made_as_the_others_were(
    changing: Path, database: Database, tmp_path: Path, cached: bool
) -> None:
    """What it looks at is chosen for all, though only one of them is left to do."""
    cache = FeatureCache(tmp_path / "frames") if cached else None
    whole = scan(changing, [Sharing("rgb")], database, sampler=SHARED, cache=cache)
    expected = contents(database)
    database.delete_run(whole.runs[1].run_id)

    again = scan(changing, [Sharing("rgb")], database, sampler=SHARED, cache=cache)

    assert contents(database) == expected
    assert (again.frames_decoded_now == 0) == cached


def test_it_is_nothing_to_those_who_go_by_themselves(
    changing: Path, database: Database, tmp_path: Path
) -> None:
    def labels(found: dict[str, Any]) -> Any:
        return found["r-on"]

    scan(changing, [Sharing("r")], database)
    with Database.open(tmp_path / "other.db") as other:
        scan(changing, [Sharing("rgb")], other)
        assert labels(contents(other)) == labels(contents(database))
