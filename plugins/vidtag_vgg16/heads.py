"""Heads: the small trained part of a classifier, above the features of the backbone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from operator import index
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from vidtag.api import ModelError
from vidtag_vgg16 import architecture

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from vidtag.api import Size, Weights

Pooling: TypeAlias = Literal["flatten", "average", "max", "average+max"]

POOLINGS: tuple[Pooling, ...] = ("flatten", "average", "max", "average+max")
OUTPUT_LAYER = "output"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadSpec:
    """How a head is built: pooling, then dense layers with ReLU, then one sigmoid per label."""

    pooling: Pooling = "average+max"
    hidden: tuple[int, ...] = ()  # widths of the dense layers
    dropout: float = 0.5  # share of inputs dropped before every layer; only in training

    def __post_init__(self) -> None:
        if self.pooling not in POOLINGS:
            raise ValueError(f"pooling must be one of {', '.join(POOLINGS)}, not {self.pooling!r}")
        if any(width < 1 for width in self.hidden):
            raise ValueError(f"hidden must be positive whole numbers, not {self.hidden!r}")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"dropout must be from 0 to below 1, not {self.dropout!r}")

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Names of the dense layers, the last of them is that of the labels."""
        return (*(f"dense{number}" for number, _ in enumerate(self.hidden, 1)), OUTPUT_LAYER)

    def inputs(self, input_size: Size) -> int:
        """Number of pooled features of a picture of `input_size` pixels."""
        height, width, channels = architecture.feature_shape(input_size)
        cells = {"flatten": height * width, "average": 1, "max": 1, "average+max": 2}
        return cells[self.pooling] * channels

    def shapes(self, *, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
        """Tensor name -> shape: `<layer>.kernel` (in, out) and `<layer>.bias` (out,)."""
        shapes: dict[str, tuple[int, ...]] = {}
        for name, width in zip(self.layer_names, (*self.hidden, outputs), strict=True):
            shapes |= {f"{name}.kernel": (inputs, width), f"{name}.bias": (width,)}
            inputs = width
        return shapes


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling: the probability of a label is `sigmoid(scale * logit + offset)`."""

    scale: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        if not (isfinite(self.scale) and isfinite(self.offset) and self.scale > 0):
            raise ValueError(
                f"calibration scale must be positive and both finite, not {self.scale} and "
                f"{self.offset}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedHead:
    """A head with its weights, ready to be run, compared or stored."""

    spec: HeadSpec
    labels: tuple[str, ...]
    weights: Weights
    calibrations: Mapping[str, Calibration]
    thresholds: Mapping[str, float]  # label -> score from which it counts as present

    def logits(self, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
        """Pooled features (N, values) -> what the last layer says (N, labels), not calibrated."""
        x: NDArray[np.float32] = pooled
        for layer in self.spec.layer_names:
            x = x @ self.weights[f"{layer}.kernel"] + self.weights[f"{layer}.bias"]
            if layer != OUTPUT_LAYER:
                x = np.maximum(x, np.float32(0))
        return x

    def score(self, pooled: NDArray[np.float32]) -> NDArray[np.float32]:
        """Pooled features (N, values) -> calibrated probabilities (N, labels)."""
        scale, offset = self.calibration_vectors()
        exponent = np.clip(-(scale * self.logits(pooled) + offset), -80.0, 80.0)
        probabilities: NDArray[np.float32] = 1 / (1 + np.exp(exponent, dtype=np.float32))
        return probabilities

    def calibration_vectors(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(scale, offset), each (labels,), in the order of the labels."""
        ordered = [self.calibrations[label] for label in self.labels]
        scale, offset = [c.scale for c in ordered], [c.offset for c in ordered]
        return np.asarray(scale, np.float32), np.asarray(offset, np.float32)


def pool(features: NDArray[np.float32], pooling: Pooling) -> NDArray[np.float32]:
    """Pool features (N, height, width, channels) to (N, values), as the graph does."""
    if pooling == "flatten":
        return features.reshape(len(features), -1)
    parts = [
        features.mean(axis=(1, 2)) if part == "average" else features.max(axis=(1, 2))
        for part in pooling.split("+")
    ]
    return np.concatenate(parts, axis=1)


def to_parameters(head: TrainedHead) -> dict[str, Any]:
    """The `parameters` table of a manifest, as `from_parameters` reads it."""
    return {
        "pooling": head.spec.pooling,
        "hidden": list(head.spec.hidden),
        "dropout": head.spec.dropout,
        "calibration": {
            label: {
                "scale": head.calibrations[label].scale,
                "offset": head.calibrations[label].offset,
            }
            for label in head.labels
        },
    }


def from_parameters(
    parameters: Mapping[str, Any], labels: tuple[str, ...], *, source: Path
) -> tuple[HeadSpec, dict[str, Calibration]]:
    """Read the `parameters` table of the manifest in the folder `source`.

    Raises:
        ModelError: if it does not describe a head for `labels`.
    """
    try:
        spec = HeadSpec(
            pooling=parameters["pooling"],
            hidden=tuple(map(index, parameters["hidden"])),
            dropout=parameters["dropout"],
        )
        table = parameters["calibration"]
        calibrations = {
            label: Calibration(float(table[label]["scale"]), float(table[label]["offset"]))
            for label in labels
        }
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{source}: parameters do not describe a head ({type(error).__name__}: {error})",
            hint="make the model again",
        ) from error
    return spec, calibrations
