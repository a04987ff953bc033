"""What is remembered of a training, for the model card: how it went, and what it says of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.api import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """One pass over the pictures to learn from. Accuracies are shares in [0, 1], all labels."""

    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The epochs of a training, in order."""

    epochs: tuple[Epoch, ...]
    best: int  # index of the epoch whose weights were kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a classifier says of the pictures that were held back."""

    samples: tuple[Sample, ...]  # (N,)
    labels: tuple[str, ...]
    scores: NDArray[np.float32]  # (N, labels) calibrated probabilities
    present: NDArray[np.bool_]  # (N, labels) the truth
