"""Who each track of a video is, given what each face says by itself and what they say together.

Four things are known beyond the faces. Two faces in one frame are two people. A person wears the
same clothes through a scene. Who is seen in one shot of a scene is likely to be seen in another.
And what a finder is not sure of is often no face at all: a lamp, a painting. All four enter as
log-odds, and mean-field iteration (Bishop, "Pattern Recognition and
Machine Learning", 2006, ch. 10.1) finds probabilities that agree with each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from vidtag.regions.clothes import likeness

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS: Final = 200  # it takes 15 as a rule
_SETTLED: Final = 1e-4
_SUREST: Final = 1e-3  # nobody is excluded for more certain than this

# Log-odds that a face is one at all, by the mean confidence of the finder in a track.
_SURE_FACE: Final = 0.80
_DOUBT: Final = 80.0  # per unit of confidence below that
_MOST_DOUBT: Final = 4.0

# Log-odds that clothes speak for one person, for a likeness of 1, and the most they can say.
_PER_LIKENESS: Final = 6.0
_MOST_BY_CLOTHES: Final = 3.0

_AGAIN: Final = 0.5  # log-odds that somebody who was in the scene is in it again
_LEAST_COMMON_FRAMES: Final = 2  # from which two tracks count as seen together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What is known of each of T tracks, and K people."""

    log_odds: NDArray[np.float64]  # (T, K) of each person against somebody unknown, by the face
    confidence: NDArray[np.float64]  # (T,) mean of the finder's, in [0, 1]
    spans: NDArray[np.int64]  # (T, 2) first frame and one past the last
    scenes: NDArray[np.int64]  # (T,) number of the scene
    looks: NDArray[np.float32]  # (T, values) see `clothes.look`


def name(evidence: Evidence, *, exclusive: bool) -> NDArray[np.float64]:
    """Probabilities (T, K) that each track is each person.

    Args:
        evidence: of all tracks of a video.
        exclusive: whether a track can be one of the people only. Otherwise the columns are
            independent labels.
    """
    log_odds = evidence.log_odds + face_doubt(evidence.confidence)[:, np.newaxis]
    together = _seen_together(evidence.spans)
    elsewhere = _elsewhere(evidence.scenes, together)
    clothes = _clothes(evidence.looks, elsewhere)
    chances = _chances(log_odds, exclusive=exclusive)
    for _ in range(_ROUNDS):  # all tracks at once, so that their order says nothing
        told = _excluded(chances, together) + _dressed_alike(chances, clothes)
        told += _AGAIN * _met(chances, elsewhere)
        now = _chances(log_odds + told, exclusive=exclusive)
        settled = np.abs(now - chances).max(initial=0.0) < _SETTLED
        chances = (now + chances) / 2  # half-way: two that exclude each other would take turns
        if settled:
            break
    return chances


def face_doubt(confidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds (T,), 0 or less, for tracks that may be no face at all."""
    return np.clip(_DOUBT * (confidence - _SURE_FACE), -_MOST_DOUBT, 0.0)


def _chances(log_odds: NDArray[np.float64], *, exclusive: bool) -> NDArray[np.float64]:
    if not exclusive:
        return 1 / (1 + np.exp(-np.clip(log_odds, -60, 60)))
    highest = np.maximum(log_odds.max(axis=1, keepdims=True, initial=0.0), 0.0)
    odds = np.exp(log_odds - highest)
    chances: NDArray[np.float64] = odds / (odds.sum(axis=1, keepdims=True) + np.exp(-highest))
    return chances


def _seen_together(spans: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(T, T) whether two tracks share frames; a track does not with itself."""
    start, end = spans[:, 0], spans[:, 1]
    common = np.minimum.outer(end, end) - np.maximum.outer(start, start)
    together: NDArray[np.bool_] = np.asarray(common >= _LEAST_COMMON_FRAMES)
    np.fill_diagonal(together, False)
    return together


def _elsewhere(scenes: NDArray[np.int64], together: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(T, T) whether two tracks are of one scene and not seen together: may be one person."""
    elsewhere: NDArray[np.bool_] = np.equal.outer(scenes, scenes) & ~together
    np.fill_diagonal(elsewhere, False)
    return elsewhere


def _clothes(looks: NDArray[np.float32], elsewhere: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(T, T) log-odds that two tracks of a scene wear one person's clothes; 0: not comparable."""
    told = np.clip(_PER_LIKENESS * likeness(looks), -_MOST_BY_CLOTHES, _MOST_BY_CLOTHES)
    return np.where(elsewhere, told, 0.0)


def _excluded(chances: NDArray[np.float64], together: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Log-odds (T, K), 0 or less: who is on screen elsewhere in the same frames."""
    free = np.log(np.clip(1 - chances, _SUREST, 1.0))
    return together.astype(np.float64) @ free


def _met(chances: NDArray[np.float64], elsewhere: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(T, K) how sure it is that each person is seen elsewhere in each track's scene."""
    surest = [chances[others].max(axis=0, initial=0.0) for others in elsewhere]
    return np.stack(surest) if surest else np.zeros_like(chances)


def _dressed_alike(
    chances: NDArray[np.float64], clothes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Log-odds (T, K) from the clothes of tracks that may be the same people."""
    comparable = (clothes != 0).astype(np.float64)
    told: NDArray[np.float64] = (clothes @ chances) / np.maximum(1.0, comparable @ chances)
    return told
