"""ONNX graphs built in code, and run."""

from __future__ import annotations

import numpy as np
import pytest

from tests.inference.making import brightness
from vidtag.inference import Nodes, OnnxSession


@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_picture_has_its_own_result(count: int) -> None:
    pictures = np.arange(count * 12, dtype=np.uint8).reshape(count, 2, 2, 3)
    results = OnnxSession(brightness(), threads=1).run(pictures)
    assert results.shape == (count, 3)
    assert results.dtype == np.float32
    assert results.tolist() == (pictures.mean(axis=(1, 2)) - 1).tolist()


def test_results_are_the_same_for_any_number_of_threads() -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (40, 2, 2, 3), dtype=np.uint8)
    one, four = (OnnxSession(brightness(), threads=threads).run(pictures) for threads in (1, 4))
    assert four.tolist() == one.tolist()


def test_nodes_without_a_name_get_one_each() -> None:
    nodes = Nodes()
    names = [nodes.node("Relu", nodes.pixels()), nodes.node("Relu", "planes")]
    assert len(set(names)) == 2
    assert nodes.node("Relu", names[0], output="mine") == "mine"
