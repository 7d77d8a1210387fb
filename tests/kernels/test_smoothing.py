"""Kernel smoothing: exact symmetric cases, both limits of the bandwidth, its bias, leave-one-out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.neighbors import KNeighborsRegressor
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels import smoothing
from abinitio.kernels.functions import gaussian_kernel
from abinitio.kernels.smoothing import KernelSmoother, nadaraya_watson, nadaraya_watson_leave_one_out
from abinitio.linear_model.local import local_linear

cases = given(seed=st.integers(0, 10**6), n=st.integers(2, 20), d=st.integers(1, 3), bandwidth=st.floats(0.01, 1e3))


@settings(max_examples=40, deadline=None)
@cases
def test_weights_are_shares_and_the_curve_never_overshoots(seed, n, d, bandwidth):
    rng = np.random.default_rng(seed)
    X, Q, y = rng.standard_normal((n, d)), 10 * rng.standard_normal((7, d)), rng.standard_normal(n)
    W = nadaraya_watson(Q, X, np.eye(n), bandwidth)  # the smooth curves of the samples' indicators
    assert_allclose(W.sum(axis=1), 1, rtol=1e-13)
    assert W.min() >= 0
    curve = nadaraya_watson(Q, X, y, bandwidth)
    assert np.all((curve >= y.min() - 1e-12) & (curve <= y.max() + 1e-12))
    assert_allclose(nadaraya_watson(Q + 5, X + 5, 3 * y + 1, bandwidth), 3 * curve + 1, rtol=1e-6, atol=1e-6)


def test_the_ratio_of_sums_where_nothing_underflows():
    rng = np.random.default_rng(0)
    X, Q, Y = rng.standard_normal((30, 2)), rng.standard_normal((6, 2)), rng.standard_normal((30, 3))
    K = gaussian_kernel(Q, X, 1 / (2 * 0.6**2))
    assert_allclose(nadaraya_watson(Q, X, Y, 0.6), K @ Y / K.sum(axis=1, keepdims=True), rtol=1e-11)


def test_limits_of_the_bandwidth():
    rng = np.random.default_rng(1)
    X, Q, y = rng.uniform(size=(40, 2)), rng.uniform(-1, 2, (9, 2)), rng.standard_normal(40)
    nearest = KNeighborsRegressor(1).fit(X, y).predict(Q)
    assert_allclose(nadaraya_watson(Q, X, y, 1e-4), nearest, rtol=1e-12)
    assert_allclose(nadaraya_watson(Q, X, y, 1e5), y.mean(), rtol=1e-6)


def test_bias_on_a_line_at_the_edge_and_on_a_parabola_inside():
    """On a fine grid the mean over half a Gaussian is h sqrt(2 / pi) off the edge; inside, x² is off by h²."""
    x, h = np.linspace(-1, 1, 20_001)[:, None], 0.05
    lag = nadaraya_watson(np.array([[-1.0]]), x, x[:, 0], h)[0] + 1
    assert lag == pytest.approx(h * np.sqrt(2 / np.pi), rel=2e-3)
    assert nadaraya_watson(np.array([[0.2]]), x, x[:, 0] ** 2, h)[0] - 0.04 == pytest.approx(h**2, rel=1e-6)
    assert local_linear(np.array([[-1.0]]), x, x[:, 0], h)[0] == pytest.approx(-1, abs=1e-9)  # a line has no bias


@settings(max_examples=30, deadline=None)
@cases
def test_leave_one_out_leaves_out_one(seed, n, d, bandwidth):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    errors = []
    for i in range(n):
        rest = np.arange(n) != i
        errors.append(y[i] - nadaraya_watson(X[i : i + 1], X[rest], y[rest], bandwidth)[0])
    assert_allclose(nadaraya_watson_leave_one_out(X, y, bandwidth), np.mean(np.square(errors)), rtol=1e-6)


def test_blocks_do_not_matter(monkeypatch):
    rng = np.random.default_rng(2)
    X, Y = rng.standard_normal((50, 2)), rng.standard_normal((50, 2))
    model, error = KernelSmoother(0.3).fit(X, Y), nadaraya_watson_leave_one_out(X, Y, 0.3)
    whole = model.predict(X)
    monkeypatch.setattr(smoothing, "BLOCK", 60)
    assert_allclose(model.predict(X), whole, rtol=1e-11)
    assert nadaraya_watson_leave_one_out(X, Y, 0.3) == pytest.approx(error, rel=1e-11)


def test_the_estimator_chooses_the_bandwidth_and_uses_the_function(monkeypatch):
    rng = np.random.default_rng(3)
    x = rng.uniform(size=(150, 1))
    y = np.sin(9 * x[:, 0]) + 0.1 * rng.standard_normal(150)
    model = KernelSmoother().fit(x, y)
    assert model.bandwidth_ == model.bandwidths_[np.argmin(model.leave_one_out_)] and 0 < model.bandwidth_ < 0.1
    q = np.linspace(0.1, 0.9, 30)[:, None]
    assert np.sqrt(np.mean((model.predict(q) - np.sin(9 * q[:, 0])) ** 2)) < 0.1
    assert model.predict(q.astype(np.float32)).dtype == np.float32
    monkeypatch.setattr(smoothing, "nadaraya_watson", lambda queries, X, y, bandwidth: bandwidth * queries[:, 0])
    assert_allclose(KernelSmoother(2.0).fit(x, y).predict(q), 2 * q[:, 0])


@pytest.mark.parametrize("bandwidth", [0, -1, np.inf, np.nan])
def test_a_bandwidth_that_is_none_is_refused(bandwidth):
    with pytest.raises(ValueError, match="must be a positive number"):
        KernelSmoother(bandwidth).fit(np.eye(3), np.ones(3))


@parametrize_with_checks([KernelSmoother(), KernelSmoother(1.0)])
def test_estimator_contract(estimator, check):
    check(estimator)
