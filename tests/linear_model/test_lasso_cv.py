"""Cross-validated lasso: the grid, the error of a fold by its definition; then scikit-learn on the same folds."""

import numpy as np
import pytest
import sklearn.linear_model
from joblib import parallel_config
from numpy.testing import assert_allclose
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model.lasso import Lasso
from abinitio.linear_model.lasso_cv import LassoCV, alpha_grid, fold_errors

rng = np.random.default_rng(0)
X = rng.standard_normal((80, 30)) + 2
y = X[:, :3] @ [3.0, -2.0, 1.0] + 4 + rng.standard_normal(80)
S = rng.uniform(0.1, 2, 80)


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("s", [None, S])
def test_the_grid_begins_where_the_first_coefficient_appears(fit_intercept, s):
    alphas = alpha_grid(X, y, s, fit_intercept, eps=0.01, n_alphas=5)
    assert_allclose(alphas[-1] / alphas[0], 0.01)
    zero, one = (Lasso(a, fit_intercept=fit_intercept).fit(X, y, s) for a in alphas[0] * np.array([1.0001, 0.999]))
    assert np.all(zero.coef_ == 0) and np.count_nonzero(one.coef_) == 1


def test_grid_of_a_constant_target_is_positive():
    assert np.all(alpha_grid(X, np.ones(80)) > 0)


def test_error_of_a_fold_by_its_definition():
    train, test = np.arange(60), np.arange(60, 80)
    alphas = np.array([0.02, 0.3])
    for s in (None, S):
        expected = []
        for alpha in alphas:
            model = Lasso(alpha, tol=1e-10).fit(X[train], y[train], None if s is None else s[train])
            expected.append(np.average((y[test] - model.predict(X[test])) ** 2, weights=None if s is None else s[test]))
        assert_allclose(fold_errors(X, y, s, train, test, alphas, tol=1e-10), expected, rtol=1e-6)


@pytest.mark.parametrize("s", [None, S])
@pytest.mark.parametrize("cv", [4, KFold(5, shuffle=True, random_state=0)])
def test_equals_scikit_learn_on_the_same_folds(s, cv):
    options = {"alphas": 30, "cv": cv, "tol": 1e-8, "max_iter": 10**5}
    ours, theirs = LassoCV(**options).fit(X, y, s), sklearn.linear_model.LassoCV(**options).fit(X, y, s)
    assert_allclose(ours.alphas_, theirs.alphas_, rtol=1e-10)
    assert_allclose(ours.mse_path_, theirs.mse_path_, rtol=1e-4)
    assert ours.alpha_ == pytest.approx(theirs.alpha_)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    assert ours.dual_gap_ <= 1e-8 * np.var(y) * 2 and ours.n_iter_ >= 1


def test_given_alphas_and_folds_in_parallel():
    serial = LassoCV(alphas=[0.01, 0.1, 1.0], cv=3).fit(X, y)
    with parallel_config(backend="threading"):
        parallel = LassoCV(alphas=[0.01, 0.1, 1.0], cv=3, n_jobs=2).fit(X, y)
    assert serial.alpha_ in (0.01, 0.1)
    assert_allclose(serial.alphas_, [1.0, 0.1, 0.01])
    assert_allclose(parallel.mse_path_, serial.mse_path_, rtol=1e-12)
    assert make_pipeline(StandardScaler(), LassoCV(cv=3)).fit(X, y).score(X, y) > 0.8


@parametrize_with_checks([LassoCV(alphas=10, cv=3, tol=1e-10, max_iter=10**5)])
def test_scikit_learns_contract(estimator, check):
    check(estimator)
