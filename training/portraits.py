"""Faces as a scan shows them to a classifier: found, shrunk, spoilt and cut as in a video.

A portrait keeps the picture around a face, and where the face is. `view` makes a crop of it in the
way of a scan: the picture is as small as a frame would have it, and the crop is cut from that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from training.augment import compress, recolour, soften
from training.material import Image, Picture, Source, read_pictures
from training.split import Part, fraction_of
from vidtag.regions.faces import Face, chip
from vidtag.regions.finders import FaceFinder

STRANGER = "stranger"
SMALLEST_PX = 22  # width of a face to learn from
WIDTHS_PX = (12.0, 16.0, 24.0, 40.0)  # what held-out faces are shrunk to, and not at all
JITTER = 0.03  # of a landmark, in widths of the face: about what a finder varies by

_AROUND = 0.6  # kept on each side of a face, in widths of it
_LARGEST_PX = 120.0  # width of a face that is kept; a crop has fewer pixels
_PICTURES_EACH = 4  # of a stranger who is held out; of one to learn from, a single one
_RANGE_PX = (11.0, 90.0)  # widths that faces to learn from are shrunk to


@dataclass(frozen=True, eq=False)
class Portrait:
    """A face and the picture around it.

    `label` is the folder of the photo, or `STRANGER`; `alone` says that the photo has no other
    face; `pixels` has shape (height, width, 3), RGB, and `face` lies in it.
    """

    name: str
    label: str
    part: Part
    alone: bool
    pixels: Image
    face: Face


# --- finding ----------------------------------------------------------------------------------


def read_portraits(archive: Path, source: Source, finder: FaceFinder) -> Iterator[Portrait]:
    """Every face of the photos; of people, the largest in each of some pictures."""
    taken: Counter[str] = Counter()
    for picture in read_pictures(archive, source):
        part = picture.part if source == "photos" else _stranger_part(picture)
        if source == "people":
            taken[picture.label] += 1
            if taken[picture.label] > (1 if part == "train" else _PICTURES_EACH):
                continue
        faces = sorted(finder.find(picture.pixels), key=lambda face: -face.width_px)
        label = picture.label if source == "photos" else STRANGER
        for face in faces if source == "photos" else faces[:1]:
            if face.width_px >= SMALLEST_PX:
                pixels, inside = _around(picture.pixels, face)
                yield Portrait(picture.name, label, part, len(faces) == 1, pixels, inside)


def _stranger_part(picture: Picture) -> Part:
    """Held-out people are shared by validation and test."""
    if picture.part == "train":
        return "train"
    return "val" if fraction_of(f"held out {picture.label}") < 0.5 else "test"


def _around(pixels: Image, face: Face) -> tuple[Image, Face]:
    """The picture around a face, scaled down if that is large, and the face in it."""
    edge = _AROUND * face.width_px
    left, top = (max(0, int(value - edge)) for value in face.box[:2])
    right, bottom = face.left_px + face.width_px + edge, face.top_px + face.height_px + edge
    part = np.ascontiguousarray(pixels[top : int(bottom) + 1, left : int(right) + 1])
    inside = replace(
        face,
        left_px=face.left_px - left,
        top_px=face.top_px - top,
        landmarks=face.landmarks - np.array([left, top], np.float32),
    )
    return shrink(part, inside, _LARGEST_PX)


def shrink(pixels: Image, face: Face, width_px: float) -> tuple[Image, Face]:
    """Picture and face with the face no more than `width_px` wide."""
    factor = width_px / face.width_px
    if factor >= 1:
        return pixels, face
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), face.scaled(small.shape[1] / pixels.shape[1])


# --- showing ----------------------------------------------------------------------------------


def plain_view(portrait: Portrait, size_px: int) -> Image:
    """The crop (size_px, size_px, 3) of the face as it is."""
    return chip(portrait.pixels, portrait.face, size_px=size_px)


def small_view(portrait: Portrait, size_px: int, width_px: float) -> Image:
    """The crop of the face as it looks `width_px` wide in a video; the same every time."""
    pixels, face = shrink(portrait.pixels, portrait.face, width_px)
    rng = np.random.default_rng(int(fraction_of(portrait.name) * 2**53))
    return chip(compress(pixels, 60), _jittered(face, rng), size_px=size_px)


def spoilt_view(portrait: Portrait, size_px: int, rng: np.random.Generator) -> Image:
    """A crop of the face at any width, in any light, mirrored or not, to learn from."""
    low, high = np.log(_RANGE_PX)
    pixels, face = portrait.pixels, portrait.face
    if rng.random() < 0.3:
        pixels = soften(pixels, rng)
    pixels, face = shrink(pixels, face, float(np.exp(rng.uniform(low, high))))
    pixels = recolour(pixels, rng)
    if rng.random() < 0.7:
        pixels = compress(pixels, int(rng.integers(35, 90)))
    crop = chip(pixels, _jittered(face, rng), size_px=size_px)
    return np.ascontiguousarray(crop[:, ::-1]) if rng.random() < 0.5 else crop


def _jittered(face: Face, rng: np.random.Generator) -> Face:
    moved = rng.normal(0, JITTER * face.width_px, face.landmarks.shape)
    return replace(face, landmarks=(face.landmarks + moved).astype(np.float32))
