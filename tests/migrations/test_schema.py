"""The tables that the migrations make are the tables that the program expects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Integer, MetaData, inspect

from tests.migrations import alembic
from vidtag.paths import bundled
from vidtag.store import Database
from vidtag.store.schema import REVISION, VERSION_TABLE, metadata


def differences(connection: Connection, expected: MetaData) -> list[Any]:
    options = {
        "version_table": VERSION_TABLE,
        "compare_type": True,
        "compare_server_default": True,
    }
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, expected))


def test_program_and_migrations_are_at_the_same_revision() -> None:
    scripts = ScriptDirectory.from_config(alembic.config())
    assert scripts.get_heads() == [REVISION]
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)


def test_migrated_database_has_no_drift(database_url: str) -> None:
    Database.open(database_url).close()
    with alembic.connected(database_url) as connection:
        assert differences(connection, metadata) == []


def test_drift_would_be_noticed(database_url: str) -> None:
    Database.open(database_url).close()
    changed = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(changed)
    changed.tables["videos"].append_column(Column("stars", Integer))
    with alembic.connected(database_url) as connection:
        [(kind, _schema, table, column)] = differences(connection, changed)
        assert (kind, table, column.name) == ("add_column", "videos", "stars")


def described(connection: Connection) -> dict[str, dict[str, Any]]:
    """Everything about the tables, including what Alembic does not compare."""
    inspector = inspect(connection)
    tables = set(inspector.get_table_names()) - {VERSION_TABLE}
    return {
        table: {
            "columns": [
                {**each, "type": repr(each["type"])} for each in inspector.get_columns(table)
            ],
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": sorted(inspector.get_foreign_keys(table), key=str),
            "unique": sorted(inspector.get_unique_constraints(table), key=str),
            "checks": sorted(inspector.get_check_constraints(table), key=str),
            "indexes": sorted(inspector.get_indexes(table), key=str),
            "options": inspector.get_table_options(table),
        }
        for table in tables
    }


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """Another empty database of the same kind."""
    if "://" not in database_url:
        return str(tmp_path / "other.db")
    from tests.databases import new_postgres

    return new_postgres(request.getfixturevalue("postgres_socket"))


def test_migrations_make_exactly_what_the_metadata_describes(
    database_url: str, other_url: str
) -> None:
    alembic.upgrade(database_url, "head")
    with alembic.connected(other_url) as connection:
        metadata.create_all(connection)
        expected = described(connection)
    with alembic.connected(database_url) as connection:
        found = described(connection)
    assert set(found) == set(expected) == set(metadata.tables)
    for table in expected:
        assert found[table] == expected[table]


def test_down_and_up_again(database_url: str) -> None:
    alembic.make_old(database_url)
    alembic.upgrade(database_url, "head")
    alembic.downgrade(database_url, alembic.OLD)
    assert len(alembic.rows(database_url, "frame_labels")) == 8
    alembic.downgrade(database_url, "base")
    with alembic.connected(database_url) as connection:
        assert inspect(connection).get_table_names() == [VERSION_TABLE]
    with Database.open(database_url) as database:  # as good as new
        assert database.videos() == []


def test_alembic_itself_can_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDTAG_DB", str(tmp_path / "vidtag.db"))
    config = Config(bundled("migrations") / "alembic.ini")
    command.upgrade(config, "head")
    command.check(config)
    with Database.open(tmp_path / "vidtag.db") as database:
        assert database.info().revision == REVISION
