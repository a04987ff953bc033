"""Reads the folder of a dataset.

data/ross  data/no_ross                 one class, and pictures without it
data/ross  data/rachel  data/monica     several; a picture may lie in more than one folder
data/unsorted                           extracted frames that nobody has sorted yet
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from vidtag.dataset.names import UNSORTED, negated_class, parse_frame_name
from vidtag.dataset.pictures import SUFFIXES, Look, UnusableFileError, look_at, read_content
from vidtag.dataset.records import Records, read_records
from vidtag.dataset.values import Dataset, FrameOrigin, Sample, Skipped
from vidtag.errors import DatasetError
from vidtag.machine import usable_cores

_MAX_THREADS = 8

_Seen: TypeAlias = tuple[Path, Look]


def read_dataset(root: Path, *, progress: Callable[[int, int], None] | None = None) -> Dataset:
    """Read the dataset in the folder `root`; every picture is decoded once, to see that it can be.

    Files that are not used are in `skipped`: unreadable ones, those that are no pictures, those
    that lie in no class folder, and those in both `x` and `no_x`. Hidden files and folders do not
    count.

    Args:
        root: the folder with the class folders.
        progress: told how many of how many files have been looked at.

    Raises:
        DatasetError: the folder is missing or cannot be read.
    """
    folders = tuple(entry.name for entry in _entries(root) if _is_class_folder(entry))
    negations = {name: negated_class(name, folders) for name in folders}
    records = read_records(root)
    files, misnamed = _sift(sorted(path for name in folders for path in files_below(root / name)))
    seen, unusable = _look_at_all(files, progress)
    samples, contradictory = _classify(_merge(root, seen, records), negations)
    stray = [Skipped(path, "it lies in no class folder") for path in _loose_files(root)]
    return Dataset(
        root=root,
        classes=tuple(name for name in folders if negations[name] is None),
        folders=folders,
        samples=tuple(samples),
        skipped=tuple(sorted([*stray, *misnamed, *unusable, *contradictory])),
        unsorted=len(_sift(files_below(root / UNSORTED))[0]),
        videos=records.videos,
    )


def _entries(root: Path) -> list[Path]:
    try:
        return sorted(root.iterdir())
    except FileNotFoundError as error:
        raise DatasetError(
            f"{root}: there is no such folder", hint="make it with vidtag dataset extract or add"
        ) from error
    except OSError as error:
        raise DatasetError(f"{root}: {(error.strerror or str(error)).lower()}") from error


def _is_class_folder(entry: Path) -> bool:
    return entry.is_dir() and entry.name != UNSORTED and not entry.name.startswith(".")


def _loose_files(root: Path) -> list[Path]:
    """Pictures beside the class folders."""
    return [path for path in _entries(root) if path.is_file() and is_picture_name(path)]


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below `folder` that is not hidden, in order; nothing where there is no folder."""

    def refuse(error: OSError) -> None:
        raise DatasetError(f"{error.filename}: {(error.strerror or str(error)).lower()}")

    if not folder.exists():
        return
    for parent, inner, names in os.walk(folder, onerror=refuse):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def is_picture_name(path: Path) -> bool:
    """Whether the name ends like that of a picture."""
    return path.suffix.lower() in SUFFIXES


def _sift(paths: Iterable[Path]) -> tuple[list[Path], list[Skipped]]:
    """Divide `paths` into those named like pictures and the others."""
    files, skipped = [], []
    for path in paths:
        if is_picture_name(path):
            files.append(path)
        else:
            skipped.append(Skipped(path, "its name is not that of a picture"))
    return files, skipped


def _look_at_all(
    files: Sequence[Path], progress: Callable[[int, int], None] | None
) -> tuple[list[_Seen], list[Skipped]]:
    """Look at every file, several at a time; in the order of `files`."""
    seen: list[_Seen] = []
    skipped: list[Skipped] = []
    with ThreadPoolExecutor(min(_MAX_THREADS, usable_cores())) as pool:
        try:
            for number, result in enumerate(pool.map(_look, files), start=1):
                if isinstance(result, Skipped):
                    skipped.append(result)
                else:
                    seen.append(result)
                if progress:
                    progress(number, len(files))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return seen, skipped


def _look(path: Path) -> _Seen | Skipped:
    try:
        return path, look_at(read_content(path))
    except UnusableFileError as error:
        return Skipped(path, str(error))


def _merge(root: Path, seen: Iterable[_Seen], records: Records) -> list[Sample]:
    """Make one sample of all copies of a picture."""
    found: dict[tuple[FrameOrigin | None, str], Sample] = {}
    for path, look in seen:
        folder = path.relative_to(root).parts[0]
        origin = parse_frame_name(path.name) or records.origins.get(look.sha256)
        # Two frames may be the same to the last bit, and still one was sorted and the other not.
        known = found.get((origin, look.sha256))
        found[origin, look.sha256] = Sample(
            path=known.path if known else path,
            folders=frozenset({folder, *(known.folders if known else ())}),
            classes=frozenset(),
            sha256=look.sha256,
            dhash=look.dhash,
            origin=origin,
        )
    return list(found.values())


def _classify(
    samples: Iterable[Sample], negations: Mapping[str, str | None]
) -> tuple[list[Sample], list[Skipped]]:
    """Tell who is in each sample; those that contradict themselves are left out."""
    classified, skipped = [], []
    for sample in samples:
        classes = frozenset(name for name in sample.folders if negations[name] is None)
        absent = {negations[name] for name in sample.folders}
        if both := sorted(classes & absent):
            skipped.append(Skipped(sample.path, f"both with and without {', '.join(both)}"))
        else:
            classified.append(replace(sample, classes=classes))
    return classified, skipped
