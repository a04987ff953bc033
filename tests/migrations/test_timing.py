"""Revision 0005: frame rates of older videos are worked out, and everything else as it was."""

from __future__ import annotations

from tests.migrations import alembic
from vidtag.report import complete
from vidtag.store import Database, upgrade


def test_the_frame_rate_of_an_older_video_is_told_and_then_stored(database_url: str) -> None:
    alembic.make_old(database_url)
    upgrade(database_url)

    with Database.open(database_url, create=False) as database:
        [before] = database.findings(detail=True)
        assert alembic.rows(database_url, "videos", columns="frame_rate, timecode") == [
            (None, None)
        ]
        complete(database)
        [after] = database.findings(detail=True)

    assert before.frame_rate == after.frame_rate == 25
    assert alembic.rows(database_url, "videos", columns="frame_rate") == [("25",)]


def test_views_work_before_and_after(database_url: str) -> None:
    alembic.make_old(database_url)
    alembic.upgrade(database_url, "0004")
    before = alembic.rows(database_url, "presence")
    alembic.upgrade(database_url, "0005")
    assert alembic.rows(database_url, "presence") == before
    alembic.downgrade(database_url, "0004")
    assert alembic.rows(database_url, "presence") == before
