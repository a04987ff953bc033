"""Which reference faces somebody is recognised by, and how well people are told apart.

Pure: embeddings and a recognizer's `match` in, decisions out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    taken = {name: _taken_for(name, gallery, match) for name in gallery.names}
    return {name: _separation(name, shares) for name, shares in taken.items() if shares}


def _separation(name: str, shares: Mapping[str, float]) -> Separation:
    others = {other: share for other, share in shares.items() if other != name and share > 0}
    nearest = max(others, key=lambda other: others[other], default=None)
    return Separation(
        recognised=shares[name],
        nearest=nearest,
        confused=0.0 if nearest is None else others[nearest],
    )


def _taken_for(name: str, gallery: Gallery, match: Match) -> dict[str, float]:
    """Share of somebody's references that are taken for each person of `gallery`.

    Nothing for somebody with a single reference, who is not known without it.
    """
    index = gallery.names.index(name)
    faces = gallery.people[index].embeddings
    if len(faces) == 1:
        return {}
    scores = np.concatenate(
        [match(face[np.newaxis], _without(gallery, index, row)) for row, face in enumerate(faces)]
    )
    surest = scores == scores.max(axis=1, keepdims=True)
    shares = (surest & (scores >= BELONGS)).mean(axis=0)
    return dict(zip(gallery.names, shares.tolist(), strict=True))


def _without(gallery: Gallery, index: int, row: int) -> Gallery:
    person = gallery.people[index]
    rest = replace(person, embeddings=np.delete(person.embeddings, row, axis=0))
    return Gallery((*gallery.people[:index], rest, *gallery.people[index + 1 :]))


def look_alikes(name: str, gallery: Gallery, match: Match) -> tuple[tuple[str, float], ...]:
    """People whose faces are taken for those of `name`, or the other way round, and how many.

    Everybody known competes, as in a scan: who is told apart there does not look alike.

    Returns:
        Pairs of a name and a share in [0, 1], the most alike first.
    """
    if name not in gallery.names:
        return ()
    taken = {each: _taken_for(each, gallery, match) for each in gallery.names}
    shares = {
        other: max(taken[name].get(other, 0.0), taken[other].get(name, 0.0))
        for other in gallery.names
        if other != name
    }
    found = [(other, share) for other, share in shares.items() if share >= ALIKE]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))
