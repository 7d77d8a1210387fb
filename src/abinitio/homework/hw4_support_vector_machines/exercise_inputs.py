"""Small data to try the answers of homework 4 on: halves and quarters, so that a person can redo a case by hand.

Sums and products of these numbers are exact, in any order: samples on a margin, ties and bounds are met exactly.
"""

import numpy as np


def halves(rng, *shape):
    """Multiples of 1/2 from -2 to 2."""
    return rng.integers(-4, 5, shape) / 2


def rows(rng, size, at_least=1):
    """How many rows a table has in a case of this size, `at_least` or more."""
    return int(rng.integers(at_least, at_least + 2 + size))


def table(values):
    """A table that is written out, as floats."""
    return np.array(values, dtype=float)


def signs(rng, n):
    """n labels, -1 or +1; both are there if n > 1."""
    y = 2 * rng.integers(0, 2, n) - 1
    if n > 1 and abs(y.sum()) == n:
        y[rng.integers(n)] *= -1
    return y


def kernel_of_samples(rng, n):
    """K : (n, n), the inner products of n points: a kernel matrix, singular where the points have few coordinates."""
    Z = halves(rng, n, int(rng.integers(1, n + 2)))
    return Z @ Z.T


def is_kernel(K):
    """Is this table a kernel matrix of samples: symmetric, without a negative eigenvalue?"""
    return bool(np.array_equal(K, K.T) and np.linalg.eigvalsh(K)[0] >= -1e-9 * (1 + np.abs(K).max()))


def feasible_multipliers(rng, y, C):
    """Multipliers in quarters of C that a few moves of two of them reach from 0: some stay 0, some end at C."""
    a = np.zeros(len(y))
    for _ in range(int(rng.integers(1, len(y) + 1))):
        i, j = rng.choice(len(y), 2, replace=False)  # a_i y_i rises, a_j y_j falls
        room = min(C - a[i] if y[i] > 0 else a[i], a[j] if y[j] > 0 else C - a[j])
        t = room if rng.random() < 0.5 else rng.integers(int(4 * room / C) + 1) * C / 4
        a[i], a[j] = a[i] + y[i] * t, a[j] - y[j] * t
    return a


def multipliers_at_bounds(rng, y, C):
    """As many multipliers C in one class as in the other, and 0 for the rest."""
    first, second = np.flatnonzero(y > 0), np.flatnonzero(y < 0)
    count, a = int(rng.integers(1, min(len(first), len(second)) + 1)), np.zeros(len(y))
    for group in (first, second):
        a[rng.choice(group, count, replace=False)] = C
    return a


def is_feasible(a, y, C=np.inf):
    """0 <= a <= C and sum_i a_i y_i = 0?"""
    return bool((a >= 0).all() and (a <= C).all() and abs(a @ y) <= 1e-9 * (1 + a.sum()))


def machine(rng, size):
    """A kernel matrix, labels of both kinds, a price C and feasible multipliers, not all zero."""
    n = rows(rng, 2 * size // 3, at_least=2)
    y, C = signs(rng, n), float(rng.choice([1.0, 2.0, 4.0]))
    a = feasible_multipliers(rng, y, C)
    while not a.any():
        a = feasible_multipliers(rng, y, C)
    return {"a": a, "K": kernel_of_samples(rng, n), "y": y, "C": C}


def big_machine(rng, n):
    """A machine of n points in the plane with a Gaussian kernel, for the question of speed."""
    x, z = rng.normal(size=(2, n))
    y, C = signs(rng, n), 4.0
    a = np.where(y > 0, 1 / (y > 0).sum(), 1 / (y < 0).sum())
    return {"a": a, "K": np.exp(-((x[:, None] - x) ** 2) - (z[:, None] - z) ** 2), "y": y, "C": C}


def part(case, *names):
    """Some of the entries of a case."""
    return {name: case[name] for name in names}
