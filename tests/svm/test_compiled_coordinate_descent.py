"""The compiled sweeps: the readable ones, and the same minimum with shrinking."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_breast_cancer
from sklearn.svm import LinearSVC

from abinitio.svm.compiled_coordinate_descent import compiled_sweep, shrinking_descent
from abinitio.svm.coordinate_descent import dual_coordinate_descent, linear_duality_gap


def problem(kind, n=60, d=5, seed=0):
    rng = np.random.default_rng(seed)
    X, y, C = rng.standard_normal((n, d)), rng.choice([-1.0, 1.0], n), rng.uniform(0.1, 3, n)
    X[3] = 0
    return (X, y, C, np.zeros(n)) if kind == "hinge" else (X, y, np.full(n, np.inf), 1 / (2 * C))


kinds = pytest.mark.parametrize("kind", ["hinge", "squared"])


@kinds
def test_the_compiled_sweep_is_the_readable_one(kind):
    data = problem(kind)
    a, w, orders = np.zeros(60), np.zeros(5), np.random.default_rng(7)
    for expected_a, expected_w in itertools.islice(dual_coordinate_descent(*data, np.random.default_rng(7)), 10):
        before = a.copy(), w.copy()
        kept = before[0].copy(), before[1].copy()
        a, w = compiled_sweep(*before, *data, orders.permutation(60))
        assert_allclose(a, expected_a, atol=1e-10)
        assert_allclose(w, expected_w, atol=1e-10)
        assert np.array_equal(before[0], kept[0]) and np.array_equal(before[1], kept[1])


@kinds
def test_the_first_sweep_of_the_walk_is_the_readable_one_too(kind):
    data = problem(kind)
    a, w, _ = next(shrinking_descent(*data, 1e-3, np.random.default_rng(3)))
    expected_a, expected_w = next(dual_coordinate_descent(*data, np.random.default_rng(3)))
    assert_allclose(a, expected_a, atol=1e-12)
    assert_allclose(w, expected_w, atol=1e-12)


@kinds
def test_shrinking_ends_at_the_optimum_and_has_shrunk(kind):
    data = problem(kind)
    walk = [(a.copy(), active) for a, _, active in shrinking_descent(*data, 1e-9, np.random.default_rng(0))]
    a, active = walk[-1]
    assert active == 60 and min(active for _, active in walk) < 60
    assert 0 <= linear_duality_gap(a, *data) + 1e-12 < 1e-7
    assert np.all((a >= 0) & (a <= data[2]))
    w = (a * data[1]) @ data[0]
    slope = 1 - data[1] * (data[0] @ w) - data[3] * a  # the conditions of optimality, sample by sample
    inside = (a > 0) & (a < data[2])
    assert np.abs(slope[inside]).max() < 1e-7
    assert slope[a == 0].max(initial=-1) < 1e-7 and slope[a == data[2]].min(initial=1) > -1e-7


def test_liblinear_finds_the_same_plane_on_real_data():
    X, labels = load_breast_cancer(return_X_y=True)
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), 2.0 * labels - 1
    n = len(y)
    *_, (_, w, _) = shrinking_descent(X, y, np.full(n, 0.1), np.zeros(n), 1e-8, np.random.default_rng(0))
    model = LinearSVC(C=0.1, loss="hinge", fit_intercept=False, tol=1e-8, max_iter=10**6, random_state=0).fit(X, y)
    assert_allclose(w, model.coef_[0], atol=1e-6)


def test_all_samples_alike_end_at_once():
    X, y = np.ones((4, 1)), np.ones(4)
    *_, (a, w, _) = shrinking_descent(X, y, np.ones(4), np.zeros(4), 1e-9, np.random.default_rng(0))
    assert w[0] == pytest.approx(1) and a.sum() == pytest.approx(1)
