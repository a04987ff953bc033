"""One window as one detector of whole frames looks at it, in as many rounds as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vidtag import sampling
from vidtag.scan.writing import Finished
from vidtag.types import Piece

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from vidtag.sampling import Answer, Sampler
    from vidtag.scan.kept import Kept
    from vidtag.types import Picture, RunRecord, Scores
    from vidtag.windows import Window


class Looking:
    """The frames of a window that are asked about, and what the detector has said of them.

    Args:
        window: consecutive frames of one shot.
        pictures: of its frames, in the size that the detector wants.
        sampler: says which frames to look at.
        runs: those to be given labels, each with its columns of the detector's scores.
        kept: of the window, from an earlier scan.
    """

    def __init__(
        self,
        window: Window,
        pictures: Sequence[Picture],
        sampler: Sampler,
        runs: Sequence[tuple[RunRecord, slice]],
        kept: Kept | None = None,
    ) -> None:
        self.window = window
        self.features = dict(kept.features) if kept else {}  # of frames, by index
        self._kept = len(self.features)
        self._pictures = pictures
        self._known: dict[int, Scores] = {}  # of a frame, (labels of all heads,)
        self.stills = kept.stills if kept else _stills(pictures, sampler)
        self._shares = [_Share(run, columns, window, sampler, self.stills) for run, columns in runs]

    @property
    def done(self) -> bool:
        """Whether enough is known."""
        return all(share.answer for share in self._shares)

    @property
    def missing(self) -> list[int]:
        """The frames to score next, each of them once whoever asks for it."""
        wanted = {index for share in self._shares for index in share.wanted}
        return sorted(wanted - self._known.keys())

    @property
    def has_more_to_keep(self) -> bool:
        """Whether there are features that were not kept before."""
        return len(self.features) > self._kept

    def picture(self, index: int) -> Picture:
        """Of the frame with that index in the window."""
        return self._pictures[index]

    def learn(self, scores: Mapping[int, Scores]) -> None:
        """Of some frames, by index, the scores (labels of all heads,)."""
        self._known.update(scores)
        for share in self._shares:
            share.go_on(self._known)

    def finished(self) -> list[Finished]:
        """The pieces of all runs."""
        return [share.finished() for share in self._shares]


class _Share:
    """What is asked for one run.

    It goes by its own scores alone: what becomes of it does not depend on who else asks.
    """

    def __init__(
        self,
        run: RunRecord,
        columns: slice,
        window: Window,
        sampler: Sampler,
        stills: NDArray[np.int64],
    ) -> None:
        self.answer: Answer | None = None
        self._run = run
        self._columns = columns
        self._window = window
        thresholds = np.array([run.thresholds[label] for label in run.labels], np.float32)
        self._questions = sampling.questions(sampler, window.pts_us, thresholds, stills)
        self.wanted: list[int] = next(self._questions).tolist()

    def go_on(self, known: Mapping[int, Scores]) -> None:
        """Ask round after round, as far as the answers are known."""
        while self.answer is None and all(index in known for index in self.wanted):
            scores = np.stack([known[index][self._columns] for index in self.wanted])
            try:
                self.wanted = self._questions.send(scores).tolist()
            except StopIteration as end:
                self.answer, self.wanted = end.value, []

    def finished(self) -> Finished:
        if self.answer is None:
            raise ValueError(f"the window at frame {self._window.start_frame} is not done")
        pts_us = self._window.pts_us
        filled = sampling.fill(pts_us, self.answer.known)
        piece = Piece(self._window.start_frame, pts_us, filled, self.answer.scored)
        return Finished(self._run.run_id, piece)


def _stills(pictures: Sequence[Picture], sampler: Sampler) -> NDArray[np.int64]:
    if sampler.joins_stills:
        return sampling.find_stills(pictures)
    return np.arange(len(pictures), dtype=np.int64)
