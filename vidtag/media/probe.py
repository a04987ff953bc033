"""Which file may be opened as video, and what its content is called."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from vidtag.errors import VideoError


def check_file(path: Path) -> Path:
    """Return the absolute path of a local, regular, readable file that is not empty.

    Symbolic links to regular files are followed.

    Raises:
        VideoError: for anything else, and says what it is.
    """
    try:
        real = path.resolve(strict=True)
        status = real.stat()
        _check_kind(path, status.st_mode)
        real.open("rb").close()
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, on Python 3.12
        raise _unreadable(path, error) from error
    if status.st_size == 0:
        raise VideoError(f"cannot read {path}: the file is empty", hint="copy or download it again")
    return real


def content_hash(path: Path) -> str:
    """Return the SHA-256 of the file's content as 64 lower-case hexadecimal digits.

    Raises:
        VideoError: when the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _check_kind(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise VideoError(f"cannot read {path}: it is a folder", hint="name the files inside it")
    if not stat.S_ISREG(mode):
        raise VideoError(
            f"cannot read {path}: it is not a regular file", hint="copy it into a file first"
        )


def _unreadable(path: Path, error: Exception) -> VideoError:
    if isinstance(error, FileNotFoundError):
        return VideoError(f"cannot read {path}: there is no such file", hint="check the spelling")
    code = error.errno if isinstance(error, OSError) else None
    reason = os.strerror(code).lower() if code else str(error)
    return VideoError(f"cannot read {path}: {reason}")
