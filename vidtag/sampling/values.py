"""What samplers are asked, and what is known of a piece so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Scores


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The frames of a piece whose scores are known."""

    at: NDArray[np.int64]  # (k,) their indices, increasing
    scores: Scores  # (k, labels)

    @classmethod
    def nothing(cls, labels: int) -> Known:
        """As it is in the beginning."""
        return cls(np.empty(0, np.int64), np.empty((0, labels), np.float32))

    def plus(self, at: NDArray[np.int64], scores: Scores) -> Known:
        """With the `scores` (n, labels) of more frames, the indices `at` (n,), added."""
        both = np.concatenate([self.at, at])
        order = np.argsort(both)
        return Known(both[order], np.concatenate([self.scores, scores])[order])


class Answer(NamedTuple):
    """What became of asking for the frames of a piece."""

    known: Known
    scored: NDArray[np.bool_]  # (n,) which frames were scored themselves


class Sampler(Protocol):
    """Chooses frames. `str(sampler)` is what the run is stored under; `parse` reads it back."""

    @property
    def joins_stills(self) -> bool:
        """Whether frames that look the same are scored once for all."""

    @property
    def is_shared(self) -> bool:
        """Whether all classifiers on one network are asked as one, for the same frames."""

    def next(
        self, pts_us: NDArray[np.int64], thresholds: NDArray[np.float32], known: Known
    ) -> NDArray[np.int64]:
        """Which frames of a piece to score next, none when enough is known.

        Depends on the arguments alone, so that a resumed scan chooses the same frames. The first
        answer has the first and the last frame: filling never extrapolates.

        Args:
            pts_us: (n,) times of the frames, increasing.
            thresholds: (labels,) scores from which a label counts as present.
            known: the answers so far.

        Returns:
            Indices, increasing, without those that are known.
        """


@runtime_checkable
class TimeSampler(Sampler, Protocol):
    """Chooses from the times alone, so before anything was scored."""

    def choose(self, pts_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Indices to score, increasing, of a piece whose frames have the times `pts_us` (n,).

        Always has the first and the last frame.
        """

    def takes(self, index: int, offset_us: int, previous_us: int) -> bool:
        """Whether `choose` takes a frame whatever follows it, so that the others need not wait.

        Args:
            index: of the frame in its piece.
            offset_us: its time since the piece's first frame.
            previous_us: likewise for the frame before it; not looked at when `index` is 0.
        """
