"""The page about the database names everything that is in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from vidtag.store import Database
from vidtag.store.schema import metadata

PAGE = (Path(__file__).parents[2] / "docs" / "database.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("view", ["presence", "screen_time"])
def test_every_column_of_a_view_is_explained(view: str) -> None:
    section = PAGE.partition(f"### {view}\n")[2].partition("\n##")[0]
    with Database.open(":memory:") as database, database._sessions.reading() as connection:
        columns = list(connection.execute(text(f"SELECT * FROM {view}")).keys())
        assert inspect(connection).get_view_names() == ["presence", "screen_time"]
    assert [name for name in columns if f"`{name}`" not in section] == []


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_table_is_explained(table: str) -> None:
    assert f"\n| `{table}` | " in PAGE.partition("## Tables\n")[2]
