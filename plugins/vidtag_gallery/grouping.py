"""Groups of faces that show one person each, where nobody is known.

Average linkage: the two groups whose faces are most alike on average become one, until no two are
alike enough. That is careful with chains: a group grows only by faces that fit all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from vidtag_gallery.space import directions

if TYPE_CHECKING:
    from vidtag.api import Embeddings

ALIKE: Final = 0.45  # mean cosine between two groups from which they are one person


def group(embeddings: Embeddings) -> tuple[tuple[int, ...], ...]:
    """Groups of rows of `embeddings` (N, 129), each in order, the largest first."""
    vectors = directions(embeddings)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    members: list[list[int]] = [[row] for row in range(len(vectors))]
    while len(members) > 1:
        one, other = divmod(int(likeness.argmax()), len(likeness))
        if likeness[one, other] < ALIKE:
            break
        one, other = sorted((one, other))
        sizes = len(members[one]), len(members[other])
        merged = (sizes[0] * likeness[one] + sizes[1] * likeness[other]) / sum(sizes)
        likeness[one], likeness[:, one] = merged, merged
        likeness[one, one] = -np.inf
        likeness = np.delete(np.delete(likeness, other, axis=0), other, axis=1)
        members[one] += members.pop(other)
    return tuple(sorted((tuple(sorted(rows)) for rows in members), key=_largest_first))


def _largest_first(rows: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    return -len(rows), rows
