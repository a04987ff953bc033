"""Lessons that nobody has learnt, for the tests of model cards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.pictures import dataset_of, sample, write_jpeg
from tests.plugins.vgg16.making import random_head
from vidtag.api import Manifest, Split
from vidtag_vgg16.learning import Lesson
from vidtag_vgg16.record import Epoch, History, Judgement
from vidtag_vgg16.thresholds import Interval, ScreenTimeError, Threshold

HOSTILE = ("ann <b>&\"'", "مريم", "😀", "a$b$|_*`[x](y)", "x" * 60)
HISTORY = History(
    epochs=tuple(
        Epoch(
            loss=1 / number,
            accuracy=1 - 0.4 / number,
            validation_loss=1.1 / number,
            validation_accuracy=1 - 0.5 / number,
        )
        for number in range(1, 7)
    ),
    best=4,
)


def manifest_of(*labels: str, **training: str) -> Manifest:
    return Manifest(
        name="friends",
        kind="classifier",
        version="1",
        architecture="vgg16",
        summary=f"{', '.join(labels)}, learnt from 8 pictures",
        input_size=(224, 224),
        preprocessing="rgb-unit",
        licence="not stated",
        created_by="vidtag 9, vidtag train",
        labels=labels,
        backbone="bundled",
        backbone_sha256="b" * 64,
        thresholds=dict.fromkeys(labels, 0.5),
        training={
            "recipe": "default",
            "split": "shot",
            "choice of thresholds": "the smallest screen-time error",
            **training,
        },
        metrics={f"{label} f1": 0.75 for label in labels},
    )


def judgement_of(*labels: str, count: int = 8) -> Judgement:
    """Every other picture shows everybody; the scores rise, so half of them are wrong."""
    scores = np.linspace(0.05, 0.95, count, dtype=np.float32)
    present = np.arange(count) % 2 == 0
    return Judgement(
        samples=tuple(sample(number) for number in range(count)),
        labels=labels,
        scores=np.stack([scores] * len(labels), axis=1),
        present=np.stack([present] * len(labels), axis=1),
    )


def lesson_of(*labels: str) -> Lesson:
    """A lesson with eight held-out pictures that no file stands behind."""
    judgement = judgement_of(*labels)
    return Lesson(
        head=random_head(*labels),
        dataset=dataset_of(*judgement.samples),
        split=Split(train=(), validation=judgement.samples),
        held_out=True,
        leaks=0,
        history=HISTORY,
        judgement=judgement,
        metrics={},
        screen_time={
            label: ScreenTimeError(error=0.125, interval=Interval(0.0, 0.25)) for label in labels
        },
        thresholds={label: Threshold(value=0.5, interval=None) for label in labels},
        shots=4,
    )


def with_files(lesson: Lesson, root: Path) -> Lesson:
    """`lesson` with a picture file for each sample."""
    assert lesson.judgement is not None
    samples = tuple(
        replace(one, path=write_jpeg(root / "ross" / f"{number}.jpg", number))
        for number, one in enumerate(lesson.judgement.samples)
    )
    return replace(
        lesson,
        dataset=replace(lesson.dataset, root=root),
        judgement=replace(lesson.judgement, samples=samples),
    )


def without_judgement(*labels: str) -> Lesson:
    """A lesson of so few pictures that none was held out."""
    return replace(
        lesson_of(*labels),
        held_out=False,
        judgement=None,
        screen_time={},
        thresholds={},
        shots=0,
    )
