"""Embeddings of faces at several sizes: as video shows them, from near to far.

A picture is shrunk until its face is as wide as wanted, compressed like video, and its landmarks
are moved a little, as a finder moves them. A face that is smaller already is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.material import Image, Picture, decode, read_pictures
from training.split import Part
from vidtag.regions.faces import Face, chip
from vidtag.regions.finders import FaceFinder
from vidtag_gallery.graph import SIDE_PX
from vidtag_gallery.network import Network
from vidtag_gallery.space import WIDTHS_PX

MOST_OF_ONE = 6  # pictures of one person of the archive of people

_LEAST_CONFIDENCE = 0.8
_LEAST_PX = 20
_ROOM = 0.9  # around the box, in widths of the face
_BORDER_PX = 45  # around pictures of the archive of people, which end at the face
_JPEG_QUALITY = 80
_JITTER = 0.025  # of the landmarks, in widths of the face


@dataclass(frozen=True, eq=False)
class Shown:
    """One face: embeddings (widths, 128) of it at each of `WIDTHS_PX`."""

    label: str
    part: Part
    embeddings: NDArray[np.float32]


def photos(archive: Path, finder: FaceFinder, network: Network) -> Iterator[Shown]:
    """The faces of those photos that show one only."""
    rng = np.random.default_rng(1)
    for picture in read_pictures(archive, "photos"):
        faces = [face for face in finder.find(picture.pixels) if _is_clear(face)]
        if len(faces) == 1:
            yield _shown(picture, picture.pixels, faces[0], network, rng)


def people(archive: Path, finder: FaceFinder, network: Network) -> Iterator[Shown]:
    """The largest face of each picture, of at most `MOST_OF_ONE` pictures of a person."""
    rng = np.random.default_rng(2)
    taken: dict[str, int] = {}
    for picture in read_pictures(archive, "people"):
        if taken.get(picture.label, 0) == MOST_OF_ONE:
            continue
        pixels = with_border(picture.pixels)
        if faces := finder.find(pixels):
            taken[picture.label] = taken.get(picture.label, 0) + 1
            largest = max(faces, key=lambda face: face.width_px)
            yield _shown(picture, pixels, largest, network, rng)


def _is_clear(face: Face) -> bool:
    return face.confidence > _LEAST_CONFIDENCE and face.width_px >= _LEAST_PX


def with_border(pixels: Image) -> Image:
    """A picture of the archive of people with room around it, as a finder and a chip need it."""
    sides = (_BORDER_PX,) * 4
    return np.asarray(cv2.copyMakeBorder(pixels, *sides, cv2.BORDER_REPLICATE), dtype=np.uint8)


def _shown(
    picture: Picture, pixels: Image, face: Face, network: Network, rng: np.random.Generator
) -> Shown:
    # The widest means "not small": such a face is shown as it is.
    chips = [shrunk_chip(pixels, face, width, rng) for width in WIDTHS_PX[:-1]]
    chips.append(chip(pixels, face, size_px=SIDE_PX))
    return Shown(picture.label, picture.part, network.run(np.stack(chips)))


def shrunk_chip(pixels: Image, face: Face, width_px: int, rng: np.random.Generator) -> Image:
    """The chip of `face` as if it were `width_px` wide in its picture."""
    if face.width_px <= width_px:
        return chip(pixels, face, size_px=SIDE_PX)
    near, left, top = _surroundings(pixels, face)
    scale = width_px / face.width_px
    size = tuple(max(8, round(side * scale)) for side in near.shape[1::-1])
    small = cv2.resize(near, size, interpolation=cv2.INTER_AREA)
    factors = np.array([small.shape[1] / near.shape[1], small.shape[0] / near.shape[0]])
    landmarks = (face.landmarks - [left, top]) * factors
    landmarks = landmarks + rng.normal(0, _JITTER * width_px, (5, 2))
    moved = replace(face, landmarks=landmarks.astype(np.float32))
    return chip(_compressed(small), moved, size_px=SIDE_PX)


def _surroundings(pixels: Image, face: Face) -> tuple[Image, int, int]:
    """The part of the picture around `face`, and where its left upper corner is."""
    room = _ROOM * face.width_px
    left, top = max(0, int(face.left_px - room)), max(0, int(face.top_px - room))
    right = int(face.left_px + face.width_px + room)
    bottom = int(face.top_px + face.height_px + room)
    return pixels[top:bottom, left:right], left, top


def _compressed(pixels: NDArray[np.generic]) -> Image:
    bgr = np.ascontiguousarray(pixels[:, :, ::-1])
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return decode(data.tobytes(), "a shrunk face")
