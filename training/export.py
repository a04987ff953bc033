"""Turn a checkpoint into a backbone folder.

Writes to the folder

- ``weights.safetensors``    the thirteen convolutions of plain VGG16, float16
- ``face_head.safetensors``  ``face.kernel`` (512, 128), ``face.bias`` (128,): from averaged
  features to the space of the face teacher, centred; float16
- ``figures.json``           how it was trained and what it does on held-out material
"""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from safetensors.numpy import save_file

from training.augment import NOMINAL_MARGIN
from training.backbone import build_training_model
from training.batches import Material
from training.evaluate import Evaluation, Extract, Floats, face_features
from training.fold import Tensors, fold_model, head_tensors, plain_vgg16
from training.run import Run

if TYPE_CHECKING:
    import keras

PREPROCESSING = "rgb-unit"
LEAST_COSINE = 0.999
CHECKED_FACES = 128
CHECKED_PX = 96
PAIRS_NOTE = (
    "verification pairs drawn from the held-out people with a fixed seed; "
    "this is not the official LFW list"
)
PACKAGES = ("keras", "tensorflow-cpu", "numpy", "opencv-python-headless", "dlib-bin")


def load_in_float32(checkpoint: Path) -> keras.Model:
    """Load a checkpoint into a model that computes in float32, not in its bfloat16."""
    import keras

    trained = keras.models.load_model(checkpoint, compile=False)
    characters = trained.get_layer("character").units
    model = build_training_model(characters)
    model.set_weights(trained.get_weights())
    return model


def extractor(model: keras.Model) -> Extract:
    """Return a function from images to the average of the last map over its positions."""

    def extract(images: Floats) -> Floats:
        return np.asarray(model.predict_on_batch(images).mean(axis=(1, 2)), dtype=np.float32)

    return extract


def fold_cosine(trained: keras.Model, plain: keras.Model, material: Material) -> float:
    """Return the least cosine of the two networks' features over some held-out faces."""
    import keras

    last = trained.get_layer("block5_pool").output
    before = keras.Model(trained.inputs, last)
    rows = np.flatnonzero(material.part == "test")[:CHECKED_FACES]
    first, second = (
        face_features(material, rows, extractor(model), input_px=CHECKED_PX)
        for model in (before, plain)
    )
    norms = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return float(np.min(np.sum(first * second, axis=1) / norms))


def save_readable(tensors: Tensors, path: Path) -> None:
    """Save `tensors` to a file that everybody may read; safetensors makes it private."""
    save_file(tensors, path, {"preprocessing": PREPROCESSING})
    path.chmod(0o644)


@dataclass(frozen=True)
class Written:
    """What was exported: the network, its heads in float32, and how true the folding is."""

    network: keras.Model
    heads: dict[str, Floats]
    least_cosine: float


def write_backbone(checkpoint: Path, material: Material, out: Path) -> Written:
    """Fold `checkpoint`, check the result against it and write both weight files."""
    trained = load_in_float32(checkpoint)
    tensors, face_head = fold_model(trained), head_tensors(trained, "face")
    plain = plain_vgg16(tensors)
    cosine = fold_cosine(trained, plain, material)
    if cosine < LEAST_COSINE:
        raise ValueError(f"expected folding to keep a cosine of {LEAST_COSINE}, got {cosine}")
    out.mkdir(parents=True, exist_ok=True)
    save_readable(tensors, out / "weights.safetensors")
    save_readable(face_head, out / "face_head.safetensors")
    heads = face_head | head_tensors(trained, "frame")
    in_float32 = {name: tensor.astype(np.float32) for name, tensor in heads.items()}
    return Written(plain, in_float32, cosine)


def trace(run: Run, out: Path, material: Material) -> dict[str, Any]:
    """Return what is needed to tell these weights from others and to make them again."""
    weights = (out / "weights.safetensors").read_bytes()
    return {
        "architecture": "vgg16-notop",
        "preprocessing": PREPROCESSING,
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
        "weights_bytes": len(weights),
        "training": json.loads(run.state.read_text()),
        "training_faces": int(np.sum(material.part == "train")),
        "training_frame_views": int(np.sum(material.view_part == "train")),
        "characters": material.character_names,
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def measure(written: Written, material: Material, face_input_px: int) -> dict[str, Any]:
    """Return the held-out figures, with what they were measured on."""
    evaluation = Evaluation(
        material, extractor(written.network), written.heads, face_input_px=face_input_px
    )
    return {
        "face_input_px": face_input_px,
        "face_margin": NOMINAL_MARGIN,
        "pairs_note": PAIRS_NOTE,
        **evaluation.figures(),
    }


@click.command(help=__doc__)
@click.option("--work", type=click.Path(path_type=Path), required=True, help="work folder")
@click.option("--run", "folder", type=click.Path(path_type=Path), required=True, help="run folder")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="backbone folder")
@click.option("--face-input-px", default=96, show_default=True, help="size faces are measured at")
@click.option("--measure/--no-measure", "measured", default=True, help="held-out figures")
def main(work: Path, folder: Path, out: Path, face_input_px: int, measured: bool) -> None:
    """Fold, check, write and measure."""
    run, material = Run(folder), Material(work)
    written = write_backbone(run.checkpoint, material, out)
    figures = trace(run, out, material)
    figures["least_cosine_after_folding"] = round(written.least_cosine, 6)
    if measured:
        figures["held_out"] = measure(written, material, face_input_px)
    text = json.dumps(figures, indent=2)
    (out / "figures.json").write_text(text + "\n", encoding="utf-8")
    click.echo(text)


if __name__ == "__main__":
    main()
