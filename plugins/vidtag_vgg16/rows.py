"""Rows of numbers that are too many for the memory, in a file that is gone when it is closed."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import numpy as np

from vidtag.api import ModelError, cache_dir

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from numpy.typing import NDArray


class Rows:
    """Rows in a temporary file in the cache, as float16; whatever ends the process removes it.

    A row is read when it is asked for, and no part of the file stays mapped.

    Args:
        shape: of one row.

    Raises:
        ModelError: if there can be no such file.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._row_shape = shape
        self._count = 0
        try:
            cache_dir().mkdir(parents=True, exist_ok=True)
            # Unbuffered, so that a full disk is noticed by the row that has no room.
            self._file = tempfile.TemporaryFile(dir=cache_dir(), buffering=0)  # noqa: SIM115
        except OSError as error:
            raise _no_room(error) from error

    def __enter__(self) -> Rows:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def extend(self, rows: Iterable[NDArray[np.float32]]) -> None:
        """Add `rows`, each of the shape of a row.

        Raises:
            ModelError: if there is no room for them.
        """
        for row in rows:
            try:
                self._write(row.reshape(self._row_shape).astype(np.float16).tobytes())
            except OSError as error:
                raise _no_room(error) from error
            self._count += 1

    def _write(self, content: bytes) -> None:
        left = memoryview(content)
        while left:  # a disk that is nearly full takes a part
            left = left[self._file.write(left) :]

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, ...), as that of an array."""
        return self._count, *self._row_shape

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, numbers: NDArray[np.intp]) -> NDArray[np.float32]:
        """The rows of these `numbers`, as float32."""
        mapped = np.memmap(self._file, np.float16, mode="r", shape=self.shape)
        return np.asarray(mapped[numbers], np.float32)


def _no_room(error: OSError) -> ModelError:
    return ModelError(
        f"cannot keep features in {cache_dir()}: {error.strerror or error}",
        hint="make room, or choose another folder with VIDTAG_CACHE",
    )
