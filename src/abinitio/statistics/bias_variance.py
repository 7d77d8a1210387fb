r"""Bias, variance and noise of predictions: why a fit misses, over all training sets that could have been drawn.

At a query x with $y = f(x) + \epsilon$, for the fit $\hat f_D$ to a random training set D,
$$E(y - \hat f_D(x))^2 = \underbrace{(E\hat f_D - f)^2}_{\text{bias}^2}
+ \underbrace{\mathrm{Var}\,\hat f_D}_{\text{variance}} + \underbrace{\mathrm{Var}\,\epsilon}_{\text{noise}}.$$
For a smoother $\hat f = S y$ that is linear in the targets both are matrix products.

Oracles: the two functions against each other; the squared error of new targets; least squares has no bias.
Source: S. Geman, E. Bienenstock, R. Doursat, Neural Computation 4 (1992) 1; T. Hastie, R. Tibshirani, J. Friedman,
"The Elements of Statistical Learning" (2009), sections 5.5 and 7.3.
"""

from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone

from abinitio.statistics.empirical import mean_with_error


class Decomposition(NamedTuple):
    """Squared bias and variance, each a mean over the queries with its standard error, in the unit of y squared."""

    bias_square: float
    bias_square_error: float
    variance: float
    variance_error: float


def repeated_predictions(model, draw, queries, repeats, rng, *, jobs=None):
    """What a model predicts after training on each of many training sets.

    model : an estimator with fit and predict, which is copied and not changed;
    draw : callable, rng -> (X (n, d), y (n,)), a new training set at each call;  queries : (m, d) points;
    repeats : number of training sets;  jobs : fits at a time, by joblib.
    Returns (repeats, m).

    >>> from abinitio.linear_model import LinearRegression
    >>> draw = lambda rng: (x := rng.random((5, 1)), 3 * x[:, 0])
    >>> repeated_predictions(LinearRegression(), draw, np.array([[2.0]]), 3, np.random.default_rng(0)).round(6)
    array([[6.],
           [6.],
           [6.]])
    """
    predictions = lambda X, y: clone(model).fit(X, y).predict(queries)
    return np.array(Parallel(n_jobs=jobs)(delayed(predictions)(*draw(rng)) for _ in range(repeats)))


def bias_variance(predictions, f):
    r"""Squared bias and variance of predictions from independent training sets, without the bias of few repeats.

    predictions : (R, m) of R independent training sets at m queries, R >= 3;  f : (m,) true values there.
    Returns a `Decomposition`: means over the queries. The squared bias is an unbiased estimate and may be negative:
    the mean over pairs of different training sets of the product of their errors. Its standard error is up to a third
    too large where there is no bias.

    >>> parts = bias_variance(np.array([[1.0], [2.0], [3.0]]), np.array([1.0]))
    >>> round(float(parts.bias_square), 6), float(parts.variance)  # (0·1 + 0·2 + 1·2)/3
    (0.666667, 1.0)
    """
    R = len(predictions)
    mean = predictions.mean(axis=0)
    deviation, bias = predictions - mean, mean - f
    squares = np.mean(deviation**2, axis=1)  # of each training set
    variance, variance_error = mean_with_error(R / (R - 1) * squares)
    # a U-statistic of pairs: the linear part 2 <bias, deviation> varies, and what is left, with the mean square of
    # <e, e'>; the measured bias puts twice the latter into the former, which is taken out
    linear = np.var(2 * deviation @ bias / len(f), ddof=1) / R
    products = deviation @ deviation.T / len(f)
    rest = 2 * (np.sum(products**2) - np.sum(np.diag(products) ** 2)) / (R**3 * (R - 1))
    error = np.sqrt(max(linear - 2 * rest, 0) + rest)
    return Decomposition(np.mean(bias**2) - variance / R, error, variance, variance_error)


def smoother_bias_variance(S, f_train, f, noise):
    r"""Exact squared bias and variance of predictions $S y$, at fixed places of the samples.

    S : (m, n), the smoother: predictions at m queries from n targets;  f_train : (n,) true values at the samples;
    f : (m,) true values at the queries;  noise : variance $\sigma^2$ of the errors of y, a number or (n,).
    Returns (bias_square, variance): $\frac1m |S f_\text{train} - f|^2$ and $\frac1m \sum_{ij} S_{ij}^2 \sigma_j^2$.

    >>> bias_square, variance = smoother_bias_variance(np.full((1, 4), 0.25), np.arange(4.0), np.array([1.0]), 1.0)
    >>> float(bias_square), float(variance)
    (0.25, 0.25)
    """
    return np.mean((S @ f_train - f) ** 2), np.sum(S**2 * noise) / len(S)


def ridge_smoother(X, queries, alpha):
    r"""The matrix that turns targets into the predictions of ridge regression: $Q (X^\top X + \alpha 1)^{-1} X^\top$.

    X : (n, d) samples;  queries : Q, (m, d);  alpha : float >= 0 of $|y - Xw|^2 + \alpha |w|^2$, > 0 where the columns
    of X are not independent. There is no intercept.
    Returns S, (m, n).

    >>> ridge_smoother(np.array([[1.0], [1.0]]), np.array([[2.0]]), alpha=2.0)
    array([[0.5, 0.5]])
    """
    return queries @ np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T)


def optimism(S, noise):
    r"""How much larger the error of new targets at the samples is than that of the targets that were fitted.

    S : (n, n), the smoother at its own samples;  noise : variance $\sigma^2$ of the errors of y.
    Returns $\frac{2\sigma^2}{n} \mathrm{tr}\,S$, exact: $E \frac1n |y' - Sy|^2 - E \frac1n |y - Sy|^2$ for new targets
    $y'$. The trace is the number of effective parameters.

    >>> float(optimism(np.full((4, 4), 0.25), noise=2.0))  # a mean: one parameter
    1.0
    """
    return 2 * noise / len(S) * np.trace(S)
