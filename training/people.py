"""Who can stand in a made-up frame: photos with one face, and strangers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.geometry import Box
from training.material import Image, Picture, read_pictures
from training.split import Part, fraction_of
from training.tables import Cell, read_table, write_table

STRANGER = "stranger"
# The archive of strangers has nothing but the face in its pictures of 90x90 pixels.
STRANGER_BOX = Box(12.0, 6.0, 66.0, 80.0)


@dataclass(frozen=True)
class Person:
    """A picture with one face, in `box`; `label` is the character, or `STRANGER`."""

    label: str
    part: Part
    pixels: Image
    box: Box


def single_faces(archive: Path, yunet: Path, cache: Path) -> dict[str, Box]:
    """Name -> box of the photos with exactly one face, kept in the CSV file `cache`."""
    if not cache.exists():
        from training.faces import FaceFinder  # needs dlib; the rest does not

        finder = FaceFinder(yunet)
        found = {p.name: finder.find(p.pixels) for p in read_pictures(archive, "photos")}
        rows: list[dict[str, Cell]] = [
            {"name": name, "x": b.x_px, "y": b.y_px, "width": b.width_px, "height": b.height_px}
            for name, boxes in found.items()
            if len(boxes) == 1
            for b in boxes
        ]
        write_table(cache, rows)
    return {
        row["name"]: Box(*(float(row[key]) for key in ("x", "y", "width", "height")))
        for row in read_table(cache)
    }


def characters(archive: Path, boxes: dict[str, Box]) -> Iterator[Person]:
    """The photos whose only face is known, so that nobody else hides in them."""
    for picture in read_pictures(archive, "photos"):
        if picture.name in boxes:
            yield Person(picture.label, picture.part, picture.pixels, boxes[picture.name])


def strangers(archive: Path) -> Iterator[Person]:
    """One picture of each stranger; held-out people are shared by validation and test."""
    seen: set[str] = set()
    for picture in read_pictures(archive, "people"):
        if picture.label not in seen:
            seen.add(picture.label)
            yield Person(STRANGER, _stranger_part(picture), picture.pixels, STRANGER_BOX)


def _stranger_part(picture: Picture) -> Part:
    if picture.part == "train":
        return "train"
    return "val" if fraction_of(f"held out {picture.label}") < 0.5 else "test"
