"""What size and what learning rate a step has.

The schedule is a list of stages ``(size in pixels, steps)``. Its progress runs from 0 to 1 in
units of work (a step costs the square of its size), so that it can also be driven by the clock:
with a limit in minutes the progress is never behind the time, and the run ends when it should on
a machine that turned out slower. Without a limit the steps alone decide, and a run can be repeated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

WARM_UP = 0.04
FLOOR = 0.005


@dataclass(frozen=True)
class Schedule:
    """Stages as (size_px, steps), with an optional limit in minutes."""

    stages: tuple[tuple[int, int], ...]
    minutes: float | None = None

    @classmethod
    def parse(cls, text: str, minutes: float | None = None) -> Schedule:
        """Read stages such as ``48:1500,64:2000,96:500``."""
        pairs = [stage.split(":") for stage in text.split(",")]
        return cls(tuple((int(size), int(steps)) for size, steps in pairs), minutes)

    def progress(self, position: float, seconds: float) -> float:
        """Return the progress at `position` (of the work, 0 to 1) after `seconds` of training."""
        if self.minutes is None:
            return position
        return max(position, seconds / (60.0 * self.minutes))

    def size_px(self, progress: float) -> int:
        """Return the picture size at `progress`."""
        work = progress * self._work()
        for size_px, steps in self.stages:
            work -= steps * size_px**2
            if work < 0:
                return size_px
        return self.stages[-1][0]

    def share(self, size_px: int) -> float:
        """Return how much one step at `size_px` adds to the progress."""
        return float(size_px**2 / self._work())

    def _work(self) -> int:
        return sum(steps * size_px**2 for size_px, steps in self.stages)


def learning_rate(peak: float, progress: float) -> float:
    """Rise linearly to `peak`, then fall along a cosine to half a percent of it."""
    if progress < WARM_UP:
        return peak * (0.05 + 0.95 * progress / WARM_UP)
    fallen = (progress - WARM_UP) / (1 - WARM_UP)
    return peak * (FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * min(fallen, 1.0))))
