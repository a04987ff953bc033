"""What is done to the RGB bytes of a crop before the first convolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """`(channels - means) / divisor`, the channels in the order that the weights expect."""

    channels: tuple[int, int, int]  # indices into RGB
    means: tuple[float, float, float]  # in the new order, in the range of the bytes
    divisor: float

    def apply(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, height, width, 3) RGB bytes -> float32 of the same shape, as the graph does."""
        values = crops[..., list(self.channels)].astype(np.float32)
        values -= np.asarray(self.means, np.float32)
        values /= np.float32(self.divisor)
        return values


PREPROCESSINGS = {
    # Values in [0, 1].
    "rgb-unit": Preprocessing((0, 1, 2), (0.0, 0.0, 0.0), 255.0),
    # The same of a picture that OpenCV has read, which is BGR.
    "bgr-unit": Preprocessing((2, 1, 0), (0.0, 0.0, 0.0), 255.0),
    # `keras.applications.vgg16.preprocess_input`: BGR, less the means of ImageNet.
    "caffe": Preprocessing((2, 1, 0), (103.939, 116.779, 123.68), 1.0),
}


def find_preprocessing(name: str, *, source: object) -> Preprocessing:
    """The preprocessing called `name` by `source`.

    Raises:
        ModelError: if there is none.
    """
    try:
        return PREPROCESSINGS[name]
    except KeyError:
        known = ", ".join(PREPROCESSINGS)
        raise ModelError(
            f"{source}: unknown preprocessing {name!r}", hint=f"known: {known}"
        ) from None
