"""Makes picture files for tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vidtag.dataset import Dataset, FrameOrigin, Sample

if TYPE_CHECKING:
    from vidtag.types import Picture

# JPEG segment that says: turn this clockwise by 90 degrees to see it upright.
_EXIF = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
VIDEO = "0123456789abcdef"


def cloud(seed: int, *, height: int = 96, width: int = 128) -> Picture:
    """A soft picture, unlike that of every other seed."""
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 9, 3), np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def jpeg(picture: Picture, *, quality: int = 90, turned: bool = False) -> bytes:
    """`picture` (RGB) as JPEG, with an EXIF orientation if `turned`."""
    done, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    content = data.tobytes()
    segment = b"\xff\xe1" + (len(_EXIF) + 2).to_bytes(2, "big") + _EXIF
    return content[:2] + segment + content[2:] if turned else content


def write_jpeg(path: Path, seed: int, *, quality: int = 90) -> Path:
    """Write the cloud `seed` to `path`, and make the folders on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jpeg(cloud(seed), quality=quality))
    return path


def sample(
    number: int,
    *classes: str,
    shot: int | None = None,
    video: str = VIDEO,
    dhash: int | None = None,
) -> Sample:
    """A sample that no file stands behind; of a frame if `shot` is given."""
    origin = None if shot is None else FrameOrigin(video, number, number * 40_000, shot)
    return Sample(
        path=Path(f"data/{number}.jpg"),
        folders=frozenset(classes or {"nobody"}),
        classes=frozenset(classes),
        sha256=f"{number:064x}",
        dhash=number * 0x9E3779B97F4A7C15 % 2**64 if dhash is None else dhash,
        origin=origin,
    )


def dataset_of(*samples: Sample) -> Dataset:
    """A dataset that no folder stands behind."""
    return Dataset(
        root=Path("data"),
        classes=tuple(sorted({name for one in samples for name in one.classes})),
        folders=tuple(sorted({name for one in samples for name in one.folders})),
        samples=samples,
    )
