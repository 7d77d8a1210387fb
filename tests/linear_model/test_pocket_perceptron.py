"""The pocket algorithm: the best weights met, the fewest errors possible, and the estimator against the walk."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model.perceptron import Perceptron, perceptron_walk
from abinitio.linear_model.pocket_perceptron import PocketPerceptron, pocket_perceptron_walk

KNOWN = {"check_sample_weight_equivalence_on_dense_data": "two small steps are not one large one"}


def noisy(seed, n=80, d=2):
    """Integer features with a column of ones, so that all sums are exact, and labels of which some are flipped."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.integers(-9, 10, size=(n, d)), np.ones(n)])
    y = np.where(X[:, 0] + X[:, 1] > 0.5, 1, -1)
    flipped = rng.random(n) < 0.1
    return X, np.where(flipped, -y, y)


def errors(w, X, y):
    return int(np.sum(y * (X @ w) <= 0))


def fewest_errors(x, y):
    """The fewest errors of any rule sign(w x + b) on the line: over all thresholds, either way round."""
    cuts = np.append(np.unique(x) - 0.5, x.max() + 1)
    wrong = [np.sum((x > cut) != (y > 0)) for cut in cuts]
    return min(min(wrong), len(y) - max(wrong))


def test_the_pocket_holds_the_best_weights_met():
    X, y = noisy(0)
    pocket, walk = (
        list(itertools.islice(f(X, y, np.zeros(3), np.random.default_rng(1)), 3000))
        for f in (pocket_perceptron_walk, perceptron_walk)
    )
    counts, met = (np.array([errors(w, X, y) for w in ws]) for ws in (pocket, walk))
    assert_array_equal(counts, np.minimum.accumulate(met))
    assert {tuple(w) for w in pocket} <= {tuple(w) for w in walk} | {(0.0, 0.0, 0.0)}
    assert counts[-1] < met[-1000:].mean()


@pytest.mark.parametrize("seed", range(5))
def test_the_fewest_errors_possible_are_found(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(-5, 6, 30)
    y = np.where(rng.random(30) < 0.85, np.where(x > 0.5, 1, -1), np.where(x > 0.5, -1, 1))
    X = np.column_stack([x, np.ones(30)])
    best = fewest_errors(x, y)
    assert best > 0
    for w in itertools.islice(pocket_perceptron_walk(X, y, np.zeros(2), rng), 20_000):
        if errors(w, X, y) == best:
            break
    assert errors(w, X, y) == best


@pytest.mark.parametrize("seed", range(6))
def test_the_estimator_keeps_what_the_walk_yields(seed):
    X, y = noisy(seed)
    walk = pocket_perceptron_walk(X, y, np.zeros(3), np.random.default_rng(seed))
    expected = list(itertools.islice(walk, 20 * len(y)))[-1]
    model = PocketPerceptron(tol=None, max_iter=20, fit_intercept=False, random_state=seed).fit(X, y)
    assert_array_equal(model.coef_[0], expected)


def test_fewer_training_errors_than_the_perceptron():
    X, y = load_iris(return_X_y=True)
    versicolor = (y == 1).astype(int)  # between the other two: no line separates it
    settings = {"tol": None, "max_iter": 30}
    last, kept = (
        np.array([cls(**settings, random_state=s).fit(X, versicolor).score(X, versicolor) for s in range(8)])
        for cls in (Perceptron, PocketPerceptron)
    )
    assert np.all(kept >= last)
    assert np.mean(kept - last) > 4 * np.std(kept - last, ddof=1) / np.sqrt(8)


def test_sample_weights_count_the_errors():
    """One feature, constant: all that can be learnt is which class weighs more."""
    X, y = np.ones((10, 1)), np.array([0] * 7 + [1] * 3)
    s = np.array([1.0] * 7 + [5.0] * 3)
    settings = {"tol": None, "max_iter": 20, "fit_intercept": False}
    assert PocketPerceptron(**settings).fit(X, y).predict([[1.0]]) == [0]
    assert PocketPerceptron(**settings).fit(X, y, s).predict([[1.0]]) == [1]


def test_three_classes_have_three_pockets():
    X, y = load_iris(return_X_y=True)
    settings = {"tol": None, "max_iter": 20}
    model = PocketPerceptron(**settings, shuffle=False).fit(X, y)
    for k in range(3):
        single = PocketPerceptron(**settings, shuffle=False).fit(X, y == k)
        assert_allclose(model.coef_[k], single.coef_[0], rtol=1e-12)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # a check's weights differ by 10^7
@parametrize_with_checks([PocketPerceptron(max_iter=50)], expected_failed_checks=lambda estimator: KNOWN)
def test_estimator_contract(estimator, check):
    check(estimator)
