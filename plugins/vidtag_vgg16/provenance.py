"""Where a trained classifier comes from: for its manifest, and as `card.md` for a person."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from vidtag_vgg16.saving import About

if TYPE_CHECKING:
    from vidtag.api import Dataset, ModelFolder, Sample
    from vidtag_vgg16.learning import Lesson, SplitBy

CARD_NAME = "card.md"
_LIBRARIES = ("vidtag", "tensorflow", "tensorflow-cpu", "keras", "onnxruntime", "numpy")
_SHOTS = {True: "shots that were not learnt from", False: "single pictures drawn at random"}


def about(lesson: Lesson, *, by: SplitBy, seed: int) -> About:
    """What the manifest says of the classifier that came of `lesson`."""
    labels = ", ".join(lesson.head.labels)
    return About(
        version="1",
        summary=f"{labels}, learnt from {len(lesson.dataset.samples)} pictures",
        licence="not stated; that of the pictures it has learnt from",
        created_by=f"vidtag {version('vidtag')}, vidtag train",
        training=_training(lesson, by=by, seed=seed),
        metrics=lesson.metrics,
    )


def _training(lesson: Lesson, *, by: SplitBy, seed: int) -> dict[str, str | int | float]:
    held_out = len(lesson.split.validation) if lesson.held_out else 0
    return {
        "recipe": "default",
        "split": by,
        "seed": seed,
        "dataset_sha256": dataset_sha256(lesson.dataset.samples),
        "pictures learnt from": len(lesson.split.train),
        "pictures held out": held_out,
        "held-out pictures that look like one learnt from": lesson.leaks,
        "files skipped": len(lesson.dataset.skipped),
        "worth": lesson.worth,
        **counts(lesson.dataset),
        **{f"version of {name}": found for name, found in _versions().items()},
    }


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


def write_card(folder: ModelFolder, lesson: Lesson, *, by: SplitBy) -> Path:
    """Write `card.md` beside the weights of `folder`.

    Raises:
        OSError: if it cannot be written.
    """
    path = folder.path / CARD_NAME
    fresh = path.with_name(f".{CARD_NAME}.{os.getpid()}")
    fresh.write_text(card(folder, lesson, by=by), encoding="utf-8")
    fresh.replace(path)
    return path


def card(folder: ModelFolder, lesson: Lesson, *, by: SplitBy) -> str:
    """The model card in Markdown."""
    manifest = folder.manifest
    height, width = manifest.input_size
    thresholds = {label: f"{value:.3f}" for label, value in manifest.thresholds.items()}
    figures = {name: f"{value:.3f}" for name, value in manifest.metrics.items()}
    return "\n".join((
        f"# {manifest.name}",
        "",
        f"Tells whether {', '.join(manifest.labels)} can be seen in a picture. Use it with",
        f"`vidtag scan VIDEO --plugin {manifest.name}`.",
        "",
        "## What it is worth",
        "",
        f"{lesson.worth[0].upper()}{lesson.worth[1:]}.",
        *_explain(lesson, by),
        *_table("figure", "value", figures),
        "",
        "## How it decides",
        "",
        f"A frozen VGG16 (`{manifest.backbone}`, SHA-256 `{manifest.backbone_sha256}`)",
        f"looks at the whole {manifest.region}, scaled to {height}x{width}",
        "pixels; a small trained head makes calibrated probabilities of its features. A label is",
        "present from its threshold on.",
        *_table("label", "threshold", thresholds),
        "",
        "## What it has learnt from",
        *_table("", "", manifest.training),
        "",
        "## Limits",
        "",
        "It knows the pictures it was shown: other seasons, costumes, lights and places may look",
        "different to it. Measure it on a video of yours with `vidtag evaluate`.",
        "",
    ))  # fmt: skip


def _explain(lesson: Lesson, by: SplitBy) -> list[str]:
    if not lesson.held_out:
        return []
    return [
        f"The held-out pictures are {_SHOTS[by == 'shot']}. They also served to stop the training,",
        "to calibrate and to choose the thresholds, so expect a little less on other videos.",
    ]


def _table(left: str, right: str, values: Mapping[str, object]) -> list[str]:
    rows = [f"| {name} | {value} |" for name, value in values.items()]
    return ["", f"| {left} | {right} |", "| --- | --- |", *rows] if rows else []
