"""Which frames of a video are worth a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from vidtag.types import Shot


class FrameChoice(Protocol):
    """Which frames of a video are extracted."""

    def choose(self, pts_us: Sequence[int], shots: Sequence[Shot]) -> list[int]:
        """Frame numbers, in order, of a video with these frame times and shots."""


@dataclass(frozen=True, slots=True)
class EveryNth:
    """The first frame and each `count`-th after it."""

    count: int

    def choose(self, pts_us: Sequence[int], shots: Sequence[Shot]) -> list[int]:  # noqa: ARG002
        """See `FrameChoice`."""
        return list(range(0, len(pts_us), self.count))


@dataclass(frozen=True, slots=True)
class PerSecond:
    """The first frame in each `1 / rate` seconds, by its presentation time."""

    rate: Fraction

    def choose(self, pts_us: Sequence[int], shots: Sequence[Shot]) -> list[int]:  # noqa: ARG002
        """See `FrameChoice`."""
        first: dict[int, int] = {}
        for number, time_us in enumerate(pts_us):
            first.setdefault((time_us - pts_us[0]) * self.rate // 1_000_000, number)
        return sorted(first.values())


@dataclass(frozen=True, slots=True)
class PerShot:
    """`count` frames of each shot: the middles of as many equal parts."""

    count: int

    def choose(self, pts_us: Sequence[int], shots: Sequence[Shot]) -> list[int]:  # noqa: ARG002
        """See `FrameChoice`."""
        return sorted({frame for shot in shots for frame in self._middles(shot)})

    def _middles(self, shot: Shot) -> Iterator[int]:
        length = shot.end_frame - shot.start_frame
        for part in range(self.count):
            yield shot.start_frame + (2 * part + 1) * length // (2 * self.count)
