from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vidtag.dataset.neighbours import clusters, nearest


def test_near_hashes_share_a_cluster_also_through_others() -> None:
    assert clusters([0b0, 0b11, 0b1111, 2**64 - 1, 0b111111], within_bits=2) == [0, 0, 0, 1, 0]
    assert clusters([0b0, 0b111, 0b0], within_bits=2) == [0, 1, 0]
    assert clusters([]) == []


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 15), max_size=30), st.integers(0, 6))
def test_clusters_are_the_connected_ones(hashes: list[int], within_bits: int) -> None:
    labels = clusters(hashes, within_bits=within_bits)

    expected = list(range(len(hashes)))
    for _ in hashes:  # let each take the smallest number among its neighbours, until nothing moves
        expected = [
            min(expected[j] for j, b in enumerate(hashes) if (a ^ b).bit_count() <= within_bits)
            for a in hashes
        ]
    numbers = {first: number for number, first in enumerate(sorted(set(expected)))}
    assert labels == [numbers[first] for first in expected]


def test_nearest() -> None:
    hashes = np.array([0b1111, 0b1, 0b10], np.uint64)

    assert nearest(0b0, hashes) == 1
    assert nearest(0b1111, hashes) == 0
    assert nearest(2**64 - 1, hashes) is None
    assert nearest(0, np.array([], np.uint64)) is None
