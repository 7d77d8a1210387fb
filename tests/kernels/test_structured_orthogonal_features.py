"""Structured orthogonal features: orthogonal frequencies, their moments over all signs, the kernel, and its noise."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import hadamard
from scipy.stats import chi2, kstest
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.feature_error import kernel_error, orthogonal_feature_variance, paired_feature_variance
from abinitio.kernels.fourier_features import paired_fourier_features
from abinitio.kernels.structured_orthogonal_features import (
    SMALLEST,
    StructuredRBFSampler,
    StructuredRotations,
    draw_structured_rotations,
    structured_orthogonal_features,
    structured_rotation_projection,
)


def gaussian_kernel(X):
    return np.exp(-0.5 * ((X[:, None] - X) ** 2).sum(axis=2))


@pytest.mark.parametrize("d, m, groups, p", [(5, 70, 2, 64), (64, 64, 1, 64), (65, 129, 2, 128)])
def test_the_projection_is_its_definition(d, m, groups, p):
    rng = np.random.default_rng(1)
    parts, X, H = draw_structured_rotations(d, m, 0.7, rng), rng.standard_normal((6, d)), hadamard(p)
    assert parts.signs.shape == (groups, 3, p)
    assert set(np.unique(parts.signs)) == {-1.0, 1.0}
    W = np.vstack([(s[:, None] * H) @ (b3[:, None] * H) @ (b2[:, None] * H) * b1 for (b1, b2, b3), s in zip(*parts)])
    for start in range(0, groups * p, p):
        products = W[start : start + p] @ W[start : start + p].T
        assert_allclose(products, np.diag(parts.scales[start // p] ** 2 * p**3), atol=1e-9)
    assert_allclose(structured_rotation_projection(X, parts), X @ W[:, :d].T, atol=1e-10)
    expected = paired_fourier_features(X, W[:m, :d].T)
    assert_allclose(structured_orthogonal_features(X, parts, m), expected, atol=1e-10)


def test_lengths_are_those_of_gaussian_vectors():
    parts = draw_structured_rotations(100, 128 * 40, 0.7, np.random.default_rng(2))
    assert kstest((parts.scales**2 * 128**3 / 1.4).ravel(), chi2(128).cdf).pvalue > 1e-3


@pytest.mark.parametrize("x", [[1.0, 0, 0, 0], [0.6, 0.8, 0, 0], [0.5, 0.5, 0.5, 0.5], [0.1, 0.7, -0.1, 0.7]])
def test_moments_over_all_signs(x):
    """p = 4: all 2^12 of them. The second moment is that of a uniform direction, the fourth nearly so."""
    signs = np.array(list(product([-1.0, 1.0], repeat=12))).reshape(-1, 3, 4)
    parts = StructuredRotations(signs, np.full((len(signs), 4), 4**-1.5))
    r = structured_rotation_projection(np.array([x]), parts).reshape(-1, 4)
    assert_allclose((r**2).sum(axis=1), 1, atol=1e-14)  # each is a rotation
    assert_allclose(r.mean(axis=0), 0, atol=1e-14)
    assert_allclose(4 * (r**2).mean(axis=0), 1, atol=1e-13)
    assert_allclose((16 * r**4).mean(), 3 - 6 / 4 + (12 - 8 * np.sum(np.array(x) ** 4)) / 16, atol=1e-13)


def squares(X, K, m, draws, rng):
    """Squared errors of the kernel of X, one a draw."""
    d = X.shape[1]
    return np.array(
        [
            kernel_error(structured_orthogonal_features(X, draw_structured_rotations(d, m, 0.5, rng), m), K) ** 2
            for _ in range(draws)
        ]
    )


@pytest.mark.parametrize("d, m", [(1, 3), (4, 64), (6, 100)])
def test_the_mean_is_the_kernel(d, m):
    rng = np.random.default_rng(3)
    X = rng.standard_normal((6, d))
    parts = [draw_structured_rotations(d, m, 0.5, rng) for _ in range(1000)]
    found = np.array([(Z := structured_orthogonal_features(X, part, m)) @ Z.T for part in parts])
    error = found.std(axis=0) / np.sqrt(len(parts))
    assert np.all(np.abs(found.mean(axis=0) - gaussian_kernel(X)) < 4.5 * error + 2e-4)


@pytest.mark.parametrize("d, m", [(16, 64), (64, 40), (100, 300)])  # a whole group; part of one; two and a part
def test_the_noise_is_that_of_uniform_rotations(d, m):
    rng = np.random.default_rng(4)
    X = rng.standard_normal((30, d)) / (1.5 * np.sqrt(d))
    K, p = gaussian_kernel(X), max(1 << (d - 1).bit_length(), SMALLEST)
    k = K[~np.eye(30, dtype=bool)]
    found, expected = squares(X, K, m, 150, rng), orthogonal_feature_variance(k, p, 2 * m).mean()
    assert abs(found.mean() - expected) < 4 * found.std() / np.sqrt(150)
    assert found.mean() < 0.6 * paired_feature_variance(k, k**4, 2 * m).mean()


def test_the_estimator_uses_the_functions_of_the_module(monkeypatch):
    names = structured_orthogonal_features.__globals__
    monkeypatch.setitem(names, "structured_orthogonal_features", lambda X, parts, m: X[:, :1] * m)
    model = StructuredRBFSampler(n_frequencies=3, random_state=0).fit(np.eye(2))
    assert_allclose(model.transform(np.eye(2)), [[3], [0]])


def test_a_number_of_frequencies_that_is_none_is_refused():
    with pytest.raises(ValueError, match="must be an integer >= 1"):
        StructuredRBFSampler(n_frequencies=0).fit(np.eye(3))


@parametrize_with_checks(
    [StructuredRBFSampler(random_state=0), StructuredRBFSampler(gamma="scale", n_frequencies=3, random_state=0)]
)
def test_estimator_contract(estimator, check):
    check(estimator)
