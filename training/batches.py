"""Mix people, photo faces and frames into batches; the batch of a step depends on its number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.augment import FRAME, PEOPLE, PHOTO_FACE, Strength, augment
from training.material import Image
from training.tables import read_table

PEOPLE_PER_BATCH = 32
PHOTO_FACES_PER_BATCH = 16
FRAMES_PER_BATCH = 16
FACES_PER_BATCH = PEOPLE_PER_BATCH + PHOTO_FACES_PER_BATCH
BATCH_SIZE = FACES_PER_BATCH + FRAMES_PER_BATCH
UNSURE = -1

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """One step's pictures, faces first, and their targets.

    `images` (64, size, size, 3) in [0, 1]; `faces` (48, 128) and `frames` (16, 1280) of unit
    length; `characters` (48,) class numbers, -1 where there is none.
    """

    images: Floats
    faces: Floats
    characters: Ints
    frames: Floats


def unit(vectors: Floats) -> Floats:
    """Scale the rows of `vectors` (N, D) to length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-8), dtype=np.float32)


@dataclass(frozen=True)
class Targets:
    """A teacher's vectors made comparable: centred (and scaled) by the training part, unit."""

    vectors: Floats
    mean: Floats
    scale: Floats

    @classmethod
    def centred(cls, raw: Floats, train: NDArray[np.bool_], *, scaled: bool) -> Targets:
        """Centre `raw` (N, D) on its `train` rows; `scaled` divides by their deviation too."""
        mean = raw[train].mean(axis=0)
        scale = raw[train].std(axis=0) + 1e-3 if scaled else np.ones_like(mean)
        return cls(unit((raw - mean) / scale), mean, scale)


class Material:
    """Everything the work folder holds, in memory, with the rows of each part."""

    def __init__(self, work: Path) -> None:
        self.rows = read_table(work / "faces.csv")
        self.crops: Image = np.load(work / "face_crops.npy")
        self.views: Image = np.load(work / "frame_views.npy")
        self.part = np.array([row["part"] for row in self.rows])
        self.from_photo = np.array([row["source"] == "photos" for row in self.rows])
        self.main = np.array([row["main"] == "1" for row in self.rows])
        self.view_part = np.array([row["part"] for row in read_table(work / "frames.csv")])
        self.face_targets = Targets.centred(
            np.load(work / "face_targets.npy"), self.part == "train", scaled=False
        )
        self.frame_targets = Targets.centred(
            np.load(work / "frame_targets.npy"), self.view_part == "train", scaled=True
        )
        self.character_names = sorted(
            {row["label"] for row in self.rows if row["source"] == "photos"}
        )
        self.characters = self._characters()

    def _characters(self) -> Ints:
        """Class of each photo's main face, -1 for all others."""
        numbers = {name: number for number, name in enumerate(self.character_names)}
        return np.array(
            [
                numbers[row["label"]] if photo and main else UNSURE
                for row, photo, main in zip(self.rows, self.from_photo, self.main, strict=True)
            ],
            dtype=np.int64,
        )

    def trusted_characters(self) -> Ints:
        """Classes for training: those that the teacher's nearest class mean agrees with."""
        known = (self.characters != UNSURE) & (self.part == "train")
        vectors = self.face_targets.vectors
        means = unit(
            np.stack(
                [
                    vectors[known & (self.characters == number)].mean(axis=0)
                    for number in range(len(self.character_names))
                ]
            )
        )
        agrees = (vectors @ means.T).argmax(axis=1) == self.characters
        return np.where(known & agrees, self.characters, UNSURE)


class Batches:
    """Draws and spoils the batch of any step."""

    def __init__(self, material: Material, seed: int) -> None:
        self._material = material
        self._seed = seed
        self._characters = material.trusted_characters()
        train = material.part == "train"
        self._people = np.flatnonzero(train & ~material.from_photo)
        self._photo_faces = np.flatnonzero(train & material.from_photo)
        self._frames = np.flatnonzero(material.view_part == "train")

    def draw(self, step: int, size_px: int) -> Batch:
        """Return the batch of `step` at `size_px`."""
        rng = np.random.default_rng((self._seed, step))
        people = rng.choice(self._people, PEOPLE_PER_BATCH, replace=False)
        photo_faces = rng.choice(self._photo_faces, PHOTO_FACES_PER_BATCH, replace=False)
        frames = rng.choice(self._frames, FRAMES_PER_BATCH, replace=False)
        crops, views = self._material.crops, self._material.views
        images = [
            *_spoil(crops[people], size_px, PEOPLE, rng),
            *_spoil(crops[photo_faces], size_px, PHOTO_FACE, rng),
            *_spoil(views[frames], size_px, FRAME, rng),
        ]
        faces = np.concatenate([people, photo_faces])
        return Batch(
            images=np.stack(images),
            faces=self._material.face_targets.vectors[faces],
            characters=self._characters[faces],
            frames=self._material.frame_targets.vectors[frames],
        )


def _spoil(
    crops: Image, size_px: int, strength: Strength, rng: np.random.Generator
) -> list[Floats]:
    return [augment(crop, size_px, strength, rng) for crop in crops]
