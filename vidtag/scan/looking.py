"""One window as one detector of whole frames looks at it, in as many rounds as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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

_ALL = slice(None)


class Looking:
    """The frames of a window that are asked about, and what the detector has said of them.

    Args:
        window: consecutive frames of one shot.
        pictures: of its frames, in the size that the detector wants.
        sampler: says which frames to look at.
        thresholds: (labels of all heads,) of the detector's scores.
        runs: those to be given labels, each with its columns of these.
        kept: of the window, if features are kept; there may be none yet.
    """

    def __init__(
        self,
        window: Window,
        pictures: Sequence[Picture],
        sampler: Sampler,
        thresholds: NDArray[np.float32],
        runs: Sequence[tuple[RunRecord, slice]],
        kept: Kept | None = None,
    ) -> None:
        self.window = window
        self.features = dict(kept.features) if kept else {}  # of frames, by index
        self._kept = kept
        self._pictures = pictures
        self._known: dict[int, Scores] = {}  # of a frame, (labels of all heads,)
        stills = kept.stills if kept else _stills(pictures, sampler)
        together = [(_ALL, runs)]
        apart = [(columns, [(run, _ALL)]) for run, columns in runs]
        self._askers = [
            _Asker(window, sampler, thresholds[columns], columns, own_runs, stills)
            for columns, own_runs in (together if sampler.is_shared else apart)
        ]

    @property
    def done(self) -> bool:
        """Whether enough is known."""
        return all(asker.answer for asker in self._askers)

    @property
    def missing(self) -> list[int]:
        """The frames to score next, each of them once whoever asks for it."""
        wanted = {index for asker in self._askers for index in asker.wanted}
        return sorted(wanted - self._known.keys())

    @property
    def to_keep(self) -> Kept | None:
        """What is to be kept in place of what was; None if there is nothing new."""
        if self._kept is None or len(self.features) == len(self._kept.features):
            return None
        return replace(self._kept, features=self.features)

    def picture(self, index: int) -> Picture:
        """Of the frame with that index in the window."""
        return self._pictures[index]

    def learn(self, scores: Mapping[int, Scores]) -> None:
        """Of some frames, by index, the scores (labels of all heads,)."""
        self._known.update(scores)
        for asker in self._askers:
            asker.go_on(self._known)

    def finished(self) -> list[Finished]:
        """The pieces of all runs."""
        return [finished for asker in self._askers for finished in asker.finished()]


class _Asker:
    """Asks about some labels at once, and goes by their scores alone.

    Args:
        window: as in `Looking`.
        sampler: likewise.
        thresholds: (labels,) of these labels.
        columns: theirs, of what the detector scores.
        runs: those to be given labels, each with its columns of these labels.
        stills: see `sampling.questions`.
    """

    def __init__(
        self,
        window: Window,
        sampler: Sampler,
        thresholds: NDArray[np.float32],
        columns: slice,
        runs: Sequence[tuple[RunRecord, slice]],
        stills: NDArray[np.int64],
    ) -> None:
        self.answer: Answer | None = None
        self._window = window
        self._columns = columns
        self._runs = runs
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

    def finished(self) -> list[Finished]:
        if self.answer is None:
            raise ValueError(f"the window at frame {self._window.start_frame} is not done")
        start_frame, pts_us = self._window.start_frame, self._window.pts_us
        filled = sampling.fill(pts_us, self.answer.known)
        scored = self.answer.scored
        return [
            Finished(run.run_id, Piece(start_frame, pts_us, filled[:, columns], scored))
            for run, columns in self._runs
        ]


def _stills(pictures: Sequence[Picture], sampler: Sampler) -> NDArray[np.int64]:
    if sampler.joins_stills:
        return sampling.find_stills(pictures)
    return np.arange(len(pictures), dtype=np.int64)
