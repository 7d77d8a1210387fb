"""NuSVC and NuSVR: the two bounds that nu is, libsvm's machines, the machine of C or epsilon that they are."""

import numpy as np
import pytest
import sklearn.svm
from numpy.testing import assert_allclose
from sklearn.datasets import load_diabetes, load_iris
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.functions import gaussian_kernel
from abinitio.svm.nu import NuSVC, NuSVR, falling_root


def test_roots():
    for power in (1, 3, 9):
        assert falling_root(lambda x, power=power: 0.5 - x**power, 0.0, 1.0, 1e-12) == pytest.approx(
            0.5 ** (1 / power), abs=1e-9
        )
    assert falling_root(lambda x: -x, 0.0, 1.0, 1e-12) == 0.0
    assert falling_root(lambda x: 1.0 - x, 0.0, 1.0, 1e-12) == 1.0
    assert falling_root(lambda x: float(x < 0.3), 0.3, 0.3, 1e-12) == 0.3


@pytest.mark.parametrize("nu", [0.2, 0.5, 0.8])
def test_nu_bounds_the_shares_of_errors_and_of_support_vectors(overlapping, wavy, nu):
    X, y, _ = overlapping(0, n=200)
    model = NuSVC(nu=nu, gamma=0.5, tol=1e-5).fit(X, y)
    margins = y * model.decision_function(X)
    assert np.mean(margins < 1 - 1e-3) <= nu + 0.006 and len(model.support_) / 200 >= nu - 1e-3
    X, y, _ = wavy(0, n=200)
    curve = NuSVR(nu=nu, C=2.0, gamma=2.0, tol=1e-5).fit(X, y)
    coefficients = np.abs(curve.dual_coef_[0])
    assert np.sum(coefficients > 2 * (1 - 1e-6)) / 200 <= nu + 1e-3 <= len(coefficients) / 200 + 2e-3
    assert coefficients.sum() == pytest.approx(nu * 2.0 * 200, rel=1e-4)


def nu_objective(model, X, y, nu):
    r"""$\frac12 |w|^2 - \nu\rho + \frac1n \sum_i \max(0, \rho - y_i f(x_i))$, the problem of NuSVC, y = ±1."""
    beta = np.zeros(len(y))
    beta[model.support_] = model.dual_coef_[0]
    K, rho = gaussian_kernel(X, X, 0.5), 1 / (np.abs(beta).max() * len(y))  # in its units the bound is 1/n
    f = rho * (K @ beta + model.intercept_[0])
    return rho**2 * beta @ K @ beta / 2 - nu * rho + np.maximum(0, rho - y * f).mean()


@pytest.mark.parametrize("nu", [0.15, 0.4, 0.9])
def test_the_machines_are_scikit_learns(nu):
    X, y = load_iris(return_X_y=True)
    X, y = (X + np.random.default_rng(0).normal(0, 0.1, X.shape))[50:], np.repeat([-1, 1], 50)
    settings = {"nu": nu, "gamma": 0.5, "tol": 1e-6}
    ours, theirs = NuSVC(**settings).fit(X, y), sklearn.svm.NuSVC(**settings).fit(X, y)
    assert nu_objective(ours, X, y, nu) == pytest.approx(nu_objective(theirs, X, y, nu), rel=1e-5)
    assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=2e-2)  # at 0.9 rho is not unique
    X, y = load_diabetes(return_X_y=True)
    X, y = X / X.std(axis=0), y / y.std()
    settings = {"nu": nu, "C": 2.0, "gamma": 0.1, "tol": 1e-5}
    ours, theirs = NuSVR(**settings).fit(X, y), sklearn.svm.NuSVR(**settings).fit(X, y)
    assert_allclose(ours.predict(X), theirs.predict(X), atol=2e-3)


def test_errors(overlapping):
    X, y, _ = overlapping(1)
    for model in (NuSVC(nu=0.0), NuSVC(nu=1.5), NuSVR(nu=-1.0)):
        with pytest.raises(ValueError, match=r"must be a number in \(0, 1\]"):
            model.fit(X, y)
    with pytest.raises(ValueError, match="C = 0"):
        NuSVR(C=0).fit(X, y)
    few = np.where(np.arange(len(y)) < 4, 1, -1)
    with pytest.raises(ValueError, match=r"nu = 0.5 is infeasible .* = 0.2"):
        NuSVC(nu=0.5).fit(X, few)


def expected_to_fail(estimator):
    reasons = {"check_sample_weight_equivalence_on_dense_data": "the sum of the multipliers is nu to within tol only"}
    if isinstance(estimator, NuSVC):
        reasons["check_class_weight_classifiers"] = "its weights make every nu above 2e-7 infeasible"
    return reasons


@parametrize_with_checks(
    [NuSVC(nu=0.3, gamma=0.5), NuSVR(gamma=0.5)],
    expected_failed_checks=expected_to_fail,
)
def test_estimator_contract(estimator, check):
    check(estimator)
