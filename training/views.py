"""Views of faces, to learn from and to judge by: the features of their crops.

A face to learn from is shown spoilt, several times; one that is held out is shown as it came, and
shrunk to each of `WIDTHS_PX`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.confirm import Confirmed
from training.extractor import Extractor
from training.material import Image
from training.portraits import WIDTHS_PX, plain_view, small_view, spoilt_view

FULL_PX = 0.0  # stands for a face that is as wide as it came
_CHUNK = 250  # faces whose features are kept together

Features = NDArray[np.float32]  # (N, values), pooled
Flags = NDArray[np.bool_]  # (N,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """How faces are shown: the side of the crops, and how often each to learn from."""

    size_px: int
    times: Mapping[str, int]  # by name
    others: int  # times for everybody who is not named there


@dataclass(frozen=True, slots=True)
class Views:
    """Crops of faces: features (N, values), which face it is (N,), how wide it was made (N,)."""

    features: Features
    face: NDArray[np.int64]
    width_px: NDArray[np.float64]

    def only(self, chosen: Flags) -> Views:
        """Some of them."""
        return Views(self.features[chosen], self.face[chosen], self.width_px[chosen])


def show(face: Confirmed, how: Showing) -> Iterator[tuple[float, Image]]:
    """Width and crop of every view of a face; the same every time."""
    portrait = face.portrait
    if portrait.part != "train":
        yield FULL_PX, plain_view(portrait, how.size_px)
        for width_px in WIDTHS_PX:
            yield width_px, small_view(portrait, how.size_px, width_px)
        return
    rng = np.random.default_rng(list(hashlib.sha256(_key(face).encode()).digest()))
    for _ in range(how.times.get(face.name, how.others)):
        yield FULL_PX, spoilt_view(portrait, how.size_px, rng)


def _key(face: Confirmed) -> str:
    return f"{face.name} {face.portrait.name} {face.portrait.face.box}"


def gather(extractor: Extractor, faces: Sequence[Confirmed], how: Showing, *, work: Path) -> Views:
    """All views of all faces; what was computed for them and this backbone is in `work`."""
    content = "\n".join([extractor.backbone.sha256, str(how), *map(_key, faces)])
    folder = work / f"views-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    chunks = []
    for start in range(0, len(faces), _CHUNK):
        file = folder / f"{start}.npz"
        if not file.exists():
            numbered = enumerate(faces[start : start + _CHUNK], start)
            np.savez(file, **_compute(extractor, numbered, how))
        with np.load(file) as kept:
            chunks.append((kept["features"], kept["face"], kept["width_px"]))
    return Views(*(np.concatenate(column) for column in zip(*chunks, strict=True)))


def _compute(
    extractor: Extractor, numbered: Iterable[tuple[int, Confirmed]], how: Showing
) -> dict[str, Any]:
    shown = [(number, *view) for number, face in numbered for view in show(face, how)]
    return {
        "features": extractor.features(crop for _, _, crop in shown),
        "face": [number for number, _, _ in shown],
        "width_px": [width_px for _, width_px, _ in shown],
    }
