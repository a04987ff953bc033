"""Finds pictures that look alike, by the distance of their difference hashes.

NumPy is imported where it is used: `vidtag.api` imports this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Of 64. Among 3,817 photos of six people, 168 pairs are as near as this, 9 of them of two people;
# one bit more adds 36 pairs, 5 of them of two.
NEAR_BITS = 5


def clusters(hashes: Sequence[int], *, within_bits: int = NEAR_BITS) -> list[int]:
    """Number the clusters of hashes: two within `within_bits` of each other share one.

    A cluster may be a chain whose ends are further apart. Clusters are numbered in the order of
    their first members.
    """
    import numpy as np

    values = np.array(hashes, np.uint64)
    labels = np.full(len(values), -1, np.int64)
    number = 0
    for start in range(len(values)):
        if labels[start] < 0:
            labels[start] = number
            _spread(values, labels, start, within_bits)
            number += 1
    return [int(label) for label in labels]


def _spread(
    values: NDArray[np.uint64], labels: NDArray[np.int64], start: int, within_bits: int
) -> None:
    """Give the label of `start` to all that hang together with it."""
    waiting = [start]
    while waiting:
        distances = _distances(values, values[waiting.pop()])
        near = ((labels < 0) & (distances <= within_bits)).nonzero()[0]
        labels[near] = labels[start]
        waiting.extend(int(index) for index in near)


def nearest(hash_: int, hashes: NDArray[np.uint64], *, within_bits: int = NEAR_BITS) -> int | None:
    """The index of the first of the hashes nearest to `hash_`, `None` if all are further away."""
    import numpy as np

    if len(hashes) == 0:
        return None
    distances = _distances(hashes, np.uint64(hash_))
    index = int(distances.argmin())
    return index if distances[index] <= within_bits else None


def _distances(values: NDArray[np.uint64], value: np.uint64) -> NDArray[np.uint8]:
    import numpy as np

    distances: NDArray[np.uint8] = np.bitwise_count(values ^ value)
    return distances
