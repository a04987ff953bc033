"""The files that backbones and heads are stored in, and what is stored of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from vidtag.api import Weights

StoredAs: TypeAlias = Literal["float16", "float32"]

BACKBONE_FILE = "weights.safetensors"
HEAD_FILE = "head.safetensors"
BLOCK5_FILE = "block5.safetensors"  # of a classifier that was fine-tuned


def to_bytes(weights: Weights, *, dtype: StoredAs) -> bytes:
    """The content of a safetensors file with `weights` stored as `dtype`.

    Raises:
        ValueError: if a value is too large for `dtype`.
    """
    from safetensors.numpy import save

    for name, values in weights.items():
        if np.abs(values).max() > np.finfo(dtype).max:
            raise ValueError(f"{name} has values too large for {dtype}")
    return save({name: np.ascontiguousarray(values, dtype) for name, values in weights.items()})


def as_stored(weights: Weights, dtype: StoredAs) -> Weights:
    """What will be read back of `weights` once they were stored as `dtype`, as float32."""
    return {name: values.astype(dtype).astype(np.float32) for name, values in weights.items()}
