"""Detectors that look at whole frames: every window becomes a piece, scored and filled."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING

import numpy as np

from vidtag import media
from vidtag.scan import scoring
from vidtag.scan.looking import Looking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidtag.sampling import Sampler
    from vidtag.scan.conclusions import Footage
    from vidtag.scan.ledger import Ledger
    from vidtag.scan.writing import Finished
    from vidtag.store import Database
    from vidtag.types import Detector, Picture, RunRecord, Size, VideoRecord
    from vidtag.windows import Window


class FrameJob:
    """One detector of whole frames, at work on some windows of one video."""

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
        self._at_work: list[Looking] = []
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

    @property
    def at_work(self) -> int:
        """How many windows are being looked at."""
        return len(self._at_work)

    def look_at(self, window: Window, pictures: Sequence[Picture]) -> Looking | None:
        """Claim `window` and prepare to look at it; in any thread.

        Args:
            window: consecutive frames of one shot.
            pictures: of its frames, in the size wanted.

        Returns:
            None when it is done, or another process does it.
        """
        mine = self._ledger.claims(self.runs, window.start_frame, window.end_frame)
        return Looking(window, pictures, self._sampler, mine) if mine else None

    def begin(self, looking: Looking) -> None:
        """Look at a window from now on, beside the others that are at work."""
        self._at_work.append(looking)

    def step(self) -> list[Finished]:
        """Score one batch of frames, of as many windows as it takes.

        Returns:
            The pieces of the windows that are done with it.
        """
        asked = ((looking, index) for looking in self._at_work for index in looking.missing)
        batch = list(islice(asked, scoring.BATCH))
        crops = np.stack([looking.picture(index) for looking, index in batch])
        scores = scoring.score(self._detector, crops)
        for looking, part in groupby(zip(batch, scores, strict=True), key=lambda pair: pair[0][0]):
            looking.learn({index: row for (_, index), row in part})
        return self._take_finished()

    def _take_finished(self) -> list[Finished]:
        done = [looking for looking in self._at_work if looking.done]
        self._at_work = [looking for looking in self._at_work if not looking.done]
        self.scored_now += sum(looking.count for looking in done)
        return [finished for looking in done for finished in looking.finished()]

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
