"""How much of a stretch is covered, for many stretches at once: running totals, not loops.

    parts              [----)     [------)
    time             0 1 2 3 4 5 6 7 8 9
    covered before   0 0 1 2 3 3 3 3 4 5

What is covered in a stretch is the difference between its end and its start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vidtag.types import Appearance, Segment

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """Stretches `[starts_us[i], ends_us[i])`, (n,) each, in order and without overlap."""

    starts_us: NDArray[np.int64]
    ends_us: NDArray[np.int64]

    @classmethod
    def of(cls, parts: Iterable[Appearance | Segment]) -> Coverage:
        """What `parts`, sorted and without overlap, cover."""
        bounds = np.array([(each.start_us, each.end_us) for each in parts], dtype=np.int64)
        starts, ends = bounds.reshape(-1, 2).T
        return cls(starts, ends)

    def within(self, starts_us: NDArray[np.int64], ends_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Time covered in each `[starts_us[i], ends_us[i])`; (k,) in, (k,) out."""
        covered: NDArray[np.int64] = self._before(ends_us) - self._before(starts_us)
        return covered

    @property
    def total_us(self) -> int:
        """Time covered."""
        return int((self.ends_us - self.starts_us).sum())

    def common_us(self, other: Coverage) -> int:
        """Time that both cover."""
        return int(self.within(other.starts_us, other.ends_us).sum())

    def _before(self, times_us: NDArray[np.int64]) -> NDArray[np.int64]:
        totals = np.concatenate(([0], np.cumsum(self.ends_us - self.starts_us)))
        begun = np.searchsorted(self.starts_us, times_us, side="right")
        ends = np.concatenate(([np.iinfo(np.int64).min], self.ends_us))
        before: NDArray[np.int64] = totals[begun] - np.maximum(ends[begun], times_us) + times_us
        return before


def together_us(coverages: Sequence[Coverage]) -> tuple[tuple[int, ...], ...]:
    """For how long each two are there together; symmetric, on the diagonal each one's own time."""
    if not coverages:
        return ()
    starts = np.concatenate([each.starts_us for each in coverages])
    ends = np.concatenate([each.ends_us for each in coverages])
    owner = np.repeat(np.arange(len(coverages)), [len(each.starts_us) for each in coverages])
    rows = [_added_up(each.within(starts, ends), owner, len(coverages)) for each in coverages]
    return tuple(tuple(row) for row in rows)


def _added_up(values: NDArray[np.int64], owner: NDArray[np.int64], owners: int) -> list[int]:
    totals = np.zeros(owners, dtype=np.int64)
    np.add.at(totals, owner, values)
    return [int(total) for total in totals]
