"""A sampler that looks at the same frames for all classifiers on one network.

What costs is the network, not what classifiers make of it. So a frame is worth a look where it
mends most labels, whoever they are of: ten classifiers are asked about as many frames as one.

1. First the piece's first frame, its last, and `per_second` frames a second between them.
2. The frame half-way in each gap where too many frames are probably labelled wrong, in the mean of
   all labels. Where a label changes, that is a quarter of them: the change may be anywhere, and is
   taken to be half-way. So a change that most labels share is known to a few frames, or to the
   frame at a high accuracy, and one of a single label the less exactly the more labels there are.

A change of these rules needs another name in `str`: runs are stored under it. What was measured is
in docs/performance.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from vidtag.sampling.straying import LooksAgain, wrong_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.sampling.values import Known

_CHANGED = 0.25  # of a gap in which a label changes


@dataclass(frozen=True, slots=True)
class Shared(LooksAgain):
    """Looks at `per_second` frames a second, and again where it mends most labels of all.

    Which frames these are depends on who looks along, and so do the labels.
    """

    is_shared: ClassVar[bool] = True

    def __str__(self) -> str:
        return f"shared {self.per_second}"

    def _again(
        self, pts_us: NDArray[np.int64], thresholds: NDArray[np.float32], known: Known
    ) -> NDArray[np.int64]:
        present = known.scores >= thresholds
        changes = present[1:] != present[:-1]
        share = np.where(changes, _CHANGED, wrong_share(pts_us, thresholds, known))
        in_order = np.sort(share, axis=1)  # so that the sum does not depend on that of the labels
        wrong = (np.diff(known.at) - 1) * in_order.mean(axis=1)
        middle = (known.at[1:] + known.at[:-1]) // 2
        chosen: NDArray[np.int64] = middle[wrong > self.tolerated]
        return chosen
