"""Chebyshev and Legendre polynomials: orthogonality, numpy.polynomial, and the condition number that is their point."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import chebyshev, legendre
from numpy.testing import assert_allclose

from abinitio.kernels.orthogonal import chebyshev_basis, legendre_basis, to_unit_interval
from abinitio.linear_model.basis import polynomial_basis


@settings(max_examples=40, deadline=None)
@given(x=st.lists(st.floats(-1, 1), min_size=1, max_size=8), degree=st.integers(0, 60))
def test_bounded_by_one_and_equal_to_numpy(x, degree):
    x = np.array(x)
    for basis, theirs in [(chebyshev_basis, chebyshev.chebvander), (legendre_basis, legendre.legvander)]:
        F = basis(x, degree)
        assert F.shape == (len(x), degree + 1)
        assert np.abs(F).max() <= 1 + 1e-12
        assert_allclose(F, theirs(x, degree), atol=1e-11)


def test_chebyshev_is_the_cosine_of_multiples():
    angles = np.linspace(0, np.pi, 50)
    assert_allclose(chebyshev_basis(np.cos(angles), 30), np.cos(np.outer(angles, np.arange(31))), atol=1e-12)


def test_orthogonality_exactly_by_gaussian_quadrature():
    x, weights = legendre.leggauss(40)
    F = legendre_basis(x, 30)
    assert_allclose(F.T @ (weights[:, None] * F), np.diag(2 / (2 * np.arange(31) + 1)), atol=1e-13)
    x, weights = chebyshev.chebgauss(40)
    F = chebyshev_basis(x, 30)
    assert_allclose(F.T @ (weights[:, None] * F), np.diag([np.pi] + 30 * [np.pi / 2]), atol=1e-12)


@pytest.mark.parametrize("degree", [10, 20])
def test_powers_lose_digits_exponentially_and_the_others_do_not(degree):
    x = np.linspace(-1, 1, 4001)
    powers, cheb, leg = (np.linalg.cond(F(x, degree)) for F in (polynomial_basis, chebyshev_basis, legendre_basis))
    assert 0.1 < powers / (1 + np.sqrt(2)) ** degree < 10
    assert cheb < degree and leg < 1.01 * np.sqrt(2 * degree + 1)  # orthogonal up to the lengths 2 / (2k + 1)


def test_all_three_span_the_same_polynomials():
    x = np.linspace(-1, 1, 200)
    y = np.exp(np.sin(5 * x))
    fits = []
    for basis in (polynomial_basis, chebyshev_basis, legendre_basis):
        F = basis(x, 12)
        fits.append(F @ np.linalg.lstsq(F, y)[0])
    assert_allclose(fits[1], fits[0], atol=1e-9)
    assert_allclose(fits[2], fits[1], atol=1e-12)


def test_the_map_to_the_unit_interval():
    assert_allclose(to_unit_interval(np.array([3.0, 5.0, 7.0]), 3.0, 7.0), [-1, 0, 1])
    table = to_unit_interval(np.array([[0.0, 10.0], [1.0, 30.0]]), np.array([0.0, 10.0]), np.array([1.0, 30.0]))
    assert_allclose(table, [[-1, -1], [1, 1]])
