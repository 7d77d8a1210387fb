"""The Nyström approximation: a projection, exact on the landmarks and for kernels of finite rank, scikit-learn's."""

import numpy as np
import pytest
import sklearn.kernel_approximation
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.functions import gaussian_kernel
from abinitio.kernels.nystroem import Nystroem, inverse_square_root, nystroem_kernel


def samples(n=40, d=3, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), m=st.integers(1, 12), d=st.integers(1, 6))
def test_the_approximation_is_the_projection_on_the_landmarks_images(seed, m, d):
    """With features F the projection on the span of F[:m] is Q Qᵀ, and K̃ = F Q Qᵀ Fᵀ."""
    F = samples(20, d, seed)
    K, Q = F @ F.T, np.linalg.qr(F[:m].T)[0]
    approximation = nystroem_kernel(K[:, :m], K[:m, :m])
    if np.linalg.cond(F[:m]) < 1e3:
        assert_allclose(approximation, (F @ Q) @ (F @ Q).T, atol=1e-8 * K.max())
    assert np.linalg.eigvalsh(K - approximation).min() > -1e-6 * K.max()


def test_what_is_left_is_positive_vanishes_on_the_landmarks_and_falls_with_their_number():
    X = samples()
    K = gaussian_kernel(X, X, 0.3)
    left = []
    for m in (1, 5, 10, 20, 40):
        rest = K - nystroem_kernel(K[:, :m], K[:m, :m])
        left.append(np.trace(rest))
        assert np.linalg.eigvalsh(rest).min() > -1e-9
        assert np.abs(rest[:m]).max() < 1e-9
    assert np.all(np.diff(left) < 0) and abs(left[-1]) < 1e-9
    eigenvalues = np.linalg.eigvalsh(K)[::-1]
    assert all(a > b for a, b in zip(left, np.sum(eigenvalues) - np.cumsum(eigenvalues)[[0, 4, 9, 19]]))  # PCA is best


def test_redundant_landmarks_do_no_harm():
    X = samples(30, 2)
    twice = np.vstack([X[:5], X[:5]])
    K = lambda A, B: A @ B.T
    assert_allclose(nystroem_kernel(K(X, twice), K(twice, twice)), K(X, X), atol=1e-12)
    R = inverse_square_root(K(twice, twice))
    projection = R @ K(twice, twice) @ R
    assert_allclose(projection @ projection, projection, atol=1e-10)
    assert np.trace(projection) == pytest.approx(2)
    assert not inverse_square_root(np.zeros((3, 3))).any()


@pytest.mark.parametrize("kernel", ["rbf", "linear", "poly", "laplacian"])
def test_features_are_scikit_learns_with_its_landmarks(kernel):
    X, X_test = samples(60, 8), samples(9, 8, 1)
    theirs = sklearn.kernel_approximation.Nystroem(kernel, gamma=0.2, n_components=6, random_state=0).fit(X)
    ours = Nystroem(kernel, gamma=0.2, n_components=6, random_state=0).fit(theirs.components_)  # in some order
    expected = theirs.transform(X_test)
    assert_allclose(ours.transform(X_test) @ ours.transform(X).T, expected @ theirs.transform(X).T, atol=1e-9)
    back = np.argsort(ours.component_indices_)
    assert_allclose(ours.transform(X_test)[:, back], expected, atol=1e-8)  # the symmetric root is unique
    assert_allclose(ours.normalization_[np.ix_(back, back)], theirs.normalization_, rtol=1e-7, atol=1e-8)


def test_landmarks_are_samples_drawn_without_repetition():
    X = samples(50)
    model = Nystroem(n_components=30, random_state=3).fit(X)
    assert len(set(model.component_indices_)) == 30
    assert_array_equal(model.components_, X[model.component_indices_])
    counts = np.zeros(10)
    for seed in range(2000):
        counts[Nystroem(n_components=3, random_state=seed).fit(X[:10]).component_indices_] += 1
    assert np.abs(counts / 2000 - 0.3).max() < 4 * np.sqrt(0.3 * 0.7 / 2000)


def test_all_samples_as_landmarks_are_the_kernel():
    X = samples(30)
    Z = Nystroem("rbf", gamma=0.5, n_components=1000, random_state=0).fit_transform(X)
    assert_allclose(Z @ Z.T, gaussian_kernel(X, X, 0.5), atol=1e-7)


def test_a_precomputed_kernel_and_a_function():
    X, X_test = samples(30), samples(7, seed=1)
    named = Nystroem(gamma=0.5, n_components=8, random_state=0).fit(X)
    called = Nystroem(gaussian_kernel, kernel_params={"gamma": 0.5}, n_components=8, random_state=0).fit(X)
    given_ = Nystroem("precomputed", n_components=8, random_state=0).fit(gaussian_kernel(X, X, 0.5))
    expected = named.transform(X_test)
    assert_allclose(called.transform(X_test), expected, atol=1e-9)
    assert_allclose(given_.transform(gaussian_kernel(X_test, X, 0.5)), expected, atol=1e-9)


def test_bad_parameters_are_refused():
    with pytest.raises(ValueError, match="gamma = -1"):
        Nystroem(gamma=-1).fit(samples())
    with pytest.raises(ValueError, match="must be an integer >= 1"):
        Nystroem(n_components=0).fit(samples())
    with pytest.raises(ValueError, match="kernel = 'cosine' must be one of"):
        Nystroem("cosine").fit(samples())


@parametrize_with_checks([Nystroem(n_components=5, random_state=0)])
def test_estimator_contract(estimator, check):
    check(estimator)
