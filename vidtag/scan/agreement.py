"""Who tracks are, given all that they say together: what `regions.naming` makes of a video."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vidtag.regions import naming

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.scan.conclusions import Footage
    from vidtag.types import Scores, Track

_SUREST = 1e-6  # scores are kept this far from 0 and 1


def agreed(
    footage: Footage,
    tracks: Sequence[Track],
    log_odds: NDArray[np.float64],
    *,
    exclusive: bool,
) -> NDArray[np.float64]:
    """Probabilities (tracks, labels), given all that the tracks say together."""
    if not log_odds.size:
        return log_odds
    evidence = naming.Evidence(
        log_odds=log_odds,
        confidence=np.array([track.confidence for track in tracks]),
        spans=np.array([(track.start_frame, track.end_frame) for track in tracks]),
        scenes=np.array([footage.shot_at(track.start_frame).scene for track in tracks]),
        looks=np.stack([track.looks for track in tracks]),
    )
    return naming.name(evidence, exclusive=exclusive)


def log_odds_of(scores: Scores, *, exclusive: bool) -> NDArray[np.float64]:
    """Of each label (tracks, labels) against somebody unknown, or against its absence."""
    p = np.clip(scores.astype(np.float64), _SUREST, 1 - _SUREST)
    against = 1 - p
    if exclusive:
        against = np.clip(1 - p.sum(axis=1, keepdims=True), _SUREST, 1.0)
    log_odds: NDArray[np.float64] = np.log(p) - np.log(against)
    return log_odds
