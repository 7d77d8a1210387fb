"""Least squares and ridge from moments: the same as scikit-learn's from all samples."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression, Ridge

from abinitio.linear_model.ridge import ridge_leave_one_out
from abinitio.streaming.least_squares import generalised_cross_validation, least_squares_of_moments, ridge_of_moments
from abinitio.streaming.moments import moments_of


def problem(n=400, d=6, shift=30.0, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * np.geomspace(0.1, 10, d) + shift
    return X, X @ rng.normal(size=d) + rng.normal(size=n) - 5


def test_least_squares_is_that_of_all_samples():
    X, y = problem()
    fit, theirs = least_squares_of_moments(moments_of(np.column_stack([X, y]))), LinearRegression().fit(X, y)
    assert_allclose(fit.coefficients, theirs.coef_, rtol=1e-9)
    assert_allclose(fit.intercept, theirs.intercept_, rtol=1e-9)
    assert_allclose(fit.residual, np.sum((y - theirs.predict(X)) ** 2), rtol=1e-9)


def test_the_ridge_path_is_that_of_all_samples():
    X, y = problem()
    alphas = np.geomspace(1e-3, 1e5, 9)
    path = ridge_of_moments(moments_of(np.column_stack([X, y])), alphas)
    for w, b, residual, alpha in zip(*path, alphas):
        theirs = Ridge(alpha).fit(X, y)
        assert_allclose(w, theirs.coef_, rtol=1e-8)
        assert_allclose(b, theirs.intercept_, rtol=1e-8)
        assert_allclose(residual, np.sum((y - theirs.predict(X)) ** 2), rtol=1e-8)


@pytest.mark.parametrize("dependent", ["a constant", "a copy"])
def test_dependent_features_are_an_error(dependent):
    X, y = problem()
    X[:, 2] = 4.0 if dependent == "a constant" else X[:, 1] * 2
    with pytest.raises(ValueError, match="linearly dependent"):
        least_squares_of_moments(moments_of(np.column_stack([X, y])))


def test_units_do_not_make_features_dependent():
    X, y = problem()
    X[:, 0] *= 1e-9
    fit = least_squares_of_moments(moments_of(np.column_stack([X, y])))
    assert_allclose(fit.coefficients, LinearRegression().fit(X / X.std(axis=0), y).coef_ / X.std(axis=0), rtol=1e-8)


def test_cross_validation_by_the_mean_leverage_is_close_to_leaving_one_out():
    X, y = problem(n=2000)
    alphas = np.geomspace(1, 1e6, 7)
    estimate = generalised_cross_validation(moments_of(np.column_stack([X, y])), alphas)
    assert_allclose(estimate, ridge_leave_one_out(X, y, alphas), rtol=2e-3)  # leverages differ by d/n


def test_the_mean_over_data_of_the_estimate_is_the_loss_on_new_data():
    rng, d, n, alpha = np.random.default_rng(3), 4, 40, 5.0
    w, found = rng.normal(size=d), []
    for _ in range(400):
        X, new = rng.normal(size=(n, d)), rng.normal(size=(2000, d))
        y, y_new = X @ w + rng.normal(size=n), new @ w + rng.normal(size=2000)
        moments = moments_of(np.column_stack([X, y]))
        fit = ridge_of_moments(moments, [alpha])
        loss = np.mean((y_new - new @ fit.coefficients[0] - fit.intercept[0]) ** 2)
        found.append(generalised_cross_validation(moments, [alpha])[0] - loss)
    assert abs(np.mean(found)) < 4 * np.std(found) / 20 + (d / n) ** 2  # exact up to the next order in d/n
