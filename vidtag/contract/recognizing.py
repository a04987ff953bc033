"""The rules for detectors that recognise people: embeddings, and what is made of them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vidtag.contract.declared import Declared
from vidtag.contract.findings import Rule
from vidtag.contract.scoring import SAME
from vidtag.types import Embeddings, Gallery, Person, Pictures, Recognizer, Scores


@dataclass(frozen=True)
class Meeting:
    """A recognizer, and faces (N, height, width, 3) that it meets."""

    recognizer: Recognizer
    crops: Pictures

    def embed(self, crops: Pictures) -> Embeddings:
        """Embeddings of copies of `crops`, all of middling size."""
        return np.array(self.recognizer.embed(crops.copy(), np.full(len(crops), 60, np.float32)))

    @functools.cached_property
    def embeddings(self) -> Embeddings:
        """Of all crops, made once."""
        return self.embed(self.crops)

    @property
    def gallery(self) -> Gallery:
        """A person of each of the first two faces."""
        first, second = self.embeddings[:1], self.embeddings[1:2]
        return Gallery((Person("ann", first), Person("ben", second)))

    def match(self, gallery: Gallery) -> Scores:
        """How all faces match `gallery`."""
        return np.array(self.recognizer.match(self.embeddings, gallery))


def _space(it: Declared) -> Iterator[str]:
    if not isinstance(it.detector, Recognizer):
        yield f"space {it.info.space!r} is offered by one that cannot embed, match and group"
    elif it.detector.space != it.info.space or not it.info.space.strip():
        yield f"space {it.info.space!r} is offered, {it.detector.space!r} was opened"


def _embeddings(it: Meeting) -> Iterator[str]:
    found = it.embeddings
    if found.ndim != 2 or len(found) != len(it.crops) or found.dtype != np.float32:
        yield f"expected float32 embeddings (N, dimensions), received {found.dtype} {found.shape}"
    elif not np.isfinite(found).all():
        yield "embeddings are not finite"


def _same_again(it: Meeting) -> Iterator[str]:
    single = np.concatenate([it.embed(crop[np.newaxis]) for crop in it.crops])
    for how, found in (("a second time", it.embed(it.crops)), ("one by one", single)):
        if not np.allclose(found, it.embeddings, rtol=0, atol=SAME, equal_nan=True):
            yield f"embedded {how}, the same faces differ"


def _match(it: Meeting) -> Iterator[str]:
    scores = it.match(it.gallery)
    if scores.shape != (len(it.crops), 2):
        yield f"expected scores of shape {(len(it.crops), 2)}, received {scores.shape}"
    elif not np.all((scores >= 0) & (scores <= 1)):
        yield "matches are not probabilities in [0, 1]"


def _order(it: Meeting) -> Iterator[str]:
    turned = it.match(Gallery(it.gallery.people[::-1]))
    if not np.allclose(turned[:, ::-1], it.match(it.gallery), rtol=0, atol=SAME):
        yield "who matches depends on the order of the people"


def _nobody(it: Meeting) -> Iterator[str]:
    shape = it.match(Gallery()).shape
    if shape != (len(it.crops), 0):
        yield f"expected {(len(it.crops), 0)} where nobody is known, received {shape}"


def _groups(it: Meeting) -> Iterator[str]:
    rows = [row for group in it.recognizer.group(it.embeddings) for row in group]
    if len(set(rows)) != len(rows):
        yield "a face is in two groups"
    if not set(rows) <= set(range(len(it.crops))):
        yield "a group has a row that is not there"


SPACE: Rule[Declared] = Rule("space", "its embeddings are of the space that is offered", _space)
RULES: tuple[Rule[Meeting], ...] = (
    Rule("embeddings", "embeddings are finite float32 (faces, dimensions)", _embeddings),
    Rule("embeds the same", "a face has one embedding, whatever is beside it", _same_again),
    Rule("matches", "matches are probabilities (faces, people)", _match),
    Rule("people in any order", "the order of the people changes nothing", _order),
    Rule("nobody known", "it copes with an empty gallery", _nobody),
    Rule("groups", "groups of faces do not overlap", _groups),
)
