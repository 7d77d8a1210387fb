"""The perceptron: Novikoff's bound, samples that reach it, scikit-learn's own walk, its estimator."""

import itertools

import numpy as np
import pytest
import sklearn.linear_model
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.linalg import hadamard
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model.perceptron import (
    Perceptron,
    mistake_bound,
    perceptron_epoch,
    perceptron_step,
    perceptron_walk,
)

KNOWN = {"check_sample_weight_equivalence_on_dense_data": "two small steps are not one large one"}
EPOCHS = {"max_iter": 5, "tol": None, "shuffle": False}  # scikit-learn walks through the same samples


def separable(seed, n=60, d=4, margin=0.1):
    """Samples at least `margin` from the plane of the unit vector u, with the labels ±1."""
    rng = np.random.default_rng(seed)
    u = rng.standard_normal(d)
    u /= np.linalg.norm(u)
    X = rng.standard_normal((n, d))
    y = np.where(X @ u > 0, 1, -1)
    return X + margin * y[:, None] * u, y, u, rng


def overlapping(seed, n=200, d=3, classes=2):
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=n)
    return rng.standard_normal((n, d)) + 1.5 * rng.standard_normal((classes, d))[y], y


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), d=st.integers(1, 8), margin=st.floats(0.05, 2))
def test_novikoffs_bound_holds_and_then_there_is_no_mistake(seed, d, margin):
    X, y, u, rng = separable(seed, 30, d, margin)
    bound = mistake_bound(X, y, u)
    mistakes, w, right = 0, np.zeros(d), 0
    walk = perceptron_walk(X, y, w, rng)
    while right < 2 * len(y):  # two epochs in a row without a mistake, at least one of them whole
        before, w = w, next(walk)
        right = right + 1 if np.array_equal(before, w) else 0
        mistakes += right == 0
        assert mistakes <= bound
        assert u @ w >= margin * mistakes - 1e-9  # the two halves of the proof
        assert w @ w <= mistakes * (X**2).sum(axis=1).max() + 1e-9
    assert np.all(y * (X @ w) > 0)


@pytest.mark.parametrize("n", [1, 4, 64])
def test_orthogonal_samples_reach_the_bound(n):
    """Of n orthogonal samples of one length each is a mistake once; the widest margin is R/√n, so the bound is n."""
    X, y = hadamard(n).astype(float), np.where(np.arange(n) % 3, 1, -1)
    assert_allclose(mistake_bound(X, y, X.T @ y), n, rtol=1e-12)
    walk = itertools.islice(perceptron_walk(X, y, np.zeros(n), np.random.default_rng(1)), 3 * n)
    assert len({tuple(w) for w in walk}) == n


def test_the_bound_by_hand():
    X, y = np.array([[3.0, 4.0], [0.0, -2.0]]), np.array([1, -1])
    assert mistake_bound(X, y, np.array([0.0, 1.0])) == 25 / 4
    assert mistake_bound(7 * X, y, np.array([0.0, 3.0])) == 25 / 4  # neither units nor the length of u matter
    assert mistake_bound(X, -y, np.array([0.0, 1.0])) == np.inf
    assert mistake_bound(X, y, np.array([4.0, -3.0])) == np.inf  # the first lies on the plane


def test_step():
    w, x = np.array([1.0, 2.0]), np.array([2.0, -1.0])
    assert_array_equal(perceptron_step(w, x, 1), [3, 1])  # xᵀw = 0 is a mistake for either label
    assert_array_equal(perceptron_step(w, x, -1, rate=0.5), [0, 2.5])
    assert_array_equal(perceptron_step(w, np.array([1.0, 0.0]), 1), w)
    assert_array_equal(w, [1, 2])


def test_every_sample_is_visited_once_an_epoch():
    X, y = 10.0 ** np.arange(6)[:, None], np.ones(6)
    w, seen = np.array([-1e9]), []  # all are mistakes, and show in the digits
    for after in itertools.islice(perceptron_walk(X, y, w, np.random.default_rng(2)), 12):
        seen.append(round(float((after - w)[0])))
        w = after
    assert sorted(seen[:6]) == sorted(seen[6:]) == list(10 ** np.arange(6))
    assert seen[:6] != seen[6:]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 40), d=st.integers(1, 5))
def test_the_compiled_epoch_is_the_walk(seed, n, d):
    rng = np.random.default_rng(seed)
    X, y, rates = rng.standard_normal((n, d)), rng.choice([-1.0, 1.0], n), rng.uniform(0, 2, n)
    order, w0 = rng.permutation(n), rng.standard_normal(d)
    expected, w, loss = [], w0, 0.0
    for i in order:
        loss += max(0.0, -y[i] * (X[i] @ w))
        w = perceptron_step(w, X[i], y[i], rates[i])
        expected.append(w)
    visited = list(perceptron_epoch(w0, X, y, rates, order))
    assert_allclose(np.repeat([w for w, _, _ in visited], [k for _, k, _ in visited], axis=0), expected, rtol=1e-12)
    assert_allclose(visited[-1][0], w, rtol=1e-12)
    assert_allclose(sum(cost for _, _, cost in visited), loss, rtol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("class_weight", [None, "balanced"])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_equal_to_scikit_learn_on_two_classes(weighted, class_weight, fit_intercept):
    X, y = overlapping(3)
    s = np.random.default_rng(4).uniform(size=len(y)) if weighted else None
    settings = EPOCHS | {"class_weight": class_weight, "fit_intercept": fit_intercept, "eta0": 0.7}
    ours = Perceptron(**settings).fit(X, y, s)
    theirs = sklearn.linear_model.Perceptron(**settings).fit(X, y, sample_weight=s)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-10)
    assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-10, atol=1e-12)
    assert_array_equal(ours.predict(X), theirs.predict(X))
    assert_allclose(ours.decision_function(X), theirs.decision_function(X), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("load", [load_iris, load_digits])
def test_equal_to_scikit_learn_on_more_classes(load):
    X, y = load(return_X_y=True)
    names = np.array([f"class {k}" for k in range(10)])[y]
    settings = {"shuffle": False, "tol": 1e-3, "max_iter": 1000}
    ours, theirs = (cls(**settings).fit(X, names) for cls in (Perceptron, sklearn.linear_model.Perceptron))
    assert ours.n_iter_ == theirs.n_iter_  # the same stopping rule
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9, atol=1e-9)
    assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-9, atol=1e-9)
    assert_array_equal(ours.predict(X), theirs.predict(X))


def test_shuffled_digits_are_learnt_as_well_as_scikit_learn_does():
    X, y = load_digits(return_X_y=True)
    train, test = slice(0, 1200), slice(1200, None)
    accuracies = [
        [cls(random_state=seed).fit(X[train], y[train]).score(X[test], y[test]) for seed in range(5)]
        for cls in (Perceptron, sklearn.linear_model.Perceptron)
    ]
    ours, theirs = np.array(accuracies)
    error = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / 5)
    assert ours.mean() > theirs.mean() - 3 * error and ours.mean() > 0.85


def test_separable_data_are_learnt_without_error():
    X, y, _, _ = separable(5, n=300, margin=0.3)
    assert Perceptron(tol=None, max_iter=60).fit(X, y).score(X, y) == 1


def test_class_weights_of_two_classes_are_sample_weights():
    X, y = overlapping(6)
    factors = {0: 0.5, 1: 3.0}
    by_class = Perceptron(class_weight=factors).fit(X, y)
    by_sample = Perceptron().fit(X, y, sample_weight=[factors[k] for k in y])
    assert_allclose(by_class.coef_, by_sample.coef_, rtol=1e-12)


@pytest.mark.parametrize("class_weight", ["balanced", {0: 0.5, 2: 3.0}])
def test_class_weights_of_three_classes_as_scikit_learns(class_weight):
    X, y = overlapping(6, classes=3)
    settings = EPOCHS | {"class_weight": class_weight}
    ours, theirs = (cls(**settings).fit(X, y) for cls in (Perceptron, sklearn.linear_model.Perceptron))
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-10)


def test_samples_of_weight_zero_teach_nothing():
    X, y = overlapping(7)
    s = (np.arange(len(y)) % 3 > 0).astype(float)
    full = Perceptron(**EPOCHS).fit(X, y, s)
    part = Perceptron(**EPOCHS).fit(X[s > 0], y[s > 0])
    assert_allclose(full.coef_, part.coef_, rtol=1e-12)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_warm_start_goes_on(fit_intercept):
    X, y = overlapping(8, classes=3)
    settings = {"shuffle": False, "tol": None, "fit_intercept": fit_intercept}
    twice = Perceptron(**settings, max_iter=2, warm_start=True).fit(X, y).fit(X, y)
    assert_allclose(twice.coef_, Perceptron(**settings, max_iter=4).fit(X, y).coef_, rtol=1e-12)
    assert twice.intercept_.any() == fit_intercept
    twice.fit(X, (y > 0).astype(int))  # other classes: from the beginning
    assert_allclose(twice.coef_, Perceptron(**settings, max_iter=2).fit(X, y > 0).coef_, rtol=1e-12)


def test_random_state():
    X, y = overlapping(9)
    fit = lambda seed: Perceptron(random_state=seed).fit(X, y).coef_
    assert_array_equal(fit(1), fit(1))
    assert not np.array_equal(fit(1), fit(2))


def test_warning_and_errors():
    X, y = overlapping(10)
    with pytest.warns(ConvergenceWarning, match="max_iter = 2"):
        Perceptron(max_iter=2).fit(X, y)
    with pytest.raises(ValueError, match="eta0 is 0"):
        Perceptron(eta0=0).fit(X, y)
    with pytest.raises(ValueError, match="max_iter is 0"):
        Perceptron(max_iter=0).fit(X, y)
    with pytest.raises(ValueError, match="only one class"):
        Perceptron().fit(X, np.ones(len(X)))
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="overflowed"):
        Perceptron(max_iter=20).fit(X * 1e307, y, sample_weight=np.full(len(y), 100.0))


def test_the_estimator_uses_the_function_of_the_module(monkeypatch):
    X, y = overlapping(11)
    monkeypatch.setattr(
        "abinitio.linear_model.perceptron.perceptron_step", lambda w, x, y, rate=1.0: np.full(len(w), 7.0)
    )
    assert set(Perceptron().fit(X, y).coef_.ravel()) == {7.0}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # a check's weights differ by 10^7
@parametrize_with_checks([Perceptron(max_iter=50)], expected_failed_checks=lambda estimator: KNOWN)
def test_estimator_contract(estimator, check):
    check(estimator)
