"""Made-up television frames: one to four people of photos in front of something, or a photo.

Whether a character is in it is known, because only photos with a single face are used. A frame
depends on its seed alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.augment import LUMA
from training.material import Image
from training.people import STRANGER, Person

WIDTH_PX, HEIGHT_PX = 398, 224  # 16:9; the detector gets it squashed to a square
PRESENT_SHARE = 0.5
PHOTO_SHARE = 0.25  # of frames that are one photo, cut to the shape of the screen
EMPTY_SHARE = 0.08  # of frames without the character that show nobody
STRANGER_SHARE = 0.15  # of the others
FACE_PX_RANGE = (18.0, 130.0)  # height of a face in the frame

Values = NDArray[np.float32]  # (height, width, 3), 0 to 255


@dataclass(frozen=True)
class Cast:
    """Those of one part of the material: the character, and everybody else."""

    wanted: Sequence[Person]
    others: Sequence[Person]
    strangers: Sequence[Person]

    @classmethod
    def of(cls, people: Sequence[Person], label: str, part: str) -> Cast:
        """Sort the people of `part`."""
        here = [person for person in people if person.part == part]
        return cls(
            wanted=[person for person in here if person.label == label],
            others=[person for person in here if person.label not in (label, STRANGER)],
            strangers=[person for person in here if person.label == STRANGER],
        )


@dataclass(frozen=True)
class Scene:
    """A frame (224, 398, 3), RGB, whether the character is in it, and how it was made."""

    pixels: Image
    present: bool
    from_photo: bool
    face_px: float  # height of the faces; 0 when nobody is there


def make_scene(cast: Cast, *seed: int) -> Scene:
    """Make the frame of `seed`."""
    rng = np.random.default_rng(seed)
    present = bool(rng.random() < PRESENT_SHARE)
    if rng.random() < PHOTO_SHARE:
        person = _pick(cast.wanted if present else cast.others, rng)
        frame, face_px = _photo_frame(person, rng)
        return Scene(_spoil(frame, rng), present, True, face_px)
    people = [] if not present and rng.random() < EMPTY_SHARE else _company(cast, present, rng)
    frame, face_px = _stage(people, _background(cast, rng), rng)
    return Scene(_spoil(frame, rng), present, False, face_px)


def _pick(people: Sequence[Person], rng: np.random.Generator) -> Person:
    return people[int(rng.integers(len(people)))]


def _company(cast: Cast, present: bool, rng: np.random.Generator) -> list[Person]:
    """One to four people from left to right, the character among them or not."""
    count = int(rng.choice([1, 2, 3, 4], p=[0.35, 0.35, 0.2, 0.1]))
    people = [
        _pick(cast.strangers if rng.random() < STRANGER_SHARE else cast.others, rng)
        for _ in range(count)
    ]
    if present:
        people[int(rng.integers(count))] = _pick(cast.wanted, rng)
    return people


# --- pictures ---------------------------------------------------------------------------------


def _warp(pixels: Image, scale: float, left_px: float, top_px: float) -> Values:
    """The frame in which `pixels`, scaled, lies with its corner at (left, top)."""
    if scale < 1:  # against aliasing
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        pixels, scale = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)), 1.0
    matrix = np.array([[scale, 0, left_px], [0, scale, top_px]])
    border = cv2.BORDER_REPLICATE
    frame = cv2.warpAffine(pixels, matrix, (WIDTH_PX, HEIGHT_PX), borderMode=border)
    return np.asarray(frame, np.float32)


def _photo_frame(person: Person, rng: np.random.Generator) -> tuple[Values, float]:
    """A photo that fills the frame, the face inside it."""
    height, width = person.pixels.shape[:2]
    scale = max(WIDTH_PX / width, HEIGHT_PX / height) * rng.uniform(1.0, 1.25)
    box, half = person.box, np.array([person.box.width_px, person.box.height_px]) * scale / 2
    face = np.array([box.x_px + box.width_px / 2, box.y_px + box.height_px / 2]) * scale
    screen = np.array([WIDTH_PX, HEIGHT_PX])
    room = screen - np.array([width, height]) * scale  # at most 0: the photo fills the frame
    low, high = np.maximum(room, half - face), np.minimum(0.0, screen - half - face)
    left, top = np.where(low <= high, rng.uniform(low, np.maximum(low, high)), (low + high) / 2)
    return _warp(person.pixels, scale, left, top), float(2 * half[1])


def _background(cast: Cast, rng: np.random.Generator) -> Values:
    """Some photo without the character, large, darker and often soft, or a shade of colour."""
    if rng.random() < 0.25:
        corners = rng.uniform(0, 150, (2, 2, 3)).astype(np.float32)
        return np.asarray(cv2.resize(corners, (WIDTH_PX, HEIGHT_PX)), np.float32)
    pixels = _pick(cast.others, rng).pixels
    height, width = pixels.shape[:2]
    scale = max(WIDTH_PX / width, HEIGHT_PX / height) * rng.uniform(1.0, 2.0)
    left, top = (
        (WIDTH_PX - width * scale) * rng.random(),
        (HEIGHT_PX - height * scale) * rng.random(),
    )
    frame = _warp(pixels, scale, left, top) * np.float32(rng.uniform(0.3, 1.0))
    if rng.random() < 0.5:
        frame = np.asarray(cv2.GaussianBlur(frame, (0, 0), rng.uniform(0.5, 8.0)), np.float32)
    return frame


def _stage(
    people: Sequence[Person], frame: Values, rng: np.random.Generator
) -> tuple[Values, float]:
    """Put `people` from left to right before `frame`, their faces at about the same size."""
    if not people:
        return frame, 0.0
    low, high = np.log(FACE_PX_RANGE[0]), np.log(FACE_PX_RANGE[1] / len(people) ** 0.5)
    face_px = float(np.exp(rng.uniform(low, high)))
    for place, person in enumerate(people):
        scale = face_px * rng.uniform(0.85, 1.15) / person.box.height_px
        x_px = WIDTH_PX * (place + 0.5 + rng.uniform(-0.45, 0.45)) / len(people)
        y_px = HEIGHT_PX * rng.uniform(0.12, 0.6)
        frame = _put(person, frame, scale, (x_px, y_px), rng)
    return frame, face_px


def _put(
    person: Person,
    frame: Values,
    scale: float,
    face_at_px: tuple[float, float],
    rng: np.random.Generator,
) -> Values:
    """Lay the head and some of the body over `frame`, with the middle of the face at a point."""
    pixels, box = person.pixels, person.box
    if rng.random() < 0.5:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
        x_px = pixels.shape[1] - box.x_px - box.width_px / 2
    else:
        x_px = box.x_px + box.width_px / 2
    y_px = box.y_px + box.height_px / 2
    left, top = face_at_px[0] - scale * x_px, face_at_px[1] - scale * y_px
    around = np.full(4, box.width_px)
    around *= [rng.uniform(0.75, 2), rng.uniform(0.8, 1.3), rng.uniform(0.75, 2), rng.uniform(1, 6)]
    mask = np.zeros(pixels.shape[:2], np.float32)
    x0, y0 = max(0, int(x_px - around[0])), max(0, int(y_px - around[1]))
    mask[y0 : int(y_px + around[3]), x0 : int(x_px + around[2])] = 1.0
    shown = _mask(mask, scale, left, top, soft_px=rng.uniform(0.3, 3.0))
    return frame * (1 - shown) + _warp(pixels, scale, left, top) * shown


def _mask(mask: Values, scale: float, left: float, top: float, *, soft_px: float) -> Values:
    matrix = np.array([[scale, 0, left], [0, scale, top]])
    shown = cv2.warpAffine(mask, matrix, (WIDTH_PX, HEIGHT_PX))
    return np.asarray(cv2.GaussianBlur(shown, (0, 0), soft_px), np.float32)[:, :, np.newaxis]


def _spoil(frame: Values, rng: np.random.Generator) -> Image:
    """Mirror, light, tint, soften and compress as broadcasts do."""
    if rng.random() < 0.5:
        frame = frame[:, ::-1]
    grey = (frame @ LUMA)[:, :, np.newaxis]
    values = grey + (frame - grey) * np.float32(0 if rng.random() < 0.05 else rng.uniform(0.5, 1.4))
    tint = rng.uniform(0.88, 1.12, 3).astype(np.float32) * np.float32(rng.uniform(0.55, 1.2))
    values = 255 * (np.clip(values * tint, 0, 255) / 255) ** np.float32(rng.uniform(0.8, 1.3))
    if rng.random() < 0.4:
        values = np.asarray(cv2.GaussianBlur(values, (0, 0), rng.uniform(0.3, 1.5)))
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 95))]
    _, packed = cv2.imencode(".jpg", np.asarray(values, np.uint8)[:, :, ::-1], quality)
    unpacked = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(unpacked[:, :, ::-1])
