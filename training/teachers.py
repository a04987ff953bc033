"""Compute what the backbone is to imitate, once, from clean pictures.

Writes to the work folder

- ``face_targets.npy``   (N, 128) float32: dlib's face embedding of every row of ``faces.csv``
- ``frame_views.npy``    (M, 112, 112, 3) uint8 RGB: photos whole and in parts
- ``frame_targets.npy``  (M, 1280) float32: MobileNetV2's pooled features of the views
- ``frames.csv``         one row per view
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import click
import cv2
import dlib
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from training.material import Image, read_pictures
from training.tables import Cell, write_table

BATCH = 32
VIEW_PX = 112
TEACHER_PX = 224
POOLED_FEATURES = 1280
# (left, top, side) as shares of the picture: the whole, five of 70 %, four quarters.
VIEWS = (
    (0.0, 0.0, 1.0),
    *((x, y, 0.7) for x, y in ((0.0, 0.0), (0.3, 0.0), (0.0, 0.3), (0.3, 0.3), (0.15, 0.15))),
    *((x, y, 0.5) for x, y in ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5))),
)


class MobileNetTeacher:
    """MobileNetV2's pooled features, read from a quantised TensorFlow Lite file."""

    def __init__(self, model: Path) -> None:
        self._net = Interpreter(str(model), num_threads=1, experimental_preserve_all_tensors=True)
        self._net.allocate_tensors()
        self._input: int = self._net.get_input_details()[0]["index"]
        self._pooled = self._find_pooled()

    def _find_pooled(self) -> dict[str, Any]:
        details: list[dict[str, Any]] = self._net.get_tensor_details()
        for detail in details:
            if tuple(detail["shape"]) == (1, 1, 1, POOLED_FEATURES):
                return detail
        raise ValueError(f"expected a tensor of shape (1, 1, 1, {POOLED_FEATURES}), found none")

    def features(self, pixels: Image) -> NDArray[np.float32]:
        """Return the (1280,) features of one picture (height, width, 3) RGB."""
        square = _square(pixels, TEACHER_PX)
        self._net.set_tensor(self._input, square[np.newaxis])
        self._net.invoke()
        raw = self._net.get_tensor(self._pooled["index"]).reshape(-1).astype(np.float32)
        scale, zero = self._pooled["quantization"]
        return np.asarray((raw - zero) * scale, dtype=np.float32)


def _square(pixels: Image, size_px: int) -> Image:
    square = cv2.resize(pixels, (size_px, size_px), interpolation=cv2.INTER_AREA)
    return np.asarray(square, dtype=np.uint8)


def cut_view(pixels: Image, view: tuple[float, float, float]) -> Image:
    """Cut the part `view` (left, top, side; shares of the picture) out of `pixels`."""
    left, top, side = view
    height, width = pixels.shape[:2]
    x, y = round(left * width), round(top * height)
    return pixels[y : y + round(side * height), x : x + round(side * width)]


def frame_views(photos: Path) -> Iterator[tuple[str, str, int, Image]]:
    """Yield (name, part, view number, pixels); photos held out give the whole only."""
    for picture in read_pictures(photos, "photos"):
        views = VIEWS if picture.part == "train" else VIEWS[:1]
        for number, view in enumerate(views):
            yield picture.name, picture.part, number, cut_view(picture.pixels, view)


def teach_frames(photos: Path, model: Path, work: Path) -> int:
    """Write the views of all photos and their targets; return how many there are."""
    teacher = MobileNetTeacher(model)
    rows: list[dict[str, Cell]] = []
    views: list[Image] = []
    targets: list[NDArray[np.float32]] = []
    for name, part, number, pixels in frame_views(photos):
        rows.append({"name": name, "part": part, "view": number})
        views.append(_square(pixels, VIEW_PX))
        targets.append(teacher.features(pixels))
    np.save(work / "frame_views.npy", np.stack(views))
    np.save(work / "frame_targets.npy", np.stack(targets))
    write_table(work / "frames.csv", rows)
    return len(rows)


def embed_chips(chips: Path, model: Path, start: int, stop: int) -> NDArray[np.float32]:
    """Return dlib's (stop - start, 128) embeddings of a range of chips."""
    net = dlib.face_recognition_model_v1(str(model))
    images = np.load(chips, mmap_mode="r")
    batches = [
        net.compute_face_descriptor(list(np.array(images[first : min(first + BATCH, stop)])))
        for first in range(start, stop, BATCH)
    ]
    return np.concatenate([np.asarray(batch, dtype=np.float32) for batch in batches])


def teach_faces(model: Path, work: Path, processes: int) -> int:
    """Write the embeddings of all chips; return how many there are."""
    chips = work / "face_chips.npy"
    total = len(np.load(chips, mmap_mode="r"))
    cuts = np.linspace(0, total, processes + 1).astype(int).tolist()
    with ProcessPoolExecutor(processes) as pool:
        parts = pool.map(embed_chips, [chips] * processes, [model] * processes, cuts[:-1], cuts[1:])
        np.save(work / "face_targets.npy", np.concatenate(list(parts)))
    return total


@click.command(help=__doc__)
@click.option("--photos", type=click.Path(path_type=Path), required=True, help="tar of photos")
@click.option("--dlib-model", type=click.Path(path_type=Path), required=True, help="dlib ResNet")
@click.option("--mobilenet", type=click.Path(path_type=Path), required=True, help="tflite file")
@click.option("--work", type=click.Path(path_type=Path), required=True, help="work folder")
@click.option("--processes", default=2, show_default=True, help="for the dlib teacher")
def main(photos: Path, dlib_model: Path, mobilenet: Path, work: Path, processes: int) -> None:
    """Compute both teachers' targets."""
    click.echo(f"{teach_frames(photos, mobilenet, work)} frame views")
    click.echo(f"{teach_faces(dlib_model, work, processes)} faces")


if __name__ == "__main__":
    main()
