"""Measure the ranges of a backbone, so that it can be computed in 8-bit integers.

    python -m training.ranges --backbone models/backbones/bundled --photos photos.tar --work work \
        --clip apartment.mp4 --clip sofa.mp4

The ranges come from photos and faces of the training part, judgement from those of the test part
and from the clips: how near the averaged features are to those in float32, and how many labels of
the classifiers on this backbone change sides on the clips. Where that is not good enough, nothing
is written. The weights, and so the hash of the backbone, stay what they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import cv2
import numpy as np
from numpy.typing import NDArray

from training.augment import plain
from training.cards import write_card
from training.material import read_pictures
from training.split import Part
from training.tables import read_table
from vidtag import media
from vidtag.api import ModelFolder, Weights, list_models, open_model, read_weights, write_manifest
from vidtag.types import Size
from vidtag_vgg16.architecture import SHAPES
from vidtag_vgg16.detector import read_head
from vidtag_vgg16.features import crop_picture
from vidtag_vgg16.measuring import LEAST_COSINE, Batch, cosines, measure_ranges
from vidtag_vgg16.onnx_network import OnnxNetwork
from vidtag_vgg16.preprocessing import Preprocessing, find_preprocessing
from vidtag_vgg16.ranges import Ranges
from vidtag_vgg16.weights import BACKBONE_FILE

MOST_CHANGED = 0.01  # of the labels on the clips
PICTURES = 300  # of each kind, for the ranges
JUDGES = 100
EVERY = 4  # frames of the clips
FRAME: Size = (224, 224)
FACE_PX = 96


# --- pictures ---------------------------------------------------------------------------------


def photos(archive: Path, part: Part, count: int) -> Batch:
    """Whole photos of a part, spread over all."""
    found = [each.pixels for each in read_pictures(archive, "photos") if each.part == part]
    return np.stack([crop_picture(found[i], FRAME) for i in _spread(len(found), count)])


def faces(work: Path, part: Part, count: int) -> Batch:
    """Faces of a part as they are shown to the network, spread over all."""
    rows = [i for i, row in enumerate(read_table(work / "faces.csv")) if row["part"] == part]
    crops = np.load(work / "face_crops.npy", mmap_mode="r")
    chosen = [crops[rows[i]] for i in _spread(len(rows), count)]
    return np.stack([np.rint(plain(crop, FACE_PX) * 255).astype(np.uint8) for crop in chosen])


def frames(clip: Path, size: Size) -> Batch:
    """Every fourth frame of a clip, scaled as a scan does it."""
    with media.open_video(clip, sizes=[size]) as reader:
        return np.stack([each.pictures[0].copy() for each in reader if each.number % EVERY == 0])


def _spread(among: int, count: int) -> list[int]:
    """`count` numbers below `among`, at equal distances; all of them where there are no more."""
    return [int(i) for i in np.linspace(0, among - 1, min(among, count)).round()]


# --- judgement --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What 8 bits cost."""

    pictures: int
    mean_cosine: float
    worst_cosine: float
    labels: int  # frames x labels
    changed: int

    @property
    def changed_share(self) -> float:
        """Share of the labels that change sides."""
        return self.changed / max(self.labels, 1)

    def check(self) -> None:
        """Raise unless 8 bits are good enough."""
        if self.mean_cosine < LEAST_COSINE:
            raise click.ClickException(
                f"mean cosine {self.mean_cosine:.5f} is below {LEAST_COSINE}: nothing written"
            )
        if self.changed_share > MOST_CHANGED:
            raise click.ClickException(
                f"{self.changed_share:.2%} of the labels change, more than {MOST_CHANGED:.0%}: "
                "nothing written"
            )

    def metrics(self) -> dict[str, float]:
        """The figures for the manifest."""
        return {
            "8 bits: cosine to float32, mean": round(self.mean_cosine, 5),
            "8 bits: cosine to float32, worst": round(self.worst_cosine, 5),
            "8 bits: labels that change": round(self.changed_share, 5),
        }


@dataclass(frozen=True, slots=True)
class Backbone:
    """A backbone in memory."""

    folder: ModelFolder
    weights: Weights
    preprocessing: Preprocessing

    @classmethod
    def read(cls, path: Path) -> Backbone:
        """Read the model folder `path`."""
        folder = open_model(path, kind="backbone")
        how = find_preprocessing(folder.manifest.preprocessing, source=path)
        return cls(folder, read_weights(folder, BACKBONE_FILE, SHAPES), how)

    def classifiers(self) -> list[ModelFolder]:
        """Those of frames that stand on it and get the same values."""
        return [
            model
            for model in list_models("classifier")
            if model.manifest.region == "frame"
            and model.manifest.backbone_sha256 == self.folder.sha256
            and model.manifest.preprocessing == self.folder.manifest.preprocessing
        ]


def judge(
    backbone: Backbone, ranges: Ranges, batches: Sequence[Batch], clips: Sequence[Path]
) -> Judgement:
    """Compare 8 bits with float32 on pictures, and on frames of clips."""
    looked_at = [*batches, *(frames(clip, FRAME) for clip in clips)]
    kept = cosines(
        backbone.weights, ranges, preprocessing=backbone.preprocessing, batches=looked_at
    )
    changes = [
        change
        for model in backbone.classifiers()
        for change in _changes(backbone, ranges, model, clips)
    ]
    return Judgement(
        pictures=len(kept),
        mean_cosine=float(kept.mean()),
        worst_cosine=float(kept.min()),
        labels=sum(change.size for change in changes),
        changed=sum(int(change.sum()) for change in changes),
    )


def _changes(
    backbone: Backbone, ranges: Ranges, model: ModelFolder, clips: Sequence[Path]
) -> Iterator[NDArray[np.bool_]]:
    """For each clip, which labels (frames, labels) change sides."""
    head, size = read_head(model), model.manifest.input_size
    thresholds = [head.thresholds[label] for label in head.labels]
    networks = [
        OnnxNetwork(
            backbone.weights,
            preprocessing=backbone.preprocessing,
            input_size=size,
            heads=[head],
            ranges=each,
        )
        for each in (None, ranges)
    ]
    for clip in clips:
        shown = frames(clip, size)
        exact, fast = (network.run(shown) >= thresholds for network in networks)
        changed = exact != fast
        click.echo(f"{model.manifest.name} on {clip.name}: {changed.sum()} of {changed.size}")
        yield changed


# --- the whole --------------------------------------------------------------------------------


def write(backbone: ModelFolder, ranges: Ranges, judgement: Judgement, *, made_from: str) -> None:
    """Put ranges and figures into the manifest and the card."""
    manifest = backbone.manifest
    judged_on = f"{judgement.pictures} other pictures and frames, and {judgement.labels} labels"
    manifest = replace(
        manifest,
        training={**manifest.training, "ranges_from": made_from, "ranges_judged_on": judged_on},
        metrics={**manifest.metrics, **judgement.metrics()},
        parameters={**manifest.parameters, **ranges.to_parameters()},
    )
    write_manifest(backbone.path, manifest)
    write_card(ModelFolder(backbone.path, manifest))


_PATH = click.Path(path_type=Path, exists=True)


@click.command(help=__doc__)
@click.option("--backbone", "path", type=_PATH, default=Path("models/backbones/bundled"))
@click.option("--photos", "archive", type=_PATH, required=True, help="tar of photos")
@click.option("--work", type=_PATH, required=True, help="work folder, with faces")
@click.option("--clip", "clips", type=_PATH, multiple=True, required=True)
def main(path: Path, archive: Path, work: Path, clips: tuple[Path, ...]) -> None:
    """Measure, judge, write."""
    cv2.setNumThreads(1)
    backbone = Backbone.read(path)
    learnt = [photos(archive, "train", PICTURES), faces(work, "train", PICTURES)]
    ranges = measure_ranges(backbone.weights, preprocessing=backbone.preprocessing, batches=learnt)
    held_out = [photos(archive, "test", JUDGES), faces(work, "test", JUDGES)]
    judgement = judge(backbone, ranges, held_out, clips)
    click.echo(f"{judgement}, {judgement.changed_share:.3%} changed")
    judgement.check()
    made_from = f"{len(learnt[0])} photos at 224 px and {len(learnt[1])} faces at {FACE_PX} px"
    write(backbone.folder, ranges, judgement, made_from=made_from)


if __name__ == "__main__":
    main()
