"""Two small tensors, and model folders with a file `w`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vidtag.models import Manifest, ModelFolder, write_model

SHAPES = {"a": (2, 3), "b": (3,)}


def tensors() -> dict[str, NDArray[np.float32]]:
    return {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(3, np.float32)}


def folder_with(content: bytes, place: Path) -> ModelFolder:
    manifest = Manifest(
        name="x",
        kind="backbone",
        version="1",
        architecture="any",
        summary="x",
        input_size=(32, 32),
        preprocessing="none",
        licence="MIT",
        created_by="tests",
    )
    return write_model(place / "x", manifest, {"w": content})
