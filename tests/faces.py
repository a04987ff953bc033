"""Faces that are simple enough to predict: coloured squares, whose colour says who it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vidtag.regions.faces import Face
from vidtag.types import (
    DetectorIdentity,
    Embeddings,
    Gallery,
    Head,
    Person,
    Picture,
    Pictures,
    Region,
    Scores,
    Size,
)

GREY = (120, 120, 120)
SIDE_PX = 24
COLOURS = {"ross": (230, 20, 20), "rachel": (20, 20, 230), "gunther": (20, 200, 20)}

# Landmarks of a face that fills the square, as shares of its side.
_LANDMARKS = np.array([[0.3, 0.35], [0.7, 0.35], [0.5, 0.55], [0.35, 0.75], [0.65, 0.75]])


def scene(people: Mapping[str, tuple[int, int]], *, size: Size = (96, 160)) -> Picture:
    """A picture of squares: who -> (left, top) of the square."""
    picture = np.full((*size, 3), GREY, np.uint8)
    for name, (left, top) in people.items():
        picture[top : top + SIDE_PX, left : left + SIDE_PX] = COLOURS[name]
    return picture


def embedding(name: str) -> NDArray[np.float32]:
    """What `ColourRecognizer` says of the face of `name`."""
    return np.asarray(_unit(np.array([COLOURS[name]], np.float32))[0], np.float32)


def person(name: str) -> Person:
    return Person(name, np.stack([embedding(name)] * 3))


def _unit(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = colours - np.float32(120)
    return np.asarray(centred / np.linalg.norm(centred, axis=1, keepdims=True), np.float32)


class SquareFinder:
    """Finds the squares."""

    name = "squares"

    def __init__(self) -> None:
        self.looked = 0

    def find(self, picture: Picture) -> tuple[Face, ...]:
        self.looked += 1
        spread = picture.max(axis=2).astype(int) - picture.min(axis=2)
        _, _, stats, _ = cv2.connectedComponentsWithStats((spread > 80).astype(np.uint8))
        return tuple(_face(*row[:4]) for row in stats[1:].tolist() if row[4] > 50)


def _face(left: int, top: int, width: int, height: int) -> Face:
    landmarks = np.array([left, top]) + _LANDMARKS * [width, height]
    return Face(
        left_px=left,
        top_px=top,
        width_px=width,
        height_px=height,
        landmarks=landmarks.astype(np.float32),
        confidence=0.9,
    )


def _middle_colour(crops: Pictures) -> NDArray[np.float32]:
    quarter = crops.shape[1] // 4
    middle = crops[:, quarter:-quarter, quarter:-quarter]
    return np.asarray(middle.mean(axis=(1, 2), dtype=np.float32), np.float32)


class ColourFaces:
    """Scores whether a face is red: the label `ross`."""

    region: Region = "face"
    input_size: Size = (20, 20)

    def __init__(self) -> None:
        identity = DetectorIdentity(name="red-face", version="1", weights_sha256="0" * 64)
        self.heads: tuple[Head, ...] = (
            Head(identity=identity, labels=("ross",), thresholds={"ross": 0.5}),
        )

    def score(self, crops: Pictures) -> Scores:
        return (_unit(_middle_colour(crops)) @ embedding("ross") > 0.8).astype(np.float32)[:, None]

    def close(self) -> None:
        """Holds nothing."""


class ColourRecognizer:
    """Tells colours apart."""

    region: Region = "face"
    input_size: Size = (32, 32)
    space = "colour"

    def __init__(self, gallery: Gallery | None = None) -> None:
        self.embedded = 0
        self.gallery = gallery or Gallery()
        identity = DetectorIdentity(name="gallery", version="1", weights_sha256="1" * 64)
        self.heads: tuple[Head, ...] = (
            Head(
                identity=identity,
                labels=self.gallery.names,
                thresholds=dict.fromkeys(self.gallery.names, 0.5),
            ),
        )

    def score(self, crops: Pictures) -> Scores:
        return self.match(self.embed(crops, np.ones(len(crops), np.float32)), self.gallery)

    def embed(self, crops: Pictures, widths_px: NDArray[np.float32]) -> Embeddings:
        assert widths_px.shape == (len(crops),)
        self.embedded += len(crops)
        return _unit(_middle_colour(crops))

    def match(self, embeddings: Embeddings, gallery: Gallery) -> Scores:
        columns = [embeddings @ each.embeddings.mean(axis=0) for each in gallery.people]
        if not columns:
            return np.zeros((len(embeddings), 0), np.float32)
        return (np.stack(columns, axis=1) > 0.9).astype(np.float32)

    def group(self, embeddings: Embeddings) -> tuple[tuple[int, ...], ...]:
        groups: list[list[int]] = []
        for row, one in enumerate(embeddings):
            near = [group for group in groups if float(embeddings[group[0]] @ one) > 0.9]
            near[0].append(row) if near else groups.append([row])
        return tuple(map(tuple, groups))

    def close(self) -> None:
        """Holds nothing."""


def walk(
    name: str, frames: int, *, start: int, step: int, top: int = 30
) -> list[dict[str, tuple[int, int]]]:
    """Where somebody is who walks through the picture from left to right."""
    return [{name: (start + step * number, top)} for number in range(frames)]


def film(shots: Sequence[Sequence[Mapping[str, tuple[int, int]]]]) -> list[Picture]:
    """The pictures of some shots, each with another lamp, so that cuts show."""
    pictures = []
    for number, shot in enumerate(shots):
        for people in shot:
            picture = scene(people)
            picture[60:, :40] = (40 + 150 * (number % 2),) * 3
            picture[:20] = (200 - 150 * (number % 2),) * 3
            pictures.append(picture)
    return pictures
