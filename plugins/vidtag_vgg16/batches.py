"""Handing examples to Keras batch by batch, so that they are not copied as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from vidtag_vgg16.keras_network import import_keras

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Rows(Protocol):
    """Rows of numbers that are read when they are asked for, such as those of an array."""

    def __getitem__(self, numbers: NDArray[np.intp], /) -> NDArray[np.float32]:
        """The rows of these `numbers`."""


class Examples(Protocol):
    """What to learn from, or to be judged by."""

    @property
    def features(self) -> Rows:
        """(N, ...)."""

    @property
    def targets(self) -> NDArray[np.bool_]:
        """(N, labels)."""


def batches(data: Examples, size: int, *, shuffle_seed: int | None = None) -> Any:
    """A `keras.utils.PyDataset` of (features, targets), in another order in every epoch.

    Args:
        data: stays where it is; its features may be in a file.
        size: examples in a batch; the last may have fewer.
        shuffle_seed: of the orders; `None` keeps that of `data`.
    """
    keras = import_keras()

    class Batches(keras.utils.PyDataset):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self._random = np.random.default_rng(shuffle_seed)
            self._order: NDArray[np.intp] = np.arange(len(data.targets))
            self.on_epoch_end()

        def __len__(self) -> int:
            return -(-len(self._order) // size)

        def __getitem__(self, number: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
            rows = self._order[number * size : (number + 1) * size]
            return data.features[rows], data.targets[rows].astype(np.float32)

        def on_epoch_end(self) -> None:
            if shuffle_seed is not None:
                self._random.shuffle(self._order)

    return Batches()
