"""Numerical gradients against gradients known in closed form, and against each other; wrong ones are seen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import rosen, rosen_der

from abinitio.optimize.gradient_check import central_difference, complex_step, gradient_error


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), scale=st.sampled_from([1e-3, 1.0, 1e3]))
def test_quadratics_of_any_scale(seed, scale):
    rng = np.random.default_rng(seed)
    A, w = rng.standard_normal((4, 4)), scale * rng.standard_normal(4)
    f, exact = lambda w: w @ A @ w, (A + A.T) @ w
    size = np.abs(A).sum() * np.abs(w).max()
    assert_allclose(complex_step(f, w), exact, atol=1e-14 * size)
    assert_allclose(central_difference(f, w), exact, atol=1e-9 * max(size, size**2 / scale))


def test_rosenbrock():
    w = np.array([-1.2, 1.0, 0.3, 2.0])
    assert_allclose(complex_step(rosen, w), rosen_der(w), rtol=1e-14)
    assert_allclose(central_difference(rosen, w), rosen_der(w), rtol=1e-7, atol=1e-6)


def test_central_differences_are_exact_for_parabolas_and_of_second_order():
    assert_allclose(central_difference(lambda w: 3 * w[0] ** 2, np.array([0.5])), [3.0], rtol=1e-10)
    truncation = abs(central_difference(lambda w: w[0] ** 3, np.array([0.0]))[0])  # f(h) - f(-h) over 2h = h²
    assert_allclose(truncation, np.finfo(float).eps ** (2 / 3), rtol=1e-10)


def test_matrices_and_numbers_are_points_too():
    w = np.arange(6.0).reshape(2, 3)
    f = lambda w: np.sum(w**3)
    for derivative in (central_difference, complex_step):
        assert_allclose(derivative(f, w), 3 * w**2, rtol=1e-9, atol=1e-9)
        assert_allclose(derivative(lambda w: w**2, np.array(3.0)), 6.0, rtol=1e-9)
    assert_array_equal(w, np.arange(6.0).reshape(2, 3))


def test_gradient_error_tells_right_from_wrong():
    rng = np.random.default_rng(0)
    X, y, w = rng.standard_normal((20, 3)), rng.standard_normal(20), rng.standard_normal(3)
    f = lambda w: np.mean((y - X @ w) ** 2)
    right = lambda w: 2 / 20 * X.T @ (X @ w - y)
    assert gradient_error(f, right, w) < 1e-8
    assert gradient_error(f, lambda w: -right(w), w) == pytest.approx(2 * min(1, np.abs(right(w)).max()), rel=1e-6)
    for wrong in (lambda w: right(w) / 2, lambda w: 20 * right(w), lambda w: right(w) + 1e-4):
        assert gradient_error(f, wrong, w) > 1e-5


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"shape \(3, 1\).*\(3,\)"):
        gradient_error(lambda w: w @ w, lambda w: 2 * w[:, None], np.ones(3))
    with pytest.raises(ValueError, match=r"shape \(\)"):
        gradient_error(lambda w: w @ w, lambda w: 2.0, np.ones(3))


def test_the_error_is_relative_where_the_gradient_is_large_and_absolute_where_it_is_small():
    f = lambda size: lambda w: size * w.sum()
    for size, error in ((1000.0, 0.01), (0.001, 0.01 * 0.001)):
        wrong = lambda w, size=size: 1.01 * size * np.ones_like(w)
        assert gradient_error(f(size), wrong, np.array([0.5, 0.25])) == pytest.approx(error, rel=1e-5)


def test_whole_numbers_are_a_point_like_any_other():
    w = np.array([1, 2, 3])
    assert_allclose(central_difference(lambda w: w @ w, w), 2 * w, rtol=1e-8)
    assert_allclose(complex_step(lambda w: w @ w, w), 2 * w, rtol=1e-14)
