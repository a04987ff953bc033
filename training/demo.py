"""Train the classifier of `make demo` on the first sample episode, and measure it on the second.

    python -m training.demo --work /tmp/kiosk --out models/kiosk

It learns from the pilot and from the pilot's rushes: stills that `training.cartoon.rushes` draws
with the same cast in random clothes, on the pilot's sets or in rooms of random colours. Every
fourth shot of the pilot and rushes of their own seeds are kept back for calibration, thresholds
and the choice of the head. No frame of the finale is learnt from, and none of its sets and clothes
occur in the training; its figures go into the manifest. They were seen during development: after
a look at wide shots where faces were too small, both films were framed closer and the input was
made larger.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
from numpy.typing import NDArray

from training.cards import write_card
from training.cartoon.cast import LABELS
from training.cartoon.film import Film
from training.cartoon.finale import FINALE
from training.cartoon.pilot import PILOT
from training.cartoon.rushes import rush
from training.cartoon.stage import render
from training.extractor import Extractor
from training.samples import FRAME_RATE
from vidtag import __version__, media
from vidtag.paths import samples
from vidtag.types import Settings, Size
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.fitting import Dataset
from vidtag_vgg16.heads import HeadSpec, TrainedHead
from vidtag_vgg16.recipes import Method
from vidtag_vgg16.saving import About, save_classifier
from vidtag_vgg16.training import evaluate, train_head

VERSION = "1"
INPUT_SIZE: Size = (
    160,
    288,
)  # about the shape of the picture; in less, faces of wide shots are lost
PREPROCESSING = "rgb-unit"
# Of the two heads with the best Brier score on the validation data, the smaller: half the file.
SPEC = HeadSpec(pooling="average+max", hidden=(32,), dropout=0.3)
METHOD = Method(epochs=150)
TRAIN_RUSHES = range(10_000, 18_000)
VALIDATION_RUSHES = range(20_000, 20_400)
_HELD_BACK = 4  # every fourth shot

Features = NDArray[np.float32]  # (N, values), pooled
Targets = NDArray[np.bool_]  # (N, labels)


# --- material ---------------------------------------------------------------------------------


def episode_pictures(film: Film) -> Iterator[NDArray[np.uint8]]:
    """All frames of an episode, decoded and scaled as a scan does it."""
    with media.open_video(samples() / f"{film.name}.mp4", sizes=[INPUT_SIZE]) as reader:
        for frame in reader:
            yield frame.pictures[0].copy()


def episode_targets(film: Film) -> Targets:
    """The truth of an episode (frames, labels)."""
    targets = np.zeros((film.frames, len(LABELS)), np.bool_)
    with (samples() / f"{film.name}.truth.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            span = slice(int(row["start_frame"]), int(row["end_frame"]))
            targets[span, LABELS.index(row["label"])] = True
    return targets


def shot_numbers(film: Film) -> NDArray[np.int64]:
    """The number of the shot that each frame belongs to (frames,)."""
    lengths = [shot.frames for shot in film.shots]
    return np.repeat(np.arange(len(lengths)), lengths)


def rush_stills(seeds: range) -> Iterator[tuple[NDArray[np.uint8], list[bool]]]:
    """(picture of the input size, targets) of each seed, through JPEG for the look of a codec."""
    for seed in seeds:
        film = rush(seed)
        still = render(film.shots[0], film.costumes, seed % film.frames)
        quality = [cv2.IMWRITE_JPEG_QUALITY, 25 + seed % 60]
        _, packed = cv2.imencode(".jpg", still.picture[..., ::-1], quality)
        picture = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR))[..., ::-1]
        scaled = cv2.resize(picture, INPUT_SIZE[::-1], interpolation=cv2.INTER_AREA)
        yield np.asarray(scaled, np.uint8), [label in still.present for label in LABELS]


def rush_data(extractor: Extractor, seeds: range) -> Dataset:
    """Features and targets of rushes."""
    targets: list[list[bool]] = []

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for picture, present in rush_stills(seeds):
            targets.append(present)
            yield picture

    features = extractor.features(pictures())
    return Dataset(features, np.array(targets, np.bool_))


@dataclass(frozen=True, slots=True)
class Material:
    """Everything to learn from, and the episode to be measured on."""

    train: Dataset
    validation: Dataset
    test: Dataset


def gather(extractor: Extractor) -> Material:
    """Features of the pilot, its rushes and the finale."""
    pilot = Dataset(extractor.features(episode_pictures(PILOT)), episode_targets(PILOT))
    held_back = shot_numbers(PILOT) % _HELD_BACK == _HELD_BACK - 1
    return Material(
        train=_joined(_some(pilot, ~held_back), rush_data(extractor, TRAIN_RUSHES)),
        validation=_joined(_some(pilot, held_back), rush_data(extractor, VALIDATION_RUSHES)),
        test=Dataset(extractor.features(episode_pictures(FINALE)), episode_targets(FINALE)),
    )


def _some(data: Dataset, chosen: NDArray[np.bool_]) -> tuple[Features, Targets]:
    return data.features[chosen], data.targets[chosen]


def _joined(part: tuple[Features, Targets], rushes: Dataset) -> Dataset:
    features = np.concatenate([part[0], rushes.features])
    return Dataset(features, np.concatenate([part[1], rushes.targets]))


def cached(extractor: Extractor, work: Path) -> Material:
    """`gather`, kept in `work` for the same backbone and input size."""
    height, width = INPUT_SIZE
    file = work / f"{extractor.backbone.sha256[:12]}-{height}x{width}.npz"
    if not file.exists():
        work.mkdir(parents=True, exist_ok=True)
        made = gather(extractor)
        arrays: dict[str, Any] = {}  # savez takes other keyword arguments as well
        for name, data in (
            ("train", made.train),
            ("validation", made.validation),
            ("test", made.test),
        ):
            arrays |= {f"{name}_x": data.features, f"{name}_y": data.targets}
        np.savez(file, **arrays)
    with np.load(file) as kept:
        train, validation, test = (
            Dataset(kept[f"{name}_x"], kept[f"{name}_y"])
            for name in ("train", "validation", "test")
        )
    return Material(train, validation, test)


# --- figures ----------------------------------------------------------------------------------


def figures(head: TrainedHead, test: Dataset) -> dict[str, float]:
    """What the classifier does on the finale, each frame by itself."""
    found = {}
    for column, label in enumerate(head.labels):
        present = head.score(test.features)[:, column] >= head.thresholds[label]
        truth = test.targets[:, column]
        error = float((int(present.sum()) - int(truth.sum())) / FRAME_RATE)
        found[f"{label} frame_accuracy"] = float((present == truth).mean())
        found[f"{label} screen_time_s"] = float(int(truth.sum()) / FRAME_RATE)
        found[f"{label} screen_time_error_s"] = error
    measured = evaluate(head, test) | found
    return {name: round(value, 4) for name, value in sorted(measured.items())}


def about(material: Material, measured: dict[str, float]) -> About:
    """What the manifest says of the model."""
    held_back = sum(shot.frames for shot in PILOT.shots[_HELD_BACK - 1 :: _HELD_BACK])
    return About(
        version=VERSION,
        summary="The characters of the drawn sample series, for the demo.",
        licence="MIT",
        created_by=f"vidtag {__version__}, training.demo",
        training={
            "data": f"{PILOT.name}.mp4 by shots, and rushes of it: stills drawn with its cast in "
            "random clothes, on its sets or in rooms of random colours; nothing of the finale",
            "pilot_frames_train": PILOT.frames - held_back,
            "pilot_frames_validation": held_back,
            "rushes_train": len(TRAIN_RUSHES),
            "rushes_validation": len(VALIDATION_RUSHES),
            "choices": "head by the validation data; input size and framing of both films after a "
            "look at the finale",
            "metrics_on": f"all {len(material.test.targets)} frames of {FINALE.name}.mp4, whose "
            "sets and clothes occur nowhere in the training",
        },
        metrics=measured,
    )


@click.command(help=__doc__)
@click.option("--work", type=click.Path(path_type=Path), required=True, help="for features")
@click.option("--out", type=click.Path(path_type=Path), default=Path("models/kiosk"))
@click.option("--threads", type=int, default=2, show_default=True)
def main(work: Path, out: Path, threads: int) -> None:
    """Gather, train, measure, save."""
    extractor = Extractor(
        find_backbone("bundled", settings=Settings()),
        spec=SPEC,
        preprocessing=PREPROCESSING,
        input_size=INPUT_SIZE,
        threads=threads,
    )
    material = cached(extractor, work)
    head = train_head(
        material.train, material.validation, labels=LABELS, spec=SPEC, method=METHOD, seed=1
    )
    measured = figures(head, material.test)
    folder = save_classifier(
        out,
        head,
        about=about(material, measured),
        backbone=extractor.backbone,
        region="frame",
        preprocessing=PREPROCESSING,
        input_size=INPUT_SIZE,
    )
    write_card(folder)
    for name, value in measured.items():
        click.echo(f"{name:32} {value:8.4f}")
    click.echo(f"{folder.path}: {sum(file.stat().st_size for file in out.iterdir()):,} bytes")


if __name__ == "__main__":
    main()
