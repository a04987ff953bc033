"""Revision 0004: estimates of older runs are unknown, and everything else as it was."""

from __future__ import annotations

from tests.migrations import alembic
from vidtag.report import build_report, complete
from vidtag.store import Database, upgrade
from vidtag.types import Estimate


def test_older_runs_have_no_estimates_and_are_reported_all_the_same(database_url: str) -> None:
    alembic.make_old(database_url)
    upgrade(database_url)

    with Database.open(database_url, create=False) as database:
        [found] = database.findings()
        [episode] = build_report(database).episodes

    assert found.runs[0].estimates == {}
    times = {time.label: time for time in episode.screen_times}
    # One shot of 160 ms at p = 0.25: 40 ms -+ 1.96 * 160 ms * sqrt(3 / 16), cut to the video.
    assert times["ross"].duration_us == 120_000
    assert times["ross"].interval_us == (0, 160_000)


def test_they_are_worked_out_once(database_url: str) -> None:
    alembic.make_old(database_url)
    upgrade(database_url)

    with Database.open(database_url, create=False) as database:
        before = build_report(database)
        assert complete(database) == 1
        [found] = database.findings()
        after = build_report(database)
        assert complete(database) == 0

    # One shot of 160 ms at p = 0.25: 40 ms, and 160 ms squared times 3 / 16.
    assert found.runs[0].estimates["ross"] == Estimate(
        expected_us=40_000.0, variance_us2=4_800_000_000.0
    )
    assert found.runs[0].estimates.keys() == {"ross", "rachel"}
    assert after == before


def test_views_work_before_and_after(database_url: str) -> None:
    alembic.make_old(database_url)
    alembic.upgrade(database_url, "0003")
    before = alembic.rows(database_url, "screen_time")
    alembic.upgrade(database_url, "0004")
    assert alembic.rows(database_url, "screen_time") == before
    alembic.downgrade(database_url, "0003")
    assert alembic.rows(database_url, "screen_time") == before
