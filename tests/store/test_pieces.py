"""Whatever workers do in whatever order, a run holds whole pieces that do not overlap."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, pairwise
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.samples import open_run, piece
from vidtag.errors import StoreError
from vidtag.store import Database
from vidtag.types import RunRecord

FRAMES = 12
TTL_S = 60

Bounds: TypeAlias = tuple[int, int]
actions = st.sampled_from(["claim", "claim_beside", "write", "scan", "scan", "die", "wait"])
workers = st.sampled_from(["a", "b", "c"])
BOUNDS: list[Bounds] = [(0, 4), (4, 8), (8, 12), (2, 6), (0, 8), (5, 7)]
bounds = st.sampled_from(BOUNDS)
numbers = count()


class Clock:
    """Stands still until it is set."""

    now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


class Model:
    """What should happen, in plain Python."""

    def __init__(self, database: Database, run: RunRecord, clock: Clock) -> None:
        self.database, self.run, self.clock = database, run, clock
        self.leases: dict[Bounds, tuple[str, float]] = {}  # piece -> worker, until
        self.done: dict[Bounds, str] = {}  # piece -> worker

    def claim(self, worker: str, wanted: Bounds) -> None:
        self.claim_all(worker, [wanted])

    def claim_beside(self, worker: str, wanted: Bounds) -> None:
        """At once with what does not overlap it."""
        several = [wanted]
        for other in BOUNDS:
            if all(apart(other, each) for each in several):
                several.append(other)
        self.claim_all(worker, several)

    def claim_all(self, worker: str, several: list[Bounds]) -> None:
        run_id = self.run.run_id
        expected = {(run_id, wanted): self.expected_claim(worker, wanted) for wanted in several}
        claims = self.database.claim_pieces([run_id], several, worker=worker, ttl_s=TTL_S)
        assert claims == expected
        for wanted in (wanted for (_, wanted), claim in claims.items() if claim == "mine"):
            self.leases = {key: lease for key, lease in self.leases.items() if apart(key, wanted)}
            self.done = {
                rest: owner for key, owner in self.done.items() for rest in without(key, wanted)
            }
            self.leases[wanted] = (worker, self.clock.now_s + TTL_S)

    def expected_claim(self, worker: str, wanted: Bounds) -> str:
        if set(range(*wanted)) <= self.frames():
            return "done"
        taken = (
            owner != worker and until > self.clock.now_s
            for key, (owner, until) in self.leases.items()
            if not apart(key, wanted)
        )
        return "busy" if any(taken) else "mine"

    def frames(self) -> set[int]:
        return {frame for key in self.done for frame in range(*key)}

    def write(self, worker: str, wanted: Bounds) -> None:
        owner, _until = self.leases.get(wanted, (self.done.get(wanted), 0))
        if owner == worker:
            self.database.write_piece(self.run.run_id, piece(*wanted), worker=worker)
            self.leases.pop(wanted, None)
            self.done[wanted] = worker
        else:
            with pytest.raises(StoreError, match="taken over by another scan"):
                self.database.write_piece(self.run.run_id, piece(*wanted), worker=worker)

    def scan(self, worker: str, wanted: Bounds) -> None:
        if self.expected_claim(worker, wanted) == "mine":
            self.claim(worker, wanted)
            self.write(worker, wanted)

    def die(self, worker: str, _: Bounds) -> None:
        lost = [key for key, (owner, _until) in self.leases.items() if owner == worker]
        freed = self.database.release_dead(self.run.run_id, lambda name: name != worker)
        assert freed == len(lost)
        for key in lost:
            del self.leases[key]

    def wait(self, _worker: str, _: Bounds) -> None:
        self.clock.now_s += TTL_S

    def check(self) -> None:
        """What is stored is what the model says."""
        run_id = self.run.run_id
        assert self.database.done_pieces(run_id) == set(self.done)
        frames = sorted(self.frames())
        whole = piece(0, FRAMES)
        for position, label in enumerate(self.run.labels):
            series = self.database.scores(run_id, label)
            np.testing.assert_array_equal(series.frame_no, frames)
            np.testing.assert_array_equal(series.scores, whole.scores[frames, position])
        claimed = sorted([*self.database.done_pieces(run_id), *self.database.pending(run_id)])
        assert all(apart(one, other) for one, other in pairwise(claimed))


def apart(one: Bounds, other: Bounds) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


def without(one: Bounds, other: Bounds) -> list[Bounds]:
    """What is left of `one` outside `other`."""
    if apart(one, other):
        return [one]
    rests = [(one[0], other[0]), (other[1], one[1])]
    return [(start, end) for start, end in rests if start < end]


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def memory(clock: Clock) -> Iterator[Database]:
    with Database.open(":memory:", clock=clock) as database:
        yield database


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(actions, workers, bounds), max_size=25))
def test_any_order_of_work_ends_with_the_same_rows(
    memory: Database, clock: Clock, steps: list[tuple[str, str, Bounds]]
) -> None:
    model = Model(memory, open_run(memory, video=f"{next(numbers)}.mp4"), clock)
    for action, worker, wanted in steps:
        getattr(model, action)(worker, wanted)
        model.check()
    model.wait("", (0, 0))
    for start in range(0, FRAMES, 3):
        model.scan("last", (start, start + 3))
    model.check()
    assert model.frames() == set(range(FRAMES))
