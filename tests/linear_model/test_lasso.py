"""The lasso: soft threshold, conditions of optimality, duality gap, one sweep, the path; then scikit-learn."""

import warnings

import numpy as np
import pytest
import sklearn.linear_model
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model.lasso import (
    Lasso,
    alpha_max,
    coordinate_sweep,
    duality_gap,
    lasso_coefficients,
    lasso_objective,
    lasso_path,
)
from abinitio.optimize.proximal import soft_threshold

problems = given(seed=st.integers(0, 10**6), n=st.integers(2, 25), d=st.integers(1, 30), share=st.floats(0.01, 1.2))


def problem(seed, n, d):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) @ (np.eye(d) + 0.3 * rng.standard_normal((d, d)) / np.sqrt(d))
    y = X[:, : min(3, d)].sum(axis=1) + rng.standard_normal(n)
    return X - X.mean(axis=0), y - y.mean()


def optimality(w, X, y, alpha):
    """Largest violation, over alpha, of x_j'r/n = alpha sign(w_j), or of |x_j'r/n| <= alpha where w_j = 0."""
    pull = X.T @ (y - X @ w) / len(y)
    wrong = np.where(w != 0, np.abs(pull - alpha * np.sign(w)), np.maximum(np.abs(pull) - alpha, 0))
    return wrong.max() / alpha


@pytest.mark.parametrize("alpha", [0.01, 0.2, 1.0])
def test_orthonormal_design_is_a_soft_threshold(alpha):
    rng = np.random.default_rng(0)
    n, d = 50, 8
    X = np.linalg.qr(rng.standard_normal((n, d)))[0] * np.sqrt(n)  # X'X/n = 1
    y = rng.standard_normal(n) + X @ rng.standard_normal(d)
    expected = soft_threshold(X.T @ y / n, alpha)
    assert_allclose(lasso_coefficients(X, y, alpha), expected, rtol=1e-12, atol=1e-13)
    assert_allclose(coordinate_sweep(np.zeros(d), X, y, alpha), expected, rtol=1e-12, atol=1e-13)  # one sweep is enough


@settings(max_examples=40, deadline=None)
@problems
def test_conditions_of_optimality_and_the_gap(seed, n, d, share):
    X, y = problem(seed, n, d)
    alpha = share * alpha_max(X, y)
    w = lasso_coefficients(X, y, alpha, tol=1e-13, max_iter=10**5)
    assert optimality(w, X, y, alpha) < 1e-5
    gap = duality_gap(w, X, y, alpha)
    assert -1e-12 * (y @ y) <= gap <= 1e-10 * (y @ y)
    assert np.count_nonzero(w) <= min(n - 1, d)
    if share >= 1:  # at alpha_max itself, which of two sums rounds up decides
        assert_allclose(w, 0, atol=1e-14 * np.linalg.norm(y) / np.sqrt((X**2).sum(axis=0).min()) * (share == 1))
    elif share < 0.99:
        assert np.any(w != 0)


@settings(max_examples=40, deadline=None)
@problems
def test_the_gap_bounds_the_excess_everywhere(seed, n, d, share):
    X, y = problem(seed, n, d)
    alpha = share * alpha_max(X, y)
    w_best = lasso_coefficients(X, y, alpha, tol=1e-13, max_iter=10**5)
    for w in (np.zeros(d), w_best + 0.1, np.random.default_rng(seed).standard_normal(d)):
        excess = lasso_objective(w, X, y, alpha) - lasso_objective(w_best, X, y, alpha)
        assert excess >= -1e-10 * (y @ y)
        assert duality_gap(w, X, y, alpha) >= excess - 1e-9 * (y @ y)


def test_gap_of_the_exact_answer_and_of_a_residual_of_zero():
    X, y = np.array([[1.0], [-1.0]]), np.array([3.0, -3.0])
    assert duality_gap(np.array([2.0]), X, y, 1.0) == pytest.approx(0, abs=1e-15)
    # w = 3 leaves no residual, so theta = 0, D = 0 and the gap is F(3) = 3
    assert duality_gap(np.array([3.0]), X, y, 1.0) == pytest.approx(3.0)
    assert duality_gap(np.array([0.0]), X, y, 4.0) == pytest.approx(0, abs=1e-15)  # alpha > alpha_max: zero is optimal
    # scaled down to |x'theta| = 1: theta = r/3 = (1, -1)/2, D = 3 - 1/2, F = 9/2
    assert duality_gap(np.array([0.0]), X, y, 1.0) == pytest.approx(2.0)


def test_a_sweep_minimises_over_one_coefficient_after_the_other():
    X, y = problem(3, 15, 4)
    alpha, w = 0.1, np.array([1.0, -2.0, 0.0, 0.5])
    grid = np.linspace(-4, 4, 80_001)
    step_by_step = w.copy()
    for j in range(4):
        others = step_by_step.copy()
        others[j] = 0
        r = y - X @ others
        values = ((r[:, None] - np.outer(X[:, j], grid[::100])) ** 2).mean(axis=0) / 2 + alpha * np.abs(grid[::100])
        near = grid[::100][values.argmin()] + np.linspace(-0.02, 0.02, 2001)
        values = ((r[:, None] - np.outer(X[:, j], near)) ** 2).mean(axis=0) / 2 + alpha * np.abs(near)
        step_by_step[j] = near[values.argmin()]
    assert_allclose(coordinate_sweep(w, X, y, alpha), step_by_step, atol=1e-4)
    assert_array_equal(w, [1.0, -2.0, 0.0, 0.5])


@settings(max_examples=15, deadline=None)
@problems
def test_sweeps_never_raise_the_objective_and_end_where_the_fast_version_does(seed, n, d, share):
    X, y = problem(seed, n, d)
    X[:, -1] = 0  # a constant feature, centred
    alpha = max(share * alpha_max(X, y), 1e-3)
    w, values = np.ones(d), []
    for _ in range(200):
        w = coordinate_sweep(w, X, y, alpha)
        values.append(lasso_objective(w, X, y, alpha))
    assert np.all(np.diff(values) <= 1e-12 * (1 + y @ y))
    fast = lasso_coefficients(X, y, alpha, tol=1e-13, max_iter=10**5)
    assert fast[-1] == w[-1] == 0
    assert values[-1] - lasso_objective(fast, X, y, alpha) <= duality_gap(w, X, y, alpha) + 1e-10
    if duality_gap(w, X, y, alpha) < 1e-13 and n > d:
        assert_allclose(w, fast, atol=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.001, 7.0, 1e4]))
def test_scaling_the_target_scales_the_solution(seed, factor):
    X, y = problem(seed, 20, 6)
    w = lasso_coefficients(X, y, 0.1, tol=1e-12, max_iter=10**5)
    scaled = lasso_coefficients(X, factor * y, factor * 0.1, tol=1e-12, max_iter=10**5)
    assert_allclose(scaled, factor * w, rtol=1e-6, atol=1e-9 * factor)


@pytest.mark.parametrize(("n", "d"), [(60, 20), (30, 200)])
def test_path_equals_cold_starts_in_any_order(n, d):
    X, y = problem(5, n, d)
    alphas = alpha_max(X, y) * np.array([0.1, 1.0, 0.03, 0.5, 0.3])
    path = lasso_path(X, y, alphas, tol=1e-12, max_iter=10**5)
    cold = [lasso_coefficients(X, y, alpha, tol=1e-12, max_iter=10**5) for alpha in alphas]
    assert_allclose(path, cold, atol=1e-6)
    assert_array_equal(path[1], 0)


def test_between_two_changes_of_the_support_the_path_is_straight():
    X, y = problem(8, 80, 5)
    alphas = alpha_max(X, y) * np.array([0.02, 0.015, 0.01])  # all five are in
    first, middle, last = lasso_path(X, y, alphas, tol=1e-13, max_iter=10**5)
    assert np.all(first != 0)
    assert_allclose(middle, (first + last) / 2, rtol=1e-9)


def test_without_penalty_it_is_least_squares():
    X, y = problem(6, 40, 5)
    assert_allclose(lasso_coefficients(X, y, 0.0, tol=1e-12), np.linalg.lstsq(X, y)[0], rtol=1e-8)


@pytest.mark.parametrize(("n", "d", "rho"), [(200, 30, 0.0), (200, 60, 0.95), (50, 400, 0.5)])
def test_objective_is_at_most_scikit_learns(n, d, rho):
    rng = np.random.default_rng(n + d)
    X = rng.standard_normal((n, d)) @ np.linalg.cholesky(rho ** np.abs(np.subtract.outer(range(d), range(d)))).T
    y = X[:, :5].sum(axis=1) + rng.standard_normal(n)
    alphas = np.geomspace(1, 0.01, 20) * alpha_max(X - X.mean(axis=0), y - y.mean())
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    theirs = sklearn.linear_model.lasso_path(Xc, yc, alphas=alphas)[1].T
    for alpha, ours, other in zip(alphas, lasso_path(Xc, yc, alphas), theirs):
        limit = lasso_objective(other, Xc, yc, alpha) * (1 + 1e-6)
        assert lasso_objective(ours, Xc, yc, alpha) <= limit
        assert lasso_objective(Lasso(alpha).fit(X, y).coef_, Xc, yc, alpha) <= limit


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize(("n", "d"), [(60, 8), (20, 50)])
def test_estimator_equals_scikit_learn(n, d, weighted, fit_intercept):
    rng = np.random.default_rng(1)
    X, s = rng.standard_normal((n, d)) + 3, rng.uniform(0, 2, n)
    y = X[:, 0] - 2 * X[:, 1] + 5 + rng.standard_normal(n)
    settings = {"alpha": 0.1, "fit_intercept": fit_intercept, "tol": 1e-12, "max_iter": 10**6}
    ours = Lasso(**settings).fit(X, y, s if weighted else None)
    theirs = sklearn.linear_model.Lasso(**settings).fit(X, y, s if weighted else None)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-5)
    assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-5)


def test_several_targets_are_fitted_one_by_one():
    rng = np.random.default_rng(2)
    X, Y = rng.standard_normal((40, 6)), rng.normal([0, 10, 20], 1, (40, 3))
    model = Lasso(0.05).fit(X, Y)
    assert model.coef_.shape == (3, 6) and model.dual_gap_.shape == (3,) and len(model.n_iter_) == 3
    for k in range(3):
        assert_allclose(model.predict(X)[:, k], Lasso(0.05).fit(X, Y[:, k]).predict(X), rtol=1e-12)


@pytest.mark.parametrize(("n", "d"), [(100, 5), (15, 40)])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_an_offset_of_the_features_changes_nothing_but_the_intercept(n, d, offset):
    X, y = problem(9, n, d)
    plain, moved = Lasso(0.05, tol=1e-10).fit(X, y), Lasso(0.05, tol=1e-10).fit(X + offset, y + 100)
    assert_allclose(moved.coef_, plain.coef_, atol=1e-7)
    assert_allclose(moved.predict(X + offset), plain.predict(X) + 100, atol=1e-6)


@pytest.mark.parametrize("n", [50, 8])
def test_constant_features_get_zero(n):
    X, y = problem(4, n, 12)
    X[:, 2], X[:, 7] = 0.1, 1e9
    model = Lasso(1e-3, max_iter=10**5).fit(X, y)
    assert model.coef_[2] == model.coef_[7] == 0
    assert np.isfinite(model.predict(X)).all()


def test_a_short_budget_warns_and_a_long_one_does_not():
    X, y = problem(7, 100, 90)
    with pytest.warns(ConvergenceWarning, match="max_iter = 2 sweeps"):
        model = Lasso(1e-4, max_iter=2).fit(X, y)
    assert model.n_iter_ == 2
    assert model.dual_gap_ > 1e-4 * np.mean((y - y.mean()) ** 2)
    model = Lasso(1e-4, max_iter=10**5).fit(X, y)
    assert 0 <= model.dual_gap_ <= 1e-4 * np.mean((y - y.mean()) ** 2)
    assert_allclose(
        model.dual_gap_, duality_gap(model.coef_, X - X.mean(axis=0), y - y.mean(), 1e-4), rtol=1e-6, atol=1e-12
    )


def test_warm_start_needs_fewer_sweeps():
    X, y = problem(7, 100, 90)
    model = Lasso(0.01, warm_start=True, max_iter=10**5).fit(X, y)
    cold = model.n_iter_
    assert model.fit(X, y).n_iter_ < cold
    assert_allclose(model.coef_, Lasso(0.01, max_iter=10**5).fit(X, y).coef_, atol=1e-3)


def test_errors_and_warnings_are_scikit_learns():
    X, y = problem(0, 20, 3)
    with pytest.raises(ValueError, match="alpha = -1"):
        Lasso(-1).fit(X, y)
    with pytest.raises(ValueError, match="tol"):
        Lasso(tol=-1).fit(X, y)
    with pytest.raises(ValueError, match="max_iter"):
        Lasso(max_iter=0).fit(X, y)
    with pytest.raises(ValueError, match="NaN"):
        Lasso().fit(np.where(X > 1, np.nan, X), y)
    with pytest.raises(ValueError, match=r"[Nn]egative"):
        Lasso().fit(X, y, sample_weight=-np.ones(20))
    with pytest.raises(ValueError, match=r"(?i)zero"):
        Lasso().fit(X, y, sample_weight=np.zeros(20))
    with pytest.warns(UserWarning, match="alpha = 0"):
        model = Lasso(0, tol=1e-10).fit(X, y)
    assert_allclose(model.coef_, np.linalg.lstsq(X, y)[0], rtol=1e-6)


def test_float32_stays_float32_and_is_as_accurate():
    X, y = problem(3, 60, 10)
    model = Lasso(0.05).fit(X.astype(np.float32), y.astype(np.float32))
    assert model.coef_.dtype == model.predict(X.astype(np.float32)).dtype == np.float32
    assert_allclose(model.coef_, Lasso(0.05).fit(X, y).coef_, atol=1e-5)


def test_in_pipeline_grid_search_clone_and_joblib():
    X, y = problem(2, 60, 8)
    model = make_pipeline(StandardScaler(), Lasso())
    search = GridSearchCV(model, {"lasso__alpha": [0.01, 0.1, 1.0]}).fit(X, y)
    assert search.best_params_["lasso__alpha"] in (0.01, 0.1)
    assert clone(Lasso(alpha=3)).get_params()["alpha"] == 3
    parallel = Parallel(n_jobs=2, prefer="threads")(delayed(clone(Lasso(a)).fit)(X, y) for a in (0.1, 0.2))
    assert_array_equal(parallel[0].coef_, Lasso(0.1).fit(X, y).coef_)


def test_inputs_stay_as_they_are():
    X, y = problem(2, 20, 30)
    copies = X.copy(), y.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        Lasso(1e-3).fit(X, y, np.ones(20))
        lasso_path(X, y, [0.1, 0.01])
    assert_array_equal(X, copies[0])
    assert_array_equal(y, copies[1])


@parametrize_with_checks([Lasso()])
def test_scikit_learns_contract(estimator, check):
    check(estimator)


def test_the_budget_of_sweeps_reaches_the_solver():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(30, 12)), rng.normal(size=30)
    X = X + 3 * X[:, :1]  # correlated: more than one sweep is needed
    with pytest.warns(ConvergenceWarning, match="max_iter = 1 sweeps"):
        lasso_coefficients(X, y, 1e-3, max_iter=1)
    with pytest.warns(ConvergenceWarning, match="max_iter = 1 sweeps"):
        lasso_path(X, y, [1e-3], max_iter=1)
