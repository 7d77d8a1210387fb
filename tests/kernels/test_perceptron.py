"""The kernel perceptron: the perceptron itself with a linear kernel, Novikoff's bound, circles without features."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.functions import gaussian_kernel
from abinitio.kernels.mercer import kernel_features
from abinitio.kernels.perceptron import (
    KernelPerceptron,
    kernel_perceptron_epoch,
    kernel_perceptron_step,
    kernel_perceptron_walk,
)
from abinitio.linear_model.perceptron import mistake_bound, perceptron_walk

seeds = given(seed=st.integers(0, 10**6))


def circles(n, seed=0):
    rng = np.random.default_rng(seed)
    radius, angle = np.repeat([1.0, 2.0], n // 2) + 0.1 * rng.uniform(-1, 1, n), rng.uniform(0, 2 * np.pi, n)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), np.repeat([-1, 1], n // 2)


@settings(max_examples=25, deadline=None)
@seeds
def test_with_the_linear_kernel_it_is_the_perceptron(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.integers(-5, 6, (12, 3)).astype(float), rng.choice([-1, 1], 12)  # integers: no rounding to differ by
    ours = kernel_perceptron_walk(X @ X.T, y, np.zeros(12), np.random.default_rng(seed))
    theirs = perceptron_walk(X, y, np.zeros(3), np.random.default_rng(seed))
    for a, w in itertools.islice(zip(ours, theirs), 60):
        assert_array_equal(X.T @ a, w)


@settings(max_examples=25, deadline=None)
@seeds
def test_an_epoch_is_its_steps_and_leaves_the_start_alone(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.integers(-3, 4, (15, 2)).astype(float), rng.choice([-1, 1], 15)
    K, a, order = (X @ X.T + 1) ** 2, rng.integers(-2, 3, 15).astype(float), rng.permutation(15)
    before, stepped = a.copy(), a
    for i in order:
        stepped = kernel_perceptron_step(stepped, K, y, i)
    assert_array_equal(kernel_perceptron_epoch(a, K, y, order), stepped)
    assert_array_equal(a, before)
    still = kernel_perceptron_epoch(y.astype(float), np.eye(15), y, order)
    assert_array_equal(still, y)


def test_a_step_counts_zero_as_a_mistake():
    K, y = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1, -1])
    a = np.array([3.0, 0.0])
    assert kernel_perceptron_step(a, K, y, 0) is a
    assert_array_equal(kernel_perceptron_step(a, K, y, 1), [3, -1])


def test_novikoff_s_bound_in_the_space_of_the_kernel():
    X, y = circles(40)
    K = gaussian_kernel(X, X, 1.0)
    walk = kernel_perceptron_walk(K, y, np.zeros(40), np.random.default_rng(0))
    a = next(itertools.islice(walk, 40 * 300, None))
    Z = kernel_features(K)
    assert np.all(y * (K @ a) > 0) and np.abs(a).sum() <= mistake_bound(Z, y, Z.T @ a)


def test_circles_without_features_by_hand():
    X, y = circles(200)
    model = KernelPerceptron(gamma=1.0).fit(X, y)
    angle = np.linspace(0, 2 * np.pi, 100)
    for radius, label in [(0.95, -1), (1.05, -1), (1.95, 1), (2.05, 1)]:
        assert set(model.predict(radius * np.column_stack([np.cos(angle), np.sin(angle)]))) == {label}
    assert model.score(X, y) == 1 and len(model.support_) < 100
    with pytest.warns(ConvergenceWarning, match="max_iter = 20"):
        assert KernelPerceptron("linear", max_iter=20).fit(X, y).score(X, y) < 0.8


def test_an_intercept_is_a_constant_kernel():
    X, y = circles(40)
    first = KernelPerceptron(gamma=1.0).fit(X, y)
    second = KernelPerceptron(lambda A, B: gaussian_kernel(A, B, 1.0) + 1, fit_intercept=False).fit(X, y)
    assert_array_equal(first.dual_coef_, second.dual_coef_)
    assert_allclose(first.decision_function(X), second.decision_function(X), rtol=1e-9, atol=1e-12)
    assert first.intercept_[0] == first.dual_coef_.sum() and second.intercept_[0] == 0


def test_more_classes_and_the_order_of_the_samples():
    rng = np.random.default_rng(2)
    y = rng.integers(0, 3, 60)
    X = np.array([[0, 0], [4, 0], [0, 4]])[y] + rng.uniform(-1, 1, (60, 2))
    model = KernelPerceptron(gamma=0.3, random_state=3).fit(X, y)
    assert model.score(X, y) == 1 and model.dual_coef_.shape[0] == 3
    assert_array_equal(model.dual_coef_, np.rint(model.dual_coef_))  # numbers of mistakes
    K = gaussian_kernel(X, X, 0.3) + 1
    in_order, a = KernelPerceptron(gamma=0.3, shuffle=False).fit(X, (y > 0).astype(int)), np.zeros(60)
    for _ in range(in_order.n_iter_):
        a = kernel_perceptron_epoch(a, K, np.where(y > 0, 1.0, -1.0), np.arange(60))
    assert_array_equal(in_order.dual_coef_[0], a[in_order.support_])


def test_the_readable_step_gives_the_same_fit_and_a_wrong_one_another(monkeypatch):
    X, y = circles(40)
    reference = KernelPerceptron(gamma=1.0).fit(X, y)
    monkeypatch.setattr(
        "abinitio.kernels.perceptron.kernel_perceptron_step", lambda a, K, y, i: kernel_perceptron_step(a, K, y, i)
    )
    assert_array_equal(KernelPerceptron(gamma=1.0).fit(X, y).dual_coef_, reference.dual_coef_)
    monkeypatch.setattr("abinitio.kernels.perceptron.kernel_perceptron_step", lambda a, K, y, i: y.astype(float))
    assert_array_equal(KernelPerceptron(gamma=1.0).fit(X, y).dual_coef_[0], y)


def test_no_epoch_is_refused():
    with pytest.raises(ValueError, match="max_iter is 0"):
        KernelPerceptron(max_iter=0).fit(np.eye(2), [0, 1])


@parametrize_with_checks([KernelPerceptron(gamma=100.0)])
def test_estimator_contract(estimator, check):
    check(estimator)
