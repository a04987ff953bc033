"""A folded convolution does what convolution and normalisation did."""

import numpy as np
from numpy.testing import assert_allclose

from training.fold import fold_one


def test_fold_one_is_the_same_function() -> None:
    rng = np.random.default_rng(1)
    kernel = rng.normal(size=(3, 3, 4, 5)).astype(np.float32)
    gamma, beta, mean = (rng.normal(size=5).astype(np.float32) for _ in range(3))
    variance = rng.uniform(0.1, 2.0, 5).astype(np.float32)
    patch = rng.normal(size=(3, 3, 4)).astype(np.float32)

    folded, bias = fold_one(kernel, gamma, beta, mean, variance, 1e-3)

    before = np.einsum("hwi,hwio->o", patch, kernel)
    wanted = gamma * (before - mean) / np.sqrt(variance + 1e-3) + beta
    assert_allclose(np.einsum("hwi,hwio->o", patch, folded) + bias, wanted, rtol=1e-4, atol=1e-5)
