"""The memory that the decoding child and its parent share: a ring of slots, one frame each.

An anonymous file holds it, known only by its descriptor. So it has no name that could be left
behind, it is gone with the last process that maps it, however that process ends, and it does not
count against a small `/dev/shm`. Views stay valid memory as long as anybody holds them.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vidtag.types import Size

if TYPE_CHECKING:
    from vidtag.types import Picture

_ALIGNMENT = 64  # bytes: a cache line
_MAX_SLOTS = 16
_MIN_SLOTS = 3  # one is read, one is filled, one waits
_BUDGET_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """How the shared memory is divided: `slots` frames, each with a picture of every size."""

    sizes: tuple[Size, ...]
    slots: int

    @classmethod
    def for_sizes(cls, sizes: Sequence[Size]) -> Layout:
        """As many slots as help and fit the budget."""
        slot_bytes = max(1, sum(_padded(size) for size in sizes))
        slots = min(_MAX_SLOTS, max(_MIN_SLOTS, _BUDGET_BYTES // slot_bytes))
        return cls(tuple(sizes), slots)

    @property
    def total_bytes(self) -> int:
        """Length of the shared memory."""
        return max(1, self.slots * sum(_padded(size) for size in self.sizes))

    def views(self, memory: mmap.mmap) -> tuple[tuple[Picture, ...], ...]:
        """The pictures of every slot, each (height, width, 3)."""
        slots, offset = [], 0
        for _ in range(self.slots):
            pictures = []
            for height, width in self.sizes:
                pictures.append(np.ndarray((height, width, 3), np.uint8, memory, offset))
                offset += _padded((height, width))
            slots.append(tuple(pictures))
        return tuple(slots)


def create() -> int:
    """Return the descriptor of a new anonymous file; the caller closes it."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("vidtag-frames")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def map_memory(descriptor: int, length: int) -> mmap.mmap:
    """Map `length` bytes of the file and let go of its descriptor."""
    try:
        return mmap.mmap(descriptor, length)
    finally:
        os.close(descriptor)


def _padded(size: Size) -> int:
    pixels = size[0] * size[1]
    return -(-pixels * 3 // _ALIGNMENT) * _ALIGNMENT
