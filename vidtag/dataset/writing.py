"""Adds files to a dataset, each whole or not at all, by one process at a time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from vidtag.dataset.records import RECORDS_NAME
from vidtag.errors import DatasetError

_PENDING = 64  # records that wait for their files to be safe on the disk


class DatasetWriter:
    """Writes into the dataset in `root`; made by `open_writer`."""

    def __init__(self, root: Path, records: BinaryIO) -> None:
        self._root = root
        self._records = records
        self._pending: list[dict[str, str]] = []
        self._folders: set[Path] = set()  # with files that are not safe on the disk yet

    def save(self, path: Path, content: bytes) -> None:
        """Write the file `path`, below the root, in one piece.

        Raises:
            OSError: it cannot be written; nothing of it is left.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        # Nobody else writes here, so what has this name is left over from a process that died.
        temporary = path.with_name(f".{path.name}.part")
        try:
            with temporary.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        self._folders.add(path.parent)

    def record(self, **fact: str) -> None:
        """Note a fact; it is written when the files saved before it are safe on the disk."""
        self._pending.append(fact)
        if len(self._pending) >= _PENDING:
            self.flush()

    def flush(self) -> None:
        """Write all facts noted so far."""
        for folder in (self._root, *self._folders):
            _sync(folder)
        self._folders.clear()
        lines = "".join(f"{json.dumps(fact)}\n" for fact in self._pending)
        self._pending.clear()
        self._records.write(lines.encode())
        self._records.flush()
        os.fsync(self._records.fileno())


@contextmanager
def open_writer(root: Path) -> Iterator[DatasetWriter]:
    """Open the dataset in `root` for adding to it, and make the folder if there is none.

    Raises:
        DatasetError: the folder or a file in it cannot be written, or another process is at it.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        with (root / RECORDS_NAME).open("a+b") as records:
            _lock(root, records)
            _drop_torn_line(records)
            writer = DatasetWriter(root, records)
            try:
                yield writer
            finally:
                writer.flush()
    except OSError as error:
        where = error.filename or root
        raise DatasetError(
            f"{where}: cannot be written: {(error.strerror or str(error)).lower()}",
            hint="what is there is whole; run the same command again to go on",
        ) from error


def _lock(root: Path, records: BinaryIO) -> None:
    try:
        fcntl.flock(records, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DatasetError(
            f"{root}: another vidtag is writing into this dataset", hint="wait until it is done"
        ) from error


def _drop_torn_line(records: BinaryIO) -> None:
    """Cut off what a process that died in the middle of a line left."""
    records.seek(0)
    records.truncate(records.read().rfind(b"\n") + 1)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_sha256(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
