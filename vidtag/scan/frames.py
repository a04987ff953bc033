"""Detectors that look at whole frames: every window becomes a piece, scored and filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vidtag import media, sampling
from vidtag.scan import scoring
from vidtag.types import Piece, RunRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vidtag.sampling import Sampler
    from vidtag.scan.conclusions import Footage
    from vidtag.scan.ledger import Ledger
    from vidtag.store import Database
    from vidtag.types import Detector, Picture, Scores, Size, VideoRecord
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
        mine = self._ledger.claims(self.runs, window.start_frame, window.end_frame)
        if not mine:
            return
        stills = self._stills(pictures)
        asked = _Asked(self._detector, pictures)
        for run, columns in mine:
            scores, scored = self._sample(run, window, stills, asked, columns)
            piece = Piece(window.start_frame, window.pts_us, scores, scored)
            self._database.write_piece(run.run_id, piece, worker=self._ledger.worker)
        self.scored_now += asked.count

    def _stills(self, pictures: Sequence[Picture]) -> NDArray[np.int64]:
        if self._sampler.joins_stills:
            return sampling.find_stills(pictures)
        return np.arange(len(pictures), dtype=np.int64)

    def _sample(
        self,
        run: RunRecord,
        window: Window,
        stills: NDArray[np.int64],
        asked: _Asked,
        columns: slice,
    ) -> tuple[Scores, NDArray[np.bool_]]:
        """Scores of all frames (n, labels of the run), and which frames (n,) were scored.

        A run goes by its own scores alone: what becomes of it does not depend on who else asks.
        """
        known, scored = sampling.ask(
            self._sampler,
            window.pts_us,
            np.array([run.thresholds[label] for label in run.labels], np.float32),
            stills,
            lambda at: asked.scores(at)[:, columns],
        )
        return sampling.fill(window.pts_us, known), scored

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


class _Asked:
    """What a detector says of the frames of a window; each is asked about once."""

    def __init__(self, detector: Detector, pictures: Sequence[Picture]) -> None:
        self._detector = detector
        self._pictures = pictures
        self._scores: dict[int, Scores] = {}  # of a frame, (labels of all heads,)

    @property
    def count(self) -> int:
        """How many frames were scored."""
        return len(self._scores)

    def scores(self, at: NDArray[np.int64]) -> Scores:
        """Scores (k, labels of all heads) of the frames with the indices `at` (k,)."""
        if missing := [index for index in at.tolist() if index not in self._scores]:
            crops = np.stack([self._pictures[index] for index in missing])
            scores = scoring.score(self._detector, crops)
            self._scores.update(zip(missing, scores, strict=True))
        return np.stack([self._scores[index] for index in at.tolist()])
