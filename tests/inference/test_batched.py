"""Running in batches, with the processor in the place of an accelerator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.inference.making import brightness
from vidtag.errors import VidtagError
from vidtag.inference import CPU, BatchedSession
from vidtag.inference.batches import SIZES


def pictures(count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (count, 2, 2, 3), dtype=np.uint8)


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 9])
def test_every_picture_has_its_own_result(count: int) -> None:
    results = BatchedSession(brightness(), device=CPU, batch=4).run(pictures(count))
    assert results.shape == (count, 3)
    assert results.dtype == np.float32
    assert results.tolist() == (pictures(count).mean(axis=(1, 2)) - 1).tolist()


def test_batch_is_found_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDTAG_CACHE", str(tmp_path))
    kept = tmp_path / "batches" / "cpu-brightness-2-2-3"
    found = BatchedSession(brightness(), device=CPU).batch
    assert found in SIZES
    assert kept.read_text() == f"{found}\n"
    kept.write_text("2\n")
    assert BatchedSession(brightness(), device=CPU).batch == 2


def test_failure_is_one_line() -> None:
    session = BatchedSession(brightness(), device=CPU, batch=4)
    with pytest.raises(VidtagError, match=r"^the device cpu failed: .*; or use --device cpu$"):
        session.run(np.zeros((1, 3, 3, 3), np.uint8))
