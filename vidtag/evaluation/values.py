"""Figures about how right a detector is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

MistakeKind: TypeAlias = Literal["missed", "false"]  # not found though there; found though not


def ratio(part: float, whole: float) -> float | None:
    """`part` / `whole`; `None` where there is no whole."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a figure lies with 95 % confidence, as far as these shots can tell."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Frames by what is true and what was found."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int

    @property
    def frames(self) -> int:
        """All of them."""
        return (
            self.true_positives + self.false_positives + self.false_negatives + self.true_negatives
        )

    @property
    def accuracy(self) -> float | None:
        """Share of frames that are right."""
        return ratio(self.true_positives + self.true_negatives, self.frames)

    @property
    def precision(self) -> float | None:
        """Share of the frames found that are true."""
        return ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float | None:
        """Share of the true frames that were found."""
        return ratio(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        wrong = self.false_positives + self.false_negatives
        return ratio(2 * self.true_positives, 2 * self.true_positives + wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A longest run of frames that are wrong in the same way."""

    kind: MistakeKind
    start_frame: int
    end_frame: int
    start_us: int
    end_us: int

    @property
    def duration_us(self) -> int:
        """How long it was wrong."""
        return self.end_us - self.start_us


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelEvaluation:
    """How right one label is on one video. The intervals are `None` below two shots."""

    label: str
    confusion: Confusion
    frames_unknown: int  # left out
    truth_us: int  # screen time
    found_us: int
    average_precision: float | None  # independent of the threshold
    accuracy_interval: Interval | None
    error_us_interval: Interval | None
    mistakes: tuple[Mistake, ...]  # longest first

    @property
    def error_us(self) -> int:
        """Screen time found less the true one: negative when too little was found."""
        return self.found_us - self.truth_us

    @property
    def error_ratio(self) -> float | None:
        """`error_us` as a share of the true screen time."""
        return ratio(self.error_us, self.truth_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroAverage:
    """Means over labels, each counting the same; a label without a figure is left out of it."""

    accuracy: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    average_precision: float | None
    absolute_error_us: float | None
