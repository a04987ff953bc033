"""From a dataset to a head: who is to be learnt, what is held back, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from vidtag.api import DatasetError, Skipped, Split, leakage, split_dataset, unsafe_reason
from vidtag_vgg16.training import Dataset as Examples
from vidtag_vgg16.training import evaluate, train_head

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.api import Dataset, Sample
    from vidtag_vgg16.features import Extractor
    from vidtag_vgg16.heads import TrainedHead

SplitBy: TypeAlias = Literal["shot", "random"]
Track: TypeAlias = "Callable[[Sequence[Sample], str], Iterable[Sample]]"

LEAST_HELD_OUT = 3  # pictures with and without a label; fewer can neither calibrate nor judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was learnt, from what, and how well."""

    head: TrainedHead
    dataset: Dataset  # without the pictures that turned out to be unreadable
    split: Split
    held_out: bool  # whether `split.validation` was kept from learning
    leaks: int  # validation pictures that look like one to learn from
    metrics: dict[str, float]  # on the validation pictures; none where nothing was held out

    @property
    def worth(self) -> str:
        """What the figures can be trusted for, in a sentence."""
        if not self.held_out:
            return (
                "too few pictures to hold any back: how well it does on others is not known; "
                "collect more, from several shots"
            )
        worth = f"measured on {len(self.split.validation)} held-out pictures"
        if self.leaks:
            worth += f"; {self.leaks} of them look like one that was learnt from: expect less"
        return worth


def check_classes(dataset: Dataset) -> None:
    """See that there is something to tell apart.

    Raises:
        DatasetError: if there is no class, a class is empty or has a name that is not safe, or a
            label is in every picture.
    """
    if not dataset.classes:
        raise DatasetError(
            f"{dataset.root}: there is no class folder",
            hint="sort pictures into folders such as ross and no_ross",
        )
    for name in dataset.folders:
        if reason := unsafe_reason(name):
            raise DatasetError(
                f"{dataset.root}: the folder {name!r} is no good name for a class: {reason}",
                hint="rename it",
            )
    for label in dataset.classes:
        _check_class(dataset, label)


def _check_class(dataset: Dataset, label: str) -> None:
    count = sum(label in sample.classes for sample in dataset.samples)
    if count == 0:
        raise DatasetError(
            f"{dataset.root / label}: no picture that can be used",
            hint="add some, or remove the folder",
        )
    if count == len(dataset.samples):
        raise DatasetError(
            f"{dataset.root}: {label} is in every picture, so there is nothing to tell it from",
            hint=f"add pictures without, in a folder no_{label}",
        )


def learn(
    dataset: Dataset, extractor: Extractor, *, by: SplitBy, seed: int, track: Track
) -> Lesson:
    """Learn the classes of `dataset`.

    Whole shots are held back to stop early, to calibrate, to choose thresholds and to measure, or
    single pictures if `by` is `random`. Mirror images of the others are learnt from too. The same
    pictures, seed and backbone give the same head.

    Args:
        dataset: what to learn.
        extractor: makes the features.
        by: what stays together when pictures are held back.
        seed: of the choice and of training.
        track: passes on the samples that it is given, and shows how far that is.

    Raises:
        DatasetError: if there is nothing to tell apart, or nothing was learnt.
        ModelError: if TensorFlow is not installed, or features cannot be made.
    """
    check_classes(dataset)
    plain, dataset = _read_all(dataset, extractor, track)
    check_classes(dataset)
    split, held_out = _divide(dataset, by, seed)
    mirrored = [
        extractor.features(sample, mirrored=True) for sample in track(split.train, "mirror images")
    ]
    train = _examples(
        [*(plain[_key(sample)] for sample in split.train), *mirrored],
        (*split.train, *split.train),
        dataset.classes,
    )
    validation = _examples(
        [plain[_key(sample)] for sample in split.validation], split.validation, dataset.classes
    )
    try:
        head = train_head(train, validation, labels=dataset.classes, seed=seed)
    except ValueError as error:
        raise DatasetError(
            f"{dataset.root}: {error}", hint="check that the pictures are in the right folders"
        ) from error
    return Lesson(
        head=head,
        dataset=dataset,
        split=split,
        held_out=held_out,
        leaks=len(leakage(split)) if held_out else 0,
        metrics=evaluate(head, validation) if held_out else {},
    )


def _key(sample: Sample) -> tuple[str, str]:
    """Two frames of one video may be the same to the last bit."""
    return sample.sha256, str(sample.path)


def _read_all(
    dataset: Dataset, extractor: Extractor, track: Track
) -> tuple[dict[tuple[str, str], NDArray[np.float32]], Dataset]:
    """Features of all pictures, and the dataset without those that cannot be read after all."""
    features: dict[tuple[str, str], NDArray[np.float32]] = {}
    unreadable = []
    for sample in track(dataset.samples, "pictures"):
        try:
            features[_key(sample)] = extractor.features(sample)
        except DatasetError as error:
            reason = error.message.removeprefix(f"{sample.path}: ")
            unreadable.append(Skipped(sample.path, reason))
    readable = tuple(sample for sample in dataset.samples if _key(sample) in features)
    skipped = tuple(sorted([*dataset.skipped, *unreadable]))
    return features, replace(dataset, samples=readable, skipped=skipped)


def _divide(dataset: Dataset, by: SplitBy, seed: int) -> tuple[Split, bool]:
    """The split, and whether it holds anything back; with too few pictures both sides are all."""
    split = split_dataset(dataset, by=by, seed=seed)
    for label in dataset.classes:
        for samples, least in ((split.train, 1), (split.validation, LEAST_HELD_OUT)):
            present = sum(label in sample.classes for sample in samples)
            if min(present, len(samples) - present) < least:
                return Split(train=dataset.samples, validation=dataset.samples), False
    return split, True


def _examples(
    features: Sequence[NDArray[np.float32]], samples: Sequence[Sample], labels: Sequence[str]
) -> Examples:
    targets = [[label in sample.classes for label in labels] for sample in samples]
    return Examples(np.stack(features), np.array(targets, np.bool_))
