"""The probe reads what is linear in the features, and chance where nothing is there."""

import numpy as np
import pytest

from training.probe import Sample, top1


def _sample(rng: np.random.Generator, signal: float) -> Sample:
    classes = rng.integers(0, 3, 300)
    features = signal * np.eye(8)[classes] + rng.normal(size=(300, 8))
    return Sample(features.astype(np.float32), classes)


@pytest.mark.parametrize(("signal", "expected"), [(20.0, 1.0), (0.0, 1 / 3)])
def test_top1(signal: float, expected: float) -> None:
    rng = np.random.default_rng(1)
    accuracy = top1(*(_sample(rng, signal) for _ in range(3)))
    assert accuracy == pytest.approx(expected, abs=0.08)
