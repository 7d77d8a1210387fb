"""Distances and the width of the street: plane geometry, invariance, the distance of two points in feature space."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.kernels.functions import gaussian_kernel, linear_kernel
from abinitio.svm.hard_margin import hard_margin_dual, hard_margin_primal
from abinitio.svm.margin import margin_width, signed_distances


def test_distances_are_those_to_the_nearest_point_of_the_plane():
    rng = np.random.default_rng(0)
    w, b, X, y = rng.normal(size=3), 0.7, rng.normal(size=(20, 3)), rng.choice([-1, 1], 20)
    foot = X - ((X @ w + b) / (w @ w))[:, None] * w  # the nearest point of the plane
    assert_allclose(foot @ w + b, 0, atol=1e-12)
    distances = signed_distances(w, b, X, y)
    assert_allclose(np.abs(distances), np.linalg.norm(X - foot, axis=1), rtol=1e-12)
    assert np.array_equal(distances > 0, (X @ w + b > 0) == (y > 0))
    assert_allclose(signed_distances(7 * w, 7 * b, X, y), distances, rtol=1e-12)
    assert_allclose(signed_distances(w, b, X, -y), -distances)


def test_the_street_is_as_wide_as_twice_the_distance_of_its_nearest_samples():
    rng = np.random.default_rng(1)
    y = np.repeat([1, -1], 15)
    X = rng.normal(size=(30, 2)) + 4 * y[:, None]
    w, b = hard_margin_primal(X, y)
    K = linear_kernel(X, X)
    a, _ = hard_margin_dual(K, y)
    width = margin_width(a, K, y)
    assert width == pytest.approx(2 / np.linalg.norm(w), rel=1e-6)
    assert width == pytest.approx(2 * signed_distances(w, b, X, y).min(), rel=1e-6)


@pytest.mark.parametrize("gamma", [0.1, 1.0])
def test_between_two_points_the_street_is_the_distance_of_their_features(gamma):
    X, y = np.array([[0.0], [1.5]]), np.array([1, -1])
    K = gaussian_kernel(X, X, gamma)
    a, _ = hard_margin_dual(K, y)
    assert margin_width(a, K, y) == pytest.approx(np.sqrt(2 - 2 * K[0, 1]), rel=1e-7)  # |φ(x) - φ(x')|
    assert margin_width(3 * a, K, y) == pytest.approx(margin_width(a, K, y) / 3, rel=1e-12)
