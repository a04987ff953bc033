"""Is this the same person? Pairs of held-out people, and the accuracy of a similarity on them.

The pairs are drawn here with a fixed seed; they are not the official LFW list. Each of the ten
folds has people of its own, so that a threshold is always chosen on other people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

FOLDS = 10
PICTURES_PER_PERSON = 8
PAIRS_SEED = 20240501


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows: `left`, `right`, `same` and `fold`, each of shape (P,)."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    same: NDArray[np.bool_]
    fold: NDArray[np.int64]


@dataclass(frozen=True)
class Accuracy:
    """Mean and standard deviation of the accuracy over the folds."""

    mean: float
    std: float


def draw_pairs(people: Sequence[str], seed: int = PAIRS_SEED) -> Pairs:
    """Draw as many different as same pairs per fold; `people` names the person of each row."""
    rng = np.random.default_rng(seed)
    rows: dict[str, list[int]] = defaultdict(list)
    for row, person in enumerate(people):
        rows[person].append(row)
    names = np.array(sorted(rows))
    pairs: list[tuple[int, int, bool, int]] = []
    for fold, members in enumerate(np.array_split(rng.permutation(names), FOLDS)):
        same = [pair for name in members for pair in _same_pairs(rows[name], rng)]
        pairs += [(a, b, True, fold) for a, b in same]
        pairs += [(a, b, False, fold) for a, b in _different(rows, members, len(same), rng)]
    left, right, is_same, folds = zip(*pairs, strict=True)
    return Pairs(np.array(left), np.array(right), np.array(is_same), np.array(folds))


def _same_pairs(rows: list[int], rng: np.random.Generator) -> list[tuple[int, int]]:
    """All pairs of up to eight pictures, so that no much photographed person decides alone."""
    chosen = rng.permutation(rows)[:PICTURES_PER_PERSON]
    return [(int(a), int(b)) for a, b in combinations(sorted(chosen), 2)]


def _different(
    rows: dict[str, list[int]], members: NDArray[np.str_], count: int, rng: np.random.Generator
) -> list[tuple[int, int]]:
    pairs = []
    for _ in range(count):
        first, second = rng.choice(members, 2, replace=False)
        pairs.append((int(rng.choice(rows[first])), int(rng.choice(rows[second]))))
    return pairs


def verify(vectors: NDArray[np.float32], pairs: Pairs) -> Accuracy:
    """Return the accuracy of the cosine of `vectors` (N, D), threshold from the other folds."""
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return verify_scores(np.sum(units[pairs.left] * units[pairs.right], axis=1), pairs)


def verify_scores(scores: NDArray[np.float32], pairs: Pairs) -> Accuracy:
    """Return the accuracy of `scores` (P,), threshold from the other folds."""
    results = []
    for fold in range(FOLDS):
        inside = pairs.fold == fold
        threshold = best_threshold(scores[~inside], pairs.same[~inside])
        results.append(float(np.mean((scores[inside] >= threshold) == pairs.same[inside])))
    return Accuracy(float(np.mean(results)), float(np.std(results)))


def best_threshold(scores: NDArray[np.float32], same: NDArray[np.bool_]) -> float:
    """Return the score at and above which calling a pair the same is right most often."""
    order = np.argsort(-scores)
    right = np.cumsum(np.where(same[order], 1, -1))
    return float(scores[order[int(np.argmax(right))]])
