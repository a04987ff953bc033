"""Read the training pictures: tar archives of ``<folder>/<file>.jpg``."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from training.split import Part, person_part, photo_part

Image = NDArray[np.uint8]
Source = Literal["photos", "people"]


@dataclass(frozen=True)
class Picture:
    """One picture of an archive.

    `label` is its folder: the character of a photo, or the person's name.
    `pixels` has shape (height, width, 3), RGB.
    """

    source: Source
    name: str
    label: str
    part: Part
    pixels: Image


def read_pictures(archive: Path, source: Source) -> Iterator[Picture]:
    """Yield the pictures of `archive` sorted by name; a file that is no picture is an error."""
    with tarfile.open(archive) as tar:
        members = {_clean(member.name): member for member in tar if member.isfile()}
        for name in sorted(member for member in members if member.endswith(".jpg")):
            stream = tar.extractfile(members[name])
            if stream is None:
                raise ValueError(f"{archive}: {name} is not a regular file")
            label = PurePosixPath(name).parts[0]
            part = photo_part(name) if source == "photos" else person_part(label)
            yield Picture(source, name, label, part, decode(stream.read(), name))


def decode(data: bytes, name: str) -> Image:
    """Decode an encoded picture to (height, width, 3) RGB."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError(f"{name}: not a readable picture")
    return np.ascontiguousarray(pixels[:, :, ::-1], dtype=np.uint8)


def _clean(name: str) -> str:
    return PurePosixPath(name).as_posix()
