"""Features of frames, side by side: `keras.predict`, and vidtag on ONNX Runtime; and head training.

    python -m benchmarks.features [--backbone NAME] [--frames N] [--no-training] [--json FILE]

All run the same weights on the same frames of the sample episodes at 224x224, with all cores, each
in a process of its own, so that its peak memory can be told. They take turns, 128 frames at a time,
so that a busy machine slows all of them alike. `keras.predict` gets batches of 32, preprocessed
beforehand; vidtag gets bytes, one crop at a time, as in a scan. The cosine is that of the averaged
features to those of Keras. The heads of both recipes of `vidtag train` are trained on made-up
features of 6,814 pictures, 5,000 to learn from.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import chain, islice, repeat
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vidtag import media
from vidtag.api import ModelFolder, Settings, read_weights
from vidtag.paths import samples
from vidtag_vgg16.backbones import find_backbone
from vidtag_vgg16.measuring import cosine
from vidtag_vgg16.networks import arithmetic, open_network
from vidtag_vgg16.preprocessing import find_preprocessing
from vidtag_vgg16.recipes import RECIPES
from vidtag_vgg16.weights import BACKBONE_FILE

SIZE = (224, 224)
BATCH = 32
TURN = 4 * BATCH
PICTURES, PICTURES_TO_LEARN_FROM = 6_814, 5_000

Crops: TypeAlias = NDArray[np.uint8]
Features: TypeAlias = NDArray[np.float32]
Compute: TypeAlias = Callable[[Crops], tuple[float, Features]]  # -> (seconds, features)


# --- the ways to compute ----------------------------------------------------------------------


def keras_predict(backbone: ModelFolder) -> Compute:
    from vidtag_vgg16.architecture import SHAPES
    from vidtag_vgg16.keras_network import build_model

    model = build_model(read_weights(backbone, BACKBONE_FILE, SHAPES), input_size=SIZE)
    how = find_preprocessing(backbone.manifest.preprocessing, source=backbone.path)

    def compute(crops: Crops) -> tuple[float, Features]:
        prepared = how.apply(crops)
        start = time.perf_counter()
        features = model.predict(prepared, batch_size=BATCH, verbose=0)
        return time.perf_counter() - start, features

    return compute


def onnx(backbone: ModelFolder, settings: Settings) -> Compute:
    network = open_network(
        backbone,
        preprocessing=backbone.manifest.preprocessing,
        input_size=SIZE,
        settings=settings,
    )

    def compute(crops: Crops) -> tuple[float, Features]:
        start = time.perf_counter()
        features = network.run(crops)
        return time.perf_counter() - start, features

    return compute


KERAS = "keras.predict"
WAYS: dict[str, Callable[[ModelFolder], Compute]] = {
    KERAS: keras_predict,
    "ONNX Runtime, float32": lambda folder: onnx(folder, Settings(runtime="onnx-float32")),
    "ONNX Runtime, int8": lambda folder: onnx(folder, Settings()),
}


# --- processes --------------------------------------------------------------------------------


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def serve(connection: Connection, way: str, backbone: str) -> None:
    """Answer crops with (seconds, averaged features, peak memory) until there are no more."""
    compute = WAYS[way](find_backbone(backbone, settings=Settings()))
    while (crops := connection.recv()) is not None:
        seconds, features = compute(crops)
        connection.send((seconds, features.mean(axis=(1, 2)), peak_mb()))


@contextmanager
def process(target: Callable[..., None], *arguments: object) -> Iterator[Connection]:
    """Run `target` in a fresh process with one end of a pipe; the other end is returned."""
    fresh = multiprocessing.get_context("spawn")
    ours, theirs = fresh.Pipe()
    child = fresh.Process(target=target, args=(theirs, *arguments))
    child.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        child.join()


# --- features ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How one way fared."""

    frames_per_s: float
    ratio: float  # to keras.predict
    mean_cosine: float  # to keras.predict
    worst_cosine: float
    peak_mb: float


def sample_frames(count: int) -> Iterator[Crops]:
    """Turns of frames of the sample episodes, again and again until there are `count`."""
    files = chain.from_iterable(repeat(sorted(samples().glob("*.mp4"))))
    frames = islice(chain.from_iterable(map(decode, files)), count)
    while turn := list(islice(frames, TURN)):
        yield np.stack(turn)


def decode(path: Path) -> Iterator[Crops]:
    with media.open_video(path, sizes=[SIZE]) as reader:
        for frame in reader:
            yield frame.pictures[0].copy()


def compare(backbone: str, frames: int) -> dict[str, Speed]:
    with ExitStack() as stack:
        servers = {way: stack.enter_context(process(serve, way, backbone)) for way in WAYS}
        first = next(sample_frames(BATCH))
        for server in servers.values():  # the first run, which loads and compiles, does not count
            ask(server, first)
        seconds = dict.fromkeys(WAYS, 0.0)
        cosines: dict[str, list[NDArray[np.float64]]] = {way: [] for way in WAYS}
        peaks = dict.fromkeys(WAYS, 0.0)
        for crops in sample_frames(frames):
            reference = None
            for way, server in servers.items():
                taken, features, peaks[way] = ask(server, crops)
                reference = features if reference is None else reference
                seconds[way] += taken
                cosines[way].append(cosine(features, reference))
        for server in servers.values():
            server.send(None)
    return {
        way: Speed(
            frames_per_s=frames / seconds[way],
            ratio=seconds[KERAS] / seconds[way],
            mean_cosine=float(np.concatenate(cosines[way]).mean()),
            worst_cosine=float(np.concatenate(cosines[way]).min()),
            peak_mb=peaks[way],
        )
        for way in WAYS
    }


def ask(server: Connection, crops: Crops) -> tuple[float, Features, float]:
    server.send(crops)
    answer: tuple[float, Features, float] = server.recv()
    return answer


# --- heads ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How the training of a head went."""

    values: int  # features of a picture
    epochs: int
    seconds: float
    peak_mb: float


def train(connection: Connection, recipe_name: str) -> None:
    """Train one head on made-up features, and send how that went."""
    from vidtag_vgg16.fitting import Dataset, fit_head

    recipe = next(each for each in RECIPES.values() if each.name == recipe_name)
    values = recipe.spec.inputs(SIZE)
    rng = np.random.default_rng(0)
    features = np.maximum(rng.standard_normal((PICTURES, values), np.float32), 0)
    side = features[:, :100].sum(axis=1) + 4 * rng.standard_normal(PICTURES)
    targets = (side > np.median(side))[:, np.newaxis]
    learnt, held_out = (
        Dataset(features[rows], targets[rows])
        for rows in (slice(PICTURES_TO_LEARN_FROM), slice(PICTURES_TO_LEARN_FROM, None))
    )
    start = time.perf_counter()
    fitted = fit_head(
        learnt, held_out, labels=("somebody",), spec=recipe.spec, method=recipe.method
    )
    connection.send(
        Training(
            values=values,
            epochs=len(fitted.history.epochs),
            seconds=time.perf_counter() - start,
            peak_mb=peak_mb(),
        )
    )


def train_heads() -> dict[str, Training]:
    trained: dict[str, Training] = {}
    for recipe in RECIPES:
        with process(train, recipe) as running:
            trained[recipe] = running.recv()
    return trained


# --- the table --------------------------------------------------------------------------------


def show_speeds(speeds: dict[str, Speed]) -> None:
    print(f"{'':<24}{'frames/s':>9}{'ratio':>7}{'cosine':>10}{'worst':>10}{'peak MB':>9}")
    for way, speed in speeds.items():
        print(
            f"{way:<24}{speed.frames_per_s:>9.2f}{speed.ratio:>7.2f}{speed.mean_cosine:>10.6f}"
            f"{speed.worst_cosine:>10.6f}{speed.peak_mb:>9.0f}"
        )


def show_trainings(trainings: dict[str, Training]) -> None:
    print(f"head of {PICTURES:,} pictures{'values':>8}{'epochs':>8}{'seconds':>9}{'peak MB':>9}")
    for recipe, done in trainings.items():
        print(
            f"{recipe:<22}{done.values:>8,}{done.epochs:>8}{done.seconds:>9.1f}{done.peak_mb:>9.0f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--backbone", default="bundled")
    parser.add_argument("--frames", type=int, default=384)
    parser.add_argument("--training", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    chosen = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # the processes inherit it
    folder = find_backbone(chosen.backbone, settings=Settings())
    preprocessing = folder.manifest.preprocessing
    how = arithmetic(folder, preprocessing=preprocessing, settings=Settings())
    print(f"backbone {chosen.backbone} ({how}), {chosen.frames} frames of {SIZE[0]}x{SIZE[1]}")
    speeds = compare(chosen.backbone, chosen.frames)
    show_speeds(speeds)
    trainings = train_heads() if chosen.training else {}
    if trainings:
        show_trainings(trainings)
    if chosen.json:
        written = {
            "backbone": chosen.backbone,
            "arithmetic": how,
            "frames": chosen.frames,
            "features": {way: asdict(speed) for way, speed in speeds.items()},
            "training": {recipe: asdict(done) for recipe, done in trainings.items()},
        }
        chosen.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
