"""Feature maps: their inner products are the kernels, and ridge regression on them is kernel ridge regression."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.features import FeatureMap, monomials, polynomial_features, product_features, quadratic_features
from abinitio.kernels.functions import polynomial_kernel
from abinitio.kernels.orthogonal import chebyshev_basis, legendre_basis
from abinitio.kernels.ridge import kernel_ridge_coefficients
from abinitio.linear_model import LogisticRegression
from abinitio.linear_model.ridge import ridge_coefficients

cases = given(seed=st.integers(0, 10**6), d=st.integers(1, 4), degree=st.integers(0, 4), coef0=st.floats(0, 3))


@settings(max_examples=40, deadline=None)
@cases
def test_inner_products_are_the_polynomial_kernel(seed, d, degree, coef0):
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((5, d)), rng.standard_normal((4, d))
    products = polynomial_features(X, degree, coef0) @ polynomial_features(Y, degree, coef0).T
    assert_allclose(products, polynomial_kernel(X, Y, degree, 1.0, coef0), rtol=1e-9, atol=1e-9)
    assert polynomial_features(X, degree, coef0).shape == (5, comb(d + degree, degree))
    quadratic = quadratic_features(X, coef0)
    assert_allclose(quadratic, polynomial_features(X, 2, coef0), rtol=1e-12, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), d=st.integers(1, 4), degree=st.integers(0, 5))
def test_powers_are_those_of_scikit_learn_in_the_same_order(seed, d, degree):
    X = np.random.default_rng(seed).standard_normal((6, d))
    theirs = PolynomialFeatures(degree).fit(X)
    assert_allclose(product_features(X, degree), theirs.transform(X), rtol=1e-12, atol=1e-14)
    assert np.array_equal(monomials(d, degree), theirs.powers_)


def test_ridge_in_feature_space_is_kernel_ridge():
    rng = np.random.default_rng(0)
    X, y, Q = rng.standard_normal((30, 2)), rng.standard_normal(30), rng.standard_normal((9, 2))
    w = ridge_coefficients(quadratic_features(X, 1.5), y, alpha=0.7)
    a = kernel_ridge_coefficients(polynomial_kernel(X, X, 2, 1.0, 1.5), y, alpha=0.7)
    assert_allclose(quadratic_features(Q, 1.5) @ w, polynomial_kernel(Q, X, 2, 1.0, 1.5) @ a, rtol=1e-9)


def test_products_of_orthogonal_polynomials_are_orthogonal():
    x, weights = np.polynomial.legendre.leggauss(12)
    X = np.stack(np.meshgrid(x, x), axis=-1).reshape(-1, 2)
    F = product_features(X, 5, legendre_basis)
    gram = F.T @ (np.outer(weights, weights).ravel()[:, None] * F)
    assert_allclose(gram, np.diag((2 / (2 * monomials(2, 5) + 1)).prod(axis=1)), atol=1e-13)
    assert_allclose(product_features(X, 1, chebyshev_basis), np.column_stack([np.ones(144), X]), rtol=1e-14)


def test_too_many_monomials_are_refused_before_they_are_made():
    with pytest.raises(ValueError, match=r"784 features have .* monomials up to degree 3"):
        product_features(np.zeros((1, 784)), 3)


def test_a_radius_separates_circles_that_no_line_separates():
    rng = np.random.default_rng(1)
    radius, angle = np.repeat([1.0, 2.0], 50) + 0.1 * rng.uniform(-1, 1, 100), rng.uniform(0, 2 * np.pi, 100)
    X, y = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), np.repeat([0, 1], 50)
    model = make_pipeline(FeatureMap([lambda X: np.hypot(X[:, 0], X[:, 1])]), LogisticRegression(C=1e4))
    assert model.fit(X, y).score(X, y) == 1 and LogisticRegression().fit(X, y).score(X, y) < 0.8


def test_the_map_takes_one_function_or_many_and_says_where_one_fails():
    X = np.array([[1.0, 2.0], [3.0, 0.0]])
    assert_allclose(FeatureMap(lambda X: X**2).fit_transform(X), X**2)
    assert_allclose(FeatureMap().fit_transform(X), PolynomialFeatures(2).fit_transform(X))
    with np.errstate(divide="ignore"), pytest.raises(ValueError, match=r"basis function 1 is inf at x = \[3. 0.\]"):
        FeatureMap([lambda X: X[:, 0], lambda X: 1 / X[:, 1]]).fit_transform(X)


@parametrize_with_checks([FeatureMap(), FeatureMap(np.abs)])
def test_estimator_contract(estimator, check):
    check(estimator)
