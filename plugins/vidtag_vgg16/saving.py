"""Making model folders from trained weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from vidtag.api import Manifest, ModelFolder, check_weights, write_model
from vidtag_vgg16 import architecture
from vidtag_vgg16.heads import TrainedHead, to_parameters
from vidtag_vgg16.preprocessing import find_preprocessing
from vidtag_vgg16.weights import BACKBONE_FILE, BLOCK5_FILE, HEAD_FILE, to_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from vidtag.api import Region, Size, Weights
    from vidtag_vgg16.block5 import Block5
    from vidtag_vgg16.weights import StoredAs

Notes: TypeAlias = Callable[[Manifest], Mapping[str, bytes]]  # file name -> content


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a person wants to know of a model before trusting it."""

    version: str
    summary: str
    licence: str
    created_by: str  # program and version
    training: Mapping[str, str | int | float] = field(default_factory=dict)  # data and method
    metrics: Mapping[str, float] = field(default_factory=dict)  # on held-out material


def save_backbone(
    folder: Path,
    weights: Weights,
    *,
    about: About,
    preprocessing: str,
    input_size: Size,
    dtype: StoredAs = "float16",
) -> ModelFolder:
    """Write the model folder of a backbone; its name is that of the folder.

    Args:
        folder: such as `models/backbones/bundled`; replaced when it exists.
        weights: `architecture.SHAPES`: `block1_conv1.kernel` (3, 3, in, out) and so on.
        about: what it is and how good it is.
        preprocessing: the one it was trained with.
        input_size: (height, width) it was trained with, in pixels.
        dtype: how the weights are stored; all runtimes compute in float32.

    Raises:
        ModelError: if the weights are not those of a VGG16, or the preprocessing is unknown.
        ValueError: if a weight is too large for `dtype`.
        OSError: if the folder cannot be written.
    """
    find_preprocessing(preprocessing, source=folder)
    checked = check_weights(weights, architecture.SHAPES, source=folder)
    manifest = Manifest(
        name=folder.name,
        kind="backbone",
        version=about.version,
        architecture=architecture.NAME,
        summary=about.summary,
        input_size=input_size,
        preprocessing=preprocessing,
        licence=about.licence,
        created_by=about.created_by,
        training=about.training,
        metrics=about.metrics,
    )
    return write_model(folder, manifest, {BACKBONE_FILE: to_bytes(checked, dtype=dtype)})


def save_classifier(
    folder: Path,
    head: TrainedHead,
    *,
    about: About,
    backbone: ModelFolder,
    region: Region,
    preprocessing: str,
    input_size: Size,
    dtype: StoredAs = "float32",
    block5: Block5 | None = None,
    notes: Notes | None = None,
) -> ModelFolder:
    """Write the model folder of a classifier; its name is that of the folder.

    Args:
        folder: such as `models/ross`; replaced when it exists.
        head: as `training.train_head` returns it.
        about: what it is and how good it is.
        backbone: the one whose features the head was trained on.
        region: what the crops show.
        preprocessing: that of the crops it was trained on.
        input_size: (height, width) of the crops in pixels.
        dtype: how the weights of the head are stored.
        block5: the last block, if it was trained with the head; stored as float16.
        notes: makes what lies beside the weights for a person to read, such as `card.md`.

    Raises:
        ModelError: if the weights do not fit the head, or the preprocessing is unknown.
        ValueError: if a weight is too large for `dtype`.
        OSError: if the folder cannot be written.
    """
    find_preprocessing(preprocessing, source=folder)
    shapes = head.spec.shapes(inputs=head.spec.inputs(input_size), outputs=len(head.labels))
    files = {HEAD_FILE: to_bytes(check_weights(head.weights, shapes, source=folder), dtype=dtype)}
    if block5:
        checked = check_weights(block5.weights, architecture.LAST_BLOCK_SHAPES, source=folder)
        files[BLOCK5_FILE] = to_bytes(checked, dtype="float16")
    manifest = Manifest(
        name=folder.name,
        kind="classifier",
        version=about.version,
        architecture=architecture.NAME,
        summary=about.summary,
        labels=head.labels,
        region=region,
        input_size=input_size,
        preprocessing=preprocessing,
        backbone=backbone.manifest.name,
        backbone_sha256=backbone.sha256,
        thresholds=head.thresholds,
        licence=about.licence,
        created_by=about.created_by,
        training=about.training,
        metrics=about.metrics,
        parameters=to_parameters(head) | _ranges(block5),
    )
    return write_model(folder, manifest, files, notes=notes(manifest) if notes else {})


def _ranges(block5: Block5 | None) -> dict[str, Any]:
    return block5.ranges.to_parameters() if block5 and block5.ranges else {}
