"""Where a download may lie, what it is called, and whether it can be a video."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

from vidtag.api import FetchError

_SNIFFED_BYTES = 16
_CONTAINERS = re.compile(
    rb"....(ftyp|moov|mdat|free|skip|wide|pnot)"  # MP4, QuickTime
    rb"|\x1aE\xdf\xa3"  # Matroska, WebM
    rb"|RIFF....AVI |FLV\x01|OggS|0&\xb2u"  # AVI, Flash, Ogg, Windows Media
    rb"|\x00\x00\x01[\xb3\xba]|G@|.{4}G"  # MPEG, transport streams
    rb"|\x06\x0e\x2b\x34",  # MXF
    re.S,
)
_UNPLAIN = re.compile(r"[^0-9A-Za-z._-]+")
_NAME_LENGTH = 80


def key_of(address: str) -> str:
    """Eight hexadecimal digits that stand for an address in a file name.

    Two addresses whose videos have the same title get two files.
    """
    return hashlib.sha256(address.encode()).hexdigest()[:8]


def prepared(folder: Path) -> Path:
    """Make sure that `folder` exists; returns it absolute, links resolved.

    Raises:
        FetchError: if there cannot be such a folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FetchError(
            f"cannot make the folder {folder}: {error.strerror}", hint="choose another folder"
        ) from error
    return folder.resolve()


def require_inside(path: Path, folder: Path) -> Path:
    """Return `path` with links resolved, which must be inside the resolved `folder`.

    Raises:
        FetchError: if it is elsewhere, or a link that leads elsewhere.
    """
    resolved = path.resolve()
    if not resolved.is_relative_to(folder) or resolved == folder:
        raise FetchError(
            f"the download would be written outside {folder}, to {resolved}",
            hint="nothing was downloaded",
        )
    return resolved


def plain_name(title: str) -> str:
    """A title as part of a file name: letters, digits, dots, dashes; at most 80 characters."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return _UNPLAIN.sub("_", letters).strip("._-")[:_NAME_LENGTH] or "video"


def require_video(path: Path, url: str) -> Path:
    """Return `path` unless it is plainly no video, in which case it is deleted.

    The first bytes say which container it is; whether it decodes, a scan finds out.

    Raises:
        FetchError: if it is none of the containers that vidtag reads.
    """
    with path.open("rb") as file:
        head = file.read(_SNIFFED_BYTES)
    if _CONTAINERS.match(head):
        return path
    path.unlink()
    raise FetchError(f"what came from {url} is not a video", hint="give the address of a video")
