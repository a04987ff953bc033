"""Divides a dataset into a part to learn from and a part to check with.

The frames of a shot are nearly the same picture. With some of them on either side, the check
only shows how well the network remembers; so whole shots go to one side, and so do photos that look
alike. `random` puts single pictures anywhere, as the original method did; `leakage` shows what that
does.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from vidtag.dataset.neighbours import clusters, nearest
from vidtag.dataset.values import Dataset, Sample, Split

SplitBy: TypeAlias = Literal["shot", "random"]
_Counts: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Group:
    """Samples that stay together."""

    key: str  # see `shot_keys`
    samples: tuple[Sample, ...]
    counts: _Counts  # stratum -> samples


def split_dataset(
    dataset: Dataset, *, by: SplitBy = "shot", validation_share: float = 0.25, seed: int = 0
) -> Split:
    """Divide the samples of `dataset`.

    Each class, and the pictures without any, are on both sides if they come in two groups or more
    and the groups of the others allow it; what comes in one group is learnt from. The same samples
    in another order or folder are divided alike.

    Args:
        dataset: what to divide.
        by: what stays together: the frames of a shot and photos that look alike, or nothing.
        validation_share: of each class, as nearly as whole groups can come to it; in (0, 1).
        seed: of the choice.

    Raises:
        ValueError: the share is not between 0 and 1.
    """
    if not 0 < validation_share < 1:
        raise ValueError(f"validation_share must be in (0, 1), received {validation_share}")
    groups = _group(dataset.samples, by)
    groups.sort(key=lambda group: _rank(group.key, seed))
    chosen = _choose(groups, validation_share)
    validation = {sample for group in chosen for sample in group.samples}
    return Split(
        train=tuple(sample for sample in dataset.samples if sample not in validation),
        validation=tuple(sample for sample in dataset.samples if sample in validation),
    )


def leakage(split: Split) -> tuple[tuple[Sample, Sample], ...]:
    """For each validation sample that looks like one to learn from: (that one, itself)."""
    import numpy as np

    hashes = np.array([sample.dhash for sample in split.train], np.uint64)
    found = ((nearest(sample.dhash, hashes), sample) for sample in split.validation)
    return tuple((split.train[index], sample) for index, sample in found if index is not None)


def shot_keys(samples: Sequence[Sample]) -> list[str]:
    """For each sample the shot it is from, or for a photo the cluster of those that look alike.

    A key is the same whatever the order of the samples and the place of the folder.
    """
    photos = [sample for sample in samples if sample.origin is None]
    alike = _photo_keys(photos)
    return [
        f"{sample.origin.video}-s{sample.origin.shot}" if sample.origin else alike[sample.sha256]
        for sample in samples
    ]


def _photo_keys(photos: Sequence[Sample]) -> dict[str, str]:
    """SHA-256 of a photo -> the key of its cluster: the first of all hashes in it."""
    numbers = clusters([photo.dhash for photo in photos])
    first: dict[int, str] = {}
    for number, photo in zip(numbers, photos, strict=True):
        first[number] = min(photo.sha256, first.get(number, photo.sha256))
    return {p.sha256: first[number] for number, p in zip(numbers, photos, strict=True)}


def _group(samples: Sequence[Sample], by: SplitBy) -> list[_Group]:
    keys = shot_keys(samples) if by == "shot" else [sample.sha256 for sample in samples]
    members: dict[str, list[Sample]] = defaultdict(list)
    for key, sample in zip(keys, samples, strict=True):
        members[key].append(sample)
    return [
        _Group(key=key, samples=tuple(group), counts=_count(group))
        for key, group in members.items()
    ]


def _count(samples: Iterable[Sample]) -> _Counts:
    """Samples of each stratum: each class, and (as `""`) those of none."""
    counts: dict[str, int] = defaultdict(int)
    for sample in samples:
        for stratum in sample.classes or {""}:
            counts[stratum] += 1
    return counts


def _rank(key: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{key}".encode()).digest()


def _choose(groups: Sequence[_Group], share: float) -> list[_Group]:
    """The groups to validate with; of several equally good ones the first is taken."""
    table = _Table(groups, share)
    for stratum in table.rarest_first:
        table.put_on_both_sides([group for group in groups if stratum in group.counts])
    for group in table.undecided(groups):
        table.put(group, validation=table.deviation(group) < table.deviation())
    return [group for group in groups if group in table.validation]


class _Table:
    """Groups on their way to one side or the other."""

    def __init__(self, groups: Iterable[_Group], share: float) -> None:
        self._share = share
        self._totals: dict[str, int] = defaultdict(int)
        self._groups: dict[str, int] = defaultdict(int)
        for group in groups:
            for stratum, count in group.counts.items():
                self._totals[stratum] += count
                self._groups[stratum] += 1
        self._counts: dict[str, int] = defaultdict(int)  # on the validation side
        self.validation: set[_Group] = set()
        self.train: set[_Group] = set()

    @property
    def rarest_first(self) -> list[str]:
        """The strata, those in few groups first: they have the least choice."""
        return sorted(self._groups, key=lambda stratum: (self._groups[stratum], stratum))

    def undecided(self, groups: Iterable[_Group]) -> list[_Group]:
        """Those of `groups` that are on neither side."""
        return [g for g in groups if g not in self.validation and g not in self.train]

    def put(self, group: _Group, *, validation: bool) -> None:
        """Decide for `group`."""
        (self.validation if validation else self.train).add(group)
        if validation:
            for stratum, count in group.counts.items():
                self._counts[stratum] += count

    def put_on_both_sides(self, groups: Sequence[_Group]) -> None:
        """See to it that some of `groups` are on each side, learning first if there is but one."""
        if not self.validation.intersection(groups):
            free = self.undecided(groups)
            if len(free) > 1 or (free and self.train.intersection(groups)):
                self.put(min(free, key=self.deviation), validation=True)
        if not self.train.intersection(groups):
            for group in self.undecided(groups)[:1]:
                self.put(group, validation=False)

    def deviation(self, added: _Group | None = None) -> float:
        """How far the validation side, with `added`, is from its share of every stratum."""
        extra: _Counts = added.counts if added else {}
        # `fsum` is exact, so that the order of the strata makes no difference.
        return math.fsum(
            abs((self._counts[stratum] + extra.get(stratum, 0)) / total - self._share)
            for stratum, total in self._totals.items()
        )
