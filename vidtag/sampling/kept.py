"""The sampler that is content with what there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.sampling.values import Known


@dataclass(frozen=True, slots=True)
class OnlyKept:
    """The frames that were scored by earlier scans with the same network, and no others.

    Which ones these are depends on what was scanned before, and so do the labels.

    Args:
        at: indices of these frames in the piece at hand, with the first and the last.
    """

    joins_stills: ClassVar[bool] = True
    is_shared: ClassVar[bool] = False

    at: tuple[int, ...] = ()

    def __str__(self) -> str:
        return "kept"

    def next(
        self,
        pts_us: NDArray[np.int64],  # noqa: ARG002
        thresholds: NDArray[np.float32],  # noqa: ARG002
        known: Known,
    ) -> NDArray[np.int64]:
        """All of them, at once."""
        return np.array(() if len(known.at) else self.at, np.int64)
