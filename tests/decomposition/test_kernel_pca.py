"""Kernel PCA: PCA itself, PCA of explicit features, Fourier modes on a circle, scikit-learn's KernelPCA."""

import numpy as np
import pytest
import sklearn.decomposition
from numpy.testing import assert_allclose
from scipy.special import iv
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import KernelCenterer
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.decomposition.kernel_pca import (
    KernelPCA,
    centred_kernel,
    centred_test_kernel,
    kernel_components,
    kernel_scores,
)
from abinitio.decomposition.pca import PCA
from abinitio.kernels.functions import gaussian_kernel


def rings(n=60, seed=0):
    rng = np.random.default_rng(seed)
    angle, radius = rng.uniform(0, 2 * np.pi, n), np.where(np.arange(n) < n // 2, 0.3, 1.0)
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.05 * rng.standard_normal((n, 2))


def test_centring_is_that_of_the_features():
    rng = np.random.default_rng(0)
    F, F_test = rng.standard_normal((12, 4)) + 3, rng.standard_normal((5, 4)) - 1
    mean = F.mean(axis=0)
    assert_allclose(centred_kernel(F @ F.T), (F - mean) @ (F - mean).T, atol=1e-12)
    assert_allclose(centred_test_kernel(F_test @ F.T, F @ F.T), (F_test - mean) @ (F - mean).T, atol=1e-12)
    K, K_test = gaussian_kernel(rings(), rings(), 1.0), gaussian_kernel(rings(9, 1), rings(), 1.0)
    assert_allclose(centred_kernel(K).sum(axis=0), 0, atol=1e-13)
    centerer = KernelCenterer().fit(K)
    assert_allclose(centred_kernel(K), centerer.transform(K), atol=1e-14)
    assert_allclose(centred_test_kernel(K_test, K), centerer.transform(K_test), atol=1e-14)


def test_the_linear_kernel_is_pca():
    rng = np.random.default_rng(1)
    X, X_test = rng.standard_normal((40, 5)) * [5, 4, 3, 2, 1] + 2, rng.standard_normal((7, 5))
    kernel, plain = KernelPCA(5).fit(X), PCA(5).fit(X)
    signs = np.sign((kernel.transform(X) * plain.transform(X)).sum(axis=0))
    assert_allclose(kernel.transform(X_test) * signs, plain.transform(X_test), atol=1e-11)
    assert_allclose(kernel.eigenvalues_ / 39, plain.explained_variance_, rtol=1e-11)
    assert KernelPCA().fit(X).eigenvalues_.shape == (5,)  # all there are


def test_a_polynomial_kernel_is_pca_of_its_monomials():
    rng = np.random.default_rng(2)
    X, X_test = rng.standard_normal((30, 2)), rng.standard_normal((6, 2))
    features = lambda X: np.stack([X[:, 0] ** 2, np.sqrt(2) * X[:, 0] * X[:, 1], X[:, 1] ** 2], axis=1)
    kernel = KernelPCA(3, kernel="poly", degree=2, gamma=1.0, coef0=0.0).fit(X)
    plain = PCA(3).fit(features(X))
    assert_allclose(np.abs(kernel.transform(X_test)), np.abs(plain.transform(features(X_test))), atol=1e-11)


def test_the_components_of_a_circle_are_fourier_modes():
    """Even angles: K depends on the difference, so its eigenvectors are cos qθ, sin qθ; n e^(-2γ) I_q(2γ) for many."""
    n, gamma = 40, 0.8
    theta = 2 * np.pi * np.arange(n) / n
    X = np.stack([np.cos(theta), np.sin(theta)], axis=1)
    eigenvalues, vectors = kernel_components(gaussian_kernel(X, X, gamma), 6)
    expected = n * np.exp(-2 * gamma) * iv([1, 1, 2, 2, 3, 3], 2 * gamma)  # q = 0, the constant, is what centring took
    assert_allclose(eigenvalues, expected, rtol=1e-10)
    for q in (1, 2, 3):
        modes = np.stack([np.cos(q * theta), np.sin(q * theta)], axis=1) * np.sqrt(2 / n)
        pair = vectors[:, 2 * q - 2 : 2 * q]
        assert_allclose(pair @ pair.T, modes @ modes.T, atol=1e-10)


def test_scores_keep_the_distances_of_feature_space():
    X = rings()
    K = gaussian_kernel(X, X, 2.0)
    Z = KernelPCA(kernel="rbf", gamma=2.0).fit_transform(X)
    squares = ((Z[:, None] - Z) ** 2).sum(axis=2)
    assert_allclose(squares, 2 - 2 * K, atol=1e-10)  # |φ - φ'|² = k + k' - 2 k(x, x')


def test_scores_of_the_samples_are_the_scaled_eigenvectors():
    X = rings()
    K = gaussian_kernel(X, X, 2.0)
    eigenvalues, A = kernel_components(K, 8)
    assert_allclose(kernel_scores(K, K, eigenvalues, A), A * np.sqrt(eigenvalues), atol=1e-12)
    assert_allclose(A.T @ A, np.eye(8), atol=1e-13)
    assert not kernel_scores(K, K, np.zeros(8), A).any()


def test_concentric_circles_come_apart():
    X = rings(200)
    inner = np.arange(200) < 100
    Z = KernelPCA(2, kernel="rbf", gamma=2.0).fit_transform(X)
    separable = lambda z: z[inner].min() > z[~inner].max() or z[inner].max() < z[~inner].min()
    assert any(separable(Z[:, j]) for j in range(2)) or separable(
        KernelPCA(3, kernel="rbf", gamma=2.0).fit_transform(X)[:, 2]
    )
    assert not any(separable(z) for z in PCA().fit_transform(X).T)


@pytest.mark.parametrize("kernel", ["linear", "rbf", "poly", "sigmoid"])
@pytest.mark.parametrize("k", [None, 3, 12])
def test_equal_to_scikit_learn(kernel, k):
    X, X_test = rings(50) + 0.3, rings(11, 1)
    parameters = {"kernel": kernel, "gamma": 0.7, "degree": 2, "coef0": 0.5}
    ours = KernelPCA(k, **parameters).fit(X)
    theirs = sklearn.decomposition.KernelPCA(k, eigen_solver="dense", **parameters)
    if kernel == "sigmoid" and k is None:  # not a kernel: scikit-learn refuses its negative eigenvalues
        with pytest.raises(ValueError, match="negative eigenvalues"):
            theirs.fit(X)
        return
    theirs.fit(X)
    real = theirs.eigenvalues_ > 1e-9 * theirs.eigenvalues_[0]
    m = real.sum()
    assert_allclose(ours.eigenvalues_[:m], theirs.eigenvalues_[real], rtol=1e-6)
    clear = theirs.eigenvalues_ > 1e-5 * theirs.eigenvalues_[0]
    m = clear.sum()
    assert_allclose(np.abs(ours.eigenvectors_[:, :m]), np.abs(theirs.eigenvectors_[:, clear]), atol=1e-7)
    assert_allclose(np.abs(ours.transform(X_test)[:, :m]), np.abs(theirs.transform(X_test)[:, clear]), atol=1e-7)


def test_the_signs_are_scikit_learns():
    X = rings(50)
    ours, theirs = KernelPCA(4, kernel="rbf"), sklearn.decomposition.KernelPCA(4, kernel="rbf", eigen_solver="dense")
    assert_allclose(ours.fit_transform(X), theirs.fit_transform(X), atol=1e-10)


def test_inverse_transform_is_scikit_learns_and_removes_noise():
    X = rings(80)
    parameters = {"kernel": "rbf", "gamma": 2.0, "alpha": 0.1, "fit_inverse_transform": True}
    ours = KernelPCA(6, **parameters).fit(X)
    theirs = sklearn.decomposition.KernelPCA(6, eigen_solver="dense", **parameters).fit(X)
    Z = theirs.transform(rings(20, 1))
    assert_allclose(ours.inverse_transform(Z), theirs.inverse_transform(Z), atol=1e-8)
    assert_allclose(ours.dual_coef_, theirs.dual_coef_, atol=1e-8)
    with pytest.raises(NotFittedError, match="fit_inverse_transform=True"):
        KernelPCA().fit(X).inverse_transform(X)
    with pytest.raises(ValueError, match="cannot go with kernel = 'precomputed'"):
        KernelPCA(kernel="precomputed", fit_inverse_transform=True).fit(np.eye(3))


def test_a_precomputed_kernel_and_a_function():
    X, X_test = rings(30), rings(8, 1)
    named = KernelPCA(3, kernel="rbf", gamma=2.0).fit(X)
    given = KernelPCA(3, kernel="precomputed").fit(gaussian_kernel(X, X, 2.0))
    called = KernelPCA(3, kernel=gaussian_kernel, kernel_params={"gamma": 2.0}).fit(X)
    assert_allclose(given.transform(gaussian_kernel(X_test, X, 2.0)), named.transform(X_test), atol=1e-10)
    assert_allclose(called.transform(X_test), named.transform(X_test), atol=1e-10)


@pytest.mark.parametrize("k", [0, -2, 1.5, "mle"])
def test_a_number_of_components_that_is_none_is_refused(k):
    with pytest.raises(ValueError, match="must be None or an integer >= 1"):
        KernelPCA(k).fit(rings())


def test_the_estimator_uses_the_functions_of_the_module(monkeypatch):
    X = rings(20)
    monkeypatch.setattr("abinitio.decomposition.kernel_pca.centred_kernel", lambda K: np.diag(np.arange(20.0)))
    assert_allclose(KernelPCA(2).fit(X).eigenvalues_, [19, 18])


@parametrize_with_checks([KernelPCA(), KernelPCA(2, kernel="rbf", fit_inverse_transform=True)])
def test_estimator_contract(estimator, check):
    check(estimator)
