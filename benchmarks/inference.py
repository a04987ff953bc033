"""VGG16 inference, side by side: `keras.predict` and vidtag's path on ONNX Runtime.

    python -m benchmarks.inference [--backbone NAME] [--frames N] [--repeats N] [--json FILE]

Both run the same weights on the same random 224x224 crops, with all cores: Keras in batches of 32,
preprocessed beforehand; vidtag one by one from bytes, as in a scan. The best of the repeats counts,
and the two take turns, so that a busy machine slows both alike. Agreement is that of the features.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vidtag.api import Settings
from vidtag_vgg16 import architecture, keras_network
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.onnx_network import OnnxNetwork
from vidtag_vgg16.preprocessing import find_preprocessing
from vidtag_vgg16.weights import BACKBONE_FILE, Weights, read_weights

SIZE = (224, 224)
BATCH = 32

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Frames per second, and how far the features are apart."""

    backbone: str
    frames: int
    keras_fps: float
    vidtag_fps: float
    ratio: float
    largest_feature: float
    largest_difference: float
    lowest_cosine: float


def read_backbone(name: str) -> tuple[Weights, str]:
    """The weights and the preprocessing of a backbone; `random` needs none to be installed."""
    if name == "random":
        rng = np.random.default_rng(0)
        scales = {n: np.sqrt(2 / np.prod(s[:-1])) for n, s in architecture.SHAPES.items()}
        return {
            name: (rng.standard_normal(shape) * scales[name] * (len(shape) > 1)).astype(np.float32)
            for name, shape in architecture.SHAPES.items()
        }, "rgb-unit"
    folder = find_backbone(name, settings=Settings())
    weights = read_weights(folder, BACKBONE_FILE, architecture.SHAPES)
    return weights, folder.manifest.preprocessing


def best_of_turns(ways: list[Callable[[], Features]], repeats: int) -> list[tuple[float, Features]]:
    """(seconds, features) of each way, after one turn that does not count."""
    features = [way() for way in ways]
    seconds = [float("inf")] * len(ways)
    for _ in range(repeats):
        for number, way in enumerate(ways):
            start = time.perf_counter()
            way()
            seconds[number] = min(seconds[number], time.perf_counter() - start)
    return list(zip(seconds, features, strict=True))


def cosines(a: Features, b: Features) -> NDArray[np.float64]:
    a64, b64 = (x.reshape(len(x), -1).astype(np.float64) for x in (a, b))
    lengths = np.linalg.norm(a64, axis=1) * np.linalg.norm(b64, axis=1)
    cosine: NDArray[np.float64] = (a64 * b64).sum(axis=1) / lengths
    return cosine


def compare(name: str, *, frames: int, repeats: int) -> Result:
    weights, preprocessing = read_backbone(name)
    how = find_preprocessing(preprocessing, source=name)
    crops = np.random.default_rng(1).integers(0, 256, (frames, *SIZE, 3), dtype=np.uint8)
    model: Any = keras_network.build_model(weights, input_size=SIZE)
    network = OnnxNetwork(weights, preprocessing=how, input_size=SIZE)
    prepared = how.apply(crops)
    (keras_s, reference), (vidtag_s, ours) = best_of_turns(
        [
            lambda: model.predict(prepared, batch_size=BATCH, verbose=0),
            lambda: network.run(crops),
        ],
        repeats,
    )
    return Result(
        backbone=name,
        frames=frames,
        keras_fps=frames / keras_s,
        vidtag_fps=frames / vidtag_s,
        ratio=keras_s / vidtag_s,
        largest_feature=float(reference.max()),
        largest_difference=float(np.abs(ours - reference).max()),
        lowest_cosine=float(cosines(ours, reference).min()),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--backbone", default="bundled", help="name, or `random`")
    parser.add_argument("--frames", type=int, default=BATCH)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    result = compare(chosen.backbone, frames=chosen.frames, repeats=chosen.repeats)
    print(f"backbone {result.backbone}, {result.frames} frames of {SIZE[0]}x{SIZE[1]}")
    print(f"keras.predict, batches of {BATCH}   {result.keras_fps:6.2f} frames/s")
    print(f"vidtag, ONNX Runtime          {result.vidtag_fps:6.2f} frames/s")
    print(f"ratio                         {result.ratio:6.2f}")
    print(
        f"features: up to {result.largest_feature:.4g}, apart by at most "
        f"{result.largest_difference:.2g}, cosine at least {result.lowest_cosine:.8f}"
    )
    if chosen.json:
        chosen.json.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
