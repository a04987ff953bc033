"""The one face of each photo that somebody is to be recognised by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from vidtag.dataset.pictures import UnusableFileError, decode_picture, read_content
from vidtag.regions.faces import chip

if TYPE_CHECKING:
    from vidtag.regions.faces import Face
    from vidtag.regions.finders import FaceFinder
    from vidtag.types import Box, Picture, Size

Choice: TypeAlias = "Literal['only', 'largest'] | Box"

SMALLEST_PX = 20  # of a face to be recognised by; a scan finds smaller ones


@dataclass(frozen=True, slots=True, eq=False)
class PhotoFace:
    """A face that can be used."""

    path: Path
    sha256: str  # of the file
    face: Face
    crop: Picture


@dataclass(frozen=True, slots=True)
class Unusable:
    """A photo that cannot be used, and why."""

    path: Path
    reason: str


def read_faces(
    paths: Sequence[Path], finder: FaceFinder, *, size: Size, choice: Choice = "only"
) -> Iterator[PhotoFace | Unusable]:
    """Yield for each photo the face that somebody is to be recognised by, or why there is none.

    Args:
        paths: picture files.
        finder: finds the faces.
        size: (height, width) of the crops.
        choice: which face of several; a box chooses the one that it covers most of.
    """
    seen: dict[str, Path] = {}
    for path in paths:
        try:
            content = read_content(path)
            sha256 = hashlib.sha256(content).hexdigest()
            if sha256 in seen:
                raise UnusableFileError(f"the same picture as {seen[sha256].name}")
            seen[sha256] = path
            picture = decode_picture(content)
            face = _choose(finder.find(picture), choice)
            crop = chip(picture, face, size_px=size[0])
            _check(face)
        except UnusableFileError as error:
            yield Unusable(path, str(error))
        else:
            yield PhotoFace(path, sha256, face, crop)


def _choose(faces: Sequence[Face], choice: Choice) -> Face:
    if not faces:
        raise UnusableFileError("no face was found in it")
    if choice == "largest" or len(faces) == 1:
        return max(faces, key=lambda face: face.width_px * face.height_px)
    if choice == "only":
        raise UnusableFileError(
            f"{len(faces)} faces; take the largest with --largest, or say which with --box"
        )
    covered = max(faces, key=lambda face: _shared(face, choice))
    if not _shared(covered, choice):
        raise UnusableFileError("no face was found in the box")
    return covered


def _shared(face: Face, box: Box) -> float:
    """Share of the face that lies in the box."""
    right = min(face.left_px + face.width_px, box.left_px + box.width_px)
    bottom = min(face.top_px + face.height_px, box.top_px + box.height_px)
    width = max(0.0, right - max(face.left_px, box.left_px))
    height = max(0.0, bottom - max(face.top_px, box.top_px))
    return width * height / (face.width_px * face.height_px)


def _check(face: Face) -> None:
    if face.width_px < SMALLEST_PX:
        raise UnusableFileError(
            f"the face is {face.width_px:.0f} px wide; at least {SMALLEST_PX} are needed"
        )
