"""Samplers that go by the times of frames alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vidtag.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.sampling.values import Known

_NONE = np.empty(0, np.int64)


class _ByTime(ABC):
    """Chooses all frames of a piece at once."""

    __slots__ = ()

    joins_stills: ClassVar[bool] = False
    is_shared: ClassVar[bool] = False

    @abstractmethod
    def choose(self, pts_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """See `TimeSampler.choose`."""

    def next(
        self,
        pts_us: NDArray[np.int64],
        thresholds: NDArray[np.float32],  # noqa: ARG002
        known: Known,
    ) -> NDArray[np.int64]:
        """All that `choose` takes, at once."""
        return _NONE if len(known.at) else self.choose(pts_us)


@dataclass(frozen=True, slots=True)
class Every(_ByTime):
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
class Rate(_ByTime):
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


def _with_last(indices: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    return np.unique(np.append(indices, count - 1)).astype(np.int64)
