"""Linear support-vector regression: scikit-learn's LinearSVR, its checks, ridge regression, the median, weights."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge
from sklearn.svm import LinearSVR as TheirLinearSVR
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.svm.linear_svr import LinearSVR

LOSSES = ("epsilon_insensitive", "squared_epsilon_insensitive")


@parametrize_with_checks([LinearSVR(random_state=0), LinearSVR(loss=LOSSES[1], epsilon=0.1, random_state=0)])
def test_scikit_learn_s_checks(estimator, check):
    check(estimator)


def diabetes():
    X, y = load_diabetes(return_X_y=True)
    return X / X.std(axis=0), (y - y.mean()) / y.std()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("epsilon", [0.0, 0.3])
def test_liblinear_finds_the_same_minimum(loss, epsilon):
    X, y = diabetes()
    settings = {"loss": loss, "epsilon": epsilon, "C": 0.1, "intercept_scaling": 2.0}
    ours = LinearSVR(**settings).fit(X, y)
    theirs = TheirLinearSVR(**settings, tol=1e-9, max_iter=10**6, random_state=0).fit(X, y)

    def objective(model):
        miss = np.maximum(0, np.abs(y - model.predict(X)) - epsilon) ** (1 + LOSSES.index(loss))
        return np.sum(model.coef_**2) / 2 + (model.intercept_[0] / 2.0) ** 2 / 2 + 0.1 * miss.sum()

    assert objective(ours) == pytest.approx(objective(theirs), rel=2e-8)
    assert_allclose(ours.coef_, theirs.coef_, atol=2e-3)
    assert ours.n_iter_ < 60


def test_squares_without_a_tube_are_ridge_regression():
    X, y = diabetes()
    model = LinearSVR(loss=LOSSES[1], C=0.7, fit_intercept=False).fit(X, y)
    assert_allclose(model.coef_, Ridge(alpha=1 / 1.4, fit_intercept=False).fit(X, y).coef_, atol=1e-10)


def test_absolute_deviations_find_the_median():
    x = np.random.default_rng(0).standard_cauchy(401)
    model = LinearSVR(C=1e3, fit_intercept=False).fit(np.ones((401, 1)), x)
    assert model.coef_[0] == pytest.approx(np.median(x), abs=1e-3)


def test_targets_within_the_tube_need_no_slope():
    model = LinearSVR(epsilon=2.0).fit([[0.0], [1.0], [2.0]], [-1.0, 0.5, 1.5])
    assert model.coef_.tolist() == [0] and model.intercept_.tolist() == [0]


def test_weights_are_repeated_samples():
    X, y = diabetes()
    X, y, counts = X[:100], y[:100], np.random.default_rng(0).integers(0, 4, 100)
    for loss in LOSSES:
        weighted = LinearSVR(loss=loss, tol=1e-6).fit(X, y, sample_weight=counts)
        repeated = LinearSVR(loss=loss, tol=1e-6).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
        assert_allclose(weighted.coef_, repeated.coef_, atol=1e-5)


def test_a_fit_that_stops_early_says_so_and_wrong_settings_are_named():
    X, y = diabetes()
    with pytest.warns(ConvergenceWarning, match="max_iter = 2"):
        LinearSVR(max_iter=2).fit(X, y)
    for settings, words in (
        ({"epsilon": -1.0}, "epsilon = -1.0"),
        ({"loss": "hinge"}, "'hinge'"),
        ({"C": -1}, "C = -1"),
    ):
        with pytest.raises(ValueError, match=words):
            LinearSVR(**settings).fit(X, y)
