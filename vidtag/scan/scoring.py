"""Asks detectors, in batches, and checks what they return."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from vidtag.errors import PluginError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.types import Detector, Embeddings, FeatureDetector, Pictures, Recognizer, Scores

BATCH = 16  # crops handed to a detector at once: bounds memory, changes no score
_DEFECT = "this is a defect of the plugin: tell its author"


def score(detector: Detector, crops: Pictures) -> Scores:
    """Scores (N, labels of all heads) of `crops`.

    Raises:
        PluginError: wrong shape, or scores that are not probabilities.
    """
    return _checked(detector, _in_batches(detector.score, crops), len(crops))


def features(detector: FeatureDetector, crops: Pictures) -> NDArray[np.uint8]:
    """Features (N, bytes) of `crops`.

    Raises:
        PluginError: wrong shape or type.
    """
    starts = range(0, len(crops), BATCH)
    parts = [detector.features(crops[start : start + BATCH]) for start in starts]
    found = np.concatenate(parts)
    if found.ndim != 2 or len(found) != len(crops) or found.dtype != np.uint8:
        name = detector.heads[0].identity.name
        raise PluginError(
            f"detector {name!r} must return features of shape ({len(crops)}, bytes) and type "
            f"uint8, received {found.shape} {found.dtype}",
            hint=_DEFECT,
        )
    return found


def score_features(detector: FeatureDetector, kept: NDArray[np.uint8]) -> Scores:
    """Scores (N, labels of all heads) of features (N, bytes).

    Raises:
        PluginError: wrong shape, or scores that are not probabilities.
    """
    return _checked(detector, np.asarray(detector.score_features(kept), np.float32), len(kept))


def embed(recognizer: Recognizer, crops: Pictures, widths_px: NDArray[np.float32]) -> Embeddings:
    """Embeddings (N, dimensions) of `crops`, whose faces are `widths_px` (N,) wide.

    Raises:
        PluginError: wrong shape, or values that are not finite.
    """
    embeddings = _in_batches(recognizer.embed, crops, widths_px)
    _check_shape(recognizer, "embeddings", embeddings, (len(crops), *embeddings.shape[1:2]))
    if not np.isfinite(embeddings).all():
        name = recognizer.heads[0].identity.name
        raise PluginError(
            f"detector {name!r} returned embeddings that are not finite", hint=_DEFECT
        )
    return embeddings


def check_probabilities(detector: Detector, scores: Scores) -> None:
    """Raise `PluginError` if anything in `scores` is outside [0, 1]."""
    if not np.all((scores >= 0) & (scores <= 1)):
        name = detector.heads[0].identity.name
        raise PluginError(f"detector {name!r} returned scores outside [0, 1]", hint=_DEFECT)


def _checked(detector: Detector, scores: Scores, count: int) -> Scores:
    width = sum(len(head.labels) for head in detector.heads)
    _check_shape(detector, "scores", scores, (count, width))
    check_probabilities(detector, scores)
    return scores


def _in_batches(
    ask: Callable[..., NDArray[np.float32]], *arrays: NDArray[Any]
) -> NDArray[np.float32]:
    starts = range(0, len(arrays[0]), BATCH)
    return np.concatenate(
        [
            np.asarray(ask(*(array[start : start + BATCH] for array in arrays)), dtype=np.float32)
            for start in starts
        ]
    )


def _check_shape(
    detector: Detector, what: str, values: NDArray[np.float32], expected: tuple[int, ...]
) -> None:
    if values.ndim != 2 or values.shape != expected:
        name = detector.heads[0].identity.name
        raise PluginError(
            f"detector {name!r} must return {what} of shape {expected}, received {values.shape}",
            hint=_DEFECT,
        )
