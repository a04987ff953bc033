"""Times of frames to sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def times(count: int, step_us: int = 40_000, start_us: int = 0) -> NDArray[np.int64]:
    return start_us + step_us * np.arange(count, dtype=np.int64)
