"""Ad-hoc SQL reads what is there, and nothing that is tried makes it do more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from tests.databases import new_postgres
from tests.store.samples import finished_run
from vidtag.errors import StoreError, UsageError
from vidtag.store import Database
from vidtag.store.sql_functions import FUNCTIONS

ENDLESS = "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x"


@pytest.fixture
def filled(database: Database) -> Database:
    """Ross appears twice, for 5 frames of 40 ms together."""
    finished_run(database)
    return database


def contents(database: Database) -> object:
    return (database.findings(), dict(database.info().rows))


def test_rows_come_with_the_names_of_their_columns(filled: Database) -> None:
    result = filled.sql("SELECT label, appearances FROM screen_time ORDER BY label DESC;")

    assert result.columns == ("label", "appearances")
    assert result.rows == (("ross", 2), ("rachel", 0))
    assert result.complete


def test_values_are_of_few_types(filled: Database) -> None:
    result = filled.sql(
        "SELECT 1, 2.5, 'x', NULL, added_at, sum(season) AS a, sum(width_px) AS a FROM videos "
        "GROUP BY added_at"
    )

    one, half, text, nothing, moment, no_sum, a_sum = result.rows[0]
    assert (one, float(half or 0), text, nothing, no_sum, a_sum) == (1, 2.5, "x", None, None, 640)
    assert isinstance(moment, str)
    assert result.columns[-2:] == ("a", "a")


@pytest.mark.parametrize(("rows", "complete"), [(9, False), (10, True), (11, True)])
def test_number_of_rows_is_bounded(filled: Database, rows: int, complete: bool) -> None:
    result = filled.sql("SELECT frame_no FROM frames ORDER BY 1", max_rows=rows)

    assert [row[0] for row in result.rows] == list(range(min(rows, 10)))
    assert result.complete == complete


@pytest.mark.parametrize(
    "statement",
    [
        "WITH a AS (SELECT 1 AS n), b AS (SELECT 2 AS n) SELECT a.n FROM a JOIN b ON a.n < b.n",
        ENDLESS.replace("FROM x)", "FROM x WHERE n < 5)"),
        "SELECT label, row_number() OVER (ORDER BY start_s) FROM presence",
        "SELECT count(*) FROM frame_labels JOIN labels ON labels.id = label_id",
        "VALUES (1), (2)",
        "SELECT version_num FROM vidtag_version",
        "SELECT upper(label) || '%' FROM presence WHERE label LIKE 'r%'",
    ],
)
def test_reading_is_allowed(filled: Database, statement: str) -> None:
    assert filled.sql(statement).columns


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM runs",
        "DELETE FROM runs RETURNING id",
        "INSERT INTO labels (name) VALUES ('x')",
        "UPDATE labels SET name = 'x'",
        "DROP TABLE runs",
        "DROP VIEW presence",
        "CREATE TABLE x (a integer)",
        "CREATE TEMP TABLE x (a integer)",
        "CREATE TEMP VIEW x AS SELECT 1",
        "ALTER TABLE runs RENAME TO x",
        "CREATE INDEX x ON runs (status)",
        "VACUUM",
        "ANALYZE",
        "REINDEX",
        "BEGIN",
        "COMMIT",
        "SAVEPOINT x",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM runs",
        "COMMIT; DELETE FROM runs",
        "SELECT * FROM nowhere",
        "SELECT nothing FROM runs",
        "selec 1",
        "",
        "  \n",
        "-- nothing",
        "SELECT '\0'",
        "SELECT '\udcff'",
        f"SELECT '{'x' * 100_000}'",
    ],
)
def test_everything_else_is_refused(filled: Database, statement: str) -> None:
    before = contents(filled)

    with pytest.raises(UsageError) as caught:
        filled.sql(statement)

    assert "\n" not in str(caught.value)
    assert contents(filled) == before


def test_an_endless_statement_is_stopped(filled: Database) -> None:
    with pytest.raises(StoreError, match=r"stopped after 0.05 s; ask for less, or for more time"):
        filled.sql(ENDLESS, timeout_s=0.05)
    assert filled.sql("SELECT 1").rows == ((1,),)


class TestSqlite:
    """What only SQLite can be tempted to do."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "vidtag.db"

    @pytest.fixture
    def filled(self, file: Path) -> Iterator[Database]:
        with Database.open(file) as database:
            finished_run(database)
            yield database

    @pytest.mark.parametrize(
        ("statement", "why"),
        [
            ("ATTACH 'other.db' AS other", "attaching a database other.db"),
            ("VACUUM INTO 'other.db'", "attaching a database other.db"),
            ("PRAGMA query_only = 0", "pragma query_only"),
            ("PRAGMA writable_schema = 1", "pragma writable_schema"),
            ("PRAGMA journal_mode = OFF", "pragma journal_mode"),
            ("SELECT * FROM pragma_table_info('runs')", "changing sqlite_master"),
            ("SELECT * FROM dbstat", "changing sqlite_master"),
            ("SELECT load_extension('x.so')", "the function load_extension"),
            ("SELECT writefile('other.db', 'x')", None),
            ("SELECT readfile('/etc/passwd')", None),
            ("SELECT fts3_tokenizer('x')", "the function fts3_tokenizer"),
            ("SELECT randomblob(10)", "the function randomblob"),
            ("INSERT INTO runs DEFAULT VALUES RETURNING id", "inserting into runs"),
            ("SELECT * FROM own", "reading own"),
            ("DELETE FROM sqlite_master", None),
        ],
    )
    def test_tricks(
        self, filled: Database, file: Path, tmp_path: Path, statement: str, why: str | None
    ) -> None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE own (a)")
        before = file.read_bytes()

        with pytest.raises(UsageError) as caught:
            filled.sql(statement)

        assert why is None or caught.value.message == f"SQL refused: {why}"
        assert file.read_bytes() == before
        assert [each.name for each in tmp_path.iterdir()] == ["vidtag.db"]

    def test_json_functions(self, filled: Database) -> None:
        statement = "SELECT value FROM videos, json_each('[1, 2]') ORDER BY 1"
        assert filled.sql(statement).rows == ((1,), (2,))

    def test_blobs_and_what_is_no_text(self, filled: Database, file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("UPDATE videos SET title = CAST(x'41ff' AS TEXT)")
            connection.commit()

        assert filled.sql("SELECT x'0001', title FROM videos").rows == ((b"\0\1", "A\ufffd"),)

    def test_values_are_bounded(self, filled: Database) -> None:
        doubling = (
            "WITH RECURSIVE x(n, t) AS (SELECT 1, 'x' UNION ALL SELECT n + 1, t || t FROM x "
            "WHERE n < 40) SELECT max(length(t)) FROM x"
        )
        with pytest.raises(UsageError, match="SQL: string or blob too big"):
            filled.sql(doubling)

    def test_results_are_bounded(self, filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("vidtag.store.sql_sqlite.BYTES", 35)

        result = filled.sql("SELECT '0123456789' FROM frames")

        assert (len(result.rows), result.complete) == (3, False)

    def test_no_function_reaches_outside(self) -> None:
        outside = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "zeroblob"}
        assert not FUNCTIONS & outside

    def test_a_database_in_memory_has_no_second_connection(self) -> None:
        with (
            Database.open(":memory:") as database,
            pytest.raises(StoreError, match="on a database file, not on one in memory"),
        ):
            database.sql("SELECT 1")


class TestPostgres:
    """What only PostgreSQL can be tempted to do, asked by a superuser."""

    @pytest.fixture
    def url(self, postgres_socket: Path) -> str:
        return new_postgres(postgres_socket)

    @pytest.fixture
    def filled(self, url: str) -> Iterator[Database]:
        with Database.open(url) as database:
            finished_run(database)
            with database._sessions.writing() as connection:
                connection.exec_driver_sql("CREATE SEQUENCE counter")
                connection.exec_driver_sql(
                    "CREATE FUNCTION erase() RETURNS integer LANGUAGE sql VOLATILE "
                    "AS 'DELETE FROM runs; SELECT 1'"
                )
            yield database

    @pytest.mark.parametrize(
        ("statement", "why"),
        [
            ("SELECT nextval('counter')", "SQL refused: permission denied for sequence counter"),
            ("SELECT erase()", "SQL refused: cannot execute DELETE in a read-only transaction"),
            ("SELECT pg_read_file('/etc/passwd')", "SQL refused: permission denied for function"),
            ("SELECT lo_import('/etc/passwd')", "SQL refused: permission denied for function"),
            ("SELECT lo_export(1, '/tmp/vidtag')", "SQL refused: permission denied for function"),
            ("SET TRANSACTION READ WRITE", 'SQL: syntax error at or near "SET"'),
            ("RESET ROLE", 'SQL: syntax error at or near "RESET"'),
            ("COPY runs TO PROGRAM 'cat'", 'SQL: syntax error at or near "COPY"'),
            ("DO 'BEGIN DELETE FROM runs; END'", 'SQL: syntax error at or near "DO"'),
            ("CALL erase()", 'SQL: syntax error at or near "CALL"'),
            ("LOCK TABLE runs", 'SQL: syntax error at or near "LOCK"'),
            ("SELECT * INTO other FROM runs", "SQL: "),
            ("WITH x AS (DELETE FROM runs RETURNING id) SELECT * FROM x", "SQL: "),
            ("SELECT * FROM runs FOR UPDATE", "SQL refused: "),
            ("SELECT 1; SELECT 2", "SQL: cannot insert multiple commands"),
            (
                "SELECT set_config('transaction_read_only', 'off', false)",
                "SQL refused: transaction read-write mode must be set before any query",
            ),
            ("SELECT 1 / 0", "SQL: division by zero"),
        ],
    )
    def test_tricks(self, filled: Database, statement: str, why: str) -> None:
        before = contents(filled)

        with pytest.raises(UsageError) as caught:
            filled.sql(statement)

        assert caught.value.message.startswith(why)
        assert contents(filled) == before

    def test_what_an_old_server_lets_happen_is_undone(self, filled: Database) -> None:
        """Before 16, large objects could be made in a read-only transaction."""
        with suppress(UsageError):
            filled.sql("SELECT lo_create(0)")

        assert filled.sql("SELECT count(*) FROM pg_largeobject_metadata").rows == ((0,),)

    def test_the_time_cannot_be_prolonged(self, filled: Database) -> None:
        statement = "SELECT set_config('statement_timeout', '0', false), pg_sleep(n) "
        with pytest.raises(StoreError, match=r"stopped after 0.05 s"):
            filled.sql(f"{statement} FROM generate_series(0, 9) AS n", timeout_s=0.05)

    def test_settings_do_not_outlive_the_statement(self, filled: Database) -> None:
        filled.sql("SELECT set_config('search_path', 'nowhere', false)")

        assert filled.sql("SELECT count(*) FROM runs").rows == ((1,),)
        assert len(filled.videos()) == 1

    def test_an_account_that_may_only_read_can_ask(self, url: str, postgres_socket: Path) -> None:
        with Database.open(url) as database:
            finished_run(database)
        schema = url.rpartition("search_path%3D")[2]
        server = f"host={postgres_socket} user=vidtag dbname=postgres"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE reader_{schema} LOGIN".encode())
            connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO reader_{schema}".encode())
            connection.execute(
                f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader_{schema}".encode()
            )
        query = urlencode({"host": postgres_socket, "options": f"-c search_path={schema}"})

        with Database.open(f"postgresql://reader_{schema}@/postgres?{query}", readonly=True) as db:
            assert db.sql("SELECT sum(appearances) FROM screen_time").rows == ((2,),)
            with pytest.raises(UsageError, match="permission denied for function pg_read_file"):
                db.sql("SELECT pg_read_file('/etc/passwd')")
