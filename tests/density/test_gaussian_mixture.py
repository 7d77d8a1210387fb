"""The estimator against scikit-learn's from the same start, a mixture that is known, and awkward data."""

import numpy as np
import pytest
import sklearn.mixture
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.density.gaussian_mixture import GaussianMixture

KINDS = pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])


def groups(seed, n=400):
    """Three groups in the plane, of different shapes."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    X = rng.standard_normal((n, 2)) * np.array([[1, 1], [0.5, 2], [1.5, 0.3]])[labels]
    return X + np.array([[0, 0], [6, 0], [0, 6]])[labels], labels


@KINDS
def test_from_the_same_start_everything_is_scikit_learns(kind):
    X, _ = groups(0)
    shape = {"full": (3, 2, 2), "tied": (2, 2), "diag": (3, 2), "spherical": (3,)}[kind]
    precisions = np.ones(shape) if kind in ("diag", "spherical") else np.broadcast_to(np.eye(2), shape)
    settings = {"means_init": X[:3], "weights_init": [0.2, 0.3, 0.5], "precisions_init": precisions}
    settings |= {"covariance_type": kind, "tol": 1e-7, "max_iter": 2000}
    ours, theirs = (cls(3, **settings).fit(X) for cls in (GaussianMixture, sklearn.mixture.GaussianMixture))
    assert ours.n_iter_ == theirs.n_iter_ and ours.converged_
    for name in ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_", "lower_bounds_"):
        assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-7, atol=1e-9, err_msg=name)
    for method in ("score_samples", "predict_proba", "predict", "bic", "aic", "score"):
        assert_allclose(getattr(ours, method)(X), getattr(theirs, method)(X), rtol=1e-8, atol=1e-8, err_msg=method)


@KINDS
def test_the_mixture_that_made_the_samples_is_found(kind):
    X, labels = groups(1, 3000)
    model = GaussianMixture(3, covariance_type=kind, random_state=0, n_init=2).fit(X)
    order = [int(np.argmin(((model.means_ - centre) ** 2).sum(axis=1))) for centre in ([0, 0], [6, 0], [0, 6])]
    assert sorted(order) == [0, 1, 2]
    assert_allclose(model.means_[order], [[0, 0], [6, 0], [0, 6]], atol=4 * 2 / np.sqrt(1000))
    assert np.mean(np.argsort(order)[model.predict(X)] == labels) > 0.97
    if kind == "full":
        assert_allclose(model.covariances_[order[1]], [[0.25, 0], [0, 4]], atol=4 * 4 * np.sqrt(2 / 1000))


def test_bic_finds_the_number_of_groups():
    X, _ = groups(2, 1500)
    values = [GaussianMixture(k, random_state=0).fit(X).bic(X) for k in range(1, 6)]
    assert np.argmin(values) == 2


@pytest.mark.parametrize("init", ["kmeans", "k-means++", "random_from_data", "random"])
def test_every_start_climbs(init):
    X, _ = groups(3)
    model = GaussianMixture(3, init_params=init, random_state=1, max_iter=500).fit(X)
    assert np.all(np.diff(model.lower_bounds_) > -1e-9)
    assert model.lower_bound_ > GaussianMixture(1).fit(X).lower_bound_


def test_equal_samples_scales_and_too_many_components():
    X = np.repeat([[0.0, 0.0], [5.0, 5.0]], 10, axis=0)
    model = GaussianMixture(4, random_state=0).fit(X)  # two of the components have nothing to do
    assert np.isfinite(model.score(X))
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    Z, _ = groups(4)
    near, scaled = (GaussianMixture(3, reg_covar=0, random_state=0, means_init=Z[:3] * s) for s in (1, 1e6))
    assert_array_equal(near.fit(Z).predict(Z), scaled.fit(Z * 1e6).predict(Z * 1e6))
    with pytest.raises(ValueError, match="reg_covar"):
        GaussianMixture(2, reg_covar=0, random_state=0).fit(X)


def test_draws_are_sorted_by_component_and_repeat():
    model = GaussianMixture(3, random_state=5).fit(groups(5)[0])
    X, labels = model.sample(4000)
    assert X.shape == (4000, 2) and np.all(np.diff(labels) >= 0)
    assert_array_equal(X, model.sample(4000)[0])
    shares = np.bincount(labels, minlength=3) / 4000
    assert np.all(np.abs(shares - model.weights_) < 4 * np.sqrt(model.weights_ / 4000))
    gap = model.score(X) - model.score(model.sample(2000)[0])
    assert abs(gap) < 4 * model.score_samples(X).std() / np.sqrt(2000)


def test_what_is_wrong_is_named():
    X, _ = groups(6, 20)
    for settings, word in [
        ({"covariance_type": "round"}, "round"),
        ({"n_components": 21}, "21"),
        ({"n_components": 2, "means_init": np.zeros((3, 2))}, "means_init"),
        ({"n_components": 2, "weights_init": [0.5, 0.6]}, "weights_init"),
        ({"init_params": "best"}, "best"),
        ({"max_iter": 0}, "max_iter"),
    ]:
        with pytest.raises(ValueError, match=word):
            GaussianMixture(**settings).fit(X)
    with pytest.warns(ConvergenceWarning, match="max_iter"):
        GaussianMixture(3, max_iter=1, random_state=0).fit(X)


@parametrize_with_checks([GaussianMixture(), GaussianMixture(2, covariance_type="diag", reg_covar=1e-3)])
def test_estimator_contract(estimator, check):
    check(estimator)
