"""Put an exported backbone into the models that ship with vidtag.

    python -m training.bundle --export backbone --out models/backbones/bundled

A classifier belongs to one backbone: after this, train those that stand on it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import numpy as np
from safetensors.numpy import load_file

from training.cards import write_card
from vidtag import __version__
from vidtag.api import Weights
from vidtag_vgg16.saving import About, save_backbone
from vidtag_vgg16.weights import BACKBONE_FILE

INPUT_SIZE = (224, 224)
LARGEST_BYTES = 30_000_000
SUMMARY = "VGG16 features of faces and scenes, trained by this project; any picture size."
DATA = "photos of six actors and Labeled Faces in the Wild; taught by dlib's ResNet, MobileNetV2"


def read_export(folder: Path) -> tuple[Weights, dict[str, Any]]:
    """The weights in float32 and the figures of what `training.export` wrote to `folder`."""
    tensors = load_file(folder / BACKBONE_FILE)
    weights = {name: values.astype(np.float32) for name, values in tensors.items()}
    return weights, json.loads((folder / "figures.json").read_text(encoding="utf-8"))


def about(figures: Mapping[str, Any], *, version: str) -> About:
    """What the manifest says of the backbone."""
    run = figures["training"]
    return About(
        version=version,
        summary=SUMMARY,
        licence="MIT",
        created_by=f"vidtag {__version__}, training.export",
        training={
            "data": DATA,
            "faces": figures["training_faces"],
            "frame_views": figures["training_frame_views"],
            "pictures_seen": run["images"],
            "stages": run["options"]["stages"],
            "metrics_on": "photos and people that its training never saw; "
            + figures["held_out"]["pairs_note"],
        },
        metrics=dict(_metrics(figures["held_out"])),
    )


def _metrics(held_out: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """One line for each figure; a width is that of the face in the picture that was shown."""
    for width, measured in held_out["faces"].items():
        of = f"{width} faces"
        yield f"{of}: same person, accuracy", measured["verification"]["features"]["mean"]
        yield f"{of}: which of six, accuracy", measured["characters"]["top1"]
    yield "teacher: same person, accuracy", held_out["teacher"]["verification"]["mean"]
    yield "teacher: which of six, accuracy", held_out["teacher"]["top1"]
    yield "frames: cosine to the teacher", held_out["frames"]["cosine_to_teacher"]


@click.command(help=__doc__)
@click.option("--export", "source", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("models/backbones/bundled"))
@click.option("--version", default="1", show_default=True)
def main(source: Path, out: Path, version: str) -> None:
    """Read, save, measure the size."""
    weights, figures = read_export(source)
    folder = save_backbone(
        out,
        weights,
        about=about(figures, version=version),
        preprocessing=figures["preprocessing"],
        input_size=INPUT_SIZE,
    )
    card = write_card(folder)
    size = folder.file(BACKBONE_FILE).stat().st_size
    if size > LARGEST_BYTES:
        raise click.ClickException(f"{size:,} bytes are more than a clone should have to carry")
    click.echo(f"{folder.path}: {size:,} bytes, {folder.sha256}\n{card}")


if __name__ == "__main__":
    main()
