"""What detectors are and what they tell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from vidtag.types.aliases import (
    DeviceName,
    Embeddings,
    Pictures,
    Region,
    Runtime,
    Scores,
    Size,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorInfo:
    """What `vidtag plugins` shows of a detector, and `--plugin NAME` selects. Cheap to make."""

    name: str  # unique among all plugins, kebab-case
    summary: str
    labels: tuple[str, ...]
    version: str
    region: Region = "frame"
    space: str = ""  # of a `Recognizer`; others have none
    source: str = ""  # where its weights lie, for a person to read
    figures: Mapping[str, float] = field(default_factory=dict)  # measured on held-out material


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorIdentity:
    """What makes two runs comparable: the same identity gives the same scores."""

    name: str
    version: str
    weights_sha256: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One named detector's share of an opened `Detector`.

    Several heads may share one backbone and so one pass over each picture.
    """

    identity: DetectorIdentity
    labels: tuple[str, ...]
    thresholds: Mapping[str, float]  # label -> score from which it counts as present


@runtime_checkable
class Detector(Protocol):
    """Opened detectors that look at the same crops together."""

    @property
    def heads(self) -> tuple[Head, ...]:
        """The named detectors served, in the order of the columns that `score` returns."""

    @property
    def region(self) -> Region:
        """What it looks at."""

    @property
    def input_size(self) -> Size:
        """(height, width) of the crops it gets, in pixels."""

    def score(self, crops: Pictures) -> Scores:
        """Score `crops` (N, height, width, 3) RGB.

        Returns (N, labels of all heads) calibrated probabilities in [0, 1]. The result for one
        crop must not depend on the others in the batch.
        """

    def close(self) -> None:
        """Release models and threads. Called once."""


@runtime_checkable
class FeatureDetector(Detector, Protocol):
    """A detector that makes its scores of features which other detectors may share.

    A scan may keep the features of frames, and ask another detector for its scores of them.
    """

    @property
    def features_id(self) -> str:
        """Says what the features of a crop depend on: the network, its weights, its arithmetic."""

    def prepare(self) -> None:
        """Get ready for `features`: called while the first frames of a video are decoded.

        Called for every video; from the second time on there is nothing to do.
        """

    def features(self, crops: Pictures) -> NDArray[np.uint8]:
        """The features (N, bytes) of `crops`; those of one do not depend on the others."""

    def score_features(self, features: NDArray[np.uint8]) -> Scores:
        """What `score` returns for the crops of these features (N, bytes), to the last digit."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody to be recognised, by the embeddings (n, dimensions) of some faces."""

    name: str  # a label
    embeddings: Embeddings
    named: bool = True  # False: an unknown person, whom a recognizer has found


@dataclass(frozen=True, slots=True)
class Gallery:
    """The people to be recognised, by name. The embeddings come from one network."""

    people: tuple[Person, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The labels, in the order of `people`."""
        return tuple(person.name for person in self.people)

    @property
    def named(self) -> Gallery:
        """The people with a name."""
        return Gallery(tuple(person for person in self.people if person.named))

    @property
    def unnamed(self) -> Gallery:
        """The unknown people."""
        return Gallery(tuple(person for person in self.people if not person.named))

    @property
    def digest(self) -> str:
        """SHA-256 of everything in it: what a recognizer went by."""
        content = hashlib.sha256()
        for person in self.people:
            content.update(f"{len(person.embeddings)} {person.name}\n".encode())
            content.update(person.embeddings.tobytes())
        return str(content.hexdigest())


@runtime_checkable
class Recognizer(Detector, Protocol):
    """A detector of faces that tells people apart by comparing, and so can decide again later.

    What it has seen of a face is kept as an embedding: when somebody is added to the gallery, or
    an unknown person gets a name, old scans are matched again without decoding the video. It has
    one head, whose labels are the people of the gallery that it was opened with.
    """

    @property
    def space(self) -> str:
        """Names the network: embeddings of the same space can be compared."""

    def embed(self, crops: Pictures, widths_px: NDArray[np.float32]) -> Embeddings:
        """Embeddings (N, dimensions) of `crops` (N, height, width, 3) RGB.

        `widths_px` (N,) says how wide each face is in the picture it was cut from: small faces
        look alike, and a recognizer may allow for that. Embeddings may be averaged.
        """

    def match(self, embeddings: Embeddings, gallery: Gallery) -> Scores:
        """(N, people) calibrated probabilities that a face is this person's.

        A face that is nobody's scores low for all: rows do not add up to 1.
        """

    def group(self, embeddings: Embeddings) -> tuple[tuple[int, ...], ...]:
        """Groups of rows of `embeddings` that show one person each.

        Rows of which nothing can be said are in no group.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How detectors should run on this machine. Never changes what they see, only how fast.

    The gallery is the exception: it is the user's, and a recognizer finds the people in it.
    """

    runtime: Runtime = "onnx"  # in 8-bit integers where a model is fit for it; else float32
    device: DeviceName = "cpu"  # auto: an accelerator where there is one; not for keras
    threads: int | None = None  # None: as many as the machine has
    offline: bool = False  # True: use nothing that is not on this machine yet
    gallery: Gallery = field(default_factory=Gallery)
