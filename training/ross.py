"""Train the classifier `ross` on faces, and measure it on others and on clips.

    python -m training.ross --photos photos.tar --people people.tar --yunet yunet.onnx \\
        --work work --clip apartment clip.mp4 --out models/ross

It learns from faces as a scan cuts them out of a video (see `training.portraits`), of people whom
the gallery recognises (see `training.confirm`). Calibration comes from faces of the validation part
alone, figures from the test part. Clips are scanned by `vidtag evaluate` when everything is chosen;
`<clip>.labels.csv` beside a clip is the truth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import click
import numpy as np

from training.cards import write_card
from training.clips import clip_figures
from training.confirm import Confirmed, confirm
from training.extractor import Extractor
from training.portraits import STRANGER, WIDTHS_PX, read_portraits
from training.split import Part
from training.views import FULL_PX, Flags, Showing, Views, gather
from vidtag import __version__
from vidtag.api import ModelFolder, Settings, Size
from vidtag.regions.finders import YuNet
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.fitting import Dataset
from vidtag_vgg16.heads import HeadSpec, TrainedHead
from vidtag_vgg16.recipes import Method
from vidtag_vgg16.saving import About, save_classifier
from vidtag_vgg16.training import evaluate, train_head

LABEL = "ross"
VERSION = "2"
THRESHOLD = 0.5  # of a calibrated score
INPUT_SIZE: Size = (96, 96)
PREPROCESSING = "rgb-unit"
SPEC = HeadSpec(pooling="average+max", hidden=(64,), dropout=0.5)
METHOD = Method(learning_rate=1e-3, weight_decay=1e-2, batch=256, epochs=150, patience=12)
SEED = 1
SHOWING = Showing(size_px=INPUT_SIZE[0], times={LABEL: 8, STRANGER: 1}, others=3)
SUMMARY = "Ross of Friends, by his face."


# --- learning ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Material:
    """Everything there is to learn and to judge by."""

    faces: Sequence[Confirmed]
    views: Views

    def part(self, part: Part) -> Views:
        """The views of the faces of a part."""
        chosen = np.array([face.portrait.part == part for face in self.faces])
        return self.views.only(chosen[self.views.face])

    def shows(self, views: Views, name: str) -> Flags:
        """Whether each of `views` (N,) is of somebody."""
        return np.array([face.name == name for face in self.faces])[views.face]

    def dataset(self, views: Views) -> Dataset:
        """What a head is trained on or judged by."""
        return Dataset(views.features, self.shows(views, LABEL)[:, np.newaxis])


def learn(material: Material) -> TrainedHead:
    """The head, calibrated."""
    train, validation = (material.dataset(material.part(part)) for part in ("train", "val"))
    head = train_head(train, validation, labels=(LABEL,), spec=SPEC, method=METHOD, seed=SEED)
    return replace(head, thresholds={LABEL: THRESHOLD})


# --- figures ----------------------------------------------------------------------------------


def held_out_figures(head: TrainedHead, material: Material) -> dict[str, float]:
    """What it does on faces of the test part, by how wide they are."""
    test = material.part("test")
    figures: dict[str, float] = {}
    for width_px in (FULL_PX, *sorted(WIDTHS_PX, reverse=True)):
        views = test.only(test.width_px == width_px)
        where = f"photos, {width_px:.0f} px" if width_px else "photos"
        said, present = _said(head, views), material.shows(views, LABEL)
        figures[f"{where}: accuracy"] = float((said == present).mean())
        measured = evaluate(head, material.dataset(views))
        for name in ("precision", "recall", "average precision"):
            figures[f"{where}: {name}"] = measured[f"{LABEL} {name}"]
        figures[f"{where}: strangers taken for {LABEL}"] = float(
            said[material.shows(views, STRANGER)].mean()
        )
    return figures


def _said(head: TrainedHead, views: Views) -> Flags:
    return np.asarray(head.score(views.features)[:, 0] >= head.thresholds[LABEL], np.bool_)


# --- the model --------------------------------------------------------------------------------


def about(material: Material, metrics: Mapping[str, float]) -> About:
    """What the manifest says of the model."""
    parts: tuple[Part, ...] = ("train", "val", "test")
    faces = {part: [f for f in material.faces if f.portrait.part == part] for part in parts}
    return About(
        version=VERSION,
        summary=SUMMARY,
        licence="MIT",
        created_by=f"vidtag {__version__}, training.ross",
        training={
            "data": "faces in web photos of the six actors, and of strangers",
            **{f"faces_{part}": len(found) for part, found in faces.items()},
            **{
                f"faces_{part}_{LABEL}": sum(face.name == LABEL for face in found)
                for part, found in faces.items()
            },
            "metrics_on": "faces of photos and people that neither the backbone nor the head has "
            "seen, as they came and shrunk; and clips, which chose nothing",
        },
        metrics={name: round(value, 4) for name, value in metrics.items()},
    )


def save(
    folder: Path,
    head: TrainedHead,
    material: Material,
    metrics: Mapping[str, float],
    backbone: ModelFolder,
) -> ModelFolder:
    """Write the model folder."""
    return save_classifier(
        folder,
        head,
        about=about(material, metrics),
        backbone=backbone,
        region="face",
        preprocessing=PREPROCESSING,
        input_size=INPUT_SIZE,
    )


@click.command(help=__doc__)
@click.option("--photos", type=click.Path(path_type=Path), required=True, help="tar of photos")
@click.option("--people", type=click.Path(path_type=Path), required=True, help="tar of people")
@click.option("--yunet", type=click.Path(path_type=Path), required=True, help="YuNet ONNX file")
@click.option("--work", type=click.Path(path_type=Path), required=True, help="for features")
@click.option("--clip", "clips", type=(str, click.Path(path_type=Path)), multiple=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("models/ross"))
@click.option("--threads", type=int, default=2, show_default=True)
def main(
    photos: Path,
    people: Path,
    yunet: Path,
    work: Path,
    clips: tuple[tuple[str, Path], ...],
    out: Path,
    threads: int,
) -> None:
    """Gather, train, measure, save."""
    finder = YuNet(yunet)
    portraits = chain(
        read_portraits(photos, "photos", finder), read_portraits(people, "people", finder)
    )
    faces = confirm(list(portraits), threads=threads)
    extractor = Extractor(
        find_backbone("bundled", settings=Settings()),
        spec=SPEC,
        preprocessing=PREPROCESSING,
        input_size=INPUT_SIZE,
        threads=threads,
    )
    material = Material(faces, gather(extractor, faces, SHOWING, work=work))
    head = learn(material)
    metrics = held_out_figures(head, material)
    # A scan needs the model to be there; it is written again with what the scans came to.
    folder = save(out, head, material, metrics, extractor.backbone)
    for name, clip in clips:
        metrics |= clip_figures(folder.path, yunet.resolve(), name, clip)
    write_card(save(out, head, material, metrics, extractor.backbone))
    for name, value in metrics.items():
        click.echo(f"{name:40} {value:8.4f}")


if __name__ == "__main__":
    main()
