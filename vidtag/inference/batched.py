"""Running an ONNX model on an accelerator."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from vidtag.inference.batches import find_batch, keep_batch
from vidtag.paths import cache_dir

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import ModelProto, ValueInfoProto

    from vidtag.inference.batches import Run
    from vidtag.inference.devices import Device

_TURN = Lock()  # there is one accelerator, and DirectML must not be asked by two threads at once


class BatchedSession:
    """Runs pictures through a model in batches of always the same size.

    The last batch is filled up with blank pictures: so a picture's result does not depend on how
    many came with it, and the device never has to get ready for another size.
    """

    def __init__(self, model: ModelProto, *, device: Device, batch: int | None = None) -> None:
        """Load `model`.

        Args:
            model: with one input (`Nodes.BATCH`, ...) of bytes and one output (`Nodes.BATCH`, ...)
                of floats.
            device: computes.
            batch: how many pictures at once; `None`: found by trying the first time that a model
                of this name and size is opened on `device`, and kept in the cache.

        Raises:
            VidtagError: the device cannot run it.
        """
        content = model.SerializeToString()
        [crops], [result] = model.graph.input, model.graph.output
        self._result_shape = _sizes(result)

        def open_run(size: int) -> Run:
            return _open_run(content, device, size)

        def find() -> int:
            return find_batch(open_run, _sizes(crops))

        name = "-".join([device.name, model.graph.name, *map(str, _sizes(crops))])
        self._batch = batch or keep_batch(cache_dir() / "batches" / name, find)
        self._run = open_run(self._batch)

    @property
    def batch(self) -> int:
        """How many pictures it computes at once."""
        return self._batch

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Of `pictures` (N, ...) the results (N, ...).

        Raises:
            VidtagError: the device failed.
        """
        results = np.empty((len(pictures), *self._result_shape), np.float32)
        batch = np.zeros((self._batch, *pictures.shape[1:]), np.uint8)
        for start in range(0, len(pictures), self._batch):
            part = pictures[start : start + self._batch]
            batch[: len(part)] = part
            batch[len(part) :] = 0
            results[start : start + len(part)] = self._run(batch)[: len(part)]
        return results


def _open_run(model: bytes, device: Device, batch: int) -> Run:
    """What runs `batch` pictures at once."""
    session = device.open(model, batch=batch)
    [crops] = session.get_inputs()

    def run(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        try:
            with _TURN:
                [results] = session.run(None, {crops.name: pictures})
        except Exception as error:
            raise device.failure(error) from error
        return np.asarray(results, np.float32)

    return run


def _sizes(value: ValueInfoProto) -> tuple[int, ...]:
    """The shape of one picture, or of its result."""
    return tuple(each.dim_value for each in value.type.tensor_type.shape.dim[1:])
