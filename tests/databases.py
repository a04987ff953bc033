"""Fixtures: empty databases on every server that vidtag supports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.postgres import Installation
from vidtag.store import Database

BACKENDS = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path]:
    """The folder of a running PostgreSQL server's socket."""
    installation = Installation.find()
    if installation is None:
        pytest.skip("PostgreSQL is not here (apt-get install postgresql)")
    with installation.server() as folder:
        yield folder


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that is empty or not there, once for each kind of server."""
    if request.param == "sqlite":
        return str(tmp_path / "vidtag.db")
    return new_postgres(request.getfixturevalue("postgres_socket"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database that holds nothing yet, once for each kind of server."""
    with Database.open(database_url) as opened:
        yield opened


def new_postgres(socket: Path) -> str:
    """Make an empty schema on the server; quicker to make and to remove than a whole database."""
    import psycopg

    name = f"test_{uuid4().hex}"
    server = f"host={socket} user=vidtag dbname=postgres"
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    query = urlencode({"host": socket, "options": f"-c search_path={name}"})
    return f"postgresql://vidtag@/postgres?{query}"
