"""Spoil clean crops the way television does: small, soft, tinted, compressed, covered."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.geometry import CROP_MARGIN
from training.material import Image

NOMINAL_MARGIN = 1.2
FACE_PX_RANGE = (12.0, 40.0)
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Strength:
    """How far one kind of picture is moved and spoilt; ranges are (low, high)."""

    margin: tuple[float, float]
    turn_deg: float
    shift: float
    shrink_chance: float


PEOPLE = Strength(margin=(0.92, 1.3), turn_deg=12.0, shift=0.06, shrink_chance=0.5)
PHOTO_FACE = Strength(margin=(0.95, 1.55), turn_deg=10.0, shift=0.08, shrink_chance=0.4)
# A frame view has no margin: 1.6 shows all of it, less cuts into it.
FRAME = Strength(margin=(1.35, 1.6), turn_deg=0.0, shift=0.05, shrink_chance=0.15)


def augment(
    crop: Image, size_px: int, strength: Strength, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return a spoilt (size_px, size_px, 3) float32 picture in [0, 1] of a square crop."""
    margin = rng.uniform(*strength.margin)
    image = _move(crop, size_px, margin, strength, rng)
    image = recolour(image, rng)
    if rng.random() < strength.shrink_chance:
        image = _shrink(image, margin, rng)
    elif rng.random() < 0.2:
        image = soften(image, rng)
    if rng.random() < 0.15:
        _cover(image, rng)
    return image.astype(np.float32) / 255.0


def plain(crop: Image, size_px: int, margin: float = NOMINAL_MARGIN) -> NDArray[np.float32]:
    """Return the middle of a face crop at `margin`, unspoilt: (size_px, size_px, 3) in [0, 1]."""
    whole = crop.shape[0]
    edge = round(whole * (1 - margin / CROP_MARGIN) / 2)
    middle = crop[edge : whole - edge, edge : whole - edge]
    return _resize(middle, size_px).astype(np.float32) / 255.0


def _resize(image: Image, size_px: int) -> Image:
    way = cv2.INTER_AREA if image.shape[0] > size_px else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (size_px, size_px), interpolation=way), dtype=np.uint8)


def _move(
    crop: Image, size_px: int, margin: float, strength: Strength, rng: np.random.Generator
) -> Image:
    """Flip, turn, stretch, shift and cut in one warp, at twice the size against aliasing."""
    side, out = crop.shape[0], 2 * size_px
    scale = out * CROP_MARGIN / (margin * side)
    stretch = rng.uniform(0.92, 1.08)
    angle = np.deg2rad(rng.uniform(-strength.turn_deg, strength.turn_deg))
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.diag([mirror * scale * stretch, scale / stretch])
    shift = rng.uniform(-strength.shift, strength.shift, 2) * out
    offset = out / 2 + shift - linear @ np.array([side / 2, side / 2])
    matrix = np.column_stack([linear, offset])
    moved = cv2.warpAffine(crop, matrix, (out, out), borderMode=cv2.BORDER_REPLICATE)
    return _resize(np.asarray(moved, dtype=np.uint8), size_px)


def recolour(image: Image, rng: np.random.Generator) -> Image:
    """Change saturation, contrast, brightness and tint; now and then to grey."""
    grey = (image @ LUMA)[:, :, np.newaxis]
    saturation = 0.0 if rng.random() < 0.12 else rng.uniform(0.6, 1.4)
    values = grey + (image - grey) * np.float32(saturation)
    mean = values.mean()
    contrast, brightness = rng.uniform(0.65, 1.35), rng.uniform(0.6, 1.4)
    tint = rng.uniform(0.9, 1.1, 3).astype(np.float32)
    values = ((values - mean) * np.float32(contrast) + mean * np.float32(brightness)) * tint
    return np.asarray(np.clip(values, 0, 255), dtype=np.uint8)


def _shrink(image: Image, margin: float, rng: np.random.Generator) -> Image:
    """Show the face at 12 to 40 px, often compressed at that size, then enlarge it again."""
    size_px = image.shape[0]
    low, high = np.log(FACE_PX_RANGE)
    small_px = min(size_px, max(10, round(float(np.exp(rng.uniform(low, high))) * margin)))
    small = _resize(image, small_px)
    if rng.random() < 0.5:
        small = compress(small, int(rng.integers(30, 90)))
    way = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(small, (size_px, size_px), interpolation=way), dtype=np.uint8)


def compress(image: Image, quality: int) -> Image:
    """What JPEG of this quality leaves of `image`."""
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"expected a picture JPEG can hold, received shape {image.shape}")
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


def soften(image: Image, rng: np.random.Generator) -> Image:
    """Blur a little."""
    deviation_px = rng.uniform(0.4, 0.02 * image.shape[0])
    return np.asarray(cv2.GaussianBlur(image, (0, 0), deviation_px), dtype=np.uint8)


def _cover(image: Image, rng: np.random.Generator) -> None:
    """Put a rectangle of one colour over up to a sixth of the picture, in place."""
    size_px = image.shape[0]
    height, width = (rng.uniform(0.15, 0.4, 2) * size_px).astype(int)
    top, left = rng.integers(0, size_px - height), rng.integers(0, size_px - width)
    image[top : top + height, left : left + width] = rng.integers(0, 256, 3)
