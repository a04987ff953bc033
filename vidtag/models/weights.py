"""Reading the weights of a model. Only plain arrays, never pickles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from vidtag.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from vidtag.models.folders import ModelFolder

Weights: TypeAlias = Mapping[str, "NDArray[np.float32]"]  # name of a tensor -> values

_STORED_AS = ("float16", "float32")


def read_weights(folder: ModelFolder, name: str, shapes: Mapping[str, tuple[int, ...]]) -> Weights:
    """Read the safetensors file `name` of a model folder as float32.

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
    weights: Weights, shapes: Mapping[str, tuple[int, ...]], *, source: Path | str
) -> Weights:
    """Return `weights` as float32 if they are exactly those of `shapes`.

    Raises:
        ModelError: naming `source`, the tensor, what was expected and what was found.
    """
    import numpy as np  # here: models are listed without it

    hint = "install or make the model again"
    for name in sorted(shapes.keys() ^ weights.keys()):
        problem = "lacks the tensor" if name in shapes else "has an unknown tensor"
        raise ModelError(f"{source}: {problem} {name}", hint=hint)
    for name, values in weights.items():
        if values.shape != shapes[name] or values.dtype not in _STORED_AS:
            raise ModelError(
                f"{source}: {name} must be float {shapes[name]}, found {values.dtype} "
                f"{values.shape}",
                hint=hint,
            )
        if not np.isfinite(values).all():
            raise ModelError(f"{source}: {name} has values that are not finite numbers")
    return {name: values.astype(np.float32) for name, values in weights.items()}
