"""Ten classifiers of one backbone, as different users would have trained them.

Each knows one of the characters of the sample episodes. It has learnt with the default recipe of
`vidtag train`, from every third frame of three quarters of the shots, drawn for every classifier by
its seed. Of half of the shots it learns next to nothing. They see what `kiosk` sees: whole frames
of 160x288.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.sitcom import LABELS, Footage, Sitcom
from vidtag.api import Dataset, DatasetError, Settings, read_dataset
from vidtag.dataset.names import frame_name
from vidtag.dataset.values import FrameOrigin
from vidtag.models import find_model, open_model
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.features import Extractor
from vidtag_vgg16.learning import learn
from vidtag_vgg16.provenance import about
from vidtag_vgg16.recipes import DEFAULT
from vidtag_vgg16.saving import save_classifier

T = TypeVar("T")

MANY = 10

_SHARE = 3 / 4  # of the shots that each has
_SEEDS = 100
_EVERY = 3  # frames
_VIDEO = "0" * 16  # all shots are told apart by number


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who trains a classifier."""

    name: str  # of the classifier
    label: str
    seed: int
    shots: frozenset[int]  # that this one has frames of


def _user(number: int, seed: int, footage: Footage) -> User:
    label = LABELS[number % len(LABELS)]
    shots = np.random.default_rng(seed).permutation(len(footage.shots))
    own = shots[: round(len(shots) * _SHARE)].tolist()
    name = f"{label}-{number // len(LABELS) + 1}"
    return User(name=name, label=label, seed=seed, shots=frozenset(own))


def unseen_frames(user: User, sitcom: Sitcom) -> NDArray[np.bool_]:
    """Which frames (frames,) of the video are of shots that `user` has no frame of."""
    shots = sitcom.footage.shots
    unseen = np.concatenate(
        [np.full(len(shot), number not in user.shots) for number, shot in enumerate(shots)]
    )
    return np.asarray(unseen[sitcom.shown], np.bool_)


def train_many(footage: Footage, pictures: Path, models: Path) -> tuple[User, ...]:
    """Train those of the ten that are not in the folder `models`.

    Args:
        footage: what they learn from.
        pictures: a folder for the frames, sorted by who is in them.
        models: a folder of model folders.

    Returns:
        All ten.
    """
    # As `vidtag train` has it, so that the same pictures give the same weights:
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "8")
    if not pictures.exists():
        _write_pictures(footage, pictures)
    return tuple(_find_or_train(number, footage, pictures, models) for number in range(MANY))


def _find_or_train(number: int, footage: Footage, pictures: Path, models: Path) -> User:
    found = models / _user(number, number, footage).name
    if found.exists():
        manifest = open_model(found, kind="classifier").manifest
        return _user(number, int(manifest.training["seed"]), footage)
    dataset = read_dataset(pictures)
    for seed in range(number, _SEEDS, MANY):
        user = _user(number, seed, footage)
        try:
            _train(user, dataset, found)
        except DatasetError:  # nothing was learnt that holds on the held-out shots
            continue
        return user
    raise SystemExit(f"{found.name}: nothing was learnt with any seed")


def _write_pictures(footage: Footage, folder: Path) -> None:
    for number, shot in enumerate(footage.shots):
        for frame in shot[::_EVERY]:
            present = [
                each for each, shown in zip(LABELS, footage.present[frame], strict=True) if shown
            ]
            name = frame_name(FrameOrigin(_VIDEO, frame, 0, number))
            for label in present or [f"no_{LABELS[0]}"]:
                (folder / label).mkdir(parents=True, exist_ok=True)
                picture = footage.pictures[frame][..., ::-1]
                if not cv2.imwrite(str(folder / label / name), picture):
                    raise OSError(f"{folder / label / name}: cannot be written")


def _train(user: User, dataset: Dataset, folder: Path) -> None:
    backbone = find_backbone("bundled", settings=Settings())
    seen = find_model("classifier", "kiosk").manifest
    extractor = Extractor(
        backbone,
        pooling=DEFAULT.spec.pooling,
        preprocessing=seen.preprocessing,
        input_size=seen.input_size,
        settings=Settings(),
    )
    lesson = learn(
        _of_user(user, dataset),
        extractor,
        recipe=DEFAULT,
        by=DEFAULT.split,
        seed=user.seed,
        track=_pass_on,
    )
    if not lesson.held_out:
        raise DatasetError(f"{user.name}: {lesson.worth}")
    save_classifier(
        folder,
        lesson.head,
        about=about(lesson, recipe=DEFAULT, by=DEFAULT.split, seed=user.seed, facts={}),
        backbone=backbone,
        region=seen.region,
        preprocessing=seen.preprocessing,
        input_size=seen.input_size,
    )


def _of_user(user: User, dataset: Dataset) -> Dataset:
    """What the user has of all pictures, sorted by the one character of interest."""
    samples = tuple(
        replace(sample, classes=sample.classes & {user.label})
        for sample in dataset.samples
        if sample.origin and sample.origin.shot in user.shots
    )
    return replace(dataset, classes=(user.label,), samples=samples)


def _pass_on(things: Sequence[T], _what: str) -> Iterable[T]:
    return things
