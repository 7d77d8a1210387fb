"""Small data to try the answers of homework 5 on: counts and simple fractions, which a person can redo by hand.

Zeros are among them: outcomes, pairs and whole contexts that do not occur.
"""

import numpy as np


def table(values):
    """A table that is written out, as floats."""
    return np.array(values, dtype=float)


def number_of(rng, size, at_least=1):
    """How many outcomes, rows or columns there are in a case of this size, `at_least` or more."""
    return int(rng.integers(at_least, at_least + 2 + size))


def distribution(rng, *shape):
    """Probabilities of this shape, some of them 0, in halves, quarters, fifths, eighths, tenths or twentieths."""
    K, whole = int(np.prod(shape)), int(rng.choice([2, 4, 5, 8, 10, 20]))
    return rng.multinomial(whole, np.full(K, 1 / K)).reshape(shape) / whole


def joint_distribution(rng, size):
    """A table of the probabilities of pairs, in general with more columns than rows or fewer; sometimes independent."""
    rows, columns = number_of(rng, size // 3), number_of(rng, size // 3)
    if rng.random() < 0.2:
        return np.outer(distribution(rng, rows), distribution(rng, columns))
    return distribution(rng, rows, columns)


def is_distribution(p):
    """No entry negative, their sum 1?"""
    return bool((p >= 0).all() and abs(p.sum() - 1) <= 1e-9)


def are_distributions(p, q):
    """Two distributions of the same outcomes?"""
    return is_distribution(p) and is_distribution(q)


def entropy_of(p):
    """The entropy of all entries of a distribution, in nats, for what must hold and for wrong answers."""
    p = p[p > 0]
    return float(-np.sum(p * np.log(p)))


def big_distribution(rng, *shape):
    """Many probabilities, all > 0, for the question of speed."""
    p = rng.random(shape)
    return p / p.sum()


def sum_of(terms):
    """The sum over the terms of a generator, as a number of Python's: second solutions go outcome by outcome."""
    return float(sum(terms))
