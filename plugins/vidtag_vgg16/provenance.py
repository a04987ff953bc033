"""Where a trained classifier comes from: for its manifest."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from vidtag_vgg16.saving import About
from vidtag_vgg16.thresholds import LEAST_SHOTS

if TYPE_CHECKING:
    from vidtag.api import Dataset, Sample
    from vidtag_vgg16.learning import Lesson
    from vidtag_vgg16.recipes import Recipe, SplitBy
    from vidtag_vgg16.thresholds import Interval

SEVERAL = "pictures with several faces"

_LIBRARIES = ("vidtag", "tensorflow", "tensorflow-cpu", "keras", "onnxruntime", "numpy")


def about(
    lesson: Lesson, *, recipe: Recipe, by: SplitBy, seed: int, facts: Mapping[str, str | int]
) -> About:
    """What the manifest says of the classifier that came of `lesson`; `facts` are of its crops."""
    labels = ", ".join(lesson.head.labels)
    return About(
        version="1",
        summary=f"{labels}, learnt from {len(lesson.dataset.samples)} pictures",
        licence="not stated; that of the pictures it has learnt from",
        created_by=f"vidtag {version('vidtag')}, vidtag train",
        training={**_training(lesson, recipe=recipe, by=by, seed=seed), **facts},
        metrics=lesson.metrics,
    )


def _training(
    lesson: Lesson, *, recipe: Recipe, by: SplitBy, seed: int
) -> dict[str, str | int | float]:
    return {
        "recipe": recipe.name,
        "split": by,
        "seed": seed,
        "dataset_sha256": dataset_sha256(lesson.dataset.samples),
        "pictures learnt from": len(lesson.split.train),
        "pictures held out": len(lesson.split.validation) if lesson.held_out else 0,
        "shots held out": lesson.shots,
        "held-out pictures that look like one learnt from": lesson.leaks,
        "files skipped": len(lesson.dataset.skipped),
        "worth": lesson.worth,
        "fine-tuning": lesson.fine_tuning or "none: the backbone is frozen",
        "epochs": len(lesson.history.epochs),
        "best epoch": lesson.history.best + 1,
        **_thresholds(lesson, recipe),
        **counts(lesson.dataset),
        **{f"version of {name}": found for name, found in _versions().items()},
    }


def _thresholds(lesson: Lesson, recipe: Recipe) -> dict[str, str]:
    """In words how thresholds were found, and how sure they and the screen time are."""
    if not recipe.calibrated:
        how = "none: 0.5 of scores that are not calibrated"
    else:
        how = "the smallest screen-time error, as a share of the pictures"
    said = {"choice of thresholds": how}
    for label, threshold in lesson.thresholds.items():
        said[f"{label}: 95 % interval of the threshold"] = in_words(threshold.interval)
    for label, each in lesson.screen_time.items():
        said[f"{label}: 95 % interval of the screen-time error"] = in_words(each.interval)
    return said


def in_words(interval: Interval | None) -> str:
    """`0.120 to 0.310`, or why there is none."""
    if interval is None:
        return f"not known: fewer than {LEAST_SHOTS} shots were held out"
    return f"{interval.low:.3f} to {interval.high:.3f}"


def counts(dataset: Dataset) -> dict[str, int]:
    """How much there is of each class and each video."""
    table: dict[str, int] = {}
    for label in dataset.classes:
        table |= _count(label, [s for s in dataset.samples if label in s.classes])
    table |= _count("nobody", [s for s in dataset.samples if not s.classes])
    table["photos"] = sum(sample.origin is None for sample in dataset.samples)
    videos = Counter(sample.origin.video for sample in dataset.samples if sample.origin)
    for video, number in sorted(videos.items()):
        known = dataset.videos.get(video)
        table[f"frames of video {known.sha256 if known else video}"] = number
    return table


def _count(name: str, samples: Iterable[Sample]) -> dict[str, int]:
    chosen = list(samples)
    origins = [sample.origin for sample in chosen if sample.origin]
    return {
        f"{name}: pictures": len(chosen),
        f"{name}: videos": len({origin.video for origin in origins}),
        f"{name}: shots": len({(origin.video, origin.shot) for origin in origins}),
    }


def dataset_sha256(samples: Iterable[Sample]) -> str:
    """One hash over the pictures and who is in them; the same in whatever folder they lie."""
    lines = sorted(f"{sample.sha256} {sorted(sample.classes)}\n" for sample in samples)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _versions() -> Mapping[str, str]:
    installed = {}
    for name in _LIBRARIES:
        try:
            installed[name] = version(name)
        except PackageNotFoundError:  # TensorFlow has one of two names
            continue
    return installed
