"""Several processes at once, and processes that are killed."""

from __future__ import annotations

import random
import signal
import time
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.store.processes import die_in_write, exit_code, open_new, scan, start
from tests.store.samples import FRAME_US, open_run, piece, summary
from vidtag.store import Database
from vidtag.types import RunRecord


def assert_whole_pieces_only(database: Database, run: RunRecord) -> None:
    """Labels and times are there for the frames of the pieces that are done, and no others."""
    done = sorted(database.done_pieces(run.run_id))
    frames = np.array([n for bounds in done for n in range(*bounds)], np.int64)
    np.testing.assert_array_equal(database.frame_times(run.video_id), frames * FRAME_US)
    whole = piece(0, 100_000, labels=len(run.labels))
    for position, label in enumerate(run.labels):
        series = database.scores(run.run_id, label)
        np.testing.assert_array_equal(series.frame_no, frames)
        np.testing.assert_array_equal(series.scores, whole.scores[frames, position])
        np.testing.assert_array_equal(series.scored, whole.scored[frames])


def test_killed_before_each_statement_of_a_write(database_url: str, database: Database) -> None:
    run = open_run(database)
    for step in count():
        code = exit_code(start(die_in_write, database_url, run.run_id, (0, 50), 2, step))
        assert_whole_pieces_only(database, run)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        assert database.done_pieces(run.run_id) == frozenset()
    assert step >= 6
    assert database.done_pieces(run.run_id) == {(0, 50)}


def test_killed_at_any_moment_then_finished(database_url: str, database: Database) -> None:
    run = open_run(database)
    bounds = list(pairwise(range(0, 4_001, 40)))
    moment = random.Random(1)
    for _ in range(15):
        process = start(scan, database_url, run.run_id, bounds, 2)
        time.sleep(moment.uniform(0, 0.15))
        process.kill()
        process.join()
        assert_whole_pieces_only(database, run)
        database.release_dead(run.run_id, lambda _: False)
    assert exit_code(start(scan, database_url, run.run_id, bounds, 2)) == 0
    assert database.done_pieces(run.run_id) == set(bounds)
    assert_whole_pieces_only(database, run)
    database.finish_video(run.video_id, summary(4_000), [])
    database.finish_run(run.run_id, {})
    assert database.check() == ()


def test_two_scans_of_one_video_double_nothing(database_url: str, database: Database) -> None:
    run = open_run(database)
    bounds = list(pairwise(range(0, 1_001, 20)))
    scans = [start(scan, database_url, run.run_id, bounds, 2) for _ in range(2)]
    assert [exit_code(process) for process in scans] == [0, 0]
    assert database.done_pieces(run.run_id) == set(bounds)
    assert_whole_pieces_only(database, run)


def test_processes_that_create_a_database_at_once(database_url: str) -> None:
    starts = [start(open_new, database_url) for _ in range(4)]
    assert [exit_code(process) for process in starts] == [0, 0, 0, 0]
    with Database.open(database_url) as database:
        assert database.info().revision == database.info().head
        assert database.check() == ()


@pytest.mark.parametrize("readonly", [True, False])
def test_what_a_killed_writer_left_on_the_disk_is_rolled_back(
    tmp_path: Path, readonly: bool
) -> None:
    path = tmp_path / "vidtag.db"
    with Database.open(path) as database:
        run = open_run(database)
    before = path.stat().st_size
    # So much that SQLite has to write into the file before the transaction ends.
    killed = start(die_in_write, str(path), run.run_id, (0, 100_000), 2, 6)
    assert exit_code(killed) == -signal.SIGKILL
    assert sum(each.stat().st_size for each in tmp_path.iterdir()) > before + 1_000_000
    with Database.open(path, readonly=readonly) as database:
        assert_whole_pieces_only(database, run)
        assert database.check() == ()
