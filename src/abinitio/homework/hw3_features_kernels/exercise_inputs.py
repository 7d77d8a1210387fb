"""Small data to try the answers of homework 3 on: multiples of 1/2, so that a person can redo a case by hand."""

import numpy as np


def halves(rng, *shape):
    """Multiples of 1/2 from -2 to 2."""
    return rng.integers(-4, 5, shape) / 2


def near(rng, *shape):
    """Multiples of 1/2 from -1 to 1: points near enough to one another for a kernel of width 1 to see them."""
    return rng.integers(-2, 3, shape) / 2


def rows(rng, size, at_least=1):
    """How many rows a table has in a case of this size, `at_least` or more."""
    return int(rng.integers(at_least, at_least + 2 + size))


def columns(rng, size):
    """How many features, 1 or more."""
    return int(rng.integers(1, 2 + (size + 1) // 2))


def two_tables(rng, size):
    """X : (m, d) and Y : (n, d), m and n in general different."""
    m, n, d = rows(rng, size // 2), rows(rng, size // 2), columns(rng, min(size, 5))
    return near(rng, m, d), near(rng, n, d)


def kernel_of_samples(rng, n):
    """K : (n, n), the inner products of n points: a kernel matrix, singular where the points have few coordinates."""
    Z = halves(rng, n, int(rng.integers(1, n + 2)))
    return Z @ Z.T


def is_kernel(K):
    """Is this table a kernel matrix of samples: symmetric, without a negative eigenvalue?"""
    return bool(np.array_equal(K, K.T) and np.linalg.eigvalsh(K)[0] >= -1e-9 * (1 + np.abs(K).max()))


def penalty(rng):
    """A penalty of a simple size."""
    return float(rng.choice([0.5, 1.0, 2.0, 3.0]))


def signs(rng, n):
    """n labels, -1 or +1."""
    return 2 * rng.integers(0, 2, n) - 1


def big_kernel(rng, n):
    """K : (n, n) of n points in the plane, exp(-|x - x'|^2), for the question of speed."""
    x, z = rng.normal(size=(2, n))
    return np.exp(-((x[:, None] - x) ** 2) - (z[:, None] - z) ** 2)


def table(values):
    """A table that is written out, as floats."""
    return np.array(values, dtype=float)
