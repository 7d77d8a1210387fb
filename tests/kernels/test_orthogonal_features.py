"""Orthogonal random features: uniform rotations, lengths of Gaussian vectors, an unbiased kernel with less noise."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import beta, chi2, kstest, norm
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.feature_error import kernel_error, orthogonal_feature_variance
from abinitio.kernels.fourier_features import RBFSampler
from abinitio.kernels.orthogonal_features import OrthogonalRBFSampler, orthogonal_frequencies, random_rotation


def test_rotations_are_orthogonal_and_uniform():
    rng = np.random.default_rng(0)
    Q = np.array([random_rotation(5, rng) for _ in range(4000)])
    assert_allclose(Q @ Q.transpose(0, 2, 1), np.broadcast_to(np.eye(5), Q.shape), atol=1e-13)
    for entry in (Q[:, 0, 0], Q[:, 4, 4], Q[:, 2, 3]):  # u² of a uniform direction: Beta(1/2, (d-1)/2), either sign
        assert kstest(entry**2, beta(0.5, 2).cdf).pvalue > 1e-3
        assert abs(np.mean(entry > 0) - 0.5) < 4 * 0.5 / np.sqrt(4000)
    trace = np.trace(Q, axis1=1, axis2=2)  # Haar: mean 0, variance 1; the bare factor of QR has neither
    assert abs(trace.mean()) < 4 / np.sqrt(4000) and abs(trace.var() - 1) < 4 * np.sqrt(2 / 4000)
    assert abs(np.mean(np.linalg.det(Q) > 0) - 0.5) < 4 * 0.5 / np.sqrt(4000)


@pytest.mark.parametrize("d, D", [(4, 10), (3, 2), (1, 3), (5, 5)])
def test_groups_are_orthogonal(d, D):
    W = orthogonal_frequencies(d, D, 0.7, np.random.default_rng(1))
    assert W.shape == (d, D)
    for start in range(0, D, d):
        products = W[:, start : start + d].T @ W[:, start : start + d]
        assert_allclose(products, np.diag(products.diagonal()), atol=1e-12)


def test_every_frequency_is_gaussian():
    rng = np.random.default_rng(2)
    W = np.array([orthogonal_frequencies(3, 4, 0.7, rng) for _ in range(3000)])
    assert kstest(W[:, 1, 2], norm(scale=np.sqrt(1.4)).cdf).pvalue > 1e-3
    squares = (W**2).sum(axis=1) / 1.4
    assert kstest(squares[:, 0], chi2(3).cdf).pvalue > 1e-3
    correlation = np.corrcoef(squares.T)
    assert np.abs(correlation - np.eye(4)).max() < 5 / np.sqrt(3000)  # lengths are independent


def test_less_noise_than_independent_frequencies_and_as_much_as_predicted():
    rng = np.random.default_rng(3)
    X = 0.3 * rng.standard_normal((40, 8))
    K = np.exp(-0.5 * ((X[:, None] - X) ** 2).sum(axis=2))
    squares = {}
    for sampler, size in ((RBFSampler, {"n_components": 64}), (OrthogonalRBFSampler, {"n_frequencies": 32})):
        models = [sampler(gamma=0.5, random_state=seed, **size).fit(X) for seed in range(60)]
        squares[sampler] = np.array([kernel_error(model.transform(X), K) ** 2 for model in models])
    ours = squares[OrthogonalRBFSampler]
    predicted = orthogonal_feature_variance(K[~np.eye(40, dtype=bool)], 8, 64).mean()
    assert abs(ours.mean() - predicted) < 4 * ours.std() / np.sqrt(60)
    assert ours.mean() < squares[RBFSampler].mean() / 3


def test_the_estimator_uses_the_functions_of_the_modules(monkeypatch):
    monkeypatch.setattr("abinitio.kernels.orthogonal_features.paired_fourier_features", lambda X, W: 2 * X @ W)
    model = OrthogonalRBFSampler(n_frequencies=2, random_state=0).fit(np.eye(2))
    assert_allclose(model.transform(np.eye(2)), 2 * model.random_weights_)


@parametrize_with_checks([OrthogonalRBFSampler(random_state=0)])
def test_estimator_contract(estimator, check):
    check(estimator)
