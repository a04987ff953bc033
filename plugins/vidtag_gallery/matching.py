"""Whose face it is: calibrated probabilities for an open set of people.

    P(person k) = exp(u_k) / (1 + sum over j of exp(u_j))      u_k = a s_k - b
    P(unknown)  =        1 / (1 + sum over j of exp(u_j))

s_k is the cosine between the face and the mean of person k's references (see `space`); a and b
depend on how large the face is, b also on how many references there are. People compete, so a face
between two of them is neither's for sure; and "unknown" competes with all. The five numbers behind
a and b are fitted to photos with some people left out (`training.gallery`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vidtag.api import Gallery, ModelError, Person
from vidtag_gallery.space import directions, log_widths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from vidtag.api import Embeddings, Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """a = `gain` + `gain_width` l; b = `offset` + `offset_width` l + `offset_few` / references.

    l is the logarithm of the face's width over 30 px.
    """

    gain: float
    gain_width: float
    offset: float
    offset_width: float
    offset_few: float

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Calibration:
        """From the parameters of a manifest.

        Raises:
            ModelError: they are not there, or not numbers.
        """
        try:
            return cls(**{name: float(value) for name, value in parameters.items()})
        except (TypeError, ValueError) as error:
            raise ModelError(
                f"the calibration of the gallery is damaged: {error}", hint="install vidtag again"
            ) from error


def match(
    embeddings: Embeddings,
    gallery: Gallery,
    calibration: Calibration,
    direction: Callable[[Person], NDArray[np.float64]] | None = None,
) -> Scores:
    """Probabilities (N, people) that each face is each person's.

    Args:
        embeddings: (N, 129) of the faces.
        gallery: the people.
        calibration: what a likeness is worth.
        direction: `direction_of`, which may remember what it said of somebody.
    """
    if not gallery.people or not len(embeddings):
        return np.zeros((len(embeddings), len(gallery.people)), np.float32)
    means = np.stack([(direction or direction_of)(each) for each in gallery.people])
    references = np.array([len(each.embeddings) for each in gallery.people])
    width = log_widths(embeddings)[:, np.newaxis]
    gain = calibration.gain + calibration.gain_width * width
    offset = calibration.offset + calibration.offset_width * width
    likeness = directions(embeddings) @ means.T
    evidence = gain * likeness - (offset + calibration.offset_few / references)
    return _with_unknown(evidence)


def direction_of(person: Person) -> NDArray[np.float64]:
    """Unit vector (128,) of the mean of somebody's references."""
    mean = directions(person.embeddings).mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float64)


def _with_unknown(evidence: NDArray[np.float64]) -> Scores:
    """Softmax over the columns and one more of zeros, which is then left out."""
    highest = np.maximum(evidence.max(axis=1, keepdims=True), 0.0)
    odds = np.exp(evidence - highest)
    return np.asarray(odds / (odds.sum(axis=1, keepdims=True) + np.exp(-highest)), np.float32)
