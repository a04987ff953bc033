"""The face of each picture: found once and kept in the user's cache, as numbers.

    <cache>/faces/5e/5e81...7a.npy        (faces, 15) float32: box, landmarks, confidence

The name is a hash of the bytes of the picture and the name of what finds the faces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import DatasetError, Face, cache_dir, chip, read_picture
from vidtag_vgg16.features import keep
from vidtag_vgg16.provenance import SEVERAL

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from vidtag.api import FaceFinder, Picture, Sample, Size


class LargestFace:
    """Looks at the largest face of each picture, cut out as a scan does it.

    Args:
        finder: finds the faces.
    """

    def __init__(self, finder: FaceFinder) -> None:
        self._finder = finder

    @property
    def name(self) -> str:
        """What the faces are found by."""
        return f"face {self._finder.name}"

    def cut(self, sample: Sample, size: Size) -> Picture:
        """The face in the picture of `sample`: (height, width, 3) RGB.

        Raises:
            DatasetError: if the picture cannot be read, or no face is found in it.
            ModelError: if the cache cannot be written.
        """
        picture = read_picture(sample.path)
        faces = self._faces(sample, picture)
        if not len(faces):
            raise DatasetError(f"{sample.path}: no face was found in it")
        largest = faces[int((faces[:, 2] * faces[:, 3]).argmax())]
        return chip(picture, Face.from_row(largest), size_px=size[0])

    def facts(self, samples: Iterable[Sample]) -> Mapping[str, str | int]:
        """What found the faces, and how many of `samples` show more than one."""
        found = [_read(self._path(sample)) for sample in samples]
        several = sum(faces is not None and len(faces) > 1 for faces in found)
        return {"faces found by": self._finder.name, SEVERAL: several}

    def _faces(self, sample: Sample, picture: Picture) -> NDArray[np.float32]:
        path = self._path(sample)
        known = _read(path)
        if known is not None:
            return known
        rows = [face.row for face in self._finder.find(picture)]
        faces = np.array(rows, np.float32).reshape(-1, Face.ROW)
        keep(path, faces)
        return faces

    def _path(self, sample: Sample) -> Path:
        name = hashlib.sha256(f"{sample.sha256}\n{self._finder.name}".encode()).hexdigest()
        return cache_dir() / "faces" / name[:2] / f"{name}.npy"


def _read(path: Path) -> NDArray[np.float32] | None:
    """The faces in `path`; `None` where nothing is kept, or it is damaged."""
    try:
        faces = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    fits = faces.ndim == 2 and faces.shape[1] == Face.ROW and faces.dtype == np.float32
    return faces if fits else None
