"""Reading the network and the space that its embeddings are compared in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vidtag.api import ModelFolder

NETWORK_FILE = "weights.safetensors"
SPACE_FILE = "space.safetensors"


def read_tensors(
    folder: ModelFolder, name: str, shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, NDArray[np.float32]]:
    """Read the file `name` of a model folder as float32.

    Raises:
        ModelError: the file is not what the manifest means, or holds other tensors.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = folder.file(name)
    try:
        tensors = load_file(path)
    except (SafetensorError, KeyError) as error:
        raise ModelError(f"{path}: not a safetensors file of floats: {error}") from error
    found = {name: tensor.shape for name, tensor in tensors.items()}
    if found != dict(shapes):
        raise ModelError(
            f"{path}: does not hold the tensors of this network", hint="install vidtag again"
        )
    return {name: np.asarray(tensor, np.float32) for name, tensor in tensors.items()}
