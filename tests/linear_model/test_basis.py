"""Bases: orthogonality, recurrences, and what is refused."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model.basis import (
    design_matrix,
    fourier,
    fourier_basis,
    parameter_names,
    polynomial,
    polynomial_basis,
)


def test_polynomials_are_powers():
    x = np.linspace(-2, 3, 11)
    assert_allclose(polynomial_basis(x, 4), np.vander(x, 5, increasing=True), rtol=1e-14)
    assert_array_equal(polynomial_basis(np.zeros(1), 2), [[1, 0, 0]])
    assert_array_equal(polynomial_basis(x, 0), np.ones((11, 1)))
    assert_array_equal(polynomial_basis(np.array([2]), 3), [[1, 2, 4, 8]])


def test_fourier_functions_are_orthogonal_over_a_period():
    period, n = 3.0, 64
    F = fourier_basis(np.arange(n) * period / n + 0.7, order=3, period=period)
    assert_allclose(F.T @ F, np.diag([n] + [n / 2] * 6), atol=1e-12)


def test_fourier_columns_and_period():
    x = np.linspace(0, 5, 7)
    F = fourier_basis(x, order=2, period=2.5)
    phase = 2 * np.pi * x / 2.5
    expected = [np.ones(7), np.cos(phase), np.sin(phase), np.cos(2 * phase), np.sin(2 * phase)]
    assert_allclose(F, np.transpose(expected), atol=1e-13)
    assert_allclose(fourier_basis(x + 2.5, order=2, period=2.5), F, atol=1e-13)
    assert_array_equal(fourier_basis(x, order=0, period=1.0), np.ones((7, 1)))


def test_makers_are_callables_that_can_be_stored():
    x = np.linspace(0, 1, 5)
    assert_array_equal(polynomial(3)(x), polynomial_basis(x, 3))
    assert_array_equal(fourier(2, period=0.5)(x), fourier_basis(x, 2, 0.5))
    assert_array_equal(pickle.loads(pickle.dumps(fourier(2, period=0.5)))(x), fourier_basis(x, 2, 0.5))


def test_lists_of_functions_and_constants():
    x = np.linspace(1, 2, 4)
    F = design_matrix([lambda x: 1.0, np.log, lambda x: x**2], x)
    assert_allclose(F, np.column_stack([np.ones(4), np.log(x), x**2]), rtol=1e-15)
    plane = design_matrix([lambda X: X[:, 0] * X[:, 1]], np.column_stack([x, x]))
    assert_allclose(plane, x[:, None] ** 2)


@pytest.mark.parametrize(
    ("basis", "message"),
    [
        (lambda x: x, r"shape \(4,\) for 4 points; it must be \(4, p\)"),
        (lambda x: np.ones((3, 2)), r"shape \(3, 2\)"),
        ([np.ones_like, lambda x: 1 / np.where(x > 1.5, x, np.inf) - np.inf * (x > 1.9)], "basis function 1 is"),
        ([lambda x: np.where(x == 2, np.nan, x)], "is nan at x = 2.0"),
    ],
)
def test_functions_that_are_no_basis_are_refused(basis, message):
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match=message):
        design_matrix(basis, np.linspace(1, 2, 4))


@pytest.mark.parametrize("basis", [polynomial(2), fourier(1, 1.0)])
def test_a_basis_of_one_variable_is_not_given_two(basis):
    with pytest.raises(ValueError, match="function of one variable, and X has 2 columns"):
        design_matrix(basis, np.ones((4, 2)))


def test_names():
    assert parameter_names(None, 3, ["x0", "x1"]) == ["1", "x0", "x1"]
    assert parameter_names(polynomial(0), 1) == ["1"]
    assert parameter_names(polynomial(3), 4) == ["1", "x", "x^2", "x^3"]
    names = parameter_names(fourier(2, period=0.5), 5)
    assert names == ["1", *(f"{f}({k}2 pi x / 0.5)" for k in ("", "2 ") for f in ("cos", "sin"))]
    assert parameter_names([np.ones_like, np.sin, lambda x: x], 3) == ["ones_like", "sin", "w2"]
    assert parameter_names(lambda x: x[:, None], 1) == ["w0"]
