"""SVR: libsvm's curve, the proof that comes with it, the theorems of the tube, scikit-learn's contract."""

import numpy as np
import pytest
import sklearn.svm
from numpy.testing import assert_allclose
from sklearn.datasets import load_diabetes
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.svm.regression import SVR
from abinitio.svm.tube import epsilon_insensitive_loss, regression_dual_objective, regression_primal_objective


@pytest.mark.parametrize(("C", "epsilon"), [(0.3, 0.0), (3.0, 0.1), (30.0, 0.4)])
def test_the_fit_proves_itself(wavy, C, epsilon):
    X, y, K = wavy(0, n=70)
    model = SVR(C=C, epsilon=epsilon, gamma=2.0, tol=1e-6).fit(X, y)
    beta = np.zeros(70)
    beta[model.support_] = model.dual_coef_[0]
    primal = regression_primal_objective(beta, model.intercept_[0], K, y, C, epsilon)
    assert primal - regression_dual_objective(beta, K, y, epsilon) == pytest.approx(model.duality_gap_, abs=1e-6 * C)
    assert model.violation_ <= 1e-6 and model.duality_gap_ < 1e-4 * C
    residuals = y - model.predict(X)
    assert epsilon_insensitive_loss(residuals, epsilon)[np.abs(beta) < C].max() < 1e-5
    assert np.abs(residuals[np.abs(beta) > 0]).min() > epsilon - 1e-5  # the others do not carry the curve


@pytest.mark.parametrize("weighted", [False, True])
def test_diabetes_is_scikit_learns(weighted):
    X, y = load_diabetes(return_X_y=True)
    X, y = X / X.std(axis=0), y / y.std()
    weights = np.random.default_rng(0).uniform(0, 2, len(y)) if weighted else None
    settings = {"C": 2.0, "gamma": 0.05, "epsilon": 0.2, "tol": 1e-6}
    ours, theirs = SVR(**settings).fit(X, y, weights), sklearn.svm.SVR(**settings).fit(X, y, weights)
    assert_allclose(ours.predict(X), theirs.predict(X), atol=1e-4)
    assert np.array_equal(ours.support_, theirs.support_)
    assert_allclose(ours.dual_coef_, theirs.dual_coef_, atol=1e-3)
    assert ours.n_support_[0] == theirs.n_support_[0] and isinstance(ours.n_iter_, int)


def test_a_wide_tube_holds_everything_and_an_outlier_pulls_with_C_only():
    X, y = np.arange(10.0)[:, None], np.arange(10.0)
    flat = SVR(kernel="linear", epsilon=20.0).fit(X, y)
    assert len(flat.support_) == 0
    assert_allclose(flat.predict(X), 4.5)
    settings = {"kernel": "linear", "C": 1.0, "epsilon": 0.1, "tol": 1e-8}
    fits = [SVR(**settings).fit(X, y + far * (np.arange(10) == 9)) for far in (100.0, 10_000.0)]
    assert_allclose(fits[0].coef_, fits[1].coef_, atol=1e-6)  # how far it is does not matter


def test_errors(wavy):
    X, y, _ = wavy(0)
    for settings in ({"C": 0.0}, {"epsilon": -0.1}, {"epsilon": np.inf}):
        with pytest.raises(ValueError, match="finite number"):
            SVR(**settings).fit(X, y)
    with pytest.raises(ValueError, match="non-zero"):
        SVR().fit(X, y, np.zeros(len(y)))


@parametrize_with_checks([SVR(gamma=0.5, tol=1e-10)])
def test_estimator_contract(estimator, check):
    check(estimator)
