"""Reading and writing the tensors of backbones and heads. Only plain arrays, never pickles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vidtag.api import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from vidtag.api import ModelFolder

Weights: TypeAlias = Mapping[str, NDArray[np.float32]]  # tensor name -> values
StoredAs: TypeAlias = Literal["float16", "float32"]

BACKBONE_FILE = "weights.safetensors"
HEAD_FILE = "head.safetensors"
BLOCK5_FILE = "block5.safetensors"  # of a classifier that was fine-tuned

_STORED_AS = (np.float16, np.float32)


def read_weights(folder: ModelFolder, name: str, shapes: Mapping[str, tuple[int, ...]]) -> Weights:
    """Read the file `name` of a model folder as float32.

    Raises:
        ModelError: if the file is not what the manifest means, or the tensors are not exactly
            those of `shapes`, as finite float16 or float32.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = folder.file(name)
    try:
        tensors = load_file(path)
    except (SafetensorError, KeyError) as error:  # KeyError: a type that NumPy does not have
        raise ModelError(f"{path}: not a safetensors file of floats: {error}") from error
    return check_weights(tensors, shapes, source=path)


def check_weights(
    tensors: Weights, shapes: Mapping[str, tuple[int, ...]], *, source: Path | str
) -> Weights:
    """Return `tensors` as float32 if they are exactly those of `shapes`.

    Raises:
        ModelError: naming `source`, the tensor, what was expected and what was found.
    """
    for name in sorted(shapes.keys() ^ tensors.keys()):
        problem = "lacks the tensor" if name in shapes else "has an unknown tensor"
        raise ModelError(f"{source}: {problem} {name}", hint="make the model again")
    for name, values in tensors.items():
        if values.shape != shapes[name] or values.dtype not in _STORED_AS:
            raise ModelError(
                f"{source}: {name} must be float {shapes[name]}, found {values.dtype} "
                f"{values.shape}",
                hint="make the model again",
            )
        if not np.isfinite(values).all():
            raise ModelError(f"{source}: {name} has values that are not finite numbers")
    return {name: values.astype(np.float32) for name, values in tensors.items()}


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
