r"""The bootstrap of a mean over rows that are read once, in any order: every row draws how often it counts.

In a bootstrap sample of n rows each row comes up Binomial(n, 1/n) times. Poisson numbers with mean 1 in their place
make the rows independent of one another: no row needs to know n, or which other rows there are. The number that row i
draws for replica r comes from a counter, Philox's cipher of (seed, i, r), so that it is the same whichever machine,
block or pass reads the row.

Oracles: the law of the weights; the bootstrap's exact variance of a mean; any cut into parts gives the same bits.
Source: F. Chamandy, O. Muralidharan, A. Najmi, S. Naidu, "Estimating uncertainty for massive data streams" (Google,
2012); J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
"""

from typing import NamedTuple

import numpy as np

from abinitio._core.random import numbered_uniforms

POISSON = np.cumsum(np.exp(-1.0) / np.cumprod(np.r_[1.0, np.arange(1, 20)]))  # distribution function, mean 1


class Replicas(NamedTuple):
    """Of R bootstrap replicas: the sums of weights (R,) and of weighted rows (R, d)."""

    weight: np.ndarray
    total: np.ndarray


def poisson_weights(start, stop, replicas, seed):
    """How often each row counts in each replica: Poisson numbers of mean 1.

    start, stop : rows start ... stop - 1 of the whole data;  replicas : number R;  seed : integer.
    Returns (stop - start, R) integers that depend on the row, the replica and the seed alone.

    >>> (poisson_weights(0, 9, 3, seed=1)[4:7] == poisson_weights(4, 7, 3, seed=1)).all()
    np.True_
    """
    return np.searchsorted(POISSON, numbered_uniforms(start, stop, replicas, seed), side="right")


def replicas_of(X, start, replicas, seed):
    """The `Replicas` of rows X, (m, d), which are the rows start ... start + m - 1 of the whole data.

    replicas, seed : as in `poisson_weights`.

    >>> replicas_of(np.ones((1000, 1)), 0, 2, seed=0).total.shape
    (2, 1)
    """
    weights = poisson_weights(start, start + len(X), replicas, seed).astype(float)
    return Replicas(weights.sum(axis=0), weights.T @ X)


def merge_replicas(a, b):
    """The `Replicas` of two parts together, from those of the parts, a and b.

    >>> one = replicas_of(np.ones((5, 1)), 0, 3, seed=0)
    >>> (merge_replicas(one, one).weight == 2 * one.weight).all()
    np.True_
    """
    return Replicas(a.weight + b.weight, a.total + b.total)


def replica_means(replicas):
    """The mean of each replica, (R, d): their standard deviation is the standard error of the mean.

    replicas : `Replicas` of all rows.

    >>> replica_means(Replicas(np.array([2.0]), np.array([[6.0]])))
    array([[3.]])
    """
    return replicas.total / replicas.weight[:, None]
