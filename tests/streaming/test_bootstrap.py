"""The bootstrap of rows that are read once: the law of its weights, any cut the same, the error of a mean."""

from functools import reduce

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.stats import chi2, poisson

from abinitio.streaming.bootstrap import merge_replicas, poisson_weights, replica_means, replicas_of


@pytest.mark.parametrize("replicas", [1, 4, 6])
def test_weights_depend_on_the_row_alone(replicas):
    whole = poisson_weights(0, 100, replicas, seed=3)
    assert_array_equal(np.vstack([poisson_weights(a, a + 10, replicas, seed=3) for a in range(0, 100, 10)]), whole)
    assert (poisson_weights(0, 100, replicas, seed=4) != whole).any()


def test_weights_are_poisson_and_independent():
    w = poisson_weights(5, 40_005, 3, seed=0)
    for column in w.T:
        seen, wanted = np.bincount(column, minlength=7)[:7], 40_000 * poisson(1).pmf(range(7))
        assert np.sum((seen - wanted) ** 2 / wanted) < chi2(7).isf(1e-4)
    correlations = np.corrcoef(np.column_stack([w[1:], w[:-1]]).T) - np.eye(6)
    assert np.abs(correlations).max() < 5 / np.sqrt(40_000)


def test_the_scatter_of_the_replicas_is_the_error_of_the_mean():
    rng, R = np.random.default_rng(1), 2000
    X = rng.exponential(size=(500, 2))
    parts = [replicas_of(x, start, R, seed=7) for x, start in zip(np.array_split(X, 5), range(0, 500, 100))]
    means = replica_means(reduce(merge_replicas, parts))
    exact = X.std(axis=0) / np.sqrt(500)
    assert np.all(np.abs(means.std(axis=0) / exact - 1) < 5 / np.sqrt(2 * R) + 2 / 500)
    assert np.all(np.abs(means.mean(axis=0) - X.mean(axis=0)) < 5 * exact / np.sqrt(R) + 3 * exact / 500)
