"""Find faces and cut two pictures of each: the crop to learn from, the chip for the teacher.

Writes to the work folder

- ``face_crops.npy``  (N, 144, 144, 3) uint8 RGB, square, 1.6 times the longer side of the box
- ``face_chips.npy``  (N, 150, 150, 3) uint8 RGB, aligned as the dlib teacher expects
- ``faces.csv``       one row per face: where it comes from and whether its label is sure
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import click
import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from training.geometry import Box, cut_crop
from training.material import Image, Picture, Source, read_pictures
from training.tables import write_table

CHIP_PX = 150
CHIP_PADDING = 0.25
MIN_FACE_PX = 22
MIN_SCORE = 0.7
RIVAL_WIDTH = 0.6
DETECT_SCALE = 2.0


@dataclass(frozen=True)
class FaceRow:
    """What is known of one face; `main` says that its picture's label is meant for it."""

    source: str
    name: str
    label: str
    part: str
    main: int
    width_px: float
    height_px: float


class FaceFinder:
    """YuNet on twice enlarged pictures, which finds small and frame-filling faces alike."""

    def __init__(self, model: Path) -> None:
        self._net = cv2.FaceDetectorYN.create(str(model), "", (320, 320), MIN_SCORE)

    def find(self, pixels: Image) -> list[Box]:
        """Return the boxes in `pixels` (height, width, 3) RGB, widest first."""
        bgr = np.ascontiguousarray(pixels[:, :, ::-1])
        large = cv2.resize(bgr, None, fx=DETECT_SCALE, fy=DETECT_SCALE)
        self._net.setInputSize((large.shape[1], large.shape[0]))
        # The stubs of OpenCV do not say that there may be nothing.
        found = cast("NDArray[np.float32] | None", self._net.detect(large)[1])
        if found is None:
            return []
        boxes = [Box(*map(float, row)) for row in found[:, :4] / DETECT_SCALE]
        return sorted(boxes, key=lambda box: -box.width_px)


class ChipCutter:
    """Cuts faces upright and centred with dlib's five-point landmarks."""

    def __init__(self, landmarks: Path) -> None:
        self._points = dlib.shape_predictor(str(landmarks))

    def cut(self, pixels: Image, box: Box) -> Image:
        """Return the (150, 150, 3) chip of the face in `box`."""
        pad = int(box.side_px)
        wide = cv2.copyMakeBorder(pixels, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
        shape = self._points(wide, _dlib_rectangle(box, pad))
        return np.asarray(dlib.get_face_chip(wide, shape, CHIP_PX, CHIP_PADDING), dtype=np.uint8)


def _dlib_rectangle(box: Box, pad: int) -> dlib.rectangle:
    """Turn a YuNet box (hairline to chin) into the brow-to-chin square dlib was trained on."""
    half = 0.525 * box.width_px
    centre_x = box.x_px + box.width_px / 2 + pad
    centre_y = box.y_px + box.height_px * 0.55 + pad
    edges = (centre_x - half, centre_y - half, centre_x + half, centre_y + half)
    return dlib.rectangle(*map(int, edges))


def describe(picture: Picture, boxes: list[Box]) -> list[FaceRow]:
    """Describe the faces of `picture`; only an unrivalled widest face carries the label surely."""
    alone = len(boxes) == 1 or boxes[1].width_px < RIVAL_WIDTH * boxes[0].width_px
    return [
        FaceRow(
            source=picture.source,
            name=picture.name,
            label=picture.label,
            part=picture.part,
            main=int(alone and index == 0),
            width_px=round(box.width_px, 1),
            height_px=round(box.height_px, 1),
        )
        for index, box in enumerate(boxes)
    ]


def collect(
    pictures: Iterator[Picture], finder: FaceFinder, cutter: ChipCutter
) -> Iterator[tuple[FaceRow, Image, Image]]:
    """Yield (row, crop, chip) for every face that is large enough to be told apart."""
    for picture in pictures:
        boxes = finder.find(picture.pixels)
        if picture.source == "people":
            boxes = boxes[:1]
        for box, row in zip(boxes, describe(picture, boxes) if boxes else [], strict=True):
            if box.width_px >= MIN_FACE_PX:
                yield row, cut_crop(picture.pixels, box), cutter.cut(picture.pixels, box)


@click.command(help=__doc__)
@click.option("--photos", type=click.Path(path_type=Path), required=True, help="tar of photos")
@click.option("--people", type=click.Path(path_type=Path), required=True, help="tar of people")
@click.option("--yunet", type=click.Path(path_type=Path), required=True, help="YuNet ONNX file")
@click.option("--landmarks", type=click.Path(path_type=Path), required=True, help="dlib 5 points")
@click.option("--work", type=click.Path(path_type=Path), required=True, help="work folder")
def main(photos: Path, people: Path, yunet: Path, landmarks: Path, work: Path) -> None:
    """Cut the faces of both archives."""
    finder, cutter = FaceFinder(yunet), ChipCutter(landmarks)
    archives: list[tuple[Path, Source]] = [(photos, "photos"), (people, "people")]
    found = [
        face
        for archive, source in archives
        for face in collect(read_pictures(archive, source), finder, cutter)
    ]
    rows, crops, chips = (list(column) for column in zip(*found, strict=True))
    work.mkdir(parents=True, exist_ok=True)
    np.save(work / "face_crops.npy", _stack(crops))
    np.save(work / "face_chips.npy", _stack(chips))
    write_table(work / "faces.csv", [asdict(row) for row in rows])
    click.echo(f"{len(rows)} faces")


def _stack(images: list[Image]) -> NDArray[np.uint8]:
    return np.stack(images)


if __name__ == "__main__":
    main()
