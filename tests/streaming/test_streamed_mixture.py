"""EM by passes against EM in memory, step by step; stepwise EM against the maximum; far origins; the contract."""

from itertools import islice

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.data import ArrayRows
from abinitio.density import GaussianMixture
from abinitio.density.mixture import expectation_maximisation
from abinitio.streaming import streamed_mixture
from abinitio.streaming.moments import Moments
from abinitio.streaming.streamed_mixture import (
    StreamedGaussianMixture,
    gaussians_of_moments,
    merge_mixture_sums,
    mixture_sums_of,
)

KINDS = pytest.mark.parametrize("kind", ["full", "tied", "diag", "spherical"])


@parametrize_with_checks([StreamedGaussianMixture(random_state=0)])
def test_scikit_learn_s_checks(estimator, check):
    check(estimator)


def groups(n, seed=0):
    """Three groups in the plane, of different shapes."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    X = rng.standard_normal((n, 2)) * np.array([[1, 1], [0.5, 2], [1.5, 0.3]])[labels]
    return X + np.array([[0, 0], [4, 0], [0, 4]])[labels]


def start(X, kind):
    shape = {"full": (3, 2, 2), "tied": (2, 2), "diag": (3, 2), "spherical": (3,)}[kind]
    precisions = np.ones(shape) if kind in ("diag", "spherical") else np.broadcast_to(np.eye(2), shape)
    return {"means_init": X[:3], "weights_init": [0.2, 0.3, 0.5], "precisions_init": precisions}


@KINDS
@pytest.mark.parametrize("shift", [0.0, 1e5])
def test_from_the_same_start_the_passes_are_steps_of_em(kind, shift):
    X = groups(1500) + shift
    settings = {"covariance_type": kind, "tol": 1e-7, "max_iter": 1000, **start(X, kind)}
    ours = StreamedGaussianMixture(3, **settings).fit_rows(ArrayRows(X), memory=15_000)
    theirs = GaussianMixture(3, **settings).fit(X)
    assert ours.n_iter_ == theirs.n_iter_ > 10 and ours.converged_
    assert_allclose(ours.lower_bounds_, theirs.lower_bounds_, rtol=1e-8)
    assert np.all(np.diff(ours.lower_bounds_) > -1e-10)
    assert_allclose(ours.means_ - shift, theirs.means_ - shift, rtol=1e-7, atol=1e-7)
    for name in ("weights_", "covariances_", "precisions_"):
        assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-7, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("fast", [True, False])
def test_every_step_is_that_of_em_in_memory(fast, monkeypatch):
    X, sums_of = groups(700, seed=1), mixture_sums_of.fast if fast else mixture_sums_of
    parameters = np.full(3, 1 / 3), X[:3], np.broadcast_to(np.eye(2), (3, 2, 2))
    for *expected, value in islice(expectation_maximisation(X, *parameters, 1e-6), 20):
        sums = merge_mixture_sums(*(sums_of(part, *parameters) for part in (X[:100], X[100:])))
        assert sums.log_likelihood / 700 == pytest.approx(value, rel=1e-8)
        parameters = gaussians_of_moments(sums.moments, 1e-6)
        for a, b in zip(parameters, expected):
            assert_allclose(a, b, rtol=1e-8, atol=1e-9)


def test_from_a_sample_few_passes_are_left_and_jobs_give_the_same_bits(monkeypatch):
    monkeypatch.setattr(streamed_mixture, "SAMPLE", 4000)
    X = groups(8000, seed=2).astype(np.float32)
    settings = {"tol": 1e-6, "random_state": 0, "max_iter": 50}
    with joblib.parallel_config("threading"):
        fits = [StreamedGaussianMixture(3, **settings).fit_rows(ArrayRows(X), memory=50_000, jobs=j) for j in (1, 2)]
    assert_array_equal(fits[0].means_, fits[1].means_)
    assert_array_equal(fits[0].covariances_, fits[1].covariances_)
    exact = GaussianMixture(3, **settings).fit(X)
    assert fits[0].score(X) == pytest.approx(exact.score(X), abs=1e-5)
    assert fits[0].n_iter_ < 20 and fits[0].n_features_in_ == 2


def test_stepwise_em_comes_close_to_the_maximum():
    """m samples leave p parameters p/2m nats below the maximum, a running mean with the share γ does γ/2 of that."""
    X = groups(50_000, seed=3)
    model = StreamedGaussianMixture(3, random_state=0)
    values = [model.partial_fit(part).lower_bound_ for part in np.array_split(X, 100)]
    best = GaussianMixture(3, random_state=0, tol=1e-7, max_iter=500).fit(X).score(X)
    assert len(values) == 100
    assert -1e-9 <= best - model.score(X) < 4 * (17 / 2 / 500) * 100**-0.6 / 2


def test_one_component_and_one_without_samples():
    X = groups(400, seed=4)
    model = StreamedGaussianMixture(1, reg_covar=0.0).fit_rows(ArrayRows(X), memory=3000)
    assert_allclose(model.means_[0], X.mean(axis=0), rtol=1e-12)
    assert_allclose(model.covariances_[0], np.cov(X.T, ddof=0), rtol=1e-12)
    empty = Moments(np.array([4.0, 0.0]), np.array([[2.0], [0.0]]), np.array([[[8.0]], [[0.0]]]))
    weights, means, covariances = gaussians_of_moments(empty)
    assert weights.tolist() == [1, 0] and means.ravel().tolist() == [2, 2] and covariances.ravel().tolist() == [2, 2]


def test_too_few_passes_are_told():
    with pytest.warns(ConvergenceWarning, match="2 passes did not converge"):
        StreamedGaussianMixture(2, max_iter=2, tol=0.0, random_state=0).fit_rows(ArrayRows(groups(300)))


def test_fit_begins_anew():
    X = groups(600, seed=5)
    model = StreamedGaussianMixture(2, random_state=0).fit(X).partial_fit(X[:300])
    first = model.means_.copy()
    assert_array_equal(model.fit(X).partial_fit(X[:300]).means_, first)
