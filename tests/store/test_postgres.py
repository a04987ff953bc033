"""What only a server can get wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.databases import new_postgres
from tests.migrations import alembic
from tests.store.samples import finished_run, head, open_run, piece
from vidtag.errors import StoreError
from vidtag.store import Database


@pytest.fixture
def url(postgres_socket: Path) -> str:
    """The address of an empty schema."""
    return new_postgres(postgres_socket)


def refusal(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        Database.open(url)
    return str(caught.value)


def test_schema_of_another_program_is_left_alone(url: str) -> None:
    with alembic.connected(url) as connection:
        connection.execute(text("CREATE TABLE videos (name text)"))
    assert refusal(url).endswith("belongs to another program; choose another database with --db")


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ("/postgres?", "/nowhere?", 'database "nowhere" does not exist'),
        ("//vidtag@", "//nobody@", 'role "nobody" does not exist'),
    ],
)
def test_wrong_address(url: str, right: str, wrong: str, why: str) -> None:
    message = refusal(url.replace(right, wrong))
    assert message.endswith(f"{why}; check the address and that the server runs")
    assert "\n" not in message


def test_empty_schema_is_filled_only_on_request(url: str) -> None:
    with pytest.raises(StoreError, match=r"is empty; run `vidtag scan` or `vidtag enroll` first"):
        Database.open(url, create=False)


def test_server_refuses_writes_of_a_reader(url: str) -> None:
    with Database.open(url) as database:
        run = finished_run(database)
    with Database.open(url, readonly=True) as database:
        assert database.runs(run.video_id) == [run]
        with pytest.raises(StoreError, match="was opened for reading only"):
            database.delete_run(run.run_id)
        with (
            pytest.raises(StoreError, match="may not be written; use an account that may write"),
            database._sessions.reading() as connection,
        ):
            connection.execute(text("DELETE FROM runs"))


def test_locked_run_is_waited_for_and_then_told(url: str) -> None:
    with Database.open(url, busy_timeout_s=0.05) as database:
        run = open_run(database)
        with alembic.connected(url) as other:
            other.execute(text("SELECT * FROM runs FOR UPDATE"))
            with pytest.raises(StoreError, match="is locked by another program"):
                database.claim_piece(run.run_id, 0, 5, worker="w", ttl_s=60)
        assert database.claim_piece(run.run_id, 0, 5, worker="w", ttl_s=60) == "mine"


def test_runs_of_one_video_are_written_beside_each_other(url: str) -> None:
    with Database.open(url, busy_timeout_s=0.05) as database:
        run = open_run(database)
        other = database.open_run(run.video_id, head("cheers"), sampler="all", pipeline="1")
        for each in (run, other):
            database.claim_piece(each.run_id, 0, 5, worker="w", ttl_s=60)
        with alembic.connected(url) as connection:
            lock = text("SELECT * FROM runs WHERE id = :run_id FOR UPDATE")
            connection.execute(lock, {"run_id": run.run_id})
            database.write_piece(other.run_id, piece(0, 5), worker="w")
        assert database.done_pieces(other.run_id) == {(0, 5)}


def test_a_statement_that_the_server_does_not_understand_is_told(url: str) -> None:
    with Database.open(url) as database:
        with database._sessions.writing() as connection:
            connection.execute(text("DROP TABLE sightings CASCADE"))
        with pytest.raises(StoreError, match=r"does not exist .*; run `vidtag db check`"):
            database.info()
