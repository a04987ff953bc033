"""What a likeness is worth: fits the five numbers of `vidtag_gallery.matching` to photos.

Galleries of a few photos of each person are drawn; other photos of the same people, and strangers,
are compared with them. The negative log-likelihood of who they are is convex in the five numbers:
Newton's method finds its minimum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vidtag_gallery.matching import Calibration
from vidtag_gallery.space import WIDTHS_PX, directions, log_widths

REFERENCES = (3, 5, 10, 20, 50)  # photos of each person in a gallery
TOLD_REFERENCES, TOLD_WIDTHS_PX = (3, 10), (16, 24, 80)  # of which a card gives figures
_DRAWS = 6  # of each number of references
_KNOWN, _STRANGERS = 400, 600  # queries of each draw and width
_ROUNDS = 30


@dataclass(frozen=True, eq=False)
class Placed:
    """Faces in the space: who they are, and embeddings (widths, N, 129)."""

    labels: tuple[str, ...]
    embeddings: NDArray[np.float32]

    def halves(self) -> tuple[Placed, Placed]:
        """Two halves without a person in common, by the order of the names."""
        names = sorted(set(self.labels))
        first = set(names[: len(names) // 2])
        return self._only(first), self._only(set(names) - first)

    def agreeing(self) -> Placed:
        """Those that are nearest to the mean of the faces of their own label."""
        labels = np.array(self.labels)
        names = np.unique(labels)
        full = self.embeddings[-1]
        means = np.stack([_mean_direction(full[labels == name]) for name in names])
        rows = np.flatnonzero(names[(directions(full) @ means.T).argmax(axis=1)] == labels)
        return Placed(tuple(labels[rows].tolist()), self.embeddings[:, rows])

    def _only(self, names: set[str]) -> Placed:
        rows = [row for row, label in enumerate(self.labels) if label in names]
        return Placed(tuple(self.labels[row] for row in rows), self.embeddings[:, rows])


@dataclass(frozen=True, eq=False)
class Trial:
    """N queries beside galleries of K people.

    `answer` (N,) is the row of the right person, K for strangers; `likeness` (N, K) are cosines;
    `width` (N,) logarithms as in the space; `references` (N,) the photos of each person.
    """

    likeness: NDArray[np.float64]
    answer: NDArray[np.int64]
    width: NDArray[np.float64]
    references: NDArray[np.float64]

    @property
    def features(self) -> NDArray[np.float64]:
        """(N, K, 5) what the evidence for each person is linear in."""
        width, one = self.width[:, np.newaxis], np.ones_like(self.likeness)
        few = 1 / self.references[:, np.newaxis]
        parts = (self.likeness, width * self.likeness, -one, -width * one, -few * one)
        return np.stack(parts, axis=2)


def draw(known: Placed, queries: Placed, strangers: Placed, *, seed: int) -> Trial:
    """Draw galleries from `known`, and compare `queries` and `strangers` with them.

    A photo is never compared with a gallery that it is in.
    """
    trials = list(_draws(known, queries, strangers, np.random.default_rng(seed)))
    return Trial(
        likeness=np.concatenate([trial.likeness for trial in trials]),
        answer=np.concatenate([trial.answer for trial in trials]),
        width=np.concatenate([trial.width for trial in trials]),
        references=np.concatenate([trial.references for trial in trials]),
    )


def _draws(
    known: Placed, queries: Placed, strangers: Placed, rng: np.random.Generator
) -> Iterator[Trial]:
    names = sorted(set(known.labels))
    labels, answers = np.array(known.labels), np.array([names.index(n) for n in queries.labels])
    for references in np.repeat(REFERENCES, _DRAWS):
        chosen = [rng.choice(np.flatnonzero(labels == n), references, False) for n in names]
        gallery = np.stack([_mean_direction(known.embeddings[-1, rows]) for rows in chosen])
        free = np.arange(len(answers))
        if queries is known:
            free = np.setdiff1d(free, np.concatenate(chosen))
        asked = rng.choice(free, min(len(free), _KNOWN), replace=False)
        count = len(strangers.labels)
        other = rng.choice(count, min(count, _STRANGERS), replace=False)
        answer = np.concatenate([answers[asked], np.full(len(other), len(names))])
        for width in range(len(WIDTHS_PX)):
            faces = np.concatenate(
                [queries.embeddings[width, asked], strangers.embeddings[width, other]]
            )
            likeness = directions(faces) @ gallery.T
            used = np.full(len(faces), references, np.float64)
            yield Trial(likeness, answer, log_widths(faces), used)


def _mean_direction(embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
    mean = directions(embeddings).mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float64)


def chances(calibration: Calibration, trial: Trial) -> NDArray[np.float64]:
    """Probabilities (N, K + 1) of each person, and of nobody known."""
    return _chances(_vector(calibration), trial.features)


def _vector(calibration: Calibration) -> NDArray[np.float64]:
    c = calibration
    return np.array([c.gain, c.gain_width, c.offset, c.offset_width, c.offset_few])


def _chances(vector: NDArray[np.float64], features: NDArray[np.float64]) -> NDArray[np.float64]:
    evidence = np.pad(features @ vector, ((0, 0), (0, 1)))
    odds = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float64)


def fit(trial: Trial) -> Calibration:
    """The calibration under which the answers are most likely."""
    features = trial.features
    people = features.shape[1]
    right = np.eye(people + 1)[trial.answer][:, :people]
    vector = np.zeros(features.shape[2])
    for _ in range(_ROUNDS):
        chance = _chances(vector, features)[:, :people]
        slope = np.einsum("nk,nkf->f", chance - right, features)
        mean = np.einsum("nk,nkf->nf", chance, features)
        curve = np.einsum("nk,nkf,nkg->fg", chance, features, features) - mean.T @ mean
        vector = vector - np.linalg.solve(curve + 1e-6 * np.eye(len(vector)), slope)
    return Calibration(
        gain=float(vector[0]),
        gain_width=float(vector[1]),
        offset=float(vector[2]),
        offset_width=float(vector[3]),
        offset_few=float(vector[4]),
    )


def measure(calibration: Calibration, trial: Trial) -> dict[str, float]:
    """How often people are named rightly, and strangers wrongly, from a probability of one half."""
    chance = chances(calibration, trial)[:, :-1]
    named, best = chance.max(axis=1) >= 0.5, chance.argmax(axis=1)
    known = trial.answer < chance.shape[1]
    right = named & (best == trial.answer)
    figures = {}
    logs = np.unique(trial.width)
    for width in TOLD_WIDTHS_PX:
        of_width = trial.width == logs[WIDTHS_PX.index(width)]
        for references in TOLD_REFERENCES:
            rows = of_width & (trial.references == references)
            what = f"{width} px, {references} photos"
            figures[f"{what}: people named"] = round(float(right[rows & known].mean()), 4)
            figures[f"{what}: strangers named"] = round(float(named[rows & ~known].mean()), 4)
    return figures
