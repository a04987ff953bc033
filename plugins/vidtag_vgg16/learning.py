"""From a dataset to a head: who is to be learnt, what is held back, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import DatasetError, Skipped, Split, leakage, split_dataset
from vidtag_vgg16.classes import check_classes
from vidtag_vgg16.fine_tuning import NOTHING_HELD_OUT, FineTuned, fine_tune
from vidtag_vgg16.fitting import Dataset as Examples
from vidtag_vgg16.fitting import fit_head
from vidtag_vgg16.judging import choose_thresholds, judge
from vidtag_vgg16.weights import as_stored

if TYPE_CHECKING:
    from vidtag.api import Dataset, Sample
    from vidtag_vgg16.block5 import Block5
    from vidtag_vgg16.features import Extractor
    from vidtag_vgg16.heads import TrainedHead
    from vidtag_vgg16.recipes import Recipe, SplitBy
    from vidtag_vgg16.record import History, Judgement, Track
    from vidtag_vgg16.thresholds import ScreenTimeError, Threshold

LEAST_HELD_OUT = 3  # pictures with and without a label; fewer can neither calibrate nor judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was learnt, from what, and how well."""

    head: TrainedHead
    dataset: Dataset  # without the pictures that turned out to be unreadable
    split: Split
    held_out: bool  # whether `split.validation` was kept from learning
    leaks: int  # validation pictures that look like one to learn from
    history: History
    # Of the validation pictures; nothing where nothing was held out:
    judgement: Judgement | None
    metrics: Mapping[str, float]
    screen_time: Mapping[str, ScreenTimeError] = field(default_factory=dict)  # by label
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)  # by label, if chosen
    shots: int = 0  # that they are from
    block5: Block5 | None = None  # the last block, where it has learnt too
    fine_tuning: str = ""  # what came of it, in a sentence; empty where it was not asked for

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


def learn(
    dataset: Dataset, extractor: Extractor, *, recipe: Recipe, by: SplitBy, seed: int, track: Track
) -> Lesson:
    """Learn the classes of `dataset` as `recipe` says.

    Whole shots are held back to stop early, to calibrate, to choose thresholds and to measure, or
    single pictures if `by` is `random`. The same pictures, seed and backbone give the same head.

    Args:
        dataset: what to learn.
        extractor: makes the features that `recipe` asks for.
        recipe: the way to learn.
        by: what stays together when pictures are held back.
        seed: of the choice and of training.
        track: passes on the samples that it is given, and shows how far that is.

    Raises:
        DatasetError: if there is nothing to tell apart, or nothing was learnt.
        ModelError: if TensorFlow is not installed, or features cannot be made.
    """
    check_classes(dataset, recipe)
    dataset = _without_unreadable(dataset, extractor, track)
    check_classes(dataset, recipe)
    split, held_out = _divide(dataset, recipe, by, seed)
    try:
        done = _fit(dataset.classes, split, extractor, recipe, seed, track, held_out=held_out)
        fitted, validation = done.fitted, done.validation
        head, thresholds = _decide(fitted.head, validation, split, recipe, seed)
    except ValueError as error:
        raise DatasetError(
            f"{dataset.root}: {error}", hint="check that the pictures are in the right folders"
        ) from error
    lesson = Lesson(
        head=head,
        dataset=dataset,
        split=split,
        held_out=held_out,
        leaks=0,
        history=fitted.history,
        judgement=None,
        metrics={},
        block5=done.block5,
        fine_tuning=done.said,
    )
    if not held_out:
        return lesson
    verdict = judge(head, validation, split.validation, seed=seed)
    return replace(
        lesson,
        leaks=len(leakage(split)),
        thresholds=thresholds,
        judgement=verdict.judgement,
        metrics=verdict.metrics,
        screen_time=verdict.screen_time,
        shots=verdict.shots,
    )


def _without_unreadable(dataset: Dataset, extractor: Extractor, track: Track) -> Dataset:
    """Make the features of all pictures; `dataset` without those that cannot be read after all."""
    readable, unreadable = [], []
    for sample in track(dataset.samples, "pictures"):
        try:
            extractor.features(sample)
            readable.append(sample)
        except DatasetError as error:
            reason = error.message.removeprefix(f"{sample.path}: ")
            unreadable.append(Skipped(sample.path, reason))
    skipped = tuple(sorted([*dataset.skipped, *unreadable]))
    return replace(dataset, samples=tuple(readable), skipped=skipped)


def _divide(dataset: Dataset, recipe: Recipe, by: SplitBy, seed: int) -> tuple[Split, bool]:
    """The split, and whether it holds anything back; with too few pictures both sides are all."""
    split = split_dataset(dataset, by=by, seed=seed, validation_share=recipe.validation_share)
    for label in dataset.classes:
        for samples, least in ((split.train, 1), (split.validation, LEAST_HELD_OUT)):
            present = sum(label in sample.classes for sample in samples)
            if min(present, len(samples) - present) < least:
                return Split(train=dataset.samples, validation=dataset.samples), False
    return split, True


def _fit(
    labels: tuple[str, ...],
    split: Split,
    extractor: Extractor,
    recipe: Recipe,
    seed: int,
    track: Track,
    *,
    held_out: bool,
) -> FineTuned:
    """Fit a head, and the last block if `recipe` says so, with weights as they will be read back.

    The block stays frozen where nothing was held out.
    """
    train = _examples(extractor, labels, split.train, mirrored=recipe.mirrored, track=track)
    validation = _examples(extractor, labels, split.validation)
    fitted = fit_head(
        train,
        validation,
        labels=labels,
        spec=recipe.spec,
        method=recipe.method,
        seed=seed,
    )
    weights = as_stored(fitted.head.weights, recipe.stored_as)
    fitted = replace(fitted, head=replace(fitted.head, weights=weights))
    if recipe.tuning is None or not held_out:
        said = NOTHING_HELD_OUT if recipe.tuning else ""
        return FineTuned(fitted=fitted, validation=validation, block5=None, said=said)
    return fine_tune(
        fitted,
        train,
        validation,
        split=split,
        extractor=extractor,
        recipe=recipe,
        method=recipe.tuning,
        seed=seed,
        track=track,
    )


def _decide(
    head: TrainedHead, validation: Examples, split: Split, recipe: Recipe, seed: int
) -> tuple[TrainedHead, dict[str, Threshold]]:
    if not recipe.calibrated:
        return head, {}
    return choose_thresholds(head, validation, split.validation, seed=seed)


def _examples(
    extractor: Extractor,
    labels: Sequence[str],
    samples: Sequence[Sample],
    *,
    mirrored: bool = False,
    track: Track = lambda samples, _: samples,
) -> Examples:
    """Features of `samples`, and if `mirrored` those of their mirror images after them."""
    targets = np.array([[label in sample.classes for label in labels] for sample in samples])
    features = np.empty((len(samples) * (2 if mirrored else 1), extractor.values), np.float32)
    for row, sample in enumerate(samples):
        features[row] = extractor.features(sample)
    if mirrored:
        for row, sample in enumerate(track(samples, "mirror images"), start=len(samples)):
            features[row] = extractor.features(sample, mirrored=True)
        targets = np.concatenate([targets, targets])
    return Examples(features, targets)
