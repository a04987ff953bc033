"""What a dataset holds, and what is wrong with it."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from vidtag.dataset.names import unsafe_reason
from vidtag.dataset.neighbours import clusters, nearest
from vidtag.dataset.split import shot_keys
from vidtag.dataset.values import Dataset, Sample

FEW_PICTURES = 20
FEW_SHOTS = 2
IMBALANCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderCount:
    """A class folder."""

    name: str
    pictures: int
    shots: int  # photos that look alike count as one


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotCount:
    """What the dataset has of one shot."""

    shot: int
    pictures: int
    folders: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoCount:
    """What the dataset has of one video."""

    video: str
    name: str | None  # of the file; None where it was not written down
    shots: tuple[ShotCount, ...]

    @property
    def pictures(self) -> int:
        """Of all shots."""
        return sum(shot.pictures for shot in self.shots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What `vidtag dataset info` shows."""

    pictures: int
    photos: int  # pictures that are from no video that we know
    folders: tuple[FolderCount, ...]
    videos: tuple[VideoCount, ...]
    alike: tuple[tuple[Sample, ...], ...]  # groups of near-duplicates
    conflicts: tuple[tuple[Sample, Sample], ...]  # near-duplicates in different classes
    warnings: tuple[str, ...]


def summarize(dataset: Dataset) -> Summary:
    """Count and judge `dataset`."""
    folders = tuple(_count_folders(dataset))
    alike = tuple(_alike(dataset.samples))
    conflicts = tuple(pair for group in alike for pair in _conflicts(group))
    return Summary(
        pictures=len(dataset.samples),
        photos=sum(sample.origin is None for sample in dataset.samples),
        folders=folders,
        videos=tuple(_count_videos(dataset)),
        alike=alike,
        conflicts=conflicts,
        warnings=tuple(_warnings(dataset, folders, len(conflicts))),
    )


def _count_folders(dataset: Dataset) -> Iterator[FolderCount]:
    keys = shot_keys(dataset.samples)
    for name in dataset.folders:
        inside = [key for key, s in zip(keys, dataset.samples, strict=True) if name in s.folders]
        yield FolderCount(name=name, pictures=len(inside), shots=len(set(inside)))


def _count_videos(dataset: Dataset) -> Iterator[VideoCount]:
    shots: dict[str, dict[int, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for sample in dataset.samples:
        if sample.origin is not None:
            shots[sample.origin.video][sample.origin.shot].append(sample)
    for video, by_shot in sorted(shots.items()):
        source = dataset.videos.get(video)
        counts = tuple(_count_shot(shot, samples) for shot, samples in sorted(by_shot.items()))
        yield VideoCount(video=video, name=source.name if source else None, shots=counts)


def _count_shot(shot: int, samples: Sequence[Sample]) -> ShotCount:
    folders = Counter(folder for sample in samples for folder in sample.folders)
    return ShotCount(shot=shot, pictures=len(samples), folders=dict(sorted(folders.items())))


def _alike(samples: Sequence[Sample]) -> Iterator[tuple[Sample, ...]]:
    groups: dict[int, list[Sample]] = defaultdict(list)
    for number, sample in zip(clusters([s.dhash for s in samples]), samples, strict=True):
        groups[number].append(sample)
    return (tuple(group) for group in groups.values() if len(group) > 1)


def _conflicts(group: Sequence[Sample]) -> Iterator[tuple[Sample, Sample]]:
    """For each sample of a class the first that looks most like it and has other classes."""
    import numpy as np

    by_classes: dict[tuple[str, ...], list[Sample]] = defaultdict(list)
    for sample in group:
        by_classes[tuple(sorted(sample.classes))].append(sample)
    for these, those in combinations(by_classes.values(), 2):
        hashes = np.array([sample.dhash for sample in those], np.uint64)
        for sample in these:
            index = nearest(sample.dhash, hashes)
            if index is not None:
                yield sample, those[index]


def _warnings(dataset: Dataset, folders: Sequence[FolderCount], conflicts: int) -> Iterator[str]:
    yield from _warn_of_names(dataset.folders)
    yield from _warn_of_folders(folders)
    yield from _warn_of_the_whole(dataset, folders)
    if conflicts:
        yield f"pictures that look like one in another class: {conflicts}; is each in its place?"


def _warn_of_names(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if reason := unsafe_reason(name):
            yield f"{name!r} is not safe as a file name: {reason}"
    for one, other in combinations(names, 2):
        if _folded(one) == _folded(other):
            yield f"{one!r} and {other!r} are the same name on some systems"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _warn_of_folders(folders: Sequence[FolderCount]) -> Iterator[str]:
    for folder in folders:
        if folder.pictures == 0:
            yield f"{folder.name} is empty"
        elif folder.pictures < FEW_PICTURES:
            few = f"{folder.pictures} picture{'' if folder.pictures == 1 else 's'}"
            yield f"{folder.name} has only {few}; {FEW_PICTURES} are the least that teaches much"
        if folder.pictures and folder.shots < FEW_SHOTS:
            yield f"all of {folder.name} is from one shot: nothing is left to check with"


def _warn_of_the_whole(dataset: Dataset, folders: Sequence[FolderCount]) -> Iterator[str]:
    if not folders:
        yield "there is no class yet: sort pictures into folders beside `unsorted`"
    if len(folders) == 1:
        name = folders[0].name
        yield f"there is only one class: put pictures without {name} into no_{name}"
    counts = {folder.name: folder.pictures for folder in folders if folder.pictures}
    if counts and max(counts.values()) > IMBALANCE * min(counts.values()):
        most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
        yield f"{most} has over {IMBALANCE} times as many pictures as {least}"
    if dataset.skipped:
        yield f"files that are not used: {len(dataset.skipped)}"
