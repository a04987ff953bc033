"""Names with a meaning: of extracted frames, and of class folders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from vidtag.dataset.values import FrameOrigin

UNSORTED = "unsorted"  # where extracted frames wait; never a class
VIDEO_DIGITS = 16

_FRAME = re.compile(
    rf"([0-9a-f]{{{VIDEO_DIGITS}}})-f(\d{{1,18}})-t(-?\d{{1,18}})us-s(\d{{1,18}})(?=[^0-9]|$)"
)
_NEGATIONS = ("no_", "not_")
_MAX_BYTES = 100
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def frame_name(origin: FrameOrigin, *, suffix: str = ".jpg") -> str:
    """`1f3a0c5d9e8b7a61-f000120-t5005000us-s003.jpg`: sorts by video and time."""
    number, shot = f"{origin.frame_no:06d}", f"{origin.shot:03d}"
    return f"{origin.video}-f{number}-t{origin.pts_us}us-s{shot}{suffix}"


def parse_frame_name(name: str) -> FrameOrigin | None:
    """What `frame_name` wrote, also if a person or program added to the end of it.

    Returns:
        `None` for a name of another kind.
    """
    match = _FRAME.match(name)
    if match is None:
        return None
    video, frame_no, pts_us, shot = match.groups()
    return FrameOrigin(video, int(frame_no), int(pts_us), int(shot))


def negated_class(folder: str, folders: Iterable[str]) -> str | None:
    """`ross` for the folder `no_ross` or `not_ross` if `folders` has `ross`, else `None`."""
    names = {folder.removeprefix(word) for word in _NEGATIONS if folder.startswith(word)}
    return next((name for name in names if name in set(folders)), None)


def unsafe_reason(name: str) -> str | None:
    """Why `name` is no good name for a folder on every system, or `None` if it is."""
    rules = (
        (not name.strip(), "it is empty"),
        (not _is_text(name), "it is not UTF-8"),
        (_UNSAFE.search(name) is not None, 'it has one of <>:"/\\|?* or a control character'),
        (name.startswith((".", "-", " ")), "it begins with a dot, a hyphen or a blank"),
        (name.endswith((".", " ")), "it ends with a dot or a blank"),
        (_RESERVED.fullmatch(name) is not None, "Windows keeps it for a device"),
        (len(name.encode(errors="replace")) > _MAX_BYTES, f"it is over {_MAX_BYTES} bytes long"),
        (unicodedata.normalize("NFC", name) != name, "its accents are not composed (NFC)"),
    )
    return next((reason for broken, reason in rules if broken), None)


def _is_text(name: str) -> bool:
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in name)
