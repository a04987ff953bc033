"""Which frames of a piece to score, and how the others are filled.

Every frame gets a label (promise 2). A frame that was not scored takes its score from the scored
frames of the same piece on both sides of it, by linear interpolation over time; since a piece never
crosses a cut, no score ever crosses one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

import numpy as np

from vidtag.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Scores


class Sampler(Protocol):
    """Chooses frames. `str(sampler)` is what the run is stored under; `parse` reads it back."""

    def choose(self, pts_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Indices to score, increasing, of a piece whose frames have the times `pts_us` (n,).

        Depends on `pts_us` alone, so that a resumed scan chooses the same frames. Always has the
        first and the last frame: filling never extrapolates.
        """

    def takes(self, index: int, offset_us: int, previous_us: int) -> bool:
        """Whether `choose` takes a frame whatever follows it, so that the others need not wait.

        Args:
            index: of the frame in its piece.
            offset_us: its time since the piece's first frame.
            previous_us: likewise for the frame before it; not looked at when `index` is 0.
        """


@dataclass(frozen=True, slots=True)
class Every:
    """Each `step`-th frame, counted from the start of the piece."""

    step: int

    def __post_init__(self) -> None:
        if self.step < 1:
            raise UsageError(f"every {self.step} frames is no sampling", hint="use 1 or more")

    def __str__(self) -> str:
        return f"every {self.step}"

    def choose(self, pts_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Indices 0, step, 2 * step ... and the last."""
        return _with_last(np.arange(0, len(pts_us), self.step), len(pts_us))

    def takes(self, index: int, offset_us: int, previous_us: int) -> bool:  # noqa: ARG002
        """Each `step`-th."""
        return index % self.step == 0


@dataclass(frozen=True, slots=True)
class Rate:
    """About `per_second` frames a second of shown time, whatever the frame rate."""

    per_second: Fraction

    def __post_init__(self) -> None:
        if self.per_second <= 0:
            raise UsageError(
                f"{self.per_second} frames a second is no sampling", hint="use more than 0"
            )

    def __str__(self) -> str:
        return f"rate {self.per_second}"

    def choose(self, pts_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """The first frame at or after each tick of the rate, and the last frame."""
        tick = [int(offset_us / self._period_us) for offset_us in (pts_us - pts_us[0]).tolist()]
        first_of_tick = np.flatnonzero(np.diff(tick, prepend=-1))
        return _with_last(first_of_tick, len(pts_us))

    def takes(self, index: int, offset_us: int, previous_us: int) -> bool:
        """The first at or after each tick."""
        return index == 0 or offset_us // self._period_us > previous_us // self._period_us

    @property
    def _period_us(self) -> Fraction:
        return Fraction(1_000_000) / self.per_second


DEFAULT_SAMPLER: Sampler = Rate(Fraction(4))
EVERY_FRAME: Sampler = Every(1)


def parse(text: str) -> Sampler:
    """Read what `str(sampler)` wrote.

    Raises:
        UsageError: `text` is no sampler.
    """
    if match := re.fullmatch(r"every (\d+)", text):
        return Every(int(match[1]))
    if match := re.fullmatch(r"rate (\d+(?:/[1-9]\d*)?)", text):
        return Rate(Fraction(match[1]))
    raise UsageError(f"unknown sampler {text!r}", hint="known: 'every N' and 'rate FPS'")


def fill(pts_us: NDArray[np.int64], chosen: NDArray[np.int64], scores: Scores) -> Scores:
    """Scores for all frames of a piece from those of the chosen ones.

    Args:
        pts_us: (n,) times of all frames.
        chosen: (k,) indices that were scored, increasing, with the first and last frame.
        scores: (k, labels) their scores.

    Returns:
        (n, labels); rows at `chosen` are exactly `scores`.
    """
    filled = np.empty((len(pts_us), scores.shape[1]), dtype=np.float32)
    for column in range(scores.shape[1]):
        filled[:, column] = np.interp(pts_us, pts_us[chosen], scores[:, column])
    filled[chosen] = scores
    return filled


def _with_last(indices: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    return np.unique(np.append(indices, count - 1)).astype(np.int64)
