"""A recognizer that keeps the contract, and some that break one rule each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from vidtag.hookspecs import hookimpl
from vidtag.types import (
    Detector,
    DetectorIdentity,
    DetectorInfo,
    Embeddings,
    Gallery,
    Head,
    Pictures,
    Region,
    Scores,
    Settings,
    Size,
)

SPACE = "mean colour"


class Good:
    """Compares mean colours."""

    region: Region = "face"
    input_size: Size = (6, 6)
    space = SPACE

    def __init__(self, gallery: Gallery | None = None) -> None:
        self.gallery = gallery or Gallery()

    @property
    def heads(self) -> tuple[Head, ...]:
        identity = DetectorIdentity(name="good", version="1", weights_sha256="0" * 64)
        names = self.gallery.names
        return (Head(identity=identity, labels=names, thresholds=dict.fromkeys(names, 0.5)),)

    def score(self, crops: Pictures) -> Scores:
        return self.match(self.embed(crops, np.ones(len(crops), np.float32)), self.gallery)

    def embed(self, crops: Pictures, widths_px: NDArray[np.float32]) -> Embeddings:
        means: Embeddings = crops.mean(axis=(1, 2), dtype=np.float32) / np.float32(255)
        return means

    def match(self, embeddings: Embeddings, gallery: Gallery) -> Scores:
        likeness = [self.likeness(embeddings, each.embeddings) for each in gallery.people]
        if not likeness:
            return np.zeros((len(embeddings), 0), np.float32)
        return np.stack(likeness, axis=1)

    def likeness(self, embeddings: Embeddings, references: Embeddings) -> NDArray[np.float32]:
        distance = np.linalg.norm(embeddings - references.mean(axis=0), axis=1)
        return np.asarray(np.exp(-distance), np.float32)

    def group(self, embeddings: Embeddings) -> tuple[tuple[int, ...], ...]:
        return tuple((row,) for row in range(len(embeddings)))

    def close(self) -> None:
        """Holds nothing."""


class Plugin:
    """Offers the recognizer that `make` makes, under the name `good`."""

    def __init__(self, make: Callable[[Gallery], Detector] = Good, *, space: str = SPACE) -> None:
        self.make = make
        self.space = space

    @hookimpl
    def vidtag_detectors(self) -> Iterable[DetectorInfo]:
        yield DetectorInfo(
            name="good", summary="", labels=(), version="1", region="face", space=self.space
        )

    @hookimpl
    def vidtag_open_detectors(self, names: Sequence[str], settings: Settings) -> Iterable[Detector]:
        return [self.make(settings.gallery) for _ in names]


class OtherSpace(Good):
    space = "median colour"


class OnlyScores:
    """Says that it recognises, and scores a label of its own."""

    region: Region = "face"
    input_size: Size = (6, 6)

    def __init__(self, gallery: Gallery | None = None) -> None:
        self.heads = Good(gallery).heads

    def score(self, crops: Pictures) -> Scores:
        return np.zeros((len(crops), 0), np.float32)

    def close(self) -> None:
        """Holds nothing."""


class Doubles(Good):
    def embed(self, crops: Pictures, widths_px: NDArray[np.float32]) -> Embeddings:
        return super().embed(crops, widths_px).astype(np.float64)


class NotFinite(Good):
    """Divides by the spread of a crop, and some have none."""

    def embed(self, crops: Pictures, widths_px: NDArray[np.float32]) -> Embeddings:
        embeddings = super().embed(crops, widths_px)
        embeddings[crops.std(axis=(1, 2, 3)) == 0] = np.inf
        return embeddings


class Moody(Good):
    """Another embedding each time."""

    def __init__(self, gallery: Gallery | None = None) -> None:
        super().__init__(gallery)
        self.calls = count()

    def embed(self, crops: Pictures, widths_px: NDArray[np.float32]) -> Embeddings:
        return super().embed(crops, widths_px) + np.float32(0.01 * next(self.calls))


class BatchCentred(Good):
    """What a face is depends on its company."""

    def embed(self, crops: Pictures, widths_px: NDArray[np.float32]) -> Embeddings:
        embeddings = super().embed(crops, widths_px)
        return embeddings - embeddings.mean(axis=0) if len(crops) else embeddings


class Distances(Good):
    """The larger, the less alike."""

    def likeness(self, embeddings: Embeddings, references: Embeddings) -> NDArray[np.float32]:
        return 2 - super().likeness(embeddings, references)


class FirstOnly(Good):
    def match(self, embeddings: Embeddings, gallery: Gallery) -> Scores:
        return super().match(embeddings, gallery)[:, :1]


class FirstWins(Good):
    def match(self, embeddings: Embeddings, gallery: Gallery) -> Scores:
        scores = super().match(embeddings, gallery)
        scores[:, 1:] *= np.float32(0.5)
        return scores


class NeedsSomebody(Good):
    def match(self, embeddings: Embeddings, gallery: Gallery) -> Scores:
        if not gallery.people:
            return np.zeros((len(embeddings), 1), np.float32)
        return super().match(embeddings, gallery)


class InTwoGroups(Good):
    def group(self, embeddings: Embeddings) -> tuple[tuple[int, ...], ...]:
        return (*super().group(embeddings), (0,))


class OneTooMany(Good):
    def group(self, embeddings: Embeddings) -> tuple[tuple[int, ...], ...]:
        return (*super().group(embeddings), (len(embeddings),))
