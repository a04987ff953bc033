"""Finished runs with known scores, for the tests of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tests.store.samples import FRAME_US, summary, video_info
from vidtag.store import Database
from vidtag.timeline import estimate, find_appearances
from vidtag.types import (
    Correction,
    DetectorIdentity,
    Episode,
    Head,
    Piece,
    RunRecord,
    Shot,
)

THRESHOLD = 0.5
Scores = Mapping[str, Sequence[float]]
SHOTS = (Shot(0, 0, 4), Shot(1, 4, 7), Shot(2, 7, 10, scene=1))


def finished(
    database: Database,
    scores: Scores,
    *,
    video: str = "a.mp4",
    episode: Episode | None = None,
    detector: str = "cast",
    version: str = "1",
    shots: Sequence[Shot] = SHOTS,
    scored: Sequence[bool] | None = None,
    estimated: bool = True,
) -> RunRecord:
    """A finished run with these scores, frame by frame; frames last 40 ms."""
    labels = tuple(scores)
    table = np.array(list(scores.values()), np.float32).T
    count = len(table)
    record = database.register_video(video_info(video), episode or Episode())
    head = Head(
        identity=DetectorIdentity(name=detector, version=version, weights_sha256="0" * 64),
        labels=labels,
        thresholds=dict.fromkeys(labels, THRESHOLD),
    )
    run = database.open_run(record.video_id, head, sampler="every 1", pipeline="1")
    truly = np.ones(count, np.bool_) if scored is None else np.array(scored, np.bool_)
    piece = Piece(0, np.arange(count) * FRAME_US, table, truly)
    database.claim_piece(run.run_id, 0, count, worker="w", ttl_s=60)
    database.write_piece(run.run_id, piece, worker="w")
    database.finish_video(record.video_id, summary(count), shots)
    _finish(database, run, piece, shots, estimated=estimated)
    return next(each for each in database.runs(record.video_id) if each.run_id == run.run_id)


def _finish(
    database: Database, run: RunRecord, piece: Piece, shots: Sequence[Shot], *, estimated: bool
) -> None:
    edges_us = np.append(piece.pts_us, (piece.end_frame) * FRAME_US)
    starts = [shot.start_frame for shot in shots]
    columns = dict(zip(run.labels, piece.scores.T, strict=True))
    database.finish_run(
        run.run_id,
        {
            label: find_appearances(
                column, edges_us=edges_us, threshold=THRESHOLD, shot_starts=starts
            )
            for label, column in columns.items()
        },
        estimates={
            label: estimate(
                column,
                scored=piece.scored,
                edges_us=edges_us,
                threshold=THRESHOLD,
                shot_starts=starts,
            )
            for label, column in columns.items()
            if estimated
        },
    )


def say(video_id: int, label: str, start: int, end: int, *, present: bool) -> Correction:
    return Correction(
        video_id=video_id,
        label=label,
        start_frame=start,
        end_frame=end,
        present=present,
        author="Ann",
    )


def bits(text: str) -> list[float]:
    """`..##.` as scores: certain of each frame."""
    return [float(mark == "#") for mark in text]
