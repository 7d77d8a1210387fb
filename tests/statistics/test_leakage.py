"""Leakage: noise is predicted no better than by a coin, unless the test samples have helped."""

import numpy as np
import pytest
from sklearn.neighbors import NearestCentroid

from abinitio.statistics.empirical import mean_with_error
from abinitio.statistics.leakage import leaky_and_honest_accuracy, most_correlated, nearest_mean_labels


def test_noise_is_a_coin_for_the_honest_and_not_for_the_leaky():
    """Independent coins: each honest prediction is right with probability 1/2, exactly."""
    rng, found = np.random.default_rng(0), []
    while len(found) < 60:
        X, y = rng.standard_normal((30, 300)), rng.integers(0, 2, 30)
        if 8 <= y.sum() <= 22:  # both labels in every training set
            found.append(leaky_and_honest_accuracy(X, y, 8, 5, rng))
    leaky, honest = np.array(found).T
    mean, error = mean_with_error(leaky)
    assert mean - 0.5 > 20 * error
    assert abs(np.mean(honest) - 0.5) < 4 * honest.std() / np.sqrt(60)


def test_a_real_signal_is_found_either_way():
    rng = np.random.default_rng(1)
    y = np.arange(60) % 2
    X = rng.standard_normal((60, 50))
    X[:, 7] += 8 * y
    leaky, honest = leaky_and_honest_accuracy(X, y, 1, 6, rng)
    assert leaky == honest == 1.0


def test_the_pieces_against_numpy_and_scikit_learn():
    rng = np.random.default_rng(2)
    X, y, queries = rng.standard_normal((25, 6)), np.arange(25) % 2, rng.standard_normal((40, 6))
    correlation = np.abs([np.corrcoef(column, y)[0, 1] for column in X.T])
    assert most_correlated(X, y, 4).tolist() == np.argsort(-correlation)[:4].tolist()
    assert np.array_equal(nearest_mean_labels(X, y, queries), NearestCentroid().fit(X, y).predict(queries))
    scaled = most_correlated(X * np.array([1e3, 1, 1, 1e-3, 1, 1]) + 5, y, 4)
    assert np.array_equal(scaled, most_correlated(X, y, 4))


def test_too_many_parts():
    with pytest.raises(ValueError, match="k is 9"):
        leaky_and_honest_accuracy(np.eye(4), np.array([0, 1, 0, 1]), 1, 9, np.random.default_rng(0))
