"""The data of the benchmarks, made from a seed or read from what scikit-learn ships: X, y and what a row says of them.

random : independent Gaussian entries;  structured : with correlations, trends or bad conditioning put in;  real : data.
"""

import numpy as np
import sklearn.datasets


def gaussian(n, d, informative=None, seed=0):
    """Independent Gaussian features around 1, a linear target with unit noise; `informative` coefficients are not 0."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) + 1
    w = rng.standard_normal(d)
    w[d if informative is None else informative :] = 0
    return X, X @ w + rng.standard_normal(n)


def correlated(n, d, informative, correlation=0.95, seed=0):
    """Features that are neighbours in a chain: corr(x_i, x_j) = correlation^|i-j| (an AR(1) process along the row)."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    for j in range(1, d):
        X[:, j] = correlation * X[:, j - 1] + np.sqrt(1 - correlation**2) * X[:, j]
    w = np.zeros(d)
    w[rng.choice(d, informative, replace=False)] = rng.standard_normal(informative)
    return X, X @ w + rng.standard_normal(n)


def ill_conditioned(n, d, condition, seed=0):
    """Features whose covariance has singular values falling geometrically from 1 to 1 / condition; little noise."""
    rng = np.random.default_rng(seed)
    rotation = np.linalg.qr(rng.standard_normal((d, d)))[0]
    X = (rng.standard_normal((n, d)) * np.geomspace(1, 1 / condition, d)) @ rotation
    return X, X @ rng.standard_normal(d) + 0.01 * rng.standard_normal(n)


def ill_centred(n, d, offset=1e6, seed=0):
    """Unit-variance features far from the origin: mean = offset x standard deviation, as years or wavelengths are."""
    rng = np.random.default_rng(seed)
    X = offset + rng.standard_normal((n, d))
    return X, (X - offset) @ rng.standard_normal(d) + 0.1 * rng.standard_normal(n)


def digits():
    """1797 images of digits, 64 pixels each (UCI, shipped by scikit-learn), the digit as a number."""
    data = sklearn.datasets.load_digits()
    return data.data, data.target.astype(float)


def diabetes_squares():
    """442 patients (Efron et al. 2004): 10 features, their squares and products, standardised."""
    data = sklearn.datasets.load_diabetes()
    i, j = np.triu_indices(10)
    X = np.hstack([data.data, data.data[:, i] * data.data[:, j]])
    X = X[:, X.std(axis=0) > 0]
    return (X - X.mean(axis=0)) / X.std(axis=0), data.target


def resonance(n, queries=None, seed=0):
    """A Breit-Wigner peak on a slope at n random x in [-4, 4], noise 0.05; and even `queries`, n by default."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-4, 4, n)
    y = 0.25 / (x**2 + 0.25) + 0.1 * x + 0.05 * rng.standard_normal(n)
    return x, y, np.linspace(-4, 4, queries or n)
