"""What is remembered of a training, for the model card: how it went, and what it says of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vidtag.api import Sample

T = TypeVar("T")


class Track(Protocol):
    """Passes on what it is given, and shows how far that is."""

    def __call__(self, things: Sequence[T], what: str, /) -> Iterable[T]:
        """`what` they are, for a person to read."""


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
    fine_tuned_from: int | None = None  # index of the first in which the last block learnt too


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a classifier says of the pictures that were held back."""

    samples: tuple[Sample, ...]  # (N,)
    labels: tuple[str, ...]
    scores: NDArray[np.float32]  # (N, labels) calibrated probabilities
    present: NDArray[np.bool_]  # (N, labels) the truth
