"""Small problems that several tests of support-vector machines share."""

import numpy as np
import pytest

from abinitio.kernels.functions import gaussian_kernel


def overlapping(seed, n=40, d=2, gamma=0.5):
    """Samples (n, d) of two overlapping classes, labels ±1, and their Gaussian kernel matrix."""
    rng = np.random.default_rng(seed)
    y = np.where(np.arange(n) % 2 == 0, 1, -1)
    X = rng.standard_normal((n, d)) + 0.8 * y[:, None]
    return X, y, gaussian_kernel(X, X, gamma)


def wavy(seed, n=40, noise=0.2):
    """A curve with noise: x (n, 1), y (n,), and the Gaussian kernel matrix with gamma = 2."""
    rng = np.random.default_rng(seed)
    X = np.sort(rng.uniform(0, 3, (n, 1)), axis=0)
    return X, np.sin(3 * X[:, 0]) + noise * rng.standard_normal(n), gaussian_kernel(X, X, 2.0)


@pytest.fixture(name="overlapping")
def overlapping_fixture():
    return overlapping


@pytest.fixture(name="wavy")
def wavy_fixture():
    return wavy
