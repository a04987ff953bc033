"""Upgrading a database that holds data."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from tests.migrations import alembic
from vidtag.errors import StoreError
from vidtag.paths import bundled
from vidtag.store import Database, Upgrade, migrate, upgrade
from vidtag.store.schema import REVISION, VERSION_TABLE
from vidtag.types import Appearance


@pytest.fixture
def old_url(database_url: str) -> str:
    """A populated database at revision 0001, once for each kind of server."""
    alembic.make_old(database_url)
    return database_url


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    path = tmp_path / "vidtag.db"
    alembic.make_old(str(path))
    return path


def all_rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """What the tables of revision 0001 hold, as far as it is still there."""
    return {
        table: alembic.rows(url, table, columns=alembic.OLD_COLUMNS.get(table, "*"))
        for table in alembic.OLD_TABLES
    }


def test_older_database_is_not_used_before_it_is_upgraded(old_url: str) -> None:
    with pytest.raises(StoreError, match=r"was made by an older vidtag \(revision 0001\)") as old:
        Database.open(old_url)
    assert old.value.hint == "run `vidtag db upgrade`"


def test_upgrade_keeps_everything(old_url: str) -> None:
    before = all_rows(old_url)
    result = upgrade(old_url)
    assert (result.before, result.after) == ("0001", REVISION)
    assert all_rows(old_url) == before
    with Database.open(old_url) as database:
        assert database.check() == ()
        [video] = database.videos()
        [run] = database.runs(video.video_id)
        assert database.appearances(run.run_id)["ross"][1] == Appearance(
            start_frame=2,
            end_frame=4,
            start_us=580_000,
            end_us=660_000,
            mean_score=0.5,
            peak_frame=3,
        )


def test_views_show_finished_runs(old_url: str) -> None:
    upgrade(old_url)
    common = ("Friends", 3, 2, "/videos/a.mp4")
    friends = ("friends", "1", 1)
    assert alembic.rows(old_url, "presence") == [
        (*common, "ross", *friends, 0.35, 0, 1, 0.5, 0.54, 0.04, 0.75, 0),
        (*common, "ross", *friends, 0.35, 2, 4, 0.58, 0.66, 0.08, 0.5, 3),
    ]
    assert alembic.rows(old_url, "screen_time") == [
        (*common, "rachel", *friends, 0.5, 0, 0.0, 0.16),
        (*common, "ross", *friends, 0.35, 2, 0.12, 0.16),
    ]


def test_columns_of_the_views_are_a_promise(old_url: str) -> None:
    upgrade(old_url)
    with alembic.connected(old_url) as connection:
        columns = {
            view: " ".join(connection.execute(text(f"SELECT * FROM {view}")).keys())
            for view in ("presence", "screen_time")
        }
    assert columns == {
        "presence": "series season episode path label detector detector_version run_id threshold "
        "start_frame end_frame start_s end_s duration_s mean_score peak_frame",
        "screen_time": "series season episode path label detector detector_version run_id "
        "threshold appearances screen_time_s video_s",
    }


def test_upgrading_again_does_nothing(old_url: str) -> None:
    upgrade(old_url)
    assert upgrade(old_url) == Upgrade(before=REVISION, after=REVISION, backup=None)


def test_failed_upgrade_changes_nothing(
    old_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "migrations"
    shutil.copytree(bundled("migrations"), broken)
    script = broken / "versions" / "0002_views.py"
    script.write_text(script.read_text().replace("CREATE VIEW screen_time AS\nSELECT", "CREATE"))
    monkeypatch.setattr(migrate, "bundled", lambda _: broken)
    before = all_rows(old_url)
    with pytest.raises(StoreError, match="syntax error"):
        upgrade(old_url)
    assert alembic.rows(old_url, VERSION_TABLE) == [("0001",)]
    assert all_rows(old_url) == before
    with alembic.connected(old_url) as connection:
        assert inspect(connection).get_view_names() == []
    monkeypatch.undo()
    assert upgrade(old_url).after == REVISION


def test_newer_database_is_not_touched(old_url: str) -> None:
    with alembic.connected(old_url) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0999'"))
    with pytest.raises(StoreError, match=r"was made by a newer vidtag \(revision 0999\)"):
        upgrade(old_url)


def test_revision_that_no_migration_knows(old_url: str) -> None:
    with alembic.connected(old_url) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0000'"))
    before = all_rows(old_url)
    with pytest.raises(StoreError, match=r"^cannot upgrade to revision .* '0000'; nothing was"):
        upgrade(old_url)
    assert all_rows(old_url) == before


def test_a_new_database_is_made(database_url: str) -> None:
    made = upgrade(database_url)
    assert made == Upgrade(before=None, after=REVISION, backup=None)
    assert str(made) == f"made at revision {REVISION}"
    assert str(upgrade(database_url)) == f"is at revision {REVISION} already"
    with Database.open(database_url, create=False) as database:
        assert database.check() == ()


# --- SQLite only --------------------------------------------------------------------------


def test_file_is_copied_first(old_file: Path) -> None:
    before = all_rows(str(old_file))
    result = upgrade(old_file)
    assert result.backup == old_file.with_name("vidtag.db.bak-0001")
    assert sorted(each.name for each in old_file.parent.iterdir()) == [
        "vidtag.db",
        "vidtag.db.bak-0001",
    ]
    assert all_rows(str(result.backup)) == before
    assert upgrade(result.backup).before == "0001"


def test_no_upgrade_without_the_copy(old_file: Path) -> None:
    old_file.with_name("vidtag.db.bak-0001").mkdir()
    before = old_file.read_bytes()
    with pytest.raises(StoreError) as caught:
        upgrade(old_file)
    assert str(caught.value) == (
        f"cannot copy {old_file} to {old_file}.bak-0001: Is a directory; "
        "nothing was changed; move that away"
    )
    assert old_file.read_bytes() == before
    assert len(list(old_file.parent.iterdir())) == 2


def test_file_in_use_is_not_upgraded(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked by another program"):
            upgrade(old_file, busy_timeout_s=0.05)
    assert [each.name for each in old_file.parent.iterdir()] == ["vidtag.db"]


def test_file_of_another_program_is_not_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photos (name)")
    with pytest.raises(StoreError, match="belongs to another program"):
        upgrade(path)


def test_broken_references_stop_the_upgrade(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file)) as connection:
        connection.execute("DELETE FROM detectors")
        connection.commit()
    with pytest.raises(StoreError, match=f"upgrade of {old_file} would break references"):
        upgrade(old_file)
    assert alembic.rows(str(old_file), VERSION_TABLE) == [("0001",)]
