"""SVC: libsvm's machine, the proof that comes with it, the readable functions, scikit-learn's contract."""

import numpy as np
import pytest
import sklearn.svm
from numpy.testing import assert_allclose
from sklearn.datasets import load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.functions import linear_kernel
from abinitio.svm import classification
from abinitio.svm.classification import SVC
from abinitio.svm.dual import dual_objective, duality_gap, intercept_from_multipliers, kkt_violation, svm_decision
from abinitio.svm.hard_margin import hard_margin_primal
from abinitio.svm.smo import smo_pair, smo_step


def test_the_fit_proves_itself(overlapping):
    X, y, K = overlapping(0, n=80)
    model = SVC(C=3.0, gamma=0.5, tol=1e-6).fit(X, y)
    a = np.zeros(80)
    a[model.support_] = np.abs(model.dual_coef_[0])
    assert np.array_equal(np.sign(model.dual_coef_[0]), y[model.support_])
    b = model.intercept_[0]
    assert kkt_violation(a, K, y, 3.0) == pytest.approx(model.violation_[0], abs=1e-6)
    assert duality_gap(a, b, K, y, 3.0) == pytest.approx(model.duality_gap_[0], abs=1e-4)
    assert model.violation_[0] <= 1e-6 and model.duality_gap_[0] < 1e-4
    assert_allclose(model.decision_function(X), svm_decision(K, a, y, b), atol=1e-10)


def test_a_large_C_is_the_hard_margin():
    rng = np.random.default_rng(1)
    y = np.repeat([1, -1], 20)
    X = rng.normal(size=(40, 2)) + 3 * y[:, None]
    w, b = hard_margin_primal(X, y)
    model = SVC(C=1e6, kernel="linear", tol=1e-8).fit(X, y)
    assert_allclose(model.coef_[0], w, rtol=1e-5)
    assert model.intercept_[0] == pytest.approx(b, abs=1e-5)


@pytest.mark.parametrize("load", [load_iris, load_wine])
@pytest.mark.parametrize("weighted", [False, True])
def test_several_classes_are_scikit_learns(load, weighted):
    X, y = load(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    order = np.random.default_rng(0).permutation(len(y))
    X, y, C = X[order], np.array(["red", "green", "blue"])[y[order]], 5.0 if load is load_wine else 0.7
    weights = np.random.default_rng(1).uniform(0.1, 2, len(y)) if weighted else None
    settings = {"C": C, "tol": 1e-7, "gamma": 0.3, "class_weight": "balanced" if weighted else None}
    ours, theirs = SVC(**settings).fit(X, y, weights), sklearn.svm.SVC(**settings).fit(X, y, weights)
    assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=1e-4)
    assert np.array_equal(ours.predict(X), theirs.predict(X))
    assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-4)
    assert_allclose(ours.class_weight_, theirs.class_weight_)
    assert np.array_equal(ours.n_support_, theirs.n_support_) and np.array_equal(ours.support_, theirs.support_)
    assert_allclose(ours.dual_coef_, theirs.dual_coef_, atol=1e-3 * C)
    pairs = ours.set_params(decision_function_shape="ovo"), theirs.set_params(decision_function_shape="ovo")
    assert_allclose(pairs[0].decision_function(X), pairs[1].decision_function(X), atol=1e-4)


def test_ties_are_broken_by_the_scores_where_that_is_asked_for():
    X, y = load_iris(return_X_y=True)
    grid = np.random.default_rng(2).uniform(X.min(axis=0), X.max(axis=0), (400, 4))
    settings = {"C": 0.1, "break_ties": True, "tol": 1e-7}
    ours, theirs = SVC(**settings).fit(X, y), sklearn.svm.SVC(**settings).fit(X, y)
    assert np.array_equal(ours.predict(grid), theirs.predict(grid))
    assert np.array_equal(ours.predict(grid), ours.decision_function(grid).argmax(axis=1))


def test_pairs_of_a_matrix_that_is_not_held_whole_are_the_same(monkeypatch):
    X, y = load_iris(return_X_y=True)
    whole = SVC(tol=1e-7).fit(X, y).decision_function(X)
    monkeypatch.setattr(SVC, "_shared_gram", lambda self, samples: None)
    assert_allclose(SVC(tol=1e-7).fit(X, y).decision_function(X), whole, atol=1e-5)
    small = SVC(tol=1e-7, cache_size=0.004).fit(X, y)  # working sets of 31 samples
    assert_allclose(small.decision_function(X), whole, atol=1e-5)


def test_a_precomputed_kernel_of_three_classes():
    X, y = load_iris(return_X_y=True)
    named = SVC(kernel="linear", tol=1e-7).fit(X, y)
    matrix = SVC(kernel="precomputed", tol=1e-7).fit(linear_kernel(X, X), y)
    assert_allclose(matrix.decision_function(linear_kernel(X[::7], X)), named.decision_function(X[::7]), atol=1e-4)


@pytest.mark.parametrize("name", ["smo_pair", "smo_step", "intercept_from_multipliers", "svm_decision"])
def test_the_readable_functions_give_the_same_fit_and_wrong_ones_another(overlapping, monkeypatch, name):
    X, y, _ = overlapping(3, n=60)
    reference = SVC(gamma=0.5, tol=1e-6).fit(X, y).decision_function(X)
    readable = {f.__name__: f for f in (smo_pair, smo_step, intercept_from_multipliers, svm_decision)}[name]
    monkeypatch.setattr(classification, name, lambda *a: readable(*a))
    assert_allclose(SVC(gamma=0.5, tol=1e-6).fit(X, y).decision_function(X), reference, atol=1e-4)
    if name != "svm_decision":
        with pytest.raises(ValueError, match="takes one C for all samples"):
            SVC().fit(X, y, np.linspace(1, 2, 60))
    wrong = {
        "smo_pair": lambda a, K, y, C: (0, 1),
        "smo_step": lambda a, K, y, C, i, j: a + 0.001,
        "intercept_from_multipliers": lambda *a: 1.0 + readable(*a),
        "svm_decision": lambda *a: 1.0 + readable(*a),
    }
    monkeypatch.setattr(classification, name, wrong[name])
    model = SVC(gamma=0.5, tol=1e-6)
    if name in ("smo_pair", "smo_step"):
        with pytest.warns(ConvergenceWarning, match="violation"):
            model.fit(X, y)
    assert np.abs(model.fit(X, y).decision_function(X) - reference).max() > 0.1 if "smo" not in name else True


def test_steps_that_do_not_suffice_are_told():
    X, y = load_iris(return_X_y=True)
    with pytest.warns(ConvergenceWarning, match="stopped with a violation of .* above tol = 1e-09: raise max_iter"):
        model = SVC(max_iter=5, tol=1e-9).fit(X, y)
    assert model.fit_status_ == 1 and model.n_iter_.max() <= 10
    assert SVC().fit(X, y).fit_status_ == 0


def test_the_dual_objective_is_libsvms(overlapping):
    for C in (0.1, 10.0, 1e3):
        X, y, K = overlapping(4, n=150)
        values = []
        for model in (SVC(C=C, gamma=0.5, tol=1e-5).fit(X, y), sklearn.svm.SVC(C=C, gamma=0.5, tol=1e-5).fit(X, y)):
            a = np.zeros(150)
            a[model.support_] = np.abs(model.dual_coef_[0])
            values.append(dual_objective(a, K, y))
        assert values[0] == pytest.approx(values[1], rel=1e-6)


def test_errors(overlapping):
    X, y, _ = overlapping(5)
    for C in (0, -1.0, np.inf):
        with pytest.raises(ValueError, match=r"C = .* finite number > 0"):
            SVC(C=C).fit(X, y)
    with pytest.raises(ValueError, match="only one class"):
        SVC().fit(X, np.ones(len(y)))
    with pytest.raises(ValueError, match="all sample weights of class -1 are zero"):
        SVC().fit(X, y, (y > 0).astype(float))
    with pytest.raises(ValueError, match="decision_function_shape = 'ova'"):
        SVC(decision_function_shape="ova").fit(X, y).predict(X)


@parametrize_with_checks([SVC(gamma=0.5, tol=1e-10)])
def test_estimator_contract(estimator, check):
    check(estimator)
