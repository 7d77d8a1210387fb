"""The estimator: scikit-learn's LinearSVC, its checks, weights, the penalised intercept, a student's step."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale
from sklearn.svm import LinearSVC as TheirLinearSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.svm import coordinate_descent, linear
from abinitio.svm.hinge import hinge_objective
from abinitio.svm.linear import LinearSVC
from abinitio.svm.squared_hinge import squared_hinge_objective

FORMULAS = {"hinge": hinge_objective, "squared_hinge": squared_hinge_objective}
losses = pytest.mark.parametrize("loss", FORMULAS)


@parametrize_with_checks(
    [
        LinearSVC(random_state=0),
        LinearSVC(loss="hinge", random_state=0),
        LinearSVC(multi_class="crammer_singer", tol=1e-9, max_iter=10**4, random_state=0),
    ]
)
def test_scikit_learn_s_checks(estimator, check):
    with warnings.catch_warnings():  # some checks' data are far from standardised
        warnings.simplefilter("ignore", ConvergenceWarning)
        check(estimator)


def cancer():
    X, y = load_breast_cancer(return_X_y=True)
    return scale(X), y


def objective(model, X, y, C, s=1.0):
    formula = FORMULAS[model.loss]
    w, b = model.coef_[0], model.intercept_[0]
    return formula(w, b, X, np.where(y == model.classes_[1], 1, -1), C) + (b / s) ** 2 / 2


@losses
@pytest.mark.parametrize("C", [0.001, 0.1])
@pytest.mark.parametrize("s", [0.3, 1.0, 5.0])
def test_liblinear_finds_the_same_minimum(loss, C, s):
    X, y = cancer()
    settings = {"loss": loss, "C": C, "intercept_scaling": s}
    ours = LinearSVC(**settings, tol=1e-6).fit(X, y)
    theirs = TheirLinearSVC(**settings, tol=1e-9, max_iter=10**6, random_state=0).fit(X, y)
    best = objective(theirs, X, y, C, s)
    assert objective(ours, X, y, C, s) == pytest.approx(best, rel=1e-8)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-5)
    default = LinearSVC(**settings).fit(X, y)  # tol = 1e-4: what is promised of the objective and the weights
    assert objective(default, X, y, C, s) <= best * (1 + 1.1e-8)
    assert np.linalg.norm(default.coef_ - theirs.coef_) <= 1e-4 * np.sqrt(2 * best)


@losses
def test_several_classes_are_learnt_one_against_the_rest(loss):
    X, y = load_digits(return_X_y=True)
    X = X[:500] / 16
    ours = LinearSVC(loss=loss, C=0.1).fit(X, y[:500])
    theirs = TheirLinearSVC(loss=loss, C=0.1, tol=1e-7, max_iter=10**5, random_state=0).fit(X, y[:500])
    assert_allclose(ours.coef_, theirs.coef_, atol=2e-3)
    assert np.array_equal(ours.predict(X), theirs.predict(X))
    assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=5e-3)


def test_crammer_singer_is_that_of_scikit_learn():
    X, y = load_iris(return_X_y=True)
    X = scale(X)
    for labels in (y, np.array(["a", "b"])[(y == 2).astype(int)]):
        settings = {"multi_class": "crammer_singer", "C": 0.5, "random_state": 0}
        ours = LinearSVC(**settings, tol=1e-6, max_iter=10**5).fit(X, labels)
        theirs = TheirLinearSVC(**settings, tol=1e-8, max_iter=10**6).fit(X, labels)
        assert_allclose(ours.coef_, theirs.coef_, atol=1e-3)
        assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-3)
        assert np.array_equal(ours.predict(X), theirs.predict(X))


@losses
def test_weights_are_repeated_samples_and_classes_have_theirs(loss):
    X, y = cancer()
    X, y, counts = X[:150], y[:150], np.random.default_rng(0).integers(0, 4, 150)
    weighted = LinearSVC(loss=loss, tol=1e-6, C=0.1).fit(X, y, sample_weight=counts)
    repeated = LinearSVC(loss=loss, tol=1e-6, C=0.1).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    assert_allclose(weighted.coef_, repeated.coef_, atol=1e-5)
    X, y = load_iris(return_X_y=True)
    settings = {"loss": loss, "class_weight": {0: 3.0, 1: 0.5}, "C": 0.2}
    for labels in (y, y > 0):
        theirs = TheirLinearSVC(**settings, tol=1e-9, max_iter=10**6, random_state=0).fit(X, labels)
        assert_allclose(LinearSVC(**settings).fit(X, labels).coef_, theirs.coef_, atol=1e-3)


def test_where_liblinear_gives_up_the_gap_still_closes():
    X, y = load_breast_cancer(return_X_y=True)  # not standardised: lengths of thousands
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs = TheirLinearSVC(loss="hinge", max_iter=2000, random_state=0).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours = LinearSVC(loss="hinge").fit(X, y)
    assert objective(ours, X, y, 1.0) < 0.6 * objective(theirs, X, y, 1.0)


def test_a_student_s_step_is_what_a_fit_then_runs(monkeypatch):
    X, y = cancer()
    X, y = X[:80], y[:80]
    fast = LinearSVC(C=0.05, tol=1e-3).fit(X, y)
    calls = []

    def mine(a, w, x, y, upper, diagonal):
        calls.append(upper)
        return original(a, w, x, y, upper, diagonal)

    original = coordinate_descent.coordinate_step
    monkeypatch.setattr(coordinate_descent, "coordinate_step", mine)
    monkeypatch.setattr(linear, "coordinate_step", mine)
    for loss, bound in (("squared_hinge", np.inf), ("hinge", 0.05)):
        calls.clear()
        slow = LinearSVC(loss=loss, C=0.05, tol=1e-3, random_state=0).fit(X, y)
        assert len(calls) >= 80 and set(calls) == {bound}
    assert objective(slow, X, y, 0.05) == pytest.approx(
        objective(LinearSVC(loss="hinge", C=0.05).fit(X, y), X, y, 0.05), rel=1e-5
    )
    assert fast.n_iter_ < 20


def test_a_fit_that_stops_early_says_so():
    X, y = cancer()
    with pytest.warns(ConvergenceWarning, match="max_iter = 2"):
        LinearSVC(loss="hinge", max_iter=2).fit(X, y)
    with pytest.warns(ConvergenceWarning, match="duality gap"):
        LinearSVC(multi_class="crammer_singer", max_iter=1).fit(X, y)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"C": 0.0}, "C = 0.0"),
        ({"tol": 0.0}, "tol = 0.0"),
        ({"max_iter": 0}, "max_iter = 0"),
        ({"intercept_scaling": 0}, "fit_intercept=False"),
        ({"loss": "log"}, "'log'"),
        ({"multi_class": "ovo"}, "'ovo'"),
    ],
)
def test_wrong_settings_are_named(settings, words):
    with pytest.raises(ValueError, match=words):
        LinearSVC(**settings).fit([[0.0], [1.0]], [0, 1])


def test_one_class_and_weights_of_zero_are_refused():
    with pytest.raises(ValueError, match="only one class, 'a'"):
        LinearSVC().fit([[0.0], [1.0]], ["a", "a"])
    with pytest.raises(ValueError, match="weight of every sample is zero"):
        LinearSVC(class_weight={0: 0, 1: 0}).fit([[0.0], [1.0]], [0, 1])


def test_no_intercept_is_zero():
    X, y = cancer()
    model = LinearSVC(fit_intercept=False, intercept_scaling=0).fit(X, y)
    theirs = TheirLinearSVC(fit_intercept=False, tol=1e-9, max_iter=10**5).fit(X, y)
    assert model.intercept_.tolist() == [0]
    assert_allclose(model.coef_, theirs.coef_, atol=1e-4)
