"""CurveFit against scipy's curve_fit and certified results, its coverage, its messages, and the estimator contract."""

import re

import numpy as np
import pytest
from joblib import parallel_config
from numpy.testing import assert_allclose
from scipy.optimize import curve_fit
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model.basis import Basis, fourier, polynomial
from abinitio.linear_model.curve import CurveFit, fit_curve, rounded

PARABOLA = lambda x, a, b, c: a + b * x + c * x**2


def measurements(seed=0, n=20):
    rng = np.random.default_rng(seed)
    x, sigma = np.linspace(0, 3, n), rng.uniform(0.1, 0.5, n)
    return x, PARABOLA(x, 1.0, -2.0, 0.5) + sigma * rng.standard_normal(n), sigma, rng


@pytest.mark.parametrize("absolute_sigma", [True, False])
@pytest.mark.parametrize("errors", ["sigma", "covariance", "none"])
def test_equal_to_scipys_curve_fit(absolute_sigma, errors):
    x, y, sigma, rng = measurements()
    A = rng.standard_normal((20, 20)) / 10
    C = A @ A.T + np.diag(sigma**2)
    given, theirs = {
        "sigma": ({"sigma": sigma}, sigma),
        "covariance": ({"covariance": C}, C),
        "none": ({}, None),
    }[errors]
    fit = CurveFit(polynomial(2), absolute_sigma=absolute_sigma).fit(x, y, **given)
    scaled = absolute_sigma and errors != "none"  # without errors their size is always taken from the scatter
    w, pcov = curve_fit(PARABOLA, x, y, sigma=theirs, absolute_sigma=scaled)
    assert_allclose(fit.coef_, w, rtol=1e-6)
    assert_allclose(fit.covariance_, pcov, rtol=1e-5)
    assert_allclose(fit.errors_, np.sqrt(np.diag(pcov)), rtol=1e-5)
    assert_allclose(fit.predict(x), PARABOLA(x, *w), rtol=1e-5, atol=1e-6)
    assert fit.dof_ == 17
    if errors == "none":
        assert np.isnan(fit.p_value_) and np.isnan(fit.chi2_per_dof_)
    else:
        r = y - fit.predict(x)
        chi2 = np.sum((r / sigma) ** 2) if errors == "sigma" else r @ np.linalg.solve(C, r)
        assert_allclose([fit.chi2_, fit.chi2_per_dof_], [chi2, chi2 / 17], rtol=1e-9)


def test_coverage_of_errors_and_bands():
    """The truth lies within one standard deviation in 68.3 % of repeated experiments, wherever one looks."""
    x, _, sigma, rng = measurements(n=10)
    truth, repeats, at = np.array([1.0, -2.0, 0.5]), 1000, np.array([-1.0, 1.3, 4.0])
    inside = np.empty((repeats, 9))
    for i in range(repeats):
        y = PARABOLA(x, *truth) + sigma * rng.standard_normal(10)
        fit = CurveFit(polynomial(2)).fit(x, y, sigma=sigma)
        inside[i, :3] = np.abs(fit.coef_ - truth) < fit.errors_
        curve = fit.predict(at)
        inside[i, 3:6] = np.abs(curve - PARABOLA(at, *truth)) < fit.band(at)
        new = PARABOLA(at, *truth) + 0.4 * rng.standard_normal(3)
        inside[i, 6:] = np.abs(curve - new) < fit.measurement_band(at, 0.4)
    assert np.all(np.abs(inside.mean(axis=0) - 0.6827) < 4 * np.sqrt(0.6827 * 0.3173 / repeats))


def test_certified_straight_line_and_errors():
    """Norris (NIST StRD) has the same structure; here a line whose sums are whole numbers, done by hand."""
    x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([6.0, 5.0, 7.0, 10.0])
    fit = CurveFit(polynomial(1)).fit(x, y)
    # slope = 7/5, intercept = 7/2, residual sum of squares = 21/5, s² = 2.1; Var(slope) = s²/5, Var(b) = s² 30/20
    assert_allclose(fit.coef_, [3.5, 1.4], rtol=1e-13)
    assert_allclose(fit.chi2_, 4.2, rtol=1e-13)
    assert_allclose(fit.errors_, [np.sqrt(2.1 * 1.5), np.sqrt(2.1 / 5)], rtol=1e-13)
    assert_allclose(fit.covariance_[0, 1], -2.1 * 2.5 / 5, rtol=1e-13)


def test_wampler_with_ill_conditioned_powers():
    """R. H. Wampler, JASA 65 (1970) 549: y = 1 + x + ... + x⁵ at 0 ... 20, powers of condition 1e7 and more."""
    x = np.arange(21.0)
    fit = CurveFit(polynomial(5)).fit(x, np.polynomial.polynomial.polyval(x, np.ones(6)), sigma=1.0)
    assert_allclose(fit.coef_, 1, rtol=1e-7)
    exact = np.array([[sum(int(k) ** (i + j) for k in x) for j in range(6)] for i in range(6)], dtype=object)
    assert_allclose(exact.astype(float) @ fit.covariance_, np.eye(6), atol=2e-2)
    import sympy

    assert_allclose(fit.covariance_, np.array(sympy.Matrix(exact).inv(), dtype=float), rtol=1e-7)


@pytest.mark.parametrize("errors", ["sigma", "covariance"])
def test_units_of_x_and_y_do_not_matter(errors):
    x, y, sigma, _ = measurements()
    given = lambda unit: {"sigma": unit * sigma} if errors == "sigma" else {"covariance": np.diag((unit * sigma) ** 2)}
    metres = CurveFit(polynomial(2)).fit(x, y, **given(1.0))
    nanometres = CurveFit(polynomial(2)).fit(1e9 * x, 1e-12 * y, **given(1e-12))
    units = 1e-12 * 1e9 ** -np.arange(3.0)
    assert_allclose(nanometres.coef_, units * metres.coef_, rtol=1e-9)
    assert_allclose(nanometres.errors_, units * metres.errors_, rtol=1e-9)
    assert_allclose(nanometres.chi2_, metres.chi2_, rtol=1e-9)


def test_errors_of_very_different_size():
    x, y, sigma, _ = measurements()
    sigma[4], sigma[7] = 1e-6, 1e9
    fit = CurveFit(polynomial(2)).fit(x, y, sigma=sigma)
    assert abs(fit.predict(x[[4]])[0] - y[4]) < 1e-9  # one point pins the curve, the other does not count
    assert_allclose(fit.band(x[[4]]), 1e-6, rtol=1e-3)
    keep = np.arange(20) != 7
    without = CurveFit(polynomial(2)).fit(x[keep], y[keep], sigma=sigma[keep])
    assert_allclose(fit.coef_, without.coef_, rtol=1e-8)
    assert_allclose(fit.errors_, without.errors_, rtol=1e-8)


def test_fourier_and_functions_of_two_variables():
    rng = np.random.default_rng(1)
    t = np.arange(24) / 24 * 5.0
    truth = np.array([1.0, 0.5, -0.2, 0.0, 2.0])
    fit = CurveFit(fourier(2, period=5.0)).fit(t, fourier(2, period=5.0)(t) @ truth, sigma=0.1)
    assert_allclose(fit.coef_, truth, atol=1e-12)
    assert_allclose(fit.errors_, 0.1 / np.sqrt([24, 12, 12, 12, 12]), rtol=1e-12)
    X = rng.standard_normal((30, 2))
    surface = [lambda X: 1.0, lambda X: X[:, 0] * X[:, 1], lambda X: X[:, 1] ** 2]
    fit = CurveFit(surface).fit(X, 3 - X[:, 0] * X[:, 1] + 2 * X[:, 1] ** 2, sigma=1.0)
    assert_allclose(fit.coef_, [3, -1, 2], rtol=1e-12)
    plain = CurveFit().fit(X, 1 + X @ [2.0, 3.0], sigma=1.0)
    assert_allclose(plain.coef_, [1, 2, 3], rtol=1e-12)
    assert plain.names_ == ["1", "x0", "x1"]


def test_one_column_and_one_dimension_are_the_same_points():
    x, y, sigma, _ = measurements()
    flat, column = (CurveFit(polynomial(2)).fit(points, y, sigma=sigma) for points in (x, x[:, None]))
    assert_allclose(flat.coef_, column.coef_, rtol=0)
    assert_allclose(flat.predict(x[:, None]), column.predict(list(x)), rtol=0)


def test_as_many_parameters_as_points():
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.0, 3.0])
    fit = CurveFit(polynomial(2)).fit(x, y, sigma=[0.1, 0.2, 0.3])
    assert_allclose(fit.predict(x), y, atol=1e-12)
    assert_allclose(fit.band(x), [0.1, 0.2, 0.3], rtol=1e-12)  # the curve goes through the points, errors and all
    assert fit.dof_ == 0 and np.isnan(fit.p_value_) and np.isnan(fit.chi2_per_dof_)
    with pytest.raises(ValueError, match="nothing to estimate the errors from"):
        CurveFit(polynomial(2)).fit(x, y)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sigma": np.zeros(20)}, "sigma contains 0.0; every error must be positive"),
        ({"sigma": np.full(20, np.nan)}, "sigma contains nan"),
        ({"sigma": -1.0}, "sigma contains -1.0"),
        ({"sigma": np.ones(19)}, r"sigma has shape \(19,\); it must be one number or \(20,\)"),
        ({"covariance": np.ones(20)}, r"covariance has shape \(20,\)"),
        ({"covariance": np.triu(np.ones((20, 20)))}, "symmetric"),
        ({"covariance": -np.eye(20)}, "eigenvalue -1; all must be positive"),
        ({"covariance": np.full((20, 20), np.nan)}, "symmetric"),
        ({"sigma": 1.0, "covariance": np.eye(20)}, "both given"),
    ],
)
def test_errors_that_make_no_sense_are_refused(given, message):
    x, y, _, _ = measurements()
    with pytest.raises(ValueError, match=message):
        CurveFit(polynomial(2)).fit(x, y, **given)


def test_points_that_do_not_determine_the_curve_are_refused():
    x = np.array([1.0, 1.0, 2.0, 2.0])
    with pytest.raises(ValueError, match="determine only 2 of the 3 parameters"):
        CurveFit(polynomial(2)).fit(x, x, sigma=1.0)
    with pytest.raises(ValueError, match="determine only 2 of the 3 parameters"):
        CurveFit(polynomial(2)).fit(x, x, covariance=np.eye(4))
    with pytest.raises(ValueError, match="determine only 1 of the 2 parameters"):
        CurveFit([np.ones_like, lambda x: 0.0]).fit(x, x, sigma=1.0)
    with pytest.raises(ValueError, match="determine only 2 of the 3 parameters"):
        CurveFit(polynomial(2)).fit(x[1:3], x[1:3], sigma=1.0)


def test_qr_and_normal_equations_agree(monkeypatch):
    x, y, sigma, _ = measurements()
    F = polynomial(2)(x)
    quick = fit_curve(F, y, sigma)
    monkeypatch.setattr("abinitio.linear_model.curve.WELL", 0.0)
    for a, b, c in zip(quick, fit_curve(F, y, sigma), fit_curve(F, y, covariance=np.diag(sigma**2))):
        assert_allclose(a, b, rtol=1e-9)
        assert_allclose(b, c, rtol=1e-9)


def test_summary_reads_like_a_lab_report():
    x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([6.0, 5.0, 7.0, 10.0])
    lines = CurveFit(polynomial(1)).fit(x, y, sigma=1.0).summary().split("\n")
    assert lines == ["1 : 3.5 ± 1.2", "x : 1.40 ± 0.45", "chi2/dof = 4.20/2 = 2.100, p-value 0.122"]
    assert CurveFit(polynomial(1)).fit(x, y).summary().endswith("dof = 2; errors from the scatter of the points")
    assert "dof = 0" in CurveFit(polynomial(1)).fit(x[:2], y[:2], sigma=1.0).summary()


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (9.80665, 0.0213, "9.807 ± 0.021"),
        (9.80665, 0.0996, "9.81 ± 0.10"),
        (299792458.0, 12.0, "(2.99792458 ± 0.00000012)e+08"),
        (1.6e-19, 2.2e-21, "(1.600 ± 0.022)e-19"),
        (0.0, 0.5, "0.00 ± 0.50"),
        (0.001, 25.0, "0 ± 25"),
        (12345.6, 678.0, "12350 ± 680"),
        (1.0, 0.0, "1 ± 0"),
        (np.nan, 1.0, "nan ± 1"),
    ],
)
def test_rounding_keeps_two_digits_of_the_error(value, error, text):
    assert rounded(value, error) == text


def test_rounded_values_stay_within_half_a_place():
    rng = np.random.default_rng(2)
    for _ in range(300):
        value, error = rng.standard_normal() * 10 ** rng.uniform(-12, 12), 10 ** rng.uniform(-12, 12)
        numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", rounded(value, error).split(")e")[0])]
        power = rounded(value, error).partition(")e")[2]
        v, e = (number * 10.0 ** int(power or 0) for number in numbers)
        assert abs(e - error) <= 0.051 * error and abs(v - value) <= 0.051 * error


def additive(X):
    """A basis of any number of variables: the constant, the features, and the sum of their squares."""
    X = X.reshape(len(X), -1)
    return np.column_stack([np.ones(len(X)), X, (X**2).sum(axis=1)])


ADDITIVE = Basis(additive)  # prints without an address, which the names of the tests need


def expected_failures(estimator):
    return {"check_fit1d": "with a basis the points may be given as (n,)"} if estimator.basis is not None else {}


@parametrize_with_checks(
    [CurveFit(), CurveFit(ADDITIVE), CurveFit(absolute_sigma=False)], expected_failed_checks=expected_failures
)
def test_estimator_contract(estimator, check):
    check(estimator)


def test_works_with_scikit_learns_tools():
    x, y, sigma, _ = measurements(n=40)
    grid = {"basis": [polynomial(degree) for degree in range(6)]}
    search = GridSearchCV(CurveFit(), grid, cv=5).fit(x[:, None], y, sigma=sigma)
    assert search.best_params_["basis"].keywords["degree"] == 2
    pipeline = make_pipeline(StandardScaler(), CurveFit(polynomial(2)))
    whole = clone(pipeline).fit(x[:, None], y, curvefit__sigma=sigma)
    assert_allclose(whole.predict(x[:, None]), CurveFit(polynomial(2)).fit(x, y, sigma=sigma).predict(x), rtol=1e-8)
    with parallel_config(backend="threading"):
        parallel = cross_val_score(pipeline, x[:, None], y, cv=4, n_jobs=2)
    assert_allclose(parallel, cross_val_score(pipeline, x[:, None], y, cv=4), rtol=1e-12)


def test_the_estimator_uses_the_functions_of_the_module(monkeypatch):
    x, y, sigma, _ = measurements()
    home = "abinitio.linear_model.curve."
    monkeypatch.setattr(home + "weighted_least_squares", lambda X, y, sigma: (np.ones(3), np.eye(3)))
    monkeypatch.setattr(home + "chi_squared", lambda w, X, y, sigma: 17.0)
    monkeypatch.setattr(home + "prediction_band", lambda X, covariance: np.full(len(X), 5.0))
    fit = CurveFit(lambda x: np.eye(20)[:, :3]).fit(x, y, sigma=sigma)
    assert fit.chi2_per_dof_ == 1.0 and fit.band(x)[0] == 5.0
    assert_allclose(fit.coef_ / fit.errors_, 1.0)
