"""Measure an exported backbone on people and photos that its training never saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.augment import NOMINAL_MARGIN, plain
from training.batches import UNSURE, Material, unit
from training.geometry import CROP_MARGIN
from training.probe import Sample, top1
from training.verification import draw_pairs, verify

FRAME_INPUT_PX = 112
CHUNK = 64
# Width of the face in the video that is imitated; None leaves the crop as it is.
FACE_WIDTHS_PX = (None, 16)

Floats = NDArray[np.float32]
Extract = Callable[[Floats], Floats]


def shrink(image: Floats, face_px: int | None) -> Floats:
    """Show the face of a nominal crop at `face_px` pixels, then enlarge it again."""
    if face_px is None:
        return image
    size_px = image.shape[0]
    small_px = round(face_px * NOMINAL_MARGIN)
    small = cv2.resize(image, (small_px, small_px), interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, (size_px, size_px), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large, dtype=np.float32)


def face_features(
    material: Material,
    rows: NDArray[np.int64],
    extract: Extract,
    *,
    input_px: int,
    face_px: int | None = None,
) -> Floats:
    """Return the (N, 512) features of the face crops in `rows`, shown to it at `input_px`."""
    return _in_chunks(
        rows, lambda row: shrink(plain(material.crops[row], input_px), face_px), extract
    )


def frame_features(material: Material, rows: NDArray[np.int64], extract: Extract) -> Floats:
    """Return the (N, 512) features of the frame views in `rows`."""
    return _in_chunks(
        rows, lambda row: plain(material.views[row], FRAME_INPUT_PX, CROP_MARGIN), extract
    )


def _in_chunks(rows: NDArray[np.int64], load: Callable[[int], Floats], extract: Extract) -> Floats:
    chunks = np.array_split(rows, max(1, len(rows) // CHUNK))
    return np.concatenate([extract(np.stack([load(row) for row in rows])) for rows in chunks])


def mean_cosine(student: Floats, teacher: Floats) -> float:
    """Mean cosine of the rows of `student` and of `teacher`, both (N, D)."""
    return float(np.mean(np.sum(unit(student) * unit(teacher), axis=1)))


class Evaluation:
    """The held-out figures of one backbone with its two distilled heads."""

    def __init__(
        self,
        material: Material,
        extract: Extract,
        heads: dict[str, Floats],
        *,
        face_input_px: int,
    ) -> None:
        self._material = material
        self._extract = extract
        self._heads = heads
        self._face_input_px = face_input_px

    def figures(self) -> dict[str, Any]:
        """Return everything that is reported, rounded to four digits."""
        by_width = {
            "full" if px is None else f"{px}px": {
                "verification": self.verification(px),
                "characters": self.characters(px),
            }
            for px in FACE_WIDTHS_PX
        }
        return {"faces": by_width, "teacher": self.teacher(), "frames": self.frames()}

    def verification(self, face_px: int | None) -> dict[str, Any]:
        """Same-or-different accuracy on held-out people."""
        rows = self._people()
        pairs = draw_pairs([self._material.rows[row]["label"] for row in rows])
        features = self._face_features(rows, face_px)
        embedded = self._embed(features, "face")
        teacher = self._material.face_targets.vectors[rows]
        return {
            "pairs": len(pairs.same),
            "features": _rounded(asdict(verify(features, pairs))),
            "face_head": _rounded(asdict(verify(embedded, pairs))),
            "cosine_to_teacher": round(mean_cosine(embedded, teacher), 4),
        }

    def characters(self, face_px: int | None) -> dict[str, Any]:
        """Top-1 of a linear probe, and the cosine to the teacher, on held-out photos."""
        samples = [self._sample(part, face_px) for part in ("train", "val", "test")]
        test = self._main_faces("test")
        embedded = self._embed(samples[2].features, "face")
        teacher = self._material.face_targets.vectors[test]
        return {
            "top1": round(top1(*samples), 4),
            "test_faces": len(test),
            "cosine_to_teacher": round(mean_cosine(embedded, teacher), 4),
        }

    def teacher(self) -> dict[str, Any]:
        """The face teacher on the same pairs and probe: what there is to reach."""
        vectors, people = self._material.face_targets.vectors, self._people()
        pairs = draw_pairs([self._material.rows[row]["label"] for row in people])
        samples = [
            Sample(vectors[rows], self._material.characters[rows])
            for rows in map(self._main_faces, ("train", "val", "test"))
        ]
        return {
            "verification": _rounded(asdict(verify(vectors[people], pairs))),
            "top1": round(top1(*samples), 4),
        }

    def frames(self) -> dict[str, Any]:
        """Cosine to the frame teacher on held-out whole photos."""
        rows = np.flatnonzero(self._material.view_part == "test")
        features = frame_features(self._material, rows, self._extract)
        teacher = self._material.frame_targets.vectors[rows]
        cosine = mean_cosine(self._embed(features, "frame"), teacher)
        return {"cosine_to_teacher": round(cosine, 4), "test_photos": len(rows)}

    def _people(self) -> NDArray[np.int64]:
        material = self._material
        return np.flatnonzero(~material.from_photo & (material.part == "test"))

    def _main_faces(self, part: str) -> NDArray[np.int64]:
        material = self._material
        return np.flatnonzero((material.characters != UNSURE) & (material.part == part))

    def _sample(self, part: str, face_px: int | None) -> Sample:
        rows = self._main_faces(part)
        return Sample(self._face_features(rows, face_px), self._material.characters[rows])

    def _face_features(self, rows: NDArray[np.int64], face_px: int | None) -> Floats:
        return face_features(
            self._material, rows, self._extract, input_px=self._face_input_px, face_px=face_px
        )

    def _embed(self, features: Floats, head: str) -> Floats:
        kernel, bias = self._heads[f"{head}.kernel"], self._heads[f"{head}.bias"]
        return np.asarray(features @ kernel + bias, dtype=np.float32)


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}
