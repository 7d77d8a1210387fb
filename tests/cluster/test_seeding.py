"""A start is drawn with the stated probabilities, keeps the theorem, and serves awkward data."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from abinitio.cluster.kmeans import assign_clusters, inertia, kmeans_plus_plus
from abinitio.cluster.seeding import spread_out_centres, squares_from


def start_inertia(X, centres):
    return inertia(X, assign_clusters(X, centres), centres)


def test_draws_have_the_probability_of_weight_times_squared_distance():
    X, weights = np.array([[0.0], [1.0], [3.0]]), np.array([1.0, 3.0, 1.0])
    rng, m = np.random.default_rng(0), 4000
    pairs = np.array([spread_out_centres(X, 2, weights, 1, rng) for _ in range(m)])
    from_zero = pairs[pairs[:, 0] == 0][:, 1]
    assert len(from_zero) == pytest.approx(m / 5, abs=4 * np.sqrt(m * 4 / 25))
    p = 9 / 12  # 3 * 1² : 1 * 3²
    assert np.mean(from_zero == 2) == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / len(from_zero)))


def test_one_candidate_is_kmeans_plus_plus_and_more_are_better():
    rng = np.random.default_rng(1)
    X = np.repeat(20 * rng.standard_normal((8, 2)), 20, axis=0) + rng.standard_normal((160, 2))
    values = np.log(
        [
            [start_inertia(X, X[spread_out_centres(X, 8, np.ones(160), trials, rng)]) for _ in range(300)]
            for trials in (1, 4)
        ]
        + [[start_inertia(X, kmeans_plus_plus(X, 8, rng)) for _ in range(300)]]
    )
    (one, four, readable), errors = values.mean(axis=1), values.std(axis=1) / np.sqrt(300)
    assert abs(one - readable) < 4 * np.hypot(errors[0], errors[2])
    assert four < one - 4 * np.hypot(errors[0], errors[1])


def test_equal_points_and_points_of_weight_zero():
    X = np.ones((6, 2))
    assert_array_equal(X[spread_out_centres(X, 4, np.ones(6), 2, np.random.default_rng(2))], np.ones((4, 2)))
    weights = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 0.0])
    chosen = spread_out_centres(np.arange(12.0).reshape(6, 2), 2, weights, 3, np.random.default_rng(3))
    assert sorted(chosen.tolist()) == [1, 3]


def test_squares_do_not_cancel_far_from_the_origin():
    assert_array_equal(squares_from(np.array([[1e9 + 3, 4.0]]), np.array([1e9, 0.0])), [25])
