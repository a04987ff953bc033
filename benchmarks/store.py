"""Writing labels, side by side: vidtag's store, and the usual ways of SQLAlchemy.

    python -m benchmarks.store [URL] [--frames N] [--labels N] [--json FILE] [--repeats N]

Every way writes pieces of a scan, one transaction each and all of them on the disk, into tables
with the same keys and checks. vidtag also claims the piece, stores the times of the frames, and
marks it done. The best of the repeats counts, and the ways take turns, so that a busy machine
slows all of them alike. The second figure counts the CPU time of this process alone: it leaves out
the waiting for the disk (most of it with small pieces), for a server, and for other programs.
Without a URL, an SQLite file is made for the occasion; with one, what is written into that
(PostgreSQL) database is deleted again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session, registry

from vidtag.store import Database
from vidtag.store.runs import label_ids
from vidtag.store.schema import frame_labels
from vidtag.types import DetectorIdentity, Episode, Head, Piece, RunRecord, VideoInfo

REFERENCE = "ORM, one object per row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Label rows per second."""

    wall: float
    cpu: float  # of this process


class FrameLabel:
    """A row, as the ORM wants it."""

    def __init__(self, **columns: object) -> None:
        for name, value in columns.items():
            setattr(self, name, value)


registry().map_imperatively(FrameLabel, frame_labels)


def with_vidtag(database: Database, run: RunRecord, piece: Piece) -> None:
    bounds = (piece.start_frame, piece.end_frame)
    database.claim_piece(run.run_id, *bounds, worker="benchmark", ttl_s=600)
    database.write_piece(run.run_id, piece, worker="benchmark")


def with_orm(database: Database, run: RunRecord, piece: Piece) -> None:
    with writing(database) as connection, Session(connection) as session:
        for row in rows(connection, run, piece):
            session.add(FrameLabel(**row))
        session.flush()


def with_statements(database: Database, run: RunRecord, piece: Piece) -> None:
    with writing(database) as connection:
        for row in rows(connection, run, piece):
            connection.execute(insert(frame_labels).values(row))


def with_dictionaries(database: Database, run: RunRecord, piece: Piece) -> None:
    with writing(database) as connection:
        connection.execute(insert(frame_labels), list(rows(connection, run, piece)))


WAYS: dict[str, Callable[[Database, RunRecord, Piece], None]] = {
    REFERENCE: with_orm,
    "Core, one statement per row": with_statements,
    "Core, one list per piece": with_dictionaries,
    "vidtag": with_vidtag,
}
SLOW = {REFERENCE, "Core, one statement per row"}  # a tenth of the pieces will do


@contextmanager
def writing(database: Database) -> Iterator[Connection]:
    with database._sessions.writing() as connection:  # noqa: SLF001
        yield connection


def rows(connection: Connection, run: RunRecord, piece: Piece) -> Iterator[dict[str, Any]]:
    scored = piece.scored.tolist()
    for position, label_id in enumerate(label_ids(connection, run.run_id).values()):
        for offset, score in enumerate(piece.scores[:, position].tolist()):
            yield {
                "run_id": run.run_id,
                "label_id": label_id,
                "frame_no": piece.start_frame + offset,
                "score": score,
                "scored": scored[offset],
            }


def measure(database: Database, *, pieces: int, frames: int, labels: int) -> dict[str, Speed]:
    """How fast each way is."""
    return {
        name: run_way(name, database, max(1, pieces // (10 if name in SLOW else 1)), frames, labels)
        for name in WAYS
    }


def run_way(name: str, database: Database, pieces: int, frames: int, labels: int) -> Speed:
    made = [make_piece(number * frames, frames, labels) for number in range(pieces)]
    run = make_run(database, labels)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    for piece in made:
        WAYS[name](database, run, piece)
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    database.delete_run(run.run_id)
    count = pieces * frames * labels
    return Speed(wall=count / wall_s, cpu=count / cpu_s)


def make_run(database: Database, labels: int) -> RunRecord:
    info = VideoInfo(
        path=Path("benchmark.mp4"),
        sha256=sha256(uuid4().bytes).hexdigest(),
        container="mp4",
        codec="h264",
        pixel_format="yuv420p",
        width_px=640,
        height_px=360,
    )
    names = tuple(f"label {number}" for number in range(labels))
    identity = DetectorIdentity(name="benchmark", version="1", weights_sha256="0" * 64)
    head = Head(identity=identity, labels=names, thresholds=dict.fromkeys(names, 0.5))
    video = database.register_video(info, Episode())
    return database.open_run(video.video_id, head, sampler="every 3", pipeline="1")


def make_piece(start: int, frames: int, labels: int) -> Piece:
    scores = np.random.default_rng(start).random((frames, labels), dtype=np.float32)
    numbers = np.arange(start, start + frames)
    return Piece(start, numbers * 40_000, scores, numbers % 3 == 0)


@contextmanager
def opened(url: str | None) -> Iterator[Database]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Database.open(url or Path(folder) / "benchmark.db") as database,
    ):
        yield database


def best_of(measured: list[dict[str, Speed]], name: str) -> Speed:
    speeds = [each[name] for each in measured]
    return Speed(wall=max(each.wall for each in speeds), cpu=max(each.cpu for each in speeds))


def show(speeds: dict[str, Speed]) -> None:
    print(f"  {'':<30}{'rows/s':>10}{'x ORM':>8}{'rows/CPU s':>12}{'x ORM':>8}")
    slow = speeds[REFERENCE]
    for name, fast in speeds.items():
        wall, cpu = fast.wall / slow.wall, fast.cpu / slow.cpu
        print(f"  {name:<30}{fast.wall:>10,.0f}{wall:>8.2f}{fast.cpu:>12,.0f}{cpu:>8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", nargs="?", help="a database to write to, postgresql://...")
    parser.add_argument("--pieces", type=int, default=50)
    parser.add_argument("--frames", type=int, default=500, help="frames in a piece")
    parser.add_argument("--labels", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    shape = {name: getattr(arguments, name) for name in ("pieces", "frames", "labels")}
    with opened(arguments.url) as database:
        info = database.info()
        measured = [measure(database, **shape) for _ in range(arguments.repeats)]
    best = {name: best_of(measured, name) for name in WAYS}
    print(f"{info.dialect} {info.version}, {shape['frames']} frames x {shape['labels']} labels")
    show(best)
    if arguments.json:
        speeds = {
            "rows_per_s": {name: speed.wall for name, speed in best.items()},
            "rows_per_cpu_s": {name: speed.cpu for name, speed in best.items()},
        }
        written = {"dialect": info.dialect, "version": info.version, **shape, **speeds}
        arguments.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
