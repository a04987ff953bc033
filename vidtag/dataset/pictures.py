"""Picture files: what they show, upright, and a hash by which similar ones are known.

OpenCV is imported where it is used: `vidtag.api` imports this module.
"""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag.errors import DatasetError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.types import Picture

SUFFIXES = frozenset({
    ".avif", ".bmp", ".gif", ".jfif", ".jp2", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp",
})  # fmt: skip
HASH_BITS = 64

_MAX_BYTES = 1 << 28  # no photo is larger; a video under a wrong name may be
_HASH_SIZE = (9, 8)  # (width, height): eight differences in each of eight rows
_LEAST_SIDE_PX = 32  # from less, a hash is made of the whole picture


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a picture file tells."""

    sha256: str
    dhash: int


class UnusableFileError(Exception):
    """A file is no picture that can be used; the text says why, without the path."""


def read_picture(path: Path) -> Picture:
    """Decode the picture file `path`.

    Returns:
        (height, width, 3) RGB, turned upright as its EXIF orientation says.

    Raises:
        DatasetError: it cannot be read or is no picture.
    """
    try:
        return decode_picture(read_content(path))
    except UnusableFileError as error:
        raise DatasetError(f"{path}: {error}", hint="remove it from the dataset") from error


def decode_picture(content: bytes) -> Picture:
    """Decode the bytes of a picture file.

    Returns:
        (height, width, 3) RGB, turned upright as its EXIF orientation says.

    Raises:
        UnusableFileError: they are no picture.
    """
    import cv2

    return _decode(content, cv2.IMREAD_COLOR_RGB)


def read_content(path: Path) -> bytes:
    """The bytes of the regular file `path`.

    Raises:
        UnusableFileError: it cannot be read, is empty, or is too large for a picture.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnusableFileError("not a regular file")
        if status.st_size > _MAX_BYTES:
            raise UnusableFileError("too large for a picture")
        content = path.read_bytes()
    except OSError as error:
        raise UnusableFileError((error.strerror or str(error)).lower()) from error
    if not content:
        raise UnusableFileError("the file is empty")
    return content


def look_at(content: bytes) -> Look:
    """Hash the bytes of a picture file, and what they show.

    Raises:
        UnusableFileError: they are no whole picture.
    """
    import cv2

    # An eighth of the resolution is enough for the hash, and JPEG gives it five times faster.
    grey = _decode(content, cv2.IMREAD_REDUCED_GRAYSCALE_8)
    if min(grey.shape) < _LEAST_SIDE_PX:
        grey = _decode(content, cv2.IMREAD_GRAYSCALE)
    return Look(hashlib.sha256(content).hexdigest(), difference_hash(grey))


def difference_hash(grey: NDArray[np.uint8]) -> int:
    """DHash of a grey picture (height, width): where it gets lighter from left to right.

    Returns:
        64 bits, row by row, the first the highest. Scaling, compression and brightness change few
        of them.
    """
    import cv2
    import numpy as np

    small = cv2.resize(grey, _HASH_SIZE, interpolation=cv2.INTER_AREA)
    return int.from_bytes(np.packbits(small[:, 1:] > small[:, :-1]).tobytes(), "big")


def _decode(content: bytes, mode: int) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    try:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), mode)
    except cv2.error as error:  # more pixels than OpenCV allows
        raise UnusableFileError(f"cannot be decoded: {error.err}") from error
    if picture is None:
        raise UnusableFileError("not a picture, or damaged")
    return np.asarray(picture, np.uint8)
