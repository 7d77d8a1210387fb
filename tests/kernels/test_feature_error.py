"""The variance of random Fourier features: closed forms against many draws, and the D^(-1/2) law of the error."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import jv

from abinitio.kernels.feature_error import (
    fourier_feature_variance,
    kernel_error,
    orthogonal_feature_variance,
    paired_feature_variance,
)
from abinitio.kernels.fourier_features import (
    gaussian_frequencies,
    laplace_frequencies,
    paired_fourier_features,
    random_fourier_features,
)
from abinitio.kernels.orthogonal_features import orthogonal_frequencies

GAMMA = 0.5


def assert_variance(products, expected):
    """The scatter of products, (draws, pairs), is as expected: within four standard errors of a variance."""
    squares = (products - products.mean(axis=0)) ** 2
    error = squares.std(axis=0) / np.sqrt(len(products))
    assert np.all(np.abs(squares.mean(axis=0) - expected) < 4 * error + 1e-12)


def pairs_of_samples(d, rng):
    """A sample at the origin's side and five others at growing distance; kernels at the displacement and its double."""
    x = rng.standard_normal(d)
    direction = rng.standard_normal(d)
    direction /= np.linalg.norm(direction)
    r = np.array([0.0, 0.3, 0.8, 1.5, 3.0])
    return np.vstack([x, x + r[:, None] * direction]), np.exp(-GAMMA * r**2), np.exp(-GAMMA * 4 * r**2)


def products(features, draws):
    return np.array([(Z := features())[0] @ Z[1:].T for _ in range(draws)])


@pytest.mark.parametrize("D", [1, 6])
def test_variance_with_phases(D):
    rng = np.random.default_rng(0)
    X, k, k_twice = pairs_of_samples(3, rng)
    draw = lambda: random_fourier_features(X, gaussian_frequencies(3, D, GAMMA, rng), rng.uniform(0, 2 * np.pi, D))
    found = products(draw, 20_000)
    assert_variance(found, fourier_feature_variance(k, k_twice, D))
    assert np.all(np.abs(found.mean(axis=0) - k) < 4 * found.std(axis=0) / np.sqrt(len(found)))


@pytest.mark.parametrize("D", [2, 8])
def test_variance_of_pairs(D):
    rng = np.random.default_rng(1)
    X, k, k_twice = pairs_of_samples(3, rng)
    draw = lambda: paired_fourier_features(X, gaussian_frequencies(3, D // 2, GAMMA, rng))
    assert_variance(products(draw, 20_000), paired_feature_variance(k, k_twice, D))


def test_variance_for_another_kernel():
    rng = np.random.default_rng(2)
    X, _, _ = pairs_of_samples(2, rng)
    k, k_twice = (np.exp(-0.7 * np.abs(c * (X[1:] - X[0])).sum(axis=1)) for c in (1, 2))
    draw = lambda: paired_fourier_features(X, laplace_frequencies(2, 3, 0.7, rng))
    assert_variance(products(draw, 20_000), paired_feature_variance(k, k_twice, 6))
    with_phases = lambda: random_fourier_features(X, laplace_frequencies(2, 3, 0.7, rng), rng.uniform(0, 2 * np.pi, 3))
    assert_variance(products(with_phases, 20_000), fourier_feature_variance(k, k_twice, 3))


@pytest.mark.parametrize("d, m", [(1, 3), (2, 2), (4, 4), (4, 7), (5, 2)])
def test_variance_of_orthogonal_features(d, m):
    rng = np.random.default_rng(d)
    X, k, _ = pairs_of_samples(d, rng)
    found = products(lambda: paired_fourier_features(X, orthogonal_frequencies(d, m, GAMMA, rng)), 4_000)
    assert_variance(found, orthogonal_feature_variance(k, d, 2 * m))
    assert np.all(np.abs(found.mean(axis=0) - k) < 4 * found.std(axis=0) / np.sqrt(len(found)) + 1e-12)


def test_orthogonality_in_two_dimensions_by_quadrature():
    """The covariance of two orthogonal frequencies: E cos(w1 z) cos(w2 z) is E J0(r |z|) with r^2 of 2d = 4 dof."""
    r = np.linspace(0, 30, 300_001)
    density = r**3 * np.exp(-(r**2) / 2) / 2
    for z in (0.5, 1.0, 2.5):
        k = np.exp(-(z**2) / 2)
        covariance = np.trapezoid(density * jv(0, r * z), r) - k**2
        expected = (1 - k**2) ** 2 / 4 + covariance / 2
        assert_allclose(orthogonal_feature_variance(k, 2, 4), expected, rtol=1e-8)


def test_pairs_are_better_than_phases_and_orthogonal_pairs_better_still_for_neighbours():
    k = np.linspace(0.05, 1, 50)
    phases, pairs = fourier_feature_variance(k, k**4, 100), paired_feature_variance(k, k**4, 100)
    assert np.all(pairs < phases)
    assert_allclose(pairs, (1 - k**2) ** 2 / 100, atol=1e-16)
    near = k > 0.5
    assert np.all(orthogonal_feature_variance(k[near], 16, 100)[:-1] < pairs[near][:-1])
    assert_allclose(
        orthogonal_feature_variance(k, 1, 100), pairs, rtol=1e-10, atol=1e-15
    )  # in one dimension: no others


def test_the_error_falls_as_one_over_the_root_of_the_number_of_features():
    rng = np.random.default_rng(5)
    X = rng.standard_normal((60, 4))
    squares = ((X[:, None] - X) ** 2).sum(axis=2)
    K, off = np.exp(-GAMMA * squares), ~np.eye(60, dtype=bool)
    sizes, draws = np.array([16, 64, 256, 1024]), 60
    measured, errors = np.empty((2, len(sizes)))
    for i, D in enumerate(sizes):
        found = [
            kernel_error(
                random_fourier_features(X, gaussian_frequencies(4, D, GAMMA, rng), rng.uniform(0, 2 * np.pi, D)), K
            )
            for _ in range(draws)
        ]
        measured[i], errors[i] = np.mean(np.square(found)), np.std(np.square(found)) / np.sqrt(draws)
    predicted = [fourier_feature_variance(K[off], K[off] ** 4, D).mean() for D in sizes]
    assert np.all(np.abs(measured - predicted) < 4 * errors)  # the constant
    slope = np.polyfit(np.log(sizes), np.log(measured) / 2, 1)[0]
    assert abs(slope + 0.5) < 0.05  # and the power


def test_the_error_leaves_the_diagonal_out():
    K = np.array([[1.0, 0.2, 0.1], [0.2, 1.0, 0.3], [0.1, 0.3, 1.0]])
    L = np.linalg.cholesky(K)
    assert kernel_error(L, K) < 1e-15
    assert kernel_error(np.hstack([L, np.eye(3)]), K) < 1e-15  # only the diagonal differs
    assert kernel_error(np.zeros((3, 1)), K) == pytest.approx(np.sqrt((0.2**2 + 0.1**2 + 0.3**2) / 3))
