"""A sampler that looks where wrong labels are to be expected.

A piece is one shot or a part of one, so the picture changes little: a few scores tell most of it.
How often labels between them are probably wrong tells `straying`.

1. First the piece's first frame, its last, and `per_second` frames a second between them.
2. Where two neighbouring scores are on different sides of a threshold, the frame half-way between
   them, again and again until the change is known to the frame. A score that both its neighbours
   contradict is probably a flicker: the frames beside it are asked first.
3. Elsewhere the frame half-way in each gap where too many frames are probably labelled wrong.

A change of these rules needs another name in `str`: runs are stored under it. What was measured,
and why the numbers are as they are, is in docs/performance.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vidtag.sampling.straying import LooksAgain, wrong_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.sampling.values import Known


@dataclass(frozen=True, slots=True)
class Adaptive(LooksAgain):
    """Looks at `per_second` frames a second, and again where labels are probably wrong.

    Twice as many of them leave half as many wrong labels in each gap.
    """

    is_shared: ClassVar[bool] = False

    def __str__(self) -> str:
        return f"adaptive-2 {self.per_second}"

    def _again(
        self, pts_us: NDArray[np.int64], thresholds: NDArray[np.float32], known: Known
    ) -> NDArray[np.int64]:
        present = known.scores >= thresholds
        changes: NDArray[np.bool_] = np.any(present[1:] != present[:-1], axis=1)
        between = np.diff(known.at) - 1  # frames in each gap
        share = wrong_share(pts_us, thresholds, known).max(axis=1)
        asked = changes | (between * share > self.tolerated)
        chosen: NDArray[np.int64] = _between(known.at, changes)[asked & (between > 0)]
        return chosen


def _between(at: NDArray[np.int64], changes: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Of each gap of `at` the frame to ask: the middle one, or one beside a lone score."""
    lone = np.zeros(len(at), np.bool_)
    lone[1:-1] = changes[1:] & changes[:-1]
    middle = (at[1:] + at[:-1]) // 2
    return np.where(lone[:-1], at[:-1] + 1, np.where(lone[1:], at[1:] - 1, middle))
