"""What people said, on every kind of server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.store.samples import finished_run, head, open_run, video_info
from vidtag.errors import StoreError
from vidtag.store import Database
from vidtag.types import Correction, Episode

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


def say(video_id: int, label: str = "ross", start: int = 1, end: int = 4) -> Correction:
    return Correction(
        video_id=video_id,
        label=label,
        start_frame=start,
        end_frame=end,
        present=False,
        author="Ann",
        note="only his coat",
    )


def test_what_was_said_comes_back_with_number_and_time(database_url: str) -> None:
    with Database.open(database_url, clock=NOW.timestamp) as database:
        run = finished_run(database)
        said = [say(run.video_id), say(run.video_id, "rachel", 3, 10)]

        stored = database.add_corrections(said)

        numbers = [each.correction_id for each in stored]
        assert stored == [
            replace(each, correction_id=number, created_at=NOW)
            for each, number in zip(said, numbers, strict=True)
        ]
        [found] = database.findings()
        assert found.corrections == tuple(stored)


def test_newer_ones_follow_older_ones(database: Database) -> None:
    video_id = finished_run(database).video_id
    ids = [database.add_corrections([say(video_id)])[0].correction_id for _ in range(3)]

    [found] = database.findings()

    assert [each.correction_id for each in found.corrections] == ids


def test_somebody_new_becomes_a_label(database: Database) -> None:
    video_id = finished_run(database).video_id

    database.add_corrections([say(video_id, "gunther"), say(video_id, "gunther")])

    assert database.label_names() == ["gunther", "rachel", "ross"]


def test_a_correction_is_taken_back(database: Database) -> None:
    video_id = finished_run(database).video_id
    first, second = database.add_corrections([say(video_id), say(video_id, "rachel")])
    assert first.correction_id is not None

    assert database.remove_correction(first.correction_id) == first

    [found] = database.findings()
    assert found.corrections == (second,)
    with pytest.raises(StoreError, match=f"there is no correction {first.correction_id}; see them"):
        database.remove_correction(first.correction_id)


def test_corrections_outlive_rescans(database: Database) -> None:
    run = finished_run(database)
    stored = database.add_corrections([say(run.video_id)])

    database.delete_run(run.run_id)
    finished_run(database)

    [found] = database.findings()
    assert found.corrections == tuple(stored)


def test_all_or_nothing_is_stored(database: Database) -> None:
    video_id = finished_run(database).video_id

    with pytest.raises(StoreError, match=r"frames 8 to 11 are beyond the end of the video; it has"):
        database.add_corrections([say(video_id), say(video_id, start=8, end=11)])

    assert database.info().rows["corrections"] == 0


def test_a_video_must_have_been_scanned_to_its_end(database: Database) -> None:
    run = open_run(database)

    with pytest.raises(StoreError, match="was not scanned to its end; scan it again"):
        database.add_corrections([say(run.video_id)])
    with pytest.raises(StoreError, match="video 99 is not in the database"):
        database.add_corrections([say(99)])


@pytest.mark.parametrize(
    "wrong",
    [
        say(1, start=4, end=4),
        say(1, start=-1),
        say(1, ""),
        replace(say(1), author=""),
    ],
    ids=["empty", "negative", "no label", "no author"],
)
def test_what_makes_no_sense_is_refused(database: Database, wrong: Correction) -> None:
    with pytest.raises(ValueError, match="expected 0 <= start_frame < end_frame, a label, an"):
        database.add_corrections([wrong])


def test_nothing_said_is_nothing_stored(database: Database) -> None:
    assert database.add_corrections([]) == []


def test_label_names_are_all_that_anybody_uses(database: Database) -> None:
    assert database.label_names() == []
    video = database.register_video(video_info(), Episode())
    database.open_run(video.video_id, head(labels=("b", "a")), sampler="all", pipeline="1")
    assert database.label_names() == ["a", "b"]
