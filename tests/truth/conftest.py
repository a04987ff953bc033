from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.truth.frames import constant
from vidtag.truth import FrameTimes, Truth, read_truth

Ranges = dict[str, list[tuple[int, int]]]
Read = Callable[..., Truth]


def ranges(truth: Truth, *, unknown: bool = False) -> Ranges:
    """Label -> half-open ranges of frames where it is present (or unknown)."""
    found = {}
    for label, each in truth.labels.items():
        flags = each.unknown if unknown else each.present
        edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
        found[label] = [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
    return found


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes a file and reads it as the truth of 100 frames at 25 a second, or other `times`."""

    def write_and_read(name: str, content: str | bytes, times: FrameTimes | None = None) -> Truth:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_truth(path, times=times or constant(100))

    return write_and_read
