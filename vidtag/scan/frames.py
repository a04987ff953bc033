"""Detectors that look at whole frames: every window becomes a piece, scored and filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vidtag import media, sampling
from vidtag.scan import scoring
from vidtag.types import Piece, RunRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidtag.sampling import Sampler
    from vidtag.scan.conclusions import Footage
    from vidtag.scan.ledger import Ledger
    from vidtag.store import Database
    from vidtag.types import Detector, Picture, Size, VideoRecord
    from vidtag.windows import Window


class FrameJob:
    """One detector of whole frames, at work on one video."""

    def __init__(
        self,
        detector: Detector,
        video: VideoRecord,
        *,
        database: Database,
        ledger: Ledger,
        sampler: Sampler,
    ) -> None:
        self.scored_now = 0  # frames
        self._detector = detector
        self._database = database
        self._ledger = ledger
        self._sampler = sampler
        self.runs: tuple[RunRecord, ...] = tuple(
            database.open_run(
                video.video_id, head, sampler=str(sampler), pipeline=media.PIPELINE_VERSION
            )
            for head in detector.heads
        )

    @property
    def input_size(self) -> Size:
        """What frames are scaled to."""
        return self._detector.input_size

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return all(run.done for run in self.runs)

    @property
    def seen(self) -> bool:
        """Whether the video need not be decoded for what is left to do."""
        return self.done

    def label(self, window: Window, pictures: Sequence[Picture]) -> None:
        """Score and fill the frames of `window`, unless that is done or another process does.

        Args:
            window: consecutive frames of one shot.
            pictures: of its frames, in the size wanted.
        """
        mine = [self._ledger.claim(run, window.start_frame, window.end_frame) for run in self.runs]
        if not any(mine):
            return
        chosen = self._sampler.choose(window.pts_us)
        crops = np.stack([pictures[index] for index in chosen.tolist()])
        scores = sampling.fill(window.pts_us, chosen, scoring.score(self._detector, crops))
        scored = np.zeros(len(window.pts_us), dtype=np.bool_)
        scored[chosen] = True
        self.scored_now += len(chosen)
        column = 0
        for run, is_mine in zip(self.runs, mine, strict=True):
            columns = scores[:, column : column + len(run.labels)]
            column += len(run.labels)
            if is_mine:
                piece = Piece(window.start_frame, window.pts_us, columns, scored)
                self._database.write_piece(run.run_id, piece, worker=self._ledger.worker)

    def conclude(self, footage: Footage) -> None:
        """Derive the appearances of each label from the scores, and mark the runs as done."""
        for run in self.runs:
            if not run.done:
                self._finish(run, footage)

    def _finish(self, run: RunRecord, footage: Footage) -> None:
        appearances, estimates = {}, {}
        for label in run.labels:
            series = self._database.scores(run.run_id, label)
            appearances[label], estimates[label] = footage.conclude(
                series.scores, series.scored, run.thresholds[label]
            )
        self._database.finish_run(run.run_id, appearances, estimates=estimates)
