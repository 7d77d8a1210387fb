"""Small data to try the answers of homework 1 on: rounded numbers, so that a person can redo a case by hand."""

import numpy as np

CENTRED = {"X": np.array([[1.0, 2.0], [-1.0, 0.0], [0.0, -2.0]]), "y": np.array([2.0, -3.0, 1.0])}


def numbers(rng, *shape):
    """Normal numbers of scale 2, rounded to one decimal."""
    return np.round(rng.normal(scale=2.0, size=shape), 1) + 0.0  # + 0.0: no minus zero


def shape(rng, size, at_least=1):
    """Rows and columns for a case of this size: n from `at_least` up, d from 1 up."""
    return int(rng.integers(at_least, at_least + 2 + size)), int(rng.integers(1, 2 + min(size, 8) // 2))


def regression(rng, size, at_least=1):
    """X : (n, d) and y : (n,), any d and any n of `at_least` or more."""
    n, d = shape(rng, size, at_least)
    return {"X": numbers(rng, n, d), "y": numbers(rng, n)}


def full_rank(rng, size, spare=0):
    """X : (n, d) with independent columns (condition number below 50), n >= d + spare;  y : (n,)."""
    n, d = shape(rng, size)
    n = max(n, d + spare)
    while True:
        X = numbers(rng, n, d)
        if np.linalg.matrix_rank(X) == d and np.linalg.cond(X) < 50:
            return {"X": X, "y": numbers(rng, n)}


def centred(rng, size):
    """X : (n, d) and y : (n,) of integers with zero mean in every column, n >= 2."""
    n, d = shape(rng, size, at_least=2)
    columns = rng.integers(-3, 4, size=(n - 1, d + 1)).astype(float)
    columns = np.vstack([columns, -columns.sum(axis=0)])
    return {"X": columns[:, :d], "y": columns[:, d]}


def penalty(rng):
    """A penalty of a simple size."""
    return float(rng.choice([0.5, 1.0, 2.0, 3.0]))


def big_regression(rng, n, d):
    """X : (n, d), y : (n,) with a linear part, for the question of speed."""
    X = rng.normal(size=(n, d))
    return {"X": X, "y": X @ rng.normal(size=d) + rng.normal(size=n)}


def big_centred(rng, n, d):
    """`big_regression` with centred columns and targets."""
    data = big_regression(rng, n, d)
    return {name: a - a.mean(axis=0) for name, a in data.items()}


def columns_have_mean_zero(X, y, **others):
    """The columns of X and y have mean zero, as the task says."""
    return bool(np.allclose(X.mean(axis=0), 0) and np.isclose(y.mean(), 0))
