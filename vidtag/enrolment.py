"""Which reference faces somebody is recognised by, and how well people are told apart.

Pure: embeddings and a recognizer's `match` in, decisions out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from vidtag.types import Gallery, Person

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Embeddings, Scores

Match: TypeAlias = "Callable[[Embeddings, Gallery], Scores]"

BELONGS = 0.5  # probability from which a face is the person's
ALIKE = 0.1  # share of somebody's faces taken for another from which the two look alike

_ROUNDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """How well a person is told from the others, each reference judged by the rest."""

    recognised: float  # share of the references that are recognised as the person
    nearest: str | None  # who the person is most often taken for
    confused: float  # share of the references that are taken for `nearest`

    def __str__(self) -> str:
        words = f"{self.recognised:.0%} recognised"
        if self.nearest is not None and self.confused > 0:
            words += f", {self.confused:.0%} taken for {self.nearest}"
        return words


def select(faces: Sequence[NDArray[np.float32]], match: Match) -> tuple[bool, ...]:
    """Which faces show the person that most of them show.

    It begins with the face that is like most others, and keeps, round by round, those that would
    be recognised by the others that are kept. So a photo of somebody else among a person's does no
    harm, and neither do several, as long as most are right.

    Args:
        faces: the embedding (dimensions,) of each face that should be one person's.
        match: of the recognizer that made them.
    """
    if len(faces) <= 1:
        return (True,) * len(faces)
    embeddings = np.stack(faces)
    alike = np.stack([_recognised_by(embeddings, face[np.newaxis], match) for face in faces])
    kept = alike[int(alike.sum(axis=1).argmax())] >= BELONGS
    for _ in range(_ROUNDS):
        again = np.array([_fits(embeddings, kept, row, match) for row in range(len(embeddings))])
        if (again == kept).all() or not again.any():
            break
        kept = again
    return tuple(bool(each) for each in kept)


def _recognised_by(faces: Embeddings, references: Embeddings, match: Match) -> NDArray[np.float32]:
    """Probability (n,) of each of `faces` to be the person of `references`."""
    return match(faces, Gallery((Person("", references),)))[:, 0]


def _fits(embeddings: Embeddings, kept: NDArray[np.bool_], row: int, match: Match) -> bool:
    """Whether a face is recognised by those that are kept, without itself."""
    others = kept.copy()
    others[row] = False
    if not others.any():
        return bool(kept[row])
    face = embeddings[row : row + 1]
    return bool(_recognised_by(face, embeddings[others], match)[0] >= BELONGS)


def separations(gallery: Gallery, match: Match) -> dict[str, Separation]:
    """How well each person of `gallery` is told from the others, by name.

    Each reference is matched with a gallery that lacks it; somebody with a single one is left out.
    """
    return {
        person.name: _separation(gallery, index, match)
        for index, person in enumerate(gallery.people)
        if len(person.embeddings) > 1
    }


def _separation(gallery: Gallery, index: int, match: Match) -> Separation:
    scores = np.concatenate(
        [
            match(face[np.newaxis], _without(gallery, index, row))
            for row, face in enumerate(gallery.people[index].embeddings)
        ]
    )
    best = np.where(scores.max(axis=1) >= BELONGS, scores.argmax(axis=1), len(gallery.people))
    shares = np.bincount(best, minlength=len(gallery.people) + 1) / len(best)
    others = np.delete(shares[:-1], index)
    names = [name for name in gallery.names if name != gallery.names[index]]
    nearest = int(others.argmax()) if len(others) else None
    return Separation(
        recognised=float(shares[index]),
        nearest=None if nearest is None or not others[nearest] else names[nearest],
        confused=0.0 if nearest is None else float(others[nearest]),
    )


def _without(gallery: Gallery, index: int, row: int) -> Gallery:
    person = gallery.people[index]
    rest = Person(person.name, np.delete(person.embeddings, row, axis=0))
    return Gallery((*gallery.people[:index], rest, *gallery.people[index + 1 :]))


def look_alikes(name: str, gallery: Gallery, match: Match) -> tuple[tuple[str, float], ...]:
    """People whose faces are taken for those of `name`, or the other way round, and how many.

    Returns:
        Pairs of a name and a share in [0, 1], the most alike first.
    """
    people = {person.name: person for person in gallery.people}
    if name not in people:
        return ()
    found = []
    for other in gallery.people:
        if other.name != name:
            share = max(
                float((_recognised_by(a.embeddings, b.embeddings, match) >= BELONGS).mean())
                for a, b in ((other, people[name]), (people[name], other))
            )
            if share >= ALIKE:
                found.append((other.name, share))
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))
