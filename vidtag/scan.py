"""The engine: one video and some detectors -> a label for every frame, in the store.

One pass decodes the video, cuts it into windows (see `windows`), lets each detector score the
chosen frames of a window, fills the others, and writes the window as one piece in one transaction.
Kill it anywhere: the pieces written stay, and the next scan of the same video and detectors skips
them and ends with the same rows.

Several scans of one video may run at once. A piece is claimed before it is scored; one that another
process holds is left to it, and taken over if that process dies.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vidtag import media, sampling
from vidtag.errors import PluginError, VideoError
from vidtag.sampling import DEFAULT_SAMPLER, Sampler
from vidtag.timeline import find_appearances, frame_edges
from vidtag.types import (
    DecodeSummary,
    Detector,
    Episode,
    Piece,
    RunRecord,
    ScanProgress,
    Shot,
    Size,
    VideoReader,
    VideoRecord,
)
from vidtag.windows import Window, cut_windows
from vidtag.worker import is_alive, this_worker

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.store import Database
    from vidtag.types import Pictures, Scores

log = logging.getLogger(__name__)

BATCH = 16  # crops handed to a detector at once: bounds memory, changes no score
LEASE_S = 600.0  # longer than a piece takes; a dead owner on this machine is noticed at once
POLL_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What a scan came to."""

    video: VideoRecord
    runs: tuple[RunRecord, ...]
    frames_scored_now: int  # by this call, all detectors together
    unchanged: bool = False  # everything asked for had been scanned before


def scan(
    path: Path,
    detectors: Sequence[Detector],
    database: Database,
    *,
    episode: Episode | None = None,
    sampler: Sampler = DEFAULT_SAMPLER,
    force: bool = False,
    progress: ScanProgress | None = None,
    limits: media.DecodeLimits | None = None,
) -> ScanResult:
    """Label every frame of the video at `path` with every one of `detectors`.

    Args:
        path: a local video file.
        detectors: opened; they stay open.
        database: where the labels go.
        episode: what is known of the video; what it leaves open keeps its value in the store.
        sampler: which frames are scored.
        force: forget earlier runs of these detectors on this video, and scan again.
        progress: told how it goes on.
        limits: of the decoder.

    Raises:
        VideoError: the file cannot be read as video.
        PluginError: a detector broke its contract.
        StoreError: the database cannot be used.
    """
    limits = limits or media.DecodeLimits()
    with media.open_video(path, sizes=_sizes(detectors), limits=limits) as reader:
        video = database.register_video(reader.info, episode or Episode())
        work = _Work(database, video, detectors, sampler, force=force)
        if work.done:
            return ScanResult(video=video, runs=work.runs, frames_scored_now=0, unchanged=True)
        with work.leases():
            summary, shots = work.pass_over(reader, progress)
            while work.left_by_others():
                with media.open_video(path, sizes=_sizes(detectors), limits=limits) as again:
                    work.pass_over(again, None)
    return work.conclude(summary, shots)


def _sizes(detectors: Sequence[Detector]) -> list[Size]:
    """Picture sizes to decode to: each detector's once, then the thumbnail's."""
    return [*dict.fromkeys(d.input_size for d in detectors), media.THUMBNAIL_SIZE]


class _Work:
    """Some detectors at work on one video."""

    def __init__(
        self,
        database: Database,
        video: VideoRecord,
        detectors: Sequence[Detector],
        sampler: Sampler,
        *,
        force: bool,
    ) -> None:
        self._database = database
        self._video = video
        self._sampler = sampler
        self._worker = this_worker()
        self._sizes = _sizes(detectors)
        self._scored_now = 0
        if force:
            self._forget(detectors)
        self._jobs = [(detector, self._open_runs(detector)) for detector in detectors]

    @property
    def runs(self) -> tuple[RunRecord, ...]:
        return tuple(run for _, runs in self._jobs for run in runs)

    @property
    def done(self) -> bool:
        return all(run.done for run in self.runs)

    def _open_runs(self, detector: Detector) -> list[RunRecord]:
        return [
            self._database.open_run(
                self._video.video_id,
                head,
                sampler=str(self._sampler),
                pipeline=media.PIPELINE_VERSION,
            )
            for head in detector.heads
        ]

    def _forget(self, detectors: Sequence[Detector]) -> None:
        names = {head.identity.name for detector in detectors for head in detector.heads}
        for run in self._database.runs(self._video.video_id, done=None):
            if run.identity.name in names:
                self._database.delete_run(run.run_id)

    @contextmanager
    def leases(self) -> Iterator[None]:
        """Take over what dead processes held; let go of what we hold, however this ends."""
        self._release(is_alive)
        try:
            yield
        finally:
            self._release(lambda worker: worker != self._worker)

    def _release(self, keeps: Callable[[str], bool]) -> int:
        return sum(self._database.release_dead(run.run_id, keeps) for run in self.runs)

    # --- one pass ---

    def pass_over(
        self, reader: VideoReader, progress: ScanProgress | None
    ) -> tuple[DecodeSummary, list[Shot]]:
        """Decode the whole video once, and label every window that nobody else has."""
        if progress:
            progress.begin(reader.info, [run.identity.name for run in self.runs])
        shots = media.ShotDetector(frame_rate=reader.info.frame_rate)
        for window in cut_windows(reader, shots):
            for detector, runs in self._jobs:
                self._label(window, detector, runs)
            if progress:
                progress.advance(len(window.pts_us), int(window.pts_us[-1]))
        if reader.summary.frames == 0:
            raise VideoError(f"{reader.info.path}: not one frame could be decoded")
        return reader.summary, shots.shots()

    def _label(self, window: Window, detector: Detector, runs: Sequence[RunRecord]) -> None:
        mine = [self._claim(run, window) for run in runs]
        if not any(mine):
            return
        chosen = self._sampler.choose(window.pts_us)
        crops = window.crops(self._sizes.index(detector.input_size), chosen)
        scores = sampling.fill(window.pts_us, chosen, _score(detector, crops))
        scored = np.zeros(len(window.pts_us), dtype=np.bool_)
        scored[chosen] = True
        self._scored_now += len(chosen)
        column = 0
        for run, is_mine in zip(runs, mine, strict=True):
            columns = scores[:, column : column + len(run.labels)]
            column += len(run.labels)
            if is_mine:
                piece = Piece(window.start_frame, window.pts_us, columns, scored)
                self._database.write_piece(run.run_id, piece, worker=self._worker)

    def _claim(self, run: RunRecord, window: Window) -> bool:
        return not run.done and self._claim_range(run, window.start_frame, window.end_frame)

    def _claim_range(self, run: RunRecord, start_frame: int, end_frame: int) -> bool:
        claim = self._database.claim_piece(
            run.run_id, start_frame, end_frame, worker=self._worker, ttl_s=LEASE_S
        )
        return claim == "mine"

    # --- the end ---

    def left_by_others(self) -> bool:
        """Wait for pieces that other processes hold.

        Returns:
            False once all are done; True as soon as one has become ours to do, because its owner
            died or gave up.
        """
        while pending := [
            (run, piece) for run in self.runs for piece in self._database.pending(run.run_id)
        ]:
            self._release(is_alive)
            if any(self._claim_range(run, *piece) for run, piece in pending):
                return True
            log.info("waiting for another scan of %s", self._video.path)
            time.sleep(POLL_S)
        return False

    def conclude(self, summary: DecodeSummary, shots: Sequence[Shot]) -> ScanResult:
        """Derive the appearances of each label, and mark video and runs as done."""
        video_id = self._video.video_id
        self._database.finish_video(video_id, summary, shots)
        edges = frame_edges(self._database.frame_times(video_id), summary.end_us)
        for run in self.runs:
            if not run.done:
                self._finish_run(run, edges, [shot.start_frame for shot in shots])
        stored = {run.run_id: run for run in self._database.runs(video_id)}
        return ScanResult(
            video=replace(
                self._video,
                frames=summary.frames,
                start_us=summary.start_us,
                end_us=summary.end_us,
                damaged_packets=summary.damaged_packets,
                problems=summary.problems,
            ),
            runs=tuple(stored[run.run_id] for run in self.runs),
            frames_scored_now=self._scored_now,
        )

    def _finish_run(
        self, run: RunRecord, edges_us: NDArray[np.int64], shot_starts: Sequence[int]
    ) -> None:
        self._database.finish_run(
            run.run_id,
            {
                label: find_appearances(
                    self._database.scores(run.run_id, label).scores,
                    edges_us=edges_us,
                    threshold=run.thresholds[label],
                    shot_starts=shot_starts,
                )
                for label in run.labels
            },
        )


def _score(detector: Detector, crops: Pictures) -> Scores:
    """Scores (N, labels) of `crops`, in batches; checks what the detector returns.

    Raises:
        PluginError: wrong shape, or scores that are not probabilities.
    """
    width = sum(len(head.labels) for head in detector.heads)
    batches = []
    for start in range(0, len(crops), BATCH):
        batch = crops[start : start + BATCH]
        scores = np.asarray(detector.score(batch), dtype=np.float32)
        name = detector.heads[0].identity.name
        if scores.shape != (len(batch), width):
            raise PluginError(
                f"detector {name!r} must return scores of shape {(len(batch), width)}, "
                f"received {scores.shape}",
                hint="this is a defect of the plugin: tell its author",
            )
        if not np.all((scores >= 0) & (scores <= 1)):
            raise PluginError(
                f"detector {name!r} returned scores outside [0, 1]",
                hint="this is a defect of the plugin: tell its author",
            )
        batches.append(scores)
    return np.concatenate(batches)
