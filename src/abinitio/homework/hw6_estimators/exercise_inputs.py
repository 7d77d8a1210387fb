"""Small data to try the answers about estimators of homework 6 on: whole numbers and halves, to be redone by hand."""

import numpy as np


def array(values):
    """An array that is written out, as floats."""
    return np.array(values, dtype=float)


def number_of(rng, size, at_least=1):
    """How many values, rows or columns there are in a case of this size, `at_least` or more."""
    return int(rng.integers(at_least, at_least + 2 + size))


def halves(rng, *shape, most=4):
    """Multiples of one half from -most to most."""
    return rng.integers(-2 * most, 2 * most + 1, shape) / 2


def positive(rng):
    """A positive number of a simple size: a variance, a width, a penalty."""
    return float(rng.choice([0.5, 1.0, 1.5, 2.0, 3.0]))


def positive_definite(rng, d):
    """A symmetric matrix of whole numbers, (d, d), without an eigenvalue below 1."""
    A = rng.integers(-2, 3, (d, d))
    return A @ A.T + np.eye(d)
