"""Small data to try the answers about regression, resampling and mixtures of homework 6 on, to be redone by hand."""

import numpy as np


def table(values):
    """A table that is written out, as floats."""
    return np.array(values, dtype=float)


def halves(rng, *shape):
    """Multiples of 1/2 from -2 to 2."""
    return rng.integers(-4, 5, shape) / 2


def two_variances(rng):
    """Two different variances of a simple size; none is 1, which is its own inverse, square and root."""
    first, second = rng.choice([0.5, 2.0, 3.0, 4.0], 2, replace=False)
    return float(first), float(second)


def linear_data(rng, size):
    """X : (n, d), in general with more rows than columns, y : (n,), noise and prior."""
    n, d = int(rng.integers(1, 3 + size)), int(rng.integers(1, 2 + (size + 1) // 2))
    noise, prior = two_variances(rng)
    return {"X": halves(rng, n, d), "y": halves(rng, n), "noise": noise, "prior": prior}


def big_linear_data(rng, n, d):
    """Many measurements, for the question of speed."""
    return {"X": rng.normal(size=(n, d)), "y": rng.normal(size=n), "noise": 2.0, "prior": 0.5}


def measured(X, y, noise, prior):
    """A case of linear regression that is written out."""
    return {"X": table(X), "y": table(y), "noise": noise, "prior": prior}


def shares(rng, n, k):
    """R : (n, k), the shares of n samples in k components, in quarters: each row sums to 1, some entries are 0."""
    return rng.multinomial(4, np.full(k, 1 / k), size=n) / 4


def fractions(rng, k):
    """k weights that sum to 1, in eighths, tenths or twelfths, all > 0;  k : 8 or fewer."""
    whole = int(rng.choice([8, 10, 12]))
    return (rng.multinomial(whole - k, np.full(k, 1 / k)) + 1) / whole
