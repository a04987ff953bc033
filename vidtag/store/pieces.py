"""Pieces of a run: who works on which, and what is done.

A worker takes a piece by a lease that ends by itself. The pieces of a run never overlap.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, and_, delete, insert, select, update

from vidtag.errors import StoreError
from vidtag.store import runs
from vidtag.store.schema import frame_labels, pieces
from vidtag.types import Claim, FacePiece, Piece


class Lease(NamedTuple):
    """Who claims pieces, and for how long."""

    worker: str
    now_us: int
    ttl_us: int


def claim(
    connection: Connection, run_id: int, wanted: Collection[tuple[int, int]], lease: Lease
) -> dict[tuple[int, int], Claim]:
    """Take each of the pieces `wanted`, unless it is done or another worker has it.

    Args:
        connection: in a transaction that writes.
        run_id: whose pieces they are.
        wanted: (first frame, one past the last) of each; none overlaps another.
        lease: for whom.
    """
    for start, end in wanted:
        if not 0 <= start < end:
            raise ValueError(f"expected 0 <= start_frame < end_frame, got {start} and {end}")
    if not wanted:
        return {}
    runs.lock(connection, run_id)
    free = _free(connection, run_id, wanted)
    _take(connection, run_id, free, lease)
    claims: dict[tuple[int, int], Claim] = dict.fromkeys(free, "mine")
    for piece in wanted:
        if piece not in claims:
            claims[piece] = _contend(connection, run_id, piece, lease)
    return claims


def _free(
    connection: Connection, run_id: int, wanted: Collection[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Those that nobody ever claimed a part of: of a new video, all."""
    first, last = min(start for start, _ in wanted), max(end for _, end in wanted)
    taken = [
        (each["start_frame"], each["end_frame"])
        for each in _overlapping(connection, run_id, first, last)
    ]
    taken.sort()
    ends = [end for _, end in taken]
    free = []
    for start, end in wanted:
        after = bisect_right(ends, start)  # the first that ends later than this one begins
        if after == len(taken) or taken[after][0] >= end:
            free.append((start, end))
    return free


def _take(
    connection: Connection, run_id: int, free: Collection[tuple[int, int]], lease: Lease
) -> None:
    rows = [
        {
            "run_id": run_id,
            "start_frame": start,
            "end_frame": end,
            "lease_owner": lease.worker,
            "lease_until_us": lease.now_us + lease.ttl_us,
        }
        for start, end in free
    ]
    if rows:
        connection.execute(insert(pieces), rows)


def _contend(connection: Connection, run_id: int, piece: tuple[int, int], lease: Lease) -> Claim:
    """Take one that others have claimed before, if that is over."""
    start, end = piece
    rivals = _overlapping(connection, run_id, start, end)
    done = [rival for rival in rivals if rival["done"]]
    if sum(_common(rival, start, end) for rival in done) == end - start:
        return "done"
    if any(_is_leased_to_another(rival, lease) for rival in rivals):
        return "busy"
    for rival in rivals:
        _give_way(connection, rival, start, end)
    if done:
        _forget_labels(connection, run_id, start, end)
    _take(connection, run_id, [piece], lease)
    return "mine"


def mark_done(
    connection: Connection, run_id: int, piece: Piece | FacePiece, *, worker: str
) -> None:
    """Mark the piece done, inside the transaction that wrote it.

    The owner stays, so that the same worker may safely write the piece once more.
    """
    held = connection.execute(
        update(pieces)
        .where(
            pieces.c.run_id == run_id,
            pieces.c.start_frame == piece.start_frame,
            pieces.c.end_frame == piece.end_frame,
            pieces.c.lease_owner == worker,
        )
        .values(done=True, lease_until_us=None)
    )
    if held.rowcount == 0:
        frames = f"frames {piece.start_frame} to {piece.end_frame} of run {run_id}"
        raise StoreError(f"{frames} were taken over by another scan", hint="let that scan finish")


def release_dead(connection: Connection, run_id: int, is_alive: Callable[[str], bool]) -> int:
    """Free the pieces of workers that are gone. Returns how many."""
    runs.lock(connection, run_id)
    leased = and_(pieces.c.run_id == run_id, ~pieces.c.done, pieces.c.lease_owner.is_not(None))
    owners = connection.scalars(select(pieces.c.lease_owner).where(leased).distinct()).all()
    dead = [owner for owner in owners if not is_alive(owner)]
    freed = connection.execute(
        update(pieces)
        .where(leased, pieces.c.lease_owner.in_(dead))
        .values(lease_owner=None, lease_until_us=None)
    )
    return freed.rowcount


def ranges(connection: Connection, run_id: int, *, done: bool) -> tuple[tuple[int, int], ...]:
    """The pieces that are done, or those that are not, in order."""
    statement = (
        select(pieces.c.start_frame, pieces.c.end_frame)
        .where(pieces.c.run_id == run_id, pieces.c.done == done)
        .order_by(pieces.c.start_frame)
    )
    return tuple((start, end) for start, end in connection.execute(statement))


def _overlapping(connection: Connection, run_id: int, start: int, end: int) -> list[RowMapping]:
    statement = select(pieces).where(
        pieces.c.run_id == run_id, pieces.c.start_frame < end, pieces.c.end_frame > start
    )
    return list(connection.execute(statement).mappings())


def _common(rival: RowMapping, start: int, end: int) -> int:
    """How many frames both have."""
    return int(min(rival["end_frame"], end) - max(rival["start_frame"], start))


def _is_leased_to_another(rival: RowMapping, lease: Lease) -> bool:
    if rival["done"] or rival["lease_owner"] in {None, lease.worker}:
        return False
    return bool(rival["lease_until_us"] > lease.now_us)


def _give_way(connection: Connection, rival: RowMapping, start: int, end: int) -> None:
    """Make room for the piece `[start, end)`: cut from `rival` what both have.

    Either it is the same piece with a lease that ended, or an earlier scan cut differently. What
    is done outside stays done.
    """
    key = and_(pieces.c.run_id == rival["run_id"], pieces.c.start_frame == rival["start_frame"])
    connection.execute(delete(pieces).where(key))
    if not rival["done"]:
        return
    for left, right in ((rival["start_frame"], start), (end, rival["end_frame"])):
        if left < right:
            rest = {**rival, "start_frame": left, "end_frame": right}
            connection.execute(insert(pieces).values(rest))


def _forget_labels(connection: Connection, run_id: int, start: int, end: int) -> None:
    """Remove what was done of `[start, end)`; the run is not done any more."""
    runs.reopen(connection, run_id)
    connection.execute(
        delete(frame_labels).where(
            frame_labels.c.run_id == run_id,
            frame_labels.c.label_id.in_(runs.label_ids(connection, run_id).values()),
            frame_labels.c.frame_no.between(start, end - 1),
        )
    )
