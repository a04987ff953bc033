"""The rules for how a detector scores."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vidtag.contract.findings import Finding, Rule, describe
from vidtag.errors import VidtagError
from vidtag.types import Detector, Pictures, Scores

SAME = 1e-4  # kernels differ with the batch's size in the last digits of float32
SPEED_BATCH = 16
SPEED_ROUNDS = 2


@dataclass(frozen=True)
class Trial:
    """A detector, and pictures (N, height, width, 3) to try it on."""

    detector: Detector
    crops: Pictures

    @property
    def shape(self) -> tuple[int, int]:
        """Of the scores that are due: (N, labels of all heads)."""
        return len(self.crops), sum(len(head.labels) for head in self.detector.heads)

    @functools.cached_property
    def scores(self) -> Scores:
        """What `score` returned the first time: to score may be slow."""
        return self.score()

    def score(self) -> Scores:
        """What the detector says of copies of the pictures, kept from later changes."""
        return np.array(self.detector.score(self.crops.copy()))


def _shape(trial: Trial) -> Iterator[str]:
    shape = trial.scores.shape
    if shape != trial.shape:
        yield f"expected scores of shape {trial.shape}, received {shape}"


def _type(trial: Trial) -> Iterator[str]:
    scores: object = trial.detector.score(trial.crops.copy())
    if not isinstance(scores, np.ndarray):
        yield f"expected a NumPy array, received {type(scores).__name__}"
    elif scores.dtype != np.float32:
        yield f"expected float32, received {scores.dtype}"


def _finite(trial: Trial) -> Iterator[str]:
    wrong = int(np.count_nonzero(~np.isfinite(trial.scores)))
    if wrong:
        yield f"{wrong} of the scores are NaN or infinite"


def _range(trial: Trial) -> Iterator[str]:
    finite = trial.scores[np.isfinite(trial.scores)]
    if np.any((finite < 0) | (finite > 1)):
        yield f"scores reach from {finite.min():g} to {finite.max():g}, expected [0, 1]"


def _deterministic(trial: Trial) -> Iterator[str]:
    if not np.array_equal(trial.scores, trial.score(), equal_nan=True):
        yield "the same pictures got other scores the second time"


def _batch_invariant(trial: Trial) -> Iterator[str]:
    single = [Trial(trial.detector, crop[None]).score() for crop in trial.crops]
    yield from differences(np.concatenate(single), trial.scores, "one by one")
    turned = Trial(trial.detector, trial.crops[::-1]).score()
    yield from differences(turned[::-1], trial.scores, "in reverse order")


def differences(scores: Scores, expected: Scores, how: str) -> Iterator[str]:
    """What is wrong if pictures scored in the way `how` names should score as `expected`."""
    if scores.shape != expected.shape:
        yield f"scored {how}, they give the shape {scores.shape} instead of {expected.shape}"
    elif not np.allclose(scores, expected, rtol=0, atol=SAME, equal_nan=True):
        yield (
            f"scored {how}, pictures differ by up to {np.nanmax(np.abs(scores - expected)):.2g}; "
            f"allowed is {SAME:g}"
        )


def _input_untouched(trial: Trial) -> Iterator[str]:
    crops = trial.crops.copy()
    trial.detector.score(crops)
    if not np.array_equal(crops, trial.crops):
        yield "it changed the pictures it was given"


def _result_kept(trial: Trial) -> Iterator[str]:
    first = trial.detector.score(trial.crops.copy())
    before = np.array(first)
    trial.detector.score(255 - trial.crops)
    if not np.array_equal(first, before, equal_nan=True):
        yield "a second call changed the scores that the first returned: return a new array"


def _empty_batch(trial: Trial) -> Iterator[str]:
    none = Trial(trial.detector, trial.crops[:0])
    try:
        scores = none.score()
    except (ValueError, VidtagError) as error:
        if not str(error):
            yield "it raised an error without a message"
        return
    except Exception as error:  # noqa: BLE001  whatever a plugin raises is its finding
        yield f"{describe(error)}; return an empty array, or raise ValueError"
        return
    if scores.shape != none.shape:
        yield f"expected scores of shape {none.shape} for no pictures, received {scores.shape}"


RULES: tuple[Rule[Trial], ...] = (
    Rule("shape", "scores have the shape (pictures, labels)", _shape),
    Rule("type", "scores are float32", _type),
    Rule("finite", "no score is NaN or infinite", _finite),
    Rule("range", "scores lie in [0, 1]", _range),
    Rule("deterministic", "the same pictures get the same scores", _deterministic),
    Rule("batch", "a score does not depend on the others in the batch", _batch_invariant),
    Rule("input untouched", "the pictures are not changed", _input_untouched),
    Rule("result kept", "scores stay as they were returned", _result_kept),
    Rule("empty batch", "no pictures get no scores, or a clear error", _empty_batch),
)


def measure_speed(subject: str, trial: Trial) -> Finding:
    """The better of two rounds, in pictures a second; reported, never judged."""
    batch = np.resize(trial.crops, (SPEED_BATCH, *trial.crops.shape[1:]))
    try:
        best_s = min(_time_s(trial.detector, batch) for _ in range(SPEED_ROUNDS))
    except Exception as error:  # noqa: BLE001  whatever a plugin raises is its finding
        return Finding(subject=subject, check="speed", passed=False, message=describe(error))
    height, width = trial.detector.input_size
    message = f"{len(batch) / best_s:,.0f} pictures of {height}x{width} a second (not judged)"
    return Finding(subject=subject, check="speed", passed=True, message=message)


def _time_s(detector: Detector, batch: Pictures) -> float:
    start = time.perf_counter()
    detector.score(batch)
    return max(time.perf_counter() - start, 1e-9)
