"""Copies photos into a class folder."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vidtag.dataset.names import unsafe_reason
from vidtag.dataset.pictures import Look, UnusableFileError, look_at, read_content
from vidtag.dataset.reading import files_below, is_picture_name
from vidtag.dataset.values import Skipped
from vidtag.dataset.writing import DatasetWriter, file_sha256, open_writer
from vidtag.errors import DatasetError, UsageError

_STEM_BYTES = 80
_HASH_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AddResult:
    """What became of the photos."""

    added: tuple[Path, ...]  # where they are now
    duplicates: tuple[Path, ...]  # those of which the folder has a copy
    skipped: tuple[Skipped, ...]  # those that are no pictures


def add_photos(folder: Path, photos: Sequence[Path]) -> AddResult:
    """Copy photos into the class folder `folder`, byte by byte; nothing there is overwritten.

    Args:
        folder: `data/ross`; made if it is not there.
        photos: picture files, and folders with pictures below them.

    Raises:
        UsageError: the folder's name is not safe.
        DatasetError: the folder cannot be written.
    """
    if reason := unsafe_reason(folder.name):
        raise UsageError(f"{str(folder)!r} cannot be a class: {reason}", hint="rename the folder")
    added, duplicates, skipped = [], [], []
    with open_writer(folder.parent) as writer:
        shelf = _Shelf(folder, writer)
        for photo in _expand(photos):
            try:
                content = _content(photo)
                look = look_at(content)
            except UnusableFileError as error:
                skipped.append(Skipped(photo, str(error)))
                continue
            if shelf.has(content, look):
                duplicates.append(photo)
            else:
                added.append(shelf.put(photo, content, look))
    return AddResult(added=tuple(added), duplicates=tuple(duplicates), skipped=tuple(skipped))


def _expand(photos: Sequence[Path]) -> list[Path]:
    """Photos themselves, and the pictures in folders; each once."""
    found: list[Path] = []
    for photo in photos:
        inside = photo.is_dir()
        found.extend(filter(is_picture_name, files_below(photo)) if inside else [photo])
    return list(dict.fromkeys(found))


def _content(photo: Path) -> bytes:
    if not is_picture_name(photo):
        raise UnusableFileError("its name is not that of a picture")
    return read_content(photo)


class _Shelf:
    """A class folder and what is in it."""

    def __init__(self, folder: Path, writer: DatasetWriter) -> None:
        self._folder = folder
        self._writer = writer
        self._by_size: dict[int, list[Path]] = defaultdict(list)
        for path in files_below(folder):
            self._by_size[path.stat().st_size].append(path)

    def has(self, content: bytes, look: Look) -> bool:
        """Whether a file here has this content. Only files of its length are read."""
        return any(file_sha256(path) == look.sha256 for path in self._by_size[len(content)])

    def put(self, photo: Path, content: bytes, look: Look) -> Path:
        """Save `content` under a name like the photo's that is safe and not in use."""
        path = self._free_path(photo, look)
        self._writer.save(path, content)
        name = f"{self._folder.name}/{path.name}"
        self._writer.record(photo=name, sha256=look.sha256, source=photo.name)
        self._by_size[len(content)].append(path)
        return path

    def _free_path(self, photo: Path, look: Look) -> Path:
        stem, suffix = _safe_stem(photo.stem), photo.suffix.lower()
        for digits in (_HASH_DIGITS, len(look.sha256)):
            path = self._folder / f"{stem}-{look.sha256[:digits]}{suffix}"
            if not os.path.lexists(path):
                return path
        raise DatasetError(f"{path}: is there, with another content", hint="move it away")


def _safe_stem(stem: str) -> str:
    """`stem` with letters, digits, dots, hyphens and underscores alone, not too long."""
    text = unicodedata.normalize("NFC", stem.encode(errors="replace").decode())
    words = re.sub(r"[^\w.-]+", "-", text).strip(".-_")
    return words.encode()[:_STEM_BYTES].decode(errors="ignore") or "photo"
