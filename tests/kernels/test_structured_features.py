"""Structured features: the Hadamard matrix, the law of the frequencies, the kernel they have on average."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.linalg import hadamard
from scipy.stats import chi2, kstest, norm
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.feature_error import kernel_error, paired_feature_variance
from abinitio.kernels.fourier_features import paired_fourier_features
from abinitio.kernels.structured_features import (
    FastfoodSampler,
    draw_fastfood,
    fastfood_projection,
    structured_fourier_features,
    walsh_hadamard,
)


@pytest.mark.parametrize("p", [1, 2, 4, 32, 256])
def test_the_transform_is_the_product_with_the_matrix(p):
    X = np.random.default_rng(0).integers(-9, 9, (5, p)).astype(float)
    copy = X.copy()
    assert_array_equal(walsh_hadamard(X), X @ hadamard(p))
    assert_array_equal(walsh_hadamard(walsh_hadamard(X)), p * X)
    assert_array_equal(X, copy)


def test_the_projection_is_linear_and_is_its_definition():
    rng = np.random.default_rng(1)
    parts = draw_fastfood(5, 20, 0.7, rng)
    H, X = hadamard(8), rng.standard_normal((6, 5))
    groups = []
    for b, order, g, s in zip(*parts):
        permutation = np.eye(8)[order]  # row i of P a is a[order[i]]
        groups.append(np.diag(s) @ H @ np.diag(g) @ permutation @ H @ np.diag(b))
    W = np.vstack(groups).T[:5]
    assert W.shape == (5, 24)
    assert_allclose(fastfood_projection(X, parts), X @ W, atol=1e-12)
    expected = paired_fourier_features(X, W[:, :19])
    assert_allclose(structured_fourier_features(X, parts, 19), expected, atol=1e-13)


def frequencies(d, m, gamma, draws, seed=0):
    rng = np.random.default_rng(seed)
    return np.array([fastfood_projection(np.eye(d), draw_fastfood(d, m, gamma, rng)) for _ in range(draws)])


def test_every_frequency_is_gaussian_and_two_are_uncorrelated():
    W = frequencies(4, 8, 0.7, 4000)  # (draws, d, m)
    assert kstest(W[:, 2, 5], norm(scale=np.sqrt(1.4)).cdf).pvalue > 1e-3
    assert kstest((W[:, :, 3] ** 2).sum(axis=1) / 1.4, chi2(4).cdf).pvalue > 1e-3
    flat = W.reshape(4000, -1)
    correlation = np.corrcoef(flat.T)
    assert np.abs(correlation - np.eye(flat.shape[1])).max() < 5 / np.sqrt(4000)
    padded = frequencies(3, 4, 0.7, 4000)  # padding with zeros leaves the first three components of four
    assert kstest((padded[:, :, 0] ** 2).sum(axis=1) / 1.4, chi2(3).cdf).pvalue > 1e-3


@pytest.mark.parametrize("d, m", [(1, 3), (4, 4), (6, 20)])
def test_the_mean_is_the_kernel(d, m):
    rng = np.random.default_rng(2)
    X = rng.standard_normal((6, d))
    K = np.exp(-0.5 * ((X[:, None] - X) ** 2).sum(axis=2))
    found = np.array(
        [(Z := structured_fourier_features(X, draw_fastfood(d, m, 0.5, rng), m)) @ Z.T for _ in range(4000)]
    )
    assert np.all(np.abs(found.mean(axis=0) - K) < 4.5 * found.std(axis=0) / np.sqrt(4000) + 1e-12)


def test_the_noise_of_a_group_does_not_fall_with_its_size():
    """Beyond independent pairs it is 2 k² t² / m, k = exp(-t), for displacements along many coordinates."""
    rng, d = np.random.default_rng(3), 128
    for length in (0.3, 1.0, 1.7):
        x = rng.standard_normal(d)
        X = np.array([np.zeros(d), length * x / np.linalg.norm(x)])
        k, t = np.exp(-(length**2) / 2), length**2 / 2
        draws = [structured_fourier_features(X, draw_fastfood(d, d, 0.5, rng), d) for _ in range(800)]
        squares = np.array([(Z[0] @ Z[1] - k) ** 2 for Z in draws])
        expected = paired_feature_variance(k, k**4, 2 * d) + 2 * k**2 * t**2 / d
        assert abs(squares.mean() - expected) < 4 * squares.std() / np.sqrt(800)  # the next order in 1/d is smaller


def test_the_error_falls_as_the_root_of_the_number_of_frequencies():
    rng = np.random.default_rng(4)
    X = rng.standard_normal((30, 5))
    K = np.exp(-0.5 * ((X[:, None] - X) ** 2).sum(axis=2))
    sizes = np.array([32, 128, 512, 2048])
    errors = [
        np.sqrt(
            np.mean(
                [
                    kernel_error(structured_fourier_features(X, draw_fastfood(5, m, 0.5, rng), m), K) ** 2
                    for _ in range(40)
                ]
            )
        )
        for m in sizes
    ]
    assert abs(np.polyfit(np.log(sizes), np.log(errors), 1)[0] + 0.5) < 0.06


def test_the_estimator_uses_the_functions_of_the_module(monkeypatch):
    monkeypatch.setattr(
        "abinitio.kernels.structured_features.structured_fourier_features", lambda X, parts, m: X[:, :1] * m
    )
    assert_allclose(FastfoodSampler(n_frequencies=3, random_state=0).fit(np.eye(2)).transform(np.eye(2)), [[3], [0]])


def test_a_number_of_frequencies_that_is_none_is_refused():
    with pytest.raises(ValueError, match="must be an integer >= 1"):
        FastfoodSampler(n_frequencies=0).fit(np.eye(3))


@parametrize_with_checks(
    [FastfoodSampler(random_state=0), FastfoodSampler(gamma="scale", n_frequencies=3, random_state=0)]
)
def test_estimator_contract(estimator, check):
    check(estimator)
