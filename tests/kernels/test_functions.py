"""Kernel functions: the definition point by point, limits, positive semidefiniteness, scikit-learn."""

from functools import partial

import numpy as np
import pytest
import sklearn.gaussian_process.kernels as gp
import sklearn.metrics.pairwise as pairwise
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.kernels.functions import (
    gaussian_kernel,
    laplacian_kernel,
    linear_kernel,
    matern_kernel,
    periodic_kernel,
    polynomial_kernel,
    sigmoid_kernel,
)
from abinitio.kernels.mercer import negative_part

KERNELS = {
    "linear": linear_kernel,
    "polynomial": partial(polynomial_kernel, degree=3, gamma=0.5, coef0=1.0),
    "polynomial, homogeneous": partial(polynomial_kernel, degree=2, gamma=1.0, coef0=0.0),
    "Gaussian": partial(gaussian_kernel, gamma=0.7),
    "Laplace": partial(laplacian_kernel, gamma=0.7),
    "Matérn 0.3": partial(matern_kernel, length=1.3, nu=0.3),
    "Matérn 1/2": partial(matern_kernel, length=1.3, nu=0.5),
    "Matérn 3/2": partial(matern_kernel, length=1.3, nu=1.5),
    "Matérn 5/2": partial(matern_kernel, length=1.3, nu=2.5),
    "Matérn 4": partial(matern_kernel, length=1.3, nu=4.0),
    "periodic": partial(periodic_kernel, length=0.8, period=2.0),
}
every = pytest.mark.parametrize("name", KERNELS)


def points(seed, m=7, n=5, d=3):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((m, d)), rng.standard_normal((n, d))


@every
def test_rows_are_queries_and_pairs_are_single_values(name):
    X, Y = points(0)
    K = KERNELS[name](X, Y)
    assert K.shape == (7, 5) and K.dtype == float
    single = [[KERNELS[name](x[None], y[None])[0, 0] for y in Y] for x in X]
    assert_allclose(K, single, rtol=1e-12, atol=1e-14)
    assert_allclose(KERNELS[name](Y, X), K.T, rtol=1e-12, atol=1e-14)


@every
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 25), d=st.integers(1, 6))
def test_positive_semidefinite_in_every_dimension(name, seed, n, d):
    X = np.random.default_rng(seed).standard_normal((n, d))
    K = KERNELS[name](X, X)
    assert negative_part((K + K.T) / 2) < 1e-12


def test_the_sigmoid_is_no_kernel():
    X = np.array([[1.0], [2.0]])  # tanh is concave: tanh(1) tanh(4) < tanh(2)²
    assert negative_part(sigmoid_kernel(X, X, gamma=1.0, coef0=0.0)) > 0.04
    assert_allclose(sigmoid_kernel(X, X, 0.5, 0.1), pairwise.sigmoid_kernel(X, X, 0.5, 0.1), rtol=1e-12)


def test_definitions_written_out():
    x, y = np.array([1.0, -2.0]), np.array([0.5, 1.0])
    X, Y, r = x[None], y[None], np.sqrt(0.25 + 9)
    assert_allclose(gaussian_kernel(X, Y, 1 / (2 * 1.5**2)), np.exp(-(r**2) / (2 * 1.5**2)), rtol=1e-14)  # γ = 1/2h²
    assert_allclose(laplacian_kernel(X, Y, 0.3), np.exp(-0.3 * 3.5), rtol=1e-14)
    assert_allclose(polynomial_kernel(X, Y, 3, 2.0, 0.5), (2 * (0.5 - 2) + 0.5) ** 3, rtol=1e-14)
    phase = np.pi * (x - y) / 3
    assert_allclose(periodic_kernel(X, Y, 0.7, 3.0), np.exp(-2 / 0.49 * np.sum(np.sin(phase) ** 2)), rtol=1e-13)


@pytest.mark.parametrize("nu", [0.3, 0.5, 1.5, 2.0, 2.5, 7.0, 50.0, np.inf])
def test_matern_against_scikit_learn_and_its_limits(nu):
    X, Y = points(1)
    expected = gp.Matern(length_scale=0.8, nu=nu)(X, Y)
    assert_allclose(matern_kernel(X, Y, 0.8, nu), expected, rtol=1e-9, atol=1e-14)
    assert np.all(np.diag(matern_kernel(X, X, 0.8, nu)) >= 1 - 1e-14)
    assert matern_kernel(X, X[:1], 0.8, nu)[0, 0] == pytest.approx(1, abs=1e-12)
    far = matern_kernel(np.array([[0.0]]), np.array([[1e6], [0.0], [1e-160]]), 1.0, nu)[0]
    assert np.isfinite(far).all() and far[0] < 1e-100 and far[1] == 1 and far[2] == pytest.approx(1, abs=1e-12)


def test_half_integer_matern_equals_the_bessel_formula():
    X, Y = points(2)
    for nu in (0.5, 1.5, 2.5):
        assert_allclose(matern_kernel(X, Y, 0.9, nu * (1 + 1e-12)), matern_kernel(X, Y, 0.9, nu), rtol=1e-9)


def test_matern_approaches_the_gaussian_kernel_like_one_over_nu():
    X, Y = points(3)
    limit = gaussian_kernel(X, Y, 1 / (2 * 2.0**2))
    errors = [np.abs(matern_kernel(X, Y, 2.0, nu) - limit).max() for nu in (10.0, 20.0, 40.0)]
    assert_allclose(np.divide(errors[:-1], errors[1:]), 2, rtol=0.2)


def test_equal_to_scikit_learn():
    X, Y = points(4, 30, 20, 4)
    assert_allclose(linear_kernel(X, Y), pairwise.linear_kernel(X, Y), rtol=1e-12, atol=1e-14)
    assert_allclose(polynomial_kernel(X, Y, 3, 0.2, 1.0), pairwise.polynomial_kernel(X, Y, 3, 0.2, 1.0), rtol=1e-11)
    assert_allclose(gaussian_kernel(X, Y, 0.3), pairwise.rbf_kernel(X, Y, 0.3), rtol=1e-11)
    assert_allclose(laplacian_kernel(X, Y, 0.3), pairwise.laplacian_kernel(X, Y, 0.3), rtol=1e-12)
    x, y = X[:, :1], Y[:, :1]
    expected = gp.ExpSineSquared(length_scale=0.6, periodicity=1.7)(x, y)
    assert_allclose(periodic_kernel(x, y, 0.6, 1.7), expected, rtol=1e-11)


def test_far_from_the_origin():
    X, Y = points(5)
    for kernel in (partial(gaussian_kernel, gamma=1.0), partial(matern_kernel, length=1.0, nu=1.5)):
        assert_allclose(kernel(X + 1e6, Y + 1e6), kernel(X, Y), rtol=1e-7)


def test_inputs_stay_as_they_are_and_may_be_of_any_number_type():
    X, Y = points(6)
    before = X.copy(), Y.copy()
    for kernel in KERNELS.values():
        kernel(X, Y)
        K = kernel(X.astype(np.float32), Y.astype(np.float32))
        assert K.dtype == float
        assert_allclose(K, kernel(X, Y), rtol=3e-4, atol=1e-5)
    assert np.array_equal(X, before[0]) and np.array_equal(Y, before[1])
    whole = np.arange(6, dtype=np.uint8).reshape(3, 2)
    assert_allclose(linear_kernel(whole, whole), whole.astype(float) @ whole.T.astype(float))
