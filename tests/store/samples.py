"""Small made-up values for the tests of the store."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np

from vidtag.store import Database
from vidtag.types import (
    Appearance,
    DecodeSummary,
    DetectorIdentity,
    Episode,
    Head,
    Piece,
    RunRecord,
    VideoInfo,
)

FRAME_US = 40_000
LABELS = ("ross", "rachel")


def video_info(name: str = "a.mp4", *, path: Path | None = None) -> VideoInfo:
    """Equal names are the same content."""
    return VideoInfo(
        path=path or Path("/videos") / name,
        sha256=sha256(name.encode()).hexdigest(),
        container="mp4",
        codec="h264",
        pixel_format="yuv420p",
        width_px=640,
        height_px=360,
    )


def head(
    name: str = "friends",
    *,
    version: str = "1",
    labels: tuple[str, ...] = LABELS,
    threshold: float = 0.35,
) -> Head:
    identity = DetectorIdentity(
        name=name, version=version, weights_sha256="0" * 64, settings={"b": "2", "a": "1"}
    )
    return Head(identity=identity, labels=labels, thresholds=dict.fromkeys(labels, threshold))


def piece(start: int, end: int, *, labels: int = len(LABELS)) -> Piece:
    """Frames whose scores depend on their numbers alone; every third is scored."""
    numbers = np.arange(start, end)
    scores = (numbers[:, None] * 7 + np.arange(labels) * 13) % 101 / np.float32(100)
    return Piece(start, numbers * FRAME_US, scores.astype(np.float32), numbers % 3 == 0)


def summary(frames: int, *problems: str) -> DecodeSummary:
    return DecodeSummary(
        frames=frames,
        start_us=0,
        end_us=frames * FRAME_US,
        damaged_packets=len(problems),
        problems=problems,
    )


def appearance(start: int, end: int) -> Appearance:
    return Appearance(
        start_frame=start,
        end_frame=end,
        start_us=start * FRAME_US,
        end_us=end * FRAME_US,
        mean_score=0.75,
        peak_frame=start,
    )


def open_run(database: Database, *, video: str = "a.mp4", labels: int = len(LABELS)) -> RunRecord:
    names = LABELS if labels == len(LABELS) else tuple(f"label {n}" for n in range(labels))
    record = database.register_video(video_info(video), Episode())
    return database.open_run(record.video_id, head(labels=names), sampler="every 3", pipeline="1")


def write(database: Database, run: RunRecord, start: int, end: int, *, worker: str = "w") -> None:
    """Claim and write one piece."""
    assert database.claim_piece(run.run_id, start, end, worker=worker, ttl_s=60) == "mine"
    done = piece(start, end, labels=len(run.labels))
    database.write_piece(run.run_id, done, worker=worker)


def finished_run(database: Database, *, video: str = "a.mp4") -> RunRecord:
    """Ten frames in two pieces; ross in frames 2 to 5 and 7 to 9, rachel in none."""
    run = open_run(database, video=video)
    write(database, run, 0, 6)
    write(database, run, 6, 10)
    database.finish_video(run.video_id, summary(10), [])
    database.finish_run(run.run_id, {"ross": [appearance(2, 5), appearance(7, 9)]})
    [done] = database.runs(run.video_id)
    return done
