"""Measure dlib-resnet on Labeled Faces in the Wild, and put the figures into its manifest and card.

    python -m training.pairs --people lfw.tar --yunet face_detection_yunet_2023mar.onnx \\
        --backbone models/backbones/dlib-resnet

Two pictures are shown: is this one person? The pairs are those of `training.verification`: drawn
with a fixed seed, as many of one person as of two, ten folds of different people; they are not the
official list. Distance between plain embeddings is judged on everybody; what the gallery makes of
them (see `vidtag_gallery.space`) on the people of the test part alone, whom its tables have never
seen; half of them were strangers when its five numbers of calibration were fitted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from training.cards import write_card
from training.material import Picture, read_pictures
from training.shrunk import with_border
from training.split import person_part
from training.verification import PICTURES_PER_PERSON, Pairs, draw_pairs, verify_scores
from vidtag.api import Gallery, ModelFolder, Person, open_model, read_weights, write_manifest
from vidtag.regions.faces import chip
from vidtag.regions.finders import FaceFinder, YuNet
from vidtag_gallery.catalog import NETWORK_FILE, SPACE_FILE
from vidtag_gallery.graph import SHAPES as NETWORK_SHAPES
from vidtag_gallery.graph import SIDE_PX
from vidtag_gallery.matching import Calibration, match
from vidtag_gallery.network import Network
from vidtag_gallery.space import SHAPES as SPACE_SHAPES
from vidtag_gallery.space import WIDTHS_PX, Space, directions

PRESENT = 0.5  # probability from which a face is somebody's


@dataclass(frozen=True, eq=False)
class Faces:
    """Who is shown, and plain embeddings (N, 128)."""

    people: tuple[str, ...]
    raw: NDArray[np.float32]

    def unseen(self) -> Faces:
        """Those of the people of the test part."""
        rows = [row for row, name in enumerate(self.people) if person_part(name) == "test"]
        return Faces(tuple(self.people[row] for row in rows), self.raw[rows])


def read_faces(archive: Path, finder: FaceFinder, network: Network) -> Faces:
    """The largest face of each picture that may be in a pair."""
    people, rows = [], []
    for picture in _paired(read_pictures(archive, "people")):
        pixels = with_border(picture.pixels)
        if faces := finder.find(pixels):
            largest = max(faces, key=lambda face: face.width_px)
            people.append(picture.label)
            rows.append(network.run(chip(pixels, largest, size_px=SIDE_PX)[np.newaxis]))
    return Faces(tuple(people), np.concatenate(rows))


def _paired(pictures: Iterable[Picture]) -> Iterable[Picture]:
    """As many pictures of each person as pairs are made of."""
    taken: defaultdict[str, int] = defaultdict(int)
    for picture in pictures:
        taken[picture.label] += 1
        if taken[picture.label] <= PICTURES_PER_PERSON:
            yield picture


def measure(faces: Faces, space: Space, calibration: Calibration) -> dict[str, float]:
    """The figures by name: shares of the pairs."""
    everybody, unseen = draw_pairs(faces.people), faces.unseen()
    pairs = draw_pairs(unseen.people)
    placed = space.place(unseen.raw, np.full(len(unseen.raw), WIDTHS_PX[-1], np.float32))
    units = directions(placed)
    cosine = np.sum(units[pairs.left] * units[pairs.right], axis=1).astype(np.float32)
    plain = verify_scores(_nearness(faces.raw, everybody), everybody)
    same_people = verify_scores(_nearness(unseen.raw, pairs), pairs)
    compared = verify_scores(cosine, pairs)
    named = _probabilities(placed, pairs, calibration) >= PRESENT
    figures = {
        "LFW pairs: right by distance": plain.mean,
        "LFW pairs: the same, deviation of the folds": plain.std,
        "LFW unseen: right by distance": same_people.mean,
        "LFW unseen: right in the gallery's space": compared.mean,
        "LFW unseen: the same, deviation of the folds": compared.std,
        "LFW unseen: right at probability 0.5, one reference": float((named == pairs.same).mean()),
        "LFW unseen: one person taken for one": float(named[pairs.same].mean()),
        "LFW unseen: two people taken for one": float(named[~pairs.same].mean()),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def _nearness(vectors: NDArray[np.float32], pairs: Pairs) -> NDArray[np.float32]:
    distances = np.linalg.norm(vectors[pairs.left] - vectors[pairs.right], axis=1)
    return np.asarray(-distances, np.float32)


def _probabilities(
    placed: NDArray[np.float32], pairs: Pairs, calibration: Calibration
) -> NDArray[np.float32]:
    """That the right face of each pair is the left one's, who has no other reference."""
    found = [
        match(placed[right : right + 1], _gallery_of(placed[left]), calibration)[0, 0]
        for left, right in zip(pairs.left, pairs.right, strict=True)
    ]
    return np.array(found, np.float32)


def _gallery_of(embedding: NDArray[np.float32]) -> Gallery:
    return Gallery((Person("somebody", embedding[np.newaxis]),))


def write(backbone: ModelFolder, figures: dict[str, float], *, faces: Faces) -> None:
    """Put the figures into the manifest and the card."""
    pairs = f"{len(draw_pairs(faces.people).same):,} pairs of {len(set(faces.people)):,} people"
    unseen = f"{len(draw_pairs(faces.unseen().people).same):,} pairs of people never seen"
    manifest = backbone.manifest
    manifest = replace(
        manifest,
        training={**manifest.training, "lfw_pairs": f"{pairs}; {unseen}"},
        metrics={**manifest.metrics, **figures},
    )
    write_manifest(backbone.path, manifest)
    write_card(ModelFolder(backbone.path, manifest))


_PATH = click.Path(path_type=Path, exists=True)


@click.command(help=__doc__)
@click.option("--people", "archive", type=_PATH, required=True)
@click.option("--yunet", type=_PATH, required=True)
@click.option("--backbone", "path", type=_PATH, default=Path("models/backbones/dlib-resnet"))
def main(archive: Path, yunet: Path, path: Path) -> None:
    """Embed, measure, write."""
    backbone = open_model(path, kind="backbone")
    network = Network(read_weights(backbone, NETWORK_FILE, NETWORK_SHAPES))
    space = Space.of(read_weights(backbone, SPACE_FILE, SPACE_SHAPES))
    faces = read_faces(archive, YuNet(yunet), network)
    figures = measure(faces, space, Calibration.of(backbone.manifest.parameters))
    write(backbone, figures, faces=faces)
    for name, value in figures.items():
        click.echo(f"{name}: {value:g}")


if __name__ == "__main__":
    main()
