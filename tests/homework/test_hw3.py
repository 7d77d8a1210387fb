"""Homework 3: the answers to its pen-and-paper problems are what the library computes."""

import numpy as np
import pytest

from abinitio.gaussian_process import gp_posterior
from abinitio.homework.hw3_features_kernels.problems import value
from abinitio.kernels import (
    fourier_feature_variance,
    gaussian_frequencies,
    kernel_ridge_coefficients,
    kernel_ridge_leave_one_out,
    quadratic_features,
    random_fourier_features,
)


def test_the_kernel_is_the_inner_product_of_the_librarys_features():
    X, c = np.array([[0.3, -1.2], [2.0, 0.7]]), 1.7
    first, second = quadratic_features(X, c)
    assert value("kernel of a map", c=c, u=X[0] @ X[1]) == pytest.approx(first @ second, rel=1e-12)


def test_left_out_residuals_are_those_of_fits_without_the_sample():
    rng, n, alpha = np.random.default_rng(0), 6, 0.4
    Z, y = rng.normal(size=(n, 3)), rng.normal(size=n)
    K = Z @ Z.T
    hat = K @ np.linalg.inv(K + alpha * np.eye(n))
    e, h = y - hat @ y, np.diag(hat)
    by_formula = np.array([value("left-out residual", e=e[i], h=h[i]) for i in range(n)])
    for i in range(n):
        rest = np.delete(np.arange(n), i)
        a = kernel_ridge_coefficients(K[np.ix_(rest, rest)], y[rest], alpha)
        assert by_formula[i] == pytest.approx(y[i] - K[i, rest] @ a, rel=1e-10)
    [mean_square] = kernel_ridge_leave_one_out(K, y, np.array([alpha]))
    assert mean_square == pytest.approx(np.mean(by_formula**2), rel=1e-10)


def test_products_of_fourier_features_have_the_derived_mean_and_variance():
    """The scatter of the library's features over many draws, within five standard errors."""
    rng, gamma, D, draws = np.random.default_rng(1), 0.3, 4, 20_000
    X = np.array([[0.5, -0.2], [1.4, 0.3]])
    s, r = np.sqrt(2 * gamma), np.linalg.norm(X[0] - X[1])
    W = gaussian_frequencies(2, D * draws, gamma, rng)
    Z = random_fourier_features(X, W, rng.uniform(0, 2 * np.pi, D * draws)) * np.sqrt(draws)  # sqrt(2/D) of D features
    products = (Z[0] * Z[1]).reshape(draws, D).sum(axis=1)
    k = 2 * value("expectation of a Fourier feature", s=s, r=r)
    variance = value("variance of a Fourier feature", k=k, D=D)
    assert k == pytest.approx(np.exp(-gamma * r**2), rel=1e-12)
    assert variance == pytest.approx(fourier_feature_variance(k, k**4, D), rel=1e-12)
    assert abs(products.mean() - k) < 5 * np.sqrt(variance / draws)
    squares = (products - k) ** 2
    assert abs(squares.mean() - variance) < 5 * squares.std() / np.sqrt(draws)


def test_two_points_by_hand_are_the_librarys_posterior():
    c, r, noise, y = 0.7, 0.5, 0.3, np.array([2.0, -1.2])
    K, K_cross, K_new = np.array([[1.0, r], [r, 1.0]]), np.array([[c, c]]), np.ones((1, 1))
    mean, covariance = gp_posterior(K, K_cross, K_new, y, noise)
    by_hand = value("posterior mean of two points", y1=y[0], y2=y[1], c=c, r=r, noise=noise)
    assert by_hand == pytest.approx(mean[0], rel=1e-12)
    by_hand = value("posterior variance of two points", c=c, r=r, noise=noise)
    assert by_hand == pytest.approx(covariance[0, 0], rel=1e-12)
