"""Principal components: their definition, the least error left, known covariances, scikit-learn's PCA."""

import numpy as np
import pytest
import sklearn.decomposition
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.decomposition.pca import (
    PCA,
    explained_variance_errors,
    principal_components,
    principal_scores,
    probabilistic_log_likelihood,
    reconstruction,
)

tables = given(seed=st.integers(0, 10**6), n=st.integers(2, 20), d=st.integers(1, 12))


def table(seed, n, d):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) + rng.standard_normal(d)


@settings(max_examples=50, deadline=None)
@tables
def test_components_diagonalise_the_covariance(seed, n, d):
    X = table(seed, n, d)
    k = min(n, d)
    V, variances = principal_components(X, k)
    Z = principal_scores(X, X.mean(axis=0), V)
    scale = variances[0] + 1e-300
    assert_allclose(V @ V.T, np.eye(k), atol=1e-12)
    assert_allclose(Z.T @ Z / (n - 1) / scale, np.diag(variances) / scale, atol=1e-12)
    assert np.all(np.diff(variances) <= 0) and variances[-1] >= 0
    assert variances.sum() == pytest.approx(X.var(axis=0, ddof=1).sum(), rel=1e-10)


@settings(max_examples=50, deadline=None)
@tables
def test_what_is_left_is_the_sum_of_the_other_variances_and_no_other_plane_leaves_less(seed, n, d):
    X = table(seed, n, d)
    _, variances = principal_components(X, min(n, d))
    k = max(min(n, d) // 2, 1)
    V, _ = principal_components(X, k)
    mean = X.mean(axis=0)
    left = lambda V: ((X - reconstruction(principal_scores(X, mean, V), mean, V)) ** 2).sum() / (n - 1)
    scale = variances.sum() + 1e-300
    assert_allclose(left(V) / scale, variances[k:].sum() / scale, atol=1e-12)
    other = np.linalg.qr(np.random.default_rng(seed + 1).standard_normal((d, k)))[0].T
    assert left(other) >= left(V) - 1e-12 * scale


def test_points_on_a_line_and_the_reconstruction_from_all_components():
    t = np.array([-2.0, 0.0, 1.0, 5.0])
    V, variances = principal_components(np.outer(t, [3.0, -4.0]) + 7, 2)
    assert_allclose(V[0], [-0.6, 0.8], atol=1e-14)
    assert_allclose(variances, [25 * t.var(ddof=1), 0], atol=1e-13)
    X = table(0, 9, 4)
    V, _ = principal_components(X, 4)
    assert_allclose(reconstruction(principal_scores(X, X.mean(axis=0), V), X.mean(axis=0), V), X, atol=1e-13)


def test_a_known_covariance_is_found_and_the_errors_are_honest():
    """Over many samples: variances scatter as their errors say, with the bias of the second order."""
    rng, n, repeats = np.random.default_rng(1), 400, 300
    true = np.array([9.0, 4.0, 1.0])
    rotation = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    found, errors = np.empty((2, repeats, 3))
    for i in range(repeats):
        X = rng.standard_normal((n, 3)) * np.sqrt(true) @ rotation
        V, found[i] = principal_components(X, 3)
        errors[i] = explained_variance_errors(principal_scores(X, X.mean(axis=0), V))
    assert_allclose(errors.mean(axis=0), true * np.sqrt(2 / n), rtol=0.03)  # Gaussian samples (Anderson)
    assert_allclose(found.std(axis=0), errors.mean(axis=0), rtol=4 / np.sqrt(2 * repeats))
    bias = [sum(a * b / (n * (a - b)) for b in true if b != a) for a in true]  # Lawley's second order
    assert np.all(np.abs(found.mean(axis=0) - true - bias) < 4 * found.std(axis=0) / np.sqrt(repeats))


def test_errors_of_samples_that_are_not_gaussian():
    """Two-valued samples have z² = 1 always: their variance has no error of the first order."""
    rng, repeats, n = np.random.default_rng(2), 400, 500
    errors = [explained_variance_errors(rng.laplace(size=(n, 1)))[0] for _ in range(repeats)]
    scatter = np.std([np.mean(rng.laplace(size=n) ** 2) for _ in range(4000)])
    assert np.mean(errors) == pytest.approx(scatter, rel=0.06)  # kurtosis 6: 5 λ²/n in place of 2 λ²/n
    assert_allclose(explained_variance_errors(rng.choice([-1.0, 1.0], (50, 2))), 0, atol=1e-15)


@pytest.mark.parametrize("shape", [(300, 8), (40, 30), (20, 60), (1000, 5)])
@pytest.mark.parametrize("whiten", [False, True])
@pytest.mark.parametrize("k", [None, 3, 0.8])
def test_equal_to_scikit_learn(shape, whiten, k):
    X = table(3, *shape)
    ours, theirs = PCA(k, whiten=whiten).fit(X), sklearn.decomposition.PCA(k, whiten=whiten, svd_solver="full").fit(X)
    assert ours.n_components_ == theirs.n_components_
    real = (
        theirs.singular_values_ > 1e-10 * theirs.singular_values_[0]
    )  # centring n < d samples leaves n - 1 directions
    assert_allclose(ours.components_[real], theirs.components_[real], atol=1e-8)
    for name in ("explained_variance_", "explained_variance_ratio_", "mean_", "noise_variance_"):
        assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-9, atol=1e-12)
    assert_allclose(ours.singular_values_[real], theirs.singular_values_[real], rtol=1e-9)
    assert_allclose(ours.transform(X)[:, real], theirs.transform(X)[:, real], atol=1e-7)
    Z = theirs.transform(X)
    assert_allclose(ours.inverse_transform(Z), theirs.inverse_transform(Z), atol=1e-8)
    plain = sklearn.decomposition.PCA(k, svd_solver="full").fit(X)  # whitened, its covariance counts the scale twice
    assert_allclose(ours.get_covariance(), plain.get_covariance(), atol=1e-10 * ours.explained_variance_[0])


def test_whitened_scores_have_unit_variance_and_go_back():
    X = table(4, 200, 5)
    model = PCA(whiten=True).fit(X)
    assert_allclose(np.cov(model.transform(X), rowvar=False), np.eye(5), atol=1e-10)
    assert_allclose(model.inverse_transform(model.transform(X)), X, atol=1e-11)


@pytest.mark.parametrize("k", [1, 3, 6])
def test_the_likelihood_is_that_of_the_gaussian(k):
    X = table(5, 80, 6)
    model = PCA(k).fit(X)
    expected = multivariate_normal(model.mean_, model.get_covariance()).logpdf(X)
    assert_allclose(model.score_samples(X), expected, rtol=1e-8)
    assert model.score(X) == pytest.approx(sklearn.decomposition.PCA(k).fit(X).score(X), rel=1e-9)
    if k == 6:  # the maximum over all Gaussians, but for n-1 in place of n
        worse = multivariate_normal(model.mean_, 1.3 * model.get_covariance()).logpdf(X)
        assert model.score(X) > worse.mean()


def test_the_likelihood_has_an_optimal_noise_variance():
    """Tipping and Bishop: the mean of the variances left out maximises it (with 1/n)."""
    X = table(6, 50, 5)
    mean, (V, variances) = X.mean(axis=0), principal_components(X, 5)
    variances *= 49 / 50
    Z, best = principal_scores(X, mean, V[:2]), variances[2:].mean()
    rest = ((X - mean) ** 2).sum(axis=1) - (Z**2).sum(axis=1)
    total = lambda noise: probabilistic_log_likelihood(Z, rest, variances[:2], noise, 5).sum()
    assert total(best) > max(total(0.99 * best), total(1.01 * best))
    slope = (total(best * (1 + 1e-5)) - total(best * (1 - 1e-5))) / 2e-5
    assert abs(slope) < 1e-4


def test_no_noise_variance_has_no_likelihood():
    with pytest.raises(ValueError, match="the noise variance is 0 with 4 components of 9 features"):
        model = PCA(4).fit(np.repeat(np.eye(5, 9), 2, axis=0))
        model.noise_variance_ = 0.0
        model.score(np.eye(5, 9))


@pytest.mark.parametrize("k", [0, 6, -1, 1.5, "mle", True + 0.0])
def test_a_number_of_components_that_is_none_is_refused(k):
    with pytest.raises(ValueError, match="must be None, an integer from 1 to"):
        PCA(k).fit(table(7, 10, 5))


def test_float32_stays_float32():
    X = table(8, 500, 6).astype(np.float32)
    model, double = PCA(3).fit(X), PCA(3).fit(X.astype(float))
    assert {getattr(model, name).dtype for name in vars(model) if np.ndim(getattr(model, name))} == {np.dtype("f4")}
    assert model.transform(X).dtype == np.float32
    assert_allclose(model.explained_variance_, double.explained_variance_, rtol=1e-5)
    assert_allclose(np.abs(model.transform(X)), np.abs(double.transform(X)), atol=1e-4 * np.sqrt(X.var() * 6))


def test_the_estimator_uses_the_functions_of_the_module(monkeypatch):
    X = table(9, 30, 3)
    monkeypatch.setattr("abinitio.decomposition.pca.principal_components", lambda X, k: (np.eye(3)[:k], np.ones(k)))
    assert_allclose(PCA(2).fit(X).transform(X), (X - X.mean(axis=0))[:, :2])


@parametrize_with_checks([PCA(), PCA(n_components=1, whiten=True), PCA(n_components=0.9)])
def test_estimator_contract(estimator, check):
    check(estimator)
