"""Made-up episodes for the benchmarks: who is on screen in 22 minutes of a sitcom.

A scene has a cast; each of its shots, 2 to 6 s long, shows some of the cast, from the cut on or a
little later. Scores are what a good detector gives: near 1 or near 0, seldom in between. The same
number makes the same episode.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vidtag.store import Database
from vidtag.timeline import estimate, find_appearances, frame_edges
from vidtag.types import (
    DecodeSummary,
    DetectorIdentity,
    Episode,
    Head,
    Piece,
    Shot,
    VideoInfo,
)

LABELS = ("rachel", "ross", "monica", "chandler", "joey", "phoebe")
FRAMES = 32_000
FRAME_US = 1001 * 1_000_000 / 24_000  # of which the PTS are the whole microseconds
SHOT_FRAMES = (48, 144)
SCENE_SHOTS = (8, 24)
SEASON = 24  # episodes
PIECE = 4_000  # frames written at once
WORKER = "benchmark"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """One episode."""

    number: int
    pts_us: NDArray[np.int64]  # (frames,)
    end_us: int
    shots: tuple[Shot, ...]
    scores: NDArray[np.float32]  # (frames, labels)
    scored: NDArray[np.bool_]  # (frames,)


def make_episode(number: int, *, frames: int = FRAMES) -> Made:
    random = np.random.default_rng(number)
    starts = np.cumsum(random.integers(*SHOT_FRAMES, size=frames // SHOT_FRAMES[0], endpoint=True))
    starts = np.append(0, starts[starts < frames])
    lengths = random.integers(*SCENE_SHOTS, size=len(starts), endpoint=True)
    scenes = np.repeat(np.arange(len(lengths)), lengths)[: len(starts)]
    times = np.round(np.arange(frames + 1) * FRAME_US).astype(np.int64)
    return Made(
        number=number,
        pts_us=times[:-1],
        end_us=int(times[-1]),
        shots=tuple(
            Shot(shot, int(start), int(end), int(scene))
            for shot, (start, end, scene) in enumerate(
                zip(starts, np.append(starts[1:], frames), scenes, strict=True)
            )
        ),
        scores=_scores(random, starts, scenes, frames),
        scored=np.arange(frames) % 6 == 0,
    )


def _scores(
    random: np.random.Generator, starts: NDArray[np.int64], scenes: NDArray[np.int64], frames: int
) -> NDArray[np.float32]:
    cast = random.random((scenes[-1] + 1, len(LABELS))) < 0.5
    shown = cast[scenes] & (random.random((len(starts), len(LABELS))) < 0.7)
    late = random.integers(0, 24, size=shown.shape) * (random.random(shown.shape) < 0.3)
    shot_of = np.searchsorted(starts, np.arange(frames), side="right") - 1
    into = np.arange(frames) - starts[shot_of]
    present = shown[shot_of] & (into[:, None] >= late[shot_of])
    noise = random.beta(1, 20, size=(frames, len(LABELS)))
    return np.where(present, 1 - noise, noise).astype(np.float32)


def store_episode(database: Database, made: Made) -> None:
    """Store it as a scan would, but in larger pieces: no kill -9 is to be survived here."""
    season, episode = divmod(made.number, SEASON)
    info = VideoInfo(
        path=Path(f"/videos/Friends.S{season + 1:02d}E{episode + 1:02d}.mkv"),
        sha256=sha256(str(made.number).encode()).hexdigest(),
        container="matroska",
        codec="h264",
        pixel_format="yuv420p",
        width_px=640,
        height_px=360,
    )
    where = Episode(series="Friends", season=season + 1, episode=episode + 1)
    video = database.register_video(info, where)
    run = database.open_run(video.video_id, _head(), sampler="every 6", pipeline="1")
    _write_pieces(database, run.run_id, made)
    summary = DecodeSummary(frames=len(made.pts_us), start_us=0, end_us=made.end_us)
    database.finish_video(video.video_id, summary, made.shots)
    _finish(database, run.run_id, made)


def _head() -> Head:
    identity = DetectorIdentity(name="friends", version="1", weights_sha256="0" * 64)
    return Head(identity=identity, labels=LABELS, thresholds=dict.fromkeys(LABELS, 0.5))


def _write_pieces(database: Database, run_id: int, made: Made) -> None:
    for start in range(0, len(made.pts_us), PIECE):
        part = slice(start, start + PIECE)
        piece = Piece(start, made.pts_us[part], made.scores[part], made.scored[part])
        database.claim_piece(run_id, start, piece.end_frame, worker=WORKER, ttl_s=600)
        database.write_piece(run_id, piece, worker=WORKER)


def _finish(database: Database, run_id: int, made: Made) -> None:
    edges_us = frame_edges(made.pts_us, made.end_us)
    shot_starts = [shot.start_frame for shot in made.shots]
    columns = dict(zip(LABELS, made.scores.T, strict=True))
    database.finish_run(
        run_id,
        {
            label: find_appearances(
                scores, edges_us=edges_us, threshold=0.5, shot_starts=shot_starts
            )
            for label, scores in columns.items()
        },
        estimates={
            label: estimate(
                scores,
                scored=made.scored,
                edges_us=edges_us,
                threshold=0.5,
                shot_starts=shot_starts,
            )
            for label, scores in columns.items()
        },
    )
