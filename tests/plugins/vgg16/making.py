"""What the tests of the VGG16 plugin are made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.pictures import VIDEO, cloud, jpeg
from vidtag.api import FrameOrigin, ModelFolder, Region, Size, Weights
from vidtag.dataset.names import frame_name
from vidtag_vgg16.architecture import LAST_BLOCK_SHAPES, SHAPES
from vidtag_vgg16.block5 import Block5
from vidtag_vgg16.heads import Calibration, HeadSpec, TrainedHead
from vidtag_vgg16.ranges import Ranges
from vidtag_vgg16.saving import About, save_classifier

SMALL: Size = (32, 32)


def about() -> About:
    return About(
        version="1",
        summary="random",
        licence="MIT",
        created_by="tests",
        training={"examples": 3, "data": "none"},
        metrics={"f1": 0.5},
    )


def random_weights(shapes: dict[str, tuple[int, ...]], *, seed: int) -> Weights:
    """Weights that keep the size of what flows through ReLUs, exact in float16."""
    rng = np.random.default_rng(seed)
    weights = {}
    for name, shape in shapes.items():
        spread = np.sqrt(2 / np.prod(shape[:-1])) if len(shape) > 1 else 0.1
        values = rng.standard_normal(shape, dtype=np.float32) * np.float32(spread)
        weights[name] = values.astype(np.float16).astype(np.float32)
    return weights


def random_backbone() -> Weights:
    return random_weights(SHAPES, seed=1)


def random_head(
    *labels: str, spec: HeadSpec | None = None, seed: int = 2, input_size: Size = SMALL
) -> TrainedHead:
    spec = spec or HeadSpec()
    shapes = spec.shapes(inputs=spec.inputs(input_size), outputs=len(labels))
    return TrainedHead(
        spec=spec,
        labels=labels,
        weights=random_weights(shapes, seed=seed),
        calibrations={label: Calibration(0.5, 0.1 * i) for i, label in enumerate(labels)},
        thresholds=dict.fromkeys(labels, 0.5),
    )


def random_block5(*, ranges: Ranges | None = None, seed: int = 4) -> Block5:
    return Block5(random_weights(LAST_BLOCK_SHAPES, seed=seed), ranges)


def save_random_classifier(
    folder: Path,
    backbone: ModelFolder,
    head: TrainedHead,
    *,
    region: Region = "face",
    block5: Block5 | None = None,
) -> ModelFolder:
    return save_classifier(
        folder,
        head,
        about=about(),
        backbone=backbone,
        region=region,
        preprocessing="rgb-unit",
        input_size=SMALL,
        block5=block5,
    )


def picture(seed: int, *marks: int, quality: int = 90) -> bytes:
    """The cloud `seed` with a square of pure colour for each of `marks`."""
    drawn = cloud(seed).copy()
    for channel in marks:
        drawn[10:60, 10 + 40 * channel : 45 + 40 * channel] = 0
        drawn[10:60, 10 + 40 * channel : 45 + 40 * channel, channel] = 255
    return jpeg(drawn, quality=quality)


def put_frame(folder: Path, seed: int, *marks: int) -> None:
    """Write frame `seed`; four in a row are of one shot."""
    folder.mkdir(parents=True, exist_ok=True)
    origin = FrameOrigin(VIDEO, seed, seed * 40_000, seed // 4)
    (folder / frame_name(origin)).write_bytes(picture(seed, *marks))
