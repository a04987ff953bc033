"""Who works on which piece: claims, leases, and what is left of those that died."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from vidtag.worker import is_alive, this_worker

if TYPE_CHECKING:
    from vidtag.store import Database
    from vidtag.types import RunRecord, ScanProgress

log = logging.getLogger(__name__)

LEASE_S = 600.0  # longer than a piece takes; a dead owner on this machine is noticed at once
POLL_S = 0.5


class Ledger:
    """This process's share of the work on some runs of one video."""

    def __init__(self, database: Database) -> None:
        self.worker = this_worker()
        self._database = database

    def claims(
        self, runs: Sequence[RunRecord], start_frame: int, end_frame: int
    ) -> list[tuple[RunRecord, slice]]:
        """The runs of one detector whose piece is ours to do.

        Args:
            runs: in the order of the detector's heads.
            start_frame: of the piece.
            end_frame: of the piece.

        Returns:
            Each with the columns of its labels in what the detector scores.
        """
        frames = (start_frame, end_frame)
        mine = self.claims_of(runs, [frames])
        return [
            (run, own)
            for run, own in zip(runs, columns_of(runs), strict=True)
            if (run.run_id, frames) in mine
        ]

    def claims_of(
        self, runs: Sequence[RunRecord], frames: Collection[tuple[int, int]]
    ) -> frozenset[tuple[int, tuple[int, int]]]:
        """Which pieces (first frame, one past the last) of which runs (id) are ours to do."""
        open_ids = [run.run_id for run in runs if not run.done]
        if not open_ids or not frames:
            return frozenset()
        claims = self._database.claim_pieces(open_ids, frames, worker=self.worker, ttl_s=LEASE_S)
        return frozenset(piece for piece, claim in claims.items() if claim == "mine")

    @contextmanager
    def leases(self, runs: Sequence[RunRecord]) -> Iterator[None]:
        """Take over what dead processes held; let go of what we hold, however this ends."""
        self._release(runs, is_alive)
        try:
            yield
        finally:
            self._release(runs, lambda worker: worker != self.worker)

    def is_left_over(self, runs: Sequence[RunRecord], progress: ScanProgress | None) -> bool:
        """Wait for pieces that other processes hold.

        Args:
            runs: of one video.
            progress: told about the waiting.

        Returns:
            False once all are done; True as soon as one has become ours to do, because its owner
            died or gave up.
        """
        while pending := [
            (run, piece) for run in runs for piece in self._database.pending(run.run_id)
        ]:
            self._release(runs, is_alive)
            if any(self.claims([run], *piece) for run, piece in pending):
                return True
            log.info("waiting for another scan of the same video")
            if progress:
                progress.wait()
            time.sleep(POLL_S)
        return False

    def _release(self, runs: Sequence[RunRecord], keeps: Callable[[str], bool]) -> None:
        for run in runs:
            self._database.release_dead(run.run_id, keeps)


def columns_of(runs: Sequence[RunRecord]) -> list[slice]:
    """Of each run of a detector, in the order of its heads, the columns of what it scores."""
    ends = list(accumulate((len(run.labels) for run in runs), initial=0))
    return [slice(start, end) for start, end in pairwise(ends)]
