r"""Feature maps: a linear model of $\varphi(x)$ is a nonlinear model of x.

A feature map takes the points X, (n, d), to the matrix $\Phi$ of their features, (n, D). Any list of functions will do
(`FeatureMap`); `product_features` makes the polynomials of several variables out of a basis of one; the features of
`quadratic_features` and `polynomial_features` are chosen such that their inner product is the polynomial kernel:
$\varphi(x) \cdot \varphi(x') = (x \cdot x' + c)^p$, for which the monomials need the roots of multinomial coefficients.

Oracles: the kernel; `sklearn.preprocessing.PolynomialFeatures`.
"""

from functools import partial
from itertools import combinations_with_replacement
from math import comb, factorial, prod

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio.linear_model.basis import design_matrix, polynomial_basis


def quadratic_features(X, coef0):
    r"""Features whose inner product is the quadratic kernel: $\varphi(x) \cdot \varphi(x') = (x \cdot x' + c)^2$.

    X : (n, d);  coef0 : c >= 0.
    Returns (n, (d + 1)(d + 2)/2): the constant c; the d features $\sqrt{2c}\, x_a$; then, for each a = 1 ... d, the
    square $x_a^2$ followed by $\sqrt 2\, x_a x_b$ for b = a + 1 ... d.

    >>> quadratic_features(np.array([[1.0, 3.0]]), coef0=2.0).round(3)  # 2; 2 x 1, 2 x 3; 1, sqrt(2) x 3, 9
    array([[2.   , 2.   , 6.   , 1.   , 4.243, 9.   ]])
    """
    a, b = np.triu_indices(X.shape[1])
    products = np.where(a == b, 1, np.sqrt(2)) * X[:, a] * X[:, b]  # the cross term occurs twice in (x·x')²
    return np.hstack([np.full((len(X), 1), coef0), np.sqrt(2 * coef0) * X, products])


def polynomial_features(X, degree, coef0):
    r"""Features whose inner product is the polynomial kernel: $\varphi(x) \cdot \varphi(x') = (x \cdot x' + c)^p$.

    They are the monomials $\sqrt{\tfrac{p!}{k_0!\,k_1! \cdots k_d!}}\; c^{k_0/2}\, x_1^{k_1} \cdots x_d^{k_d}$ with
    $k_0 + k_1 + \dots + k_d = p$, ordered by their degree $p - k_0$, then as `product_features` orders them.
    X : (n, d);  degree : p, integer >= 0;  coef0 : c >= 0.  Returns (n, D) with $D = \binom{d+p}{p}$.
    ValueError where D is above a million: the kernel does without the features.

    >>> polynomial_features(np.array([[1.0, 3.0]]), degree=2, coef0=2.0).round(3)
    array([[2.   , 2.   , 6.   , 1.   , 4.243, 9.   ]])
    """
    powers = monomials(X.shape[1], degree)
    rest = degree - powers.sum(axis=1)  # k₀
    factors = [factorial(degree) / prod(map(factorial, [*map(int, k), int(k0)])) for k, k0 in zip(powers, rest)]
    return np.sqrt(factors * float(coef0) ** rest) * product_features(X, degree)


def product_features(X, degree, basis=polynomial_basis):
    r"""Polynomials of several variables: all products $f_{k_1}(x_1) \cdots f_{k_d}(x_d)$ up to a total degree.

    X : (n, d);  degree : p, integer >= 0, the largest $k_1 + \dots + k_d$;  basis : callable (x, degree) -> (n,
    degree + 1), the functions $f_0 = 1, \dots, f_p$ of one variable: `polynomial_basis` (the powers),
    `chebyshev_basis`, `legendre_basis`.
    Returns (n, D) with $D = \binom{d+p}{p}$, by total degree, within it $x_1$ first: 1, x₁, x₂, x₁², x₁x₂ ...
    ValueError where D is above a million.

    >>> product_features(np.array([[2.0, 3.0]]), degree=2)
    array([[1., 2., 3., 4., 6., 9.]])
    """
    powers = monomials(X.shape[1], degree)
    features = np.ones((len(X), len(powers)))
    for x, k in zip(np.asarray(X, dtype=float).T, powers.T):
        features *= basis(x, degree)[:, k]
    return features


def monomials(d, degree):
    r"""The exponents $(k_1, \dots, k_d)$ of all monomials of d variables up to a total degree.

    d : number of variables, integer >= 1;  degree : integer >= 0.
    Returns an integer array (D, d), $D = \binom{d + \mathrm{degree}}{\mathrm{degree}}$: by total degree, and within it
    the first variable first.

    >>> monomials(2, degree=2).tolist()
    [[0, 0], [1, 0], [0, 1], [2, 0], [1, 1], [0, 2]]
    """
    count = comb(d + degree, degree)
    if count > 10**6:
        raise ValueError(f"{d} features have {count} monomials up to degree {degree}; lower it, or use the kernel")
    powers = np.zeros((count, d), dtype=int)
    factors = (chosen for p in range(degree + 1) for chosen in combinations_with_replacement(range(d), p))
    for row, chosen in zip(powers, factors):
        np.add.at(row, list(chosen), 1)
    return powers


class FeatureMap(TransformerMixin, BaseEstimator):
    """Features of one's own, as a step of a scikit-learn pipeline.

    basis : a callable that takes X (n, d) to its features (n, D), or a sequence of D callables, each of which takes X
    to (n,) or a number; None for `product_features` of degree 2.
    ValueError where a feature is not finite at some point, or has another number of rows.
    After fit: n_features_in_.

    >>> FeatureMap([lambda X: X[:, 0] ** 2 + X[:, 1] ** 2]).fit_transform([[3.0, 4.0], [1.0, 0.0]])
    array([[25.],
           [ 1.]])
    """

    def __init__(self, basis=None):
        self.basis = basis

    def fit(self, X, y=None):
        """Take note of the number of columns of X (n, d); y is not used; returns self."""
        validate_data(self, X, dtype=[np.float64, np.float32])
        return self

    def transform(self, X):
        """The features of the rows of X (n, d): (n, D), in the float type of X."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        basis = partial(product_features, degree=2) if self.basis is None else self.basis
        return design_matrix(basis, X).astype(X.dtype, copy=False)

    def __sklearn_is_fitted__(self):
        return hasattr(self, "n_features_in_")
