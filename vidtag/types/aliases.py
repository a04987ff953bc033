"""Short names of what values are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


# Aliases in quotes: this module is imported by everything, and NumPy is slow to import.
Picture: TypeAlias = "NDArray[np.uint8]"  # (height, width, 3), RGB
Pictures: TypeAlias = "NDArray[np.uint8]"  # (N, height, width, 3), RGB
Scores: TypeAlias = "NDArray[np.float32]"  # (N, labels), probabilities in [0, 1]
Embeddings: TypeAlias = "NDArray[np.float32]"  # (N, dimensions), for comparing
Region: TypeAlias = Literal["frame", "face"]
Runtime: TypeAlias = Literal["onnx", "onnx-float32", "keras"]
DeviceName: TypeAlias = Literal["auto", "cpu", "cuda", "coreml", "directml"]
Completeness: TypeAlias = Literal["complete", "partial"]
Size: TypeAlias = tuple[int, int]  # (height, width) in pixels, as NumPy orders them
