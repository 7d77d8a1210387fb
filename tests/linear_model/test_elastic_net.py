"""The elastic net: its conditions of optimality, the lasso and ridge as limits, grouping; then scikit-learn."""

import numpy as np
import pytest
import sklearn.linear_model
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model.elastic_net import ElasticNet, elastic_net_coefficients, elastic_net_objective
from abinitio.linear_model.lasso import lasso_coefficients, lasso_objective
from abinitio.linear_model.ridge import ridge_coefficients

EXACT = {"tol": 1e-13, "max_iter": 10**5}
problems = given(
    seed=st.integers(0, 10**6),
    n=st.integers(2, 25),
    d=st.integers(1, 30),
    alpha=st.floats(0.01, 2),
    rho=st.floats(0.05, 1),
)


def problem(seed, n, d):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    y = X[:, 0] + rng.standard_normal(n)
    return X - X.mean(axis=0), y - y.mean()


@settings(max_examples=40, deadline=None)
@problems
def test_conditions_of_optimality(seed, n, d, alpha, rho):
    X, y = problem(seed, n, d)
    w = elastic_net_coefficients(X, y, alpha, rho, **EXACT)
    pull = X.T @ (y - X @ w) / n - alpha * (1 - rho) * w
    assert_allclose(pull[w != 0], alpha * rho * np.sign(w[w != 0]), atol=1e-6)
    assert np.all(np.abs(pull[w == 0]) <= alpha * rho + 1e-6)


@settings(max_examples=20, deadline=None)
@problems
def test_it_is_a_lasso_with_d_more_samples(seed, n, d, alpha, rho):
    X, y = problem(seed, n, d)  # Zou and Hastie's lemma 1: the squares are d rows sqrt(n alpha (1 - rho)) with target 0
    longer = np.vstack([X, np.sqrt(n * alpha * (1 - rho)) * np.eye(d)]), np.append(y, np.zeros(d))
    lasso = lasso_coefficients(*longer, alpha * rho * n / (n + d), **EXACT)
    best = elastic_net_objective(lasso, X, y, alpha, rho)
    ours = elastic_net_objective(elastic_net_coefficients(X, y, alpha, rho, **EXACT), X, y, alpha, rho)
    assert ours == pytest.approx(best, rel=1e-9)


@pytest.mark.parametrize(("n", "d"), [(50, 10), (10, 40), (20, 300)])
def test_limits_are_the_lasso_and_ridge_with_n_alpha(n, d):
    X, y = problem(1, n, d)
    assert_allclose(
        elastic_net_coefficients(X, y, 0.2, 1.0, **EXACT), lasso_coefficients(X, y, 0.2, **EXACT), atol=1e-9
    )
    ridge = ridge_coefficients(X, y, n * 0.2)
    assert_allclose(elastic_net_coefficients(X, y, 0.2, 0.0, **EXACT), ridge, atol=1e-6)
    w = np.linspace(-1, 1, d)
    assert elastic_net_objective(w, X, y, 0.3, 1.0) == pytest.approx(lasso_objective(w, X, y, 0.3))


def test_equal_features_share_a_coefficient():
    X, y = problem(2, 40, 3)
    X[:, 1] = X[:, 0]
    w = elastic_net_coefficients(X, y, 0.1, 0.5, **EXACT)
    assert w[0] == pytest.approx(w[1], rel=1e-6)
    assert w[0] > 0


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize(("n", "d", "rho"), [(60, 8, 0.5), (20, 50, 0.9), (20, 300, 0.1)])
def test_estimator_equals_scikit_learn(n, d, rho, weighted, fit_intercept):
    rng = np.random.default_rng(1)
    X, s = rng.standard_normal((n, d)) + 1, rng.uniform(0, 2, n)
    y = X[:, 0] - 2 * X[:, 1] + 5 + rng.standard_normal(n)
    options = {"alpha": 0.5, "l1_ratio": rho, "fit_intercept": fit_intercept, "tol": 1e-11, "max_iter": 10**6}
    ours = ElasticNet(**options).fit(X, y, s if weighted else None)
    theirs = sklearn.linear_model.ElasticNet(**options).fit(X, y, s if weighted else None)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)
    assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-4)
    assert ours.sparse_coef_.nnz == np.count_nonzero(ours.coef_)


def test_it_converges_where_sweeps_alone_take_a_million():
    rng = np.random.default_rng(1)  # features of mean 3 without intercept and a weak penalty: condition number 10^4
    X = rng.standard_normal((20, 300)) + 3
    y = X[:, 0] - 2 * X[:, 1] + 5 + rng.standard_normal(20)
    model = ElasticNet(0.1, l1_ratio=0.02, fit_intercept=False, tol=1e-9, max_iter=20_000).fit(X, y)
    assert model.n_iter_ < 10_000
    pull = X.T @ (y - X @ model.coef_) / 20 - 0.098 * model.coef_
    assert np.abs(pull).max() <= 0.002 * (1 + 1e-3)


def test_weights_are_repetitions_and_only_their_ratio_counts():
    X, y = problem(4, 30, 6)
    s = np.random.default_rng(0).integers(0, 4, 30)
    options = {"alpha": 0.1, "tol": 1e-12, "max_iter": 10**5}
    weighted = ElasticNet(**options).fit(X, y, s)
    assert_allclose(
        ElasticNet(**options).fit(np.repeat(X, s, axis=0), np.repeat(y, s)).coef_, weighted.coef_, atol=1e-8
    )
    assert_allclose(ElasticNet(**options).fit(X, y, 7.5 * s).coef_, weighted.coef_, atol=1e-8)


def test_parameters_are_checked():
    X, y = problem(0, 20, 3)
    with pytest.raises(ValueError, match=r"l1_ratio = 1.5"):
        ElasticNet(l1_ratio=1.5).fit(X, y)
    with pytest.raises(ValueError, match=r"alpha = nan"):
        ElasticNet(alpha=np.nan).fit(X, y)


def test_in_pipeline_and_grid_search():
    X, y = problem(2, 60, 8)
    grid = {"elasticnet__l1_ratio": [0.1, 0.9], "elasticnet__alpha": [0.01, 10.0]}
    search = GridSearchCV(make_pipeline(StandardScaler(), ElasticNet()), grid).fit(X, y)
    assert search.best_params_["elasticnet__alpha"] == 0.01


@parametrize_with_checks([ElasticNet()])
def test_scikit_learns_contract(estimator, check):
    check(estimator)
