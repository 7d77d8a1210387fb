"""Small data to try the answers of homework 2 on: multiples of 1/2, so that a case can be redone by hand, exactly.

A sum of products of such numbers has no rounding error in any order of summation: whether a sample lies on the boundary
is the same question for every correct answer.
"""

import numpy as np


def halves(rng, *shape):
    """Multiples of 1/2 from -2 to 2."""
    return rng.integers(-4, 5, shape) / 2


def shape(rng, size):
    """Rows n and columns d for a case of this size, 1 or more of each."""
    return int(rng.integers(1, 3 + size)), int(rng.integers(1, 2 + min(size, 8) // 2))


def penalty(rng):
    """A penalty of a simple size, or none."""
    return float(rng.choice([0.0, 0.5, 1.0, 2.0]))


def signs(rng, n):
    """n labels, -1 or +1."""
    return 2 * rng.integers(0, 2, n) - 1


def two_classes(rng, size):
    """theta : (d+1,), X : (n, d), labels y : (n,), 0 or 1, and a penalty alpha."""
    n, d = shape(rng, size)
    return {"theta": halves(rng, d + 1), "X": halves(rng, n, d), "y": rng.integers(0, 2, n), "alpha": penalty(rng)}


def many_classes(rng, size):
    """theta : (d+1, K) with K from 2 to 4, X : (n, d), labels y : (n,), 0 ... K-1, and a penalty alpha."""
    n, d = shape(rng, size)
    K = int(rng.integers(2, 3 + min(size, 4) // 2))
    X, y = halves(rng, n, d), rng.integers(0, K, n)
    return {"theta": halves(rng, d + 1, K), "X": X, "y": y, "alpha": penalty(rng)}


def big_classes(rng, n, d, K):
    """The same, large, for the question of speed; theta : (d+1,) for K = 2."""
    theta = rng.normal(size=(d + 1, K) if K > 2 else d + 1)
    return {"theta": theta, "X": rng.normal(size=(n, d)), "y": rng.integers(0, K, n), "alpha": 0.1}


def slope(loss, theta, X, y, alpha):
    """The slope of loss(theta, X, y, alpha) along a fixed generic direction v, a bound on its error, and v."""
    v = np.cos(1.0 + np.arange(theta.size)).reshape(theta.shape)
    h = 1e-4 / (1 + np.abs(X).max())  # the scores change by less than d h max |X|
    up, down = (loss(theta + step * v, X, y, alpha) for step in (h, -h))
    return (up - down) / (2 * h), 1e-6 * (1 + abs(up)) * (1 + np.abs(X).max()) * theta.size, v


def problem(theta, X, y, alpha):
    """A case that is written out: the arguments as arrays of the right types."""
    return {"theta": np.array(theta, float), "X": np.array(X, float), "y": np.array(y), "alpha": alpha}


TWO_CLASS_EDGES = {
    "one sample": problem([2, 1], [[1]], [1], 0.5),
    "theta = 0": problem([0, 0, 0], [[1, 2], [3, 1]], [1, 0], 1.0),
    "an intercept only": problem([0, 2], [[1], [-1], [0]], [1, 1, 0], 2.0),
    "no penalty": problem([1, -1, 0.5], [[1, 2], [0, 1]], [0, 1], 0.0),
    "all samples of class 0": problem([1, -1], [[1], [2]], [0, 0], 0.0),
    "more features than samples": problem([1, 2, -1, 0.5], [[1, 0, 1]], [0], 1.0),
}
TWO_CLASS_STABLE = {
    "sure and right": problem([1, 0], [[1000], [-1000]], [1, 0], 0.0),
    "sure and wrong": problem([1, 0], [[1000], [-1000]], [0, 1], 0.0),
    "sure and wrong by 50": problem([1, 10], [[40], [-60]], [0, 1], 0.5),
    "a large intercept": problem([1, 1e6], [[1], [-2]], [0, 0], 1.0),
}
