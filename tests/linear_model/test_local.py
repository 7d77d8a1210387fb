"""Locally linear regression: straight lines, least squares as a limit, leave-one-out; the estimator."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model import local
from abinitio.linear_model.local import (
    LocalLinearRegression,
    bandwidth_grid,
    inverse_on_span,
    local_linear,
    local_linear_leave_one_out,
)

TWINS = pytest.mark.parametrize("fit", [local_linear, local_linear.fast], ids=["readable", "fast"])


def by_least_squares(queries, x, y, bandwidth):
    """The definition: scikit-learn's weighted least squares at each query."""
    X, Q = x.reshape(len(x), -1), queries.reshape(len(queries), -1)
    weights = lambda q: np.exp(-((X - q) ** 2).sum(axis=1) / (2 * bandwidth**2))
    return np.array([LinearRegression().fit(X - q, y, sample_weight=weights(q)).intercept_ for q in Q])


def curve(n, d=1, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 3, (n, d)) if d > 1 else rng.uniform(0, 3, n)
    return x, np.sin(3 * x.reshape(n, -1)[:, 0]) + 0.1 * rng.standard_normal(n)


@TWINS
@pytest.mark.parametrize("d", [1, 2, 3])
def test_equals_weighted_least_squares_at_each_query(fit, d):
    x, y = curve(60, d)
    queries = curve(20, d, seed=1)[0]
    for bandwidth in (0.3, 1.0, 5.0):
        assert_allclose(
            fit(queries, x, y, bandwidth), by_least_squares(queries, x, y, bandwidth), rtol=1e-8, atol=1e-10
        )


@TWINS
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), d=st.integers(1, 3), bandwidth=st.floats(0.5, 1e4), beyond=st.floats(0, 2))
def test_straight_lines_are_reproduced_inside_at_the_edge_and_outside(fit, seed, d, bandwidth, beyond):
    rng = np.random.default_rng(seed)
    x, b = rng.uniform(0, 3, (60, d)), rng.standard_normal(d)
    outside = np.full((1, d), 3 + beyond * min(bandwidth, 1.0))  # further out few samples carry weight
    queries = np.vstack([rng.uniform(0, 3, (5, d)), np.zeros((1, d)), outside])
    assert_allclose(fit(queries, x, 2 + x @ b, bandwidth), 2 + queries @ b, atol=1e-5)


@TWINS
@pytest.mark.parametrize("bandwidth", [0.15, 0.5, 1e3])
def test_the_straight_line_through_the_nearest_samples_reaches_far(fit, bandwidth):
    x = np.linspace(0, 1, 11)
    queries = np.array([-1.5, 0.033, 0.5, 3.0])
    assert_allclose(fit(queries, x, 7 - 2 * x, bandwidth), 7 - 2 * queries, rtol=1e-6)


@TWINS
def test_no_bias_at_the_boundary_where_a_local_mean_has_one(fit):
    x = np.linspace(0, 1, 101)
    y = 5 * x
    assert fit(np.zeros(1), x, y, 0.1)[0] == pytest.approx(0, abs=1e-12)
    kernel = np.exp(-(x**2) / (2 * 0.1**2))
    assert kernel @ y / kernel.sum() > 0.3


@TWINS
def test_limits_of_wide_and_of_narrow_kernels(fit):
    x, y = curve(40, 2)
    queries = curve(10, 2, seed=1)[0]
    assert_allclose(fit(queries, x, y, 1e7), LinearRegression().fit(x, y).predict(queries), rtol=1e-9)
    assert_allclose(fit(x, x, y, 1e-5), y, rtol=1e-12)  # every sample sees itself alone
    nearest = np.array([((x - q) ** 2).sum(axis=1).argmin() for q in queries])
    assert_allclose(fit(queries, x, y, 1e-5), y[nearest], rtol=1e-12)


@TWINS
@pytest.mark.parametrize("query", [1e3, -1e6])
def test_far_from_all_samples_the_nearest_decide(fit, query):
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 5.0, 2.0])
    value = fit(np.array([query]), x, y, 0.5)[0]
    assert np.isfinite(value)
    assert value == pytest.approx(y[0] if query < 0 else y[-1])  # e^-500 and less: no slope is left


@TWINS
def test_where_the_distances_are_equal_to_rounding_the_samples_count_alike(fit):
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 5.0, 2.0])
    assert_allclose(fit(np.array([1e20, -1e150]), x, y, 0.5), y.mean())


@TWINS
def test_samples_that_share_a_position_give_their_mean(fit):
    x, y = np.array([1.0, 1.0, 1.0]), np.array([1.0, 2.0, 6.0])
    assert_allclose(fit(np.array([0.0, 1.0, 7.0]), x, y, 0.5), 3.0, rtol=1e-14)
    assert_allclose(fit(np.array([0.0]), x[:1], y[:1], 0.5), 1.0)  # one sample
    plane = np.column_stack([x, np.array([0.0, 1.0, 2.0])])  # no spread along the first feature: no slope along it
    assert_allclose(fit(np.array([[1.0, 0.5], [9.0, 0.5]]), plane, 3 + 2 * plane[:, 1], 100.0), 4.0, rtol=1e-9)


@TWINS
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1e-6, 3.0, 1e5]), st.sampled_from([0.0, -20.0, 1e6]))
def test_units_and_origins(fit, seed, unit, origin):
    x, y = curve(25, seed=seed)
    queries = np.linspace(0, 3, 7)
    expected = fit(queries, x, y, 0.4)
    assert_allclose(fit(unit * queries, unit * x, y, unit * 0.4), expected, rtol=1e-6, atol=1e-9)
    assert_allclose(fit(queries + origin, x + origin, y, 0.4), expected, rtol=1e-4, atol=1e-6)
    assert_allclose(fit(queries, x, unit * y + origin, 0.4), unit * expected + origin, rtol=1e-8, atol=1e-8)


@TWINS
def test_order_of_samples_and_queries_does_not_matter_and_inputs_stay(fit):
    x, y = curve(50)
    queries = np.linspace(-1, 4, 23)
    copies = queries.copy(), x.copy(), y.copy()
    expected, shuffle = fit(queries, x, y, 0.2), np.random.default_rng(3).permutation(50)
    assert_allclose(fit(queries[::-1], x[shuffle], y[shuffle], 0.2), expected[::-1], rtol=1e-9)
    for array, copy in zip((queries, x, y), copies):
        assert_array_equal(array, copy)


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("bandwidth", [0.002, 0.03, 0.3, 3.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_leave_one_out_equals_refitting(d, bandwidth, weighted):
    x, y = curve(40, d)
    s = np.random.default_rng(5).uniform(0.2, 2, 40) if weighted else None
    errors = []
    for i in range(40):
        rest = np.arange(40) != i
        weights = s[rest] if weighted else None
        errors.append(y[i] - local_linear.fast(x[i : i + 1], x[rest], y[rest], bandwidth, weights)[0])
    expected = np.average(np.square(errors), weights=s)
    assert local_linear_leave_one_out(x, y, bandwidth, s) == pytest.approx(expected, rel=1e-6)


def test_leave_one_out_of_a_wide_kernel_is_that_of_least_squares():
    x, y = curve(30)
    design = np.column_stack([np.ones(30), x])
    hat = design @ np.linalg.pinv(design)
    expected = np.mean(((y - hat @ y) / (1 - hat.diagonal())) ** 2)
    assert local_linear_leave_one_out(x, y, 1e6) == pytest.approx(expected, rel=1e-8)


def test_leave_one_out_estimates_the_error_on_new_data():
    sets = 200
    rng = np.random.default_rng(7)
    differences = []
    for _ in range(sets):
        x, new = rng.uniform(0, 3, (2, 60))
        noise = 0.3 * rng.standard_normal((2, 60))
        y, y_new = np.sin(3 * x) + noise[0], np.sin(3 * new) + noise[1]
        error = np.mean((local_linear.fast(new, x, y, 0.2) - y_new) ** 2)
        differences.append(local_linear_leave_one_out(x, y, 0.2) - error)
    assert abs(np.mean(differences)) < 4 * np.std(differences) / np.sqrt(sets)


def test_inverse_on_the_span():
    rng = np.random.default_rng(0)
    A = rng.standard_normal((4, 3, 3))
    S = A @ A.swapaxes(1, 2)
    assert_allclose(inverse_on_span(S, np.zeros((4, 3))), np.linalg.inv(S), rtol=1e-8)
    flat = A[:, :, :2] @ A[:, :, :2].swapaxes(1, 2)  # rank two
    assert_allclose(inverse_on_span(flat, np.zeros((4, 3))), np.linalg.pinv(flat, rcond=1e-12), rtol=1e-6, atol=1e-8)
    assert_array_equal(inverse_on_span(np.full((1, 1, 1), 1e-30), np.array([[1.0]])), [[[0.0]]])


def test_grid_of_bandwidths():
    x = np.linspace(0, 10, 400)
    grid = bandwidth_grid(x)
    assert len(grid) == 20 and np.all(np.diff(grid) > 0)
    assert grid[0] < 3 * (x[1] - x[0]) and grid[-1] == pytest.approx(x.std())
    assert_allclose(bandwidth_grid(1000 * x + 5), 1000 * grid)
    assert_array_equal(bandwidth_grid(np.ones(5), 3), np.ones(3))


def test_the_estimator_chooses_the_bandwidth_by_leave_one_out():
    x, y = curve(200)
    model = LocalLinearRegression().fit(x[:, None], y)
    best = np.argmin([local_linear_leave_one_out(x, y, h) for h in bandwidth_grid(x)])
    assert model.bandwidth_ == pytest.approx(bandwidth_grid(x)[best])
    assert 0 < best < 19
    fine = np.linspace(0.2, 2.8, 100)
    rms = np.sqrt(np.mean((model.predict(fine[:, None]) - np.sin(3 * fine)) ** 2))
    assert rms < 0.06  # the noise is 0.1
    assert model.leave_one_out_.min() == pytest.approx(0.1**2, rel=0.3)


def test_predict_is_the_function_and_float32_stays_float32():
    x, y = curve(80, 2)
    queries = curve(30, 2, seed=1)[0]
    model = LocalLinearRegression(0.5).fit(x, y)
    assert_allclose(model.predict(queries), local_linear(queries, x, y, 0.5), rtol=1e-10, atol=1e-12)
    single = LocalLinearRegression(0.5).fit(x.astype(np.float32), y).predict(queries.astype(np.float32))
    assert single.dtype == np.float32
    assert_allclose(single, model.predict(queries), atol=1e-5)


def test_another_local_linear_is_what_the_estimator_runs(monkeypatch):
    x, y = curve(50)
    model = LocalLinearRegression(0.3).fit(x[:, None], y)
    calls = []

    def mine(queries, x, y, bandwidth):
        calls.append(len(queries))
        return np.full(len(queries), 42.0)

    monkeypatch.setattr(local, "local_linear", mine)
    monkeypatch.setattr(local, "BLOCK", 1000)  # numbers: 20 queries at a time
    assert_array_equal(model.predict(x[:45, None]), 42.0)
    assert calls == [20, 20, 5]
    with pytest.raises(ValueError, match="no sample weights"):
        model.fit(x[:, None], y, np.ones(50)).predict(x[:, None])


def test_weights_are_repetitions():
    x, y = curve(40)
    s = np.random.default_rng(0).integers(0, 4, 40)
    weighted = LocalLinearRegression(0.3).fit(x[:, None], y, s)
    repeated = LocalLinearRegression(0.3).fit(np.repeat(x, s)[:, None], np.repeat(y, s))
    queries = np.linspace(-0.5, 3.5, 30)[:, None]
    assert_allclose(weighted.predict(queries), repeated.predict(queries), rtol=1e-9)


def test_errors_name_the_value():
    x, y = curve(10)
    for bandwidth in (0.0, -1.0, np.inf, np.nan):
        with pytest.raises(ValueError, match="bandwidth"):
            LocalLinearRegression(bandwidth).fit(x[:, None], y)
    with pytest.raises(ValueError, match=r"(?i)zero"):
        LocalLinearRegression(1.0).fit(x[:, None], y, np.zeros(10))


def test_in_pipeline_grid_search_clone_and_joblib():
    x, y = curve(200)
    x = x[:, None]
    model = make_pipeline(StandardScaler(), LocalLinearRegression())
    search = GridSearchCV(model, {"locallinearregression__bandwidth": [0.001, 0.1, 100.0]}).fit(x, y)
    assert search.best_params_["locallinearregression__bandwidth"] == 0.1
    assert clone(LocalLinearRegression(0.2)).bandwidth == 0.2
    tasks = (delayed(clone(LocalLinearRegression(h)).fit)(x, y) for h in (0.3, 0.5))
    first, _ = Parallel(n_jobs=2, prefer="threads")(tasks)
    assert_array_equal(first.predict(x), LocalLinearRegression(0.3).fit(x, y).predict(x))


@parametrize_with_checks([LocalLinearRegression(), LocalLinearRegression(0.7)])
def test_scikit_learns_contract(estimator, check):
    check(estimator)
