from __future__ import annotations

from contextlib import suppress

import pytest

from tests.store.samples import open_run, piece
from vidtag.errors import StoreError
from vidtag.scan.writing import Finished, PieceWriter
from vidtag.store import Database


def test_all_that_was_put_is_there_in_the_end(database: Database) -> None:
    runs = [open_run(database), open_run(database, video="b.mp4")]
    ids = [run.run_id for run in runs]
    for start in range(0, 40, 4):
        database.claim_pieces(ids, [(start, start + 4)], worker="w", ttl_s=60)

    with PieceWriter(database, worker="w") as writer:
        for start in range(0, 40, 4):
            writer.put([Finished(run.run_id, piece(start, start + 4)) for run in runs])

    everything = frozenset((start, start + 4) for start in range(0, 40, 4))
    assert [database.done_pieces(run_id) for run_id in ids] == [everything, everything]
    assert len(database.scores(ids[0], "ross").scores) == 40


def test_what_cannot_be_written_is_an_error_in_the_end_and_at_the_next_piece(
    database: Database,
) -> None:
    run = open_run(database)
    database.claim_piece(run.run_id, 0, 4, worker="other", ttl_s=60)
    writer = PieceWriter(database, worker="w")

    with pytest.raises(StoreError, match="taken over"), writer:
        writer.put([Finished(run.run_id, piece(0, 4))])

    with pytest.raises(StoreError, match="taken over"):
        writer.put([Finished(run.run_id, piece(4, 8))])
    assert database.done_pieces(run.run_id) == frozenset()


def test_what_is_finished_is_written_though_the_scan_failed(database: Database) -> None:
    run = open_run(database)
    database.claim_piece(run.run_id, 0, 4, worker="w", ttl_s=60)

    with suppress(KeyboardInterrupt), PieceWriter(database, worker="w") as writer:
        writer.put([Finished(run.run_id, piece(0, 4))])
        raise KeyboardInterrupt

    assert database.done_pieces(run.run_id) == {(0, 4)}
