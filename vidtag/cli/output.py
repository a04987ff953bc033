"""From a reporter to a file: all or nothing, and no name that a file system refuses."""

from __future__ import annotations

import io
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.errors import VidtagError
from vidtag.text import one_line

if TYPE_CHECKING:
    from vidtag.types import Report, Reporter, VideoRecord

LONGEST_STEM = 120  # bytes; file systems allow 255 with the suffix
_UNSAFE = re.compile(r'[/\\:*?"<>|]')


def rendered(reporter: Reporter, report: Report) -> bytes:
    """What `reporter` makes of `report`.

    Raises:
        VidtagError: it failed, or refuses the report.
    """
    written = io.BytesIO()
    try:
        reporter.write(report, written)
    except VidtagError:
        raise
    except Exception as error:
        raise VidtagError(
            f"{reporter.name!r} failed: {type(error).__name__}: {error}",
            hint="run again with --debug for the traceback",
        ) from error
    return written.getvalue()


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole: whatever happens, the old one or the new one is there.

    A link stays, and what it leads to is replaced; so do the permissions of the old file. A device
    or pipe cannot be replaced: it is written to.

    Raises:
        VidtagError: it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(path.resolve(), content)
    except OSError as error:
        raise VidtagError(
            f"{path}: cannot be written: {error.strerror}", hint="choose another place with -o"
        ) from error


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        remove_quietly(beside)


def remove_quietly(path: Path) -> None:
    """Remove what may be left of a file that was not finished."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # its folder is not there or not ours: then neither is the file


def file_stem(video: VideoRecord) -> str:
    """A file name without its ending for what is about `video`, fit for every file system."""
    named = video.path.stem if video.name == video.path.name else video.name
    name = _UNSAFE.sub("_", one_line(named))
    short = name.encode(errors="replace")[:LONGEST_STEM].decode(errors="ignore")
    return " ".join(short.split()).strip(". -") or f"video {video.video_id}"
