r"""Double descent: the error of least squares falls, explodes where samples are as many as features, and falls again.

Draws $x \sim N(0, 1)$ in d dimensions and $y = x^\top \beta + \sigma\epsilon$; the fit is least squares, of smallest
norm where n < d. The excess risk of a prediction at a new x is $E|w - \beta|^2$, exactly
$$\frac{\sigma^2 d}{n - d - 1}\ (n > d + 1), \qquad |\beta|^2 \Big(1 - \frac nd\Big) + \frac{\sigma^2 n}{d - n - 1}\
(n < d - 1),$$ and infinite in between, where a median is what can be measured. The optimal ridge has no peak.

Oracles: moments of Wishart matrices; the Marchenko-Pastur law; the conditional risk of a given X; `numpy.linalg.lstsq`.
Source: T. Hastie, A. Montanari, S. Rosset, R. J. Tibshirani, Ann. Stat. 50 (2022) 949, arXiv:1903.08560;
P. Nakkiran, arXiv:1912.07242 (more data can hurt); optimal ridge: P. Nakkiran et al., arXiv:2003.01897.
"""

import numpy as np
from joblib import Parallel, delayed

from abinitio.statistics.nested_least_squares import nested_least_squares


def ridgeless_risk(n, d, beta_square, noise):
    r"""Exact excess risk $E|w - \beta|^2$ of least squares (of smallest norm where n < d) for Gaussian features.

    n : number of samples, int or array of them, >= 0;  d : number of features, >= 2;  beta_square : $|\beta|^2$ of the
    true coefficients;  noise : variance $\sigma^2$ > 0 of the errors of y.
    Returns a float or an array; inf for n = d - 1, d, d + 1. The noise of the new measurement is not part of it.

    >>> ridgeless_risk(np.array([0, 2, 4, 9]), d=4, beta_square=1.0, noise=1.0)  # 1/2 + 2/1 at n = 2; 4/4 at n = 9
    array([1. , 2.5, inf, 1. ])
    """
    n = np.asarray(n)
    with np.errstate(divide="ignore"):
        many = noise * d / (n - d - 1)  # σ² tr E(XᵀX)⁻¹
        few = beta_square * (1 - n / d) + noise * n / (d - n - 1)  # what lies outside of the rows of X, and the noise
    return np.where(n > d + 1, many, np.where(n < d - 1, few, np.inf))[()]


def ridgeless_risk_limit(ratio, beta_square, noise):
    r"""Excess risk of least squares for large n and d at a ratio $\gamma = d/n$.

    ratio : $\gamma$ > 0, float or array;  beta_square : $|\beta|^2$;  noise : variance $\sigma^2$ of the errors of y.
    Returns $\sigma^2 \gamma/(1 - \gamma)$ for $\gamma < 1$, $|\beta|^2 (1 - 1/\gamma) + \sigma^2/(\gamma - 1)$ for
    $\gamma > 1$, inf at 1.

    >>> ridgeless_risk_limit(np.array([0.5, 2.0]), beta_square=1.0, noise=0.2)
    array([0.2, 0.7])
    """
    ratio = np.asarray(ratio, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        few = beta_square * (1 - 1 / ratio) + noise / (ratio - 1)
        return np.where(ratio < 1, noise * ratio / (1 - ratio), np.where(ratio > 1, few, np.inf))[()]


def ridge_risk_limit(ratio, alpha, beta_square, noise):
    r"""Excess risk of ridge regression for large n and d at a ratio $\gamma = d/n$.

    ratio : $\gamma$ > 0;  alpha : float > 0, the penalty per sample: what is minimised is
    $\frac1n |y - Xw|^2 + \alpha |w|^2$;  beta_square : $|\beta|^2$;  noise : variance $\sigma^2$ of the errors of y.
    Returns a number: $|\beta|^2 \alpha^2 m' + \sigma^2 \gamma (m - \alpha m')$ with $m = \int \frac{dF(s)}{s + \alpha}$
    over the eigenvalues s of $X^\top X/n$ and $m' = \int \frac{dF(s)}{(s + \alpha)^2}$.

    >>> round(float(ridge_risk_limit(1.0, alpha=1.0, beta_square=1.0, noise=1.0)), 6)  # the optimal alpha
    0.618034
    """
    b = 1 - ratio + alpha
    root = np.sqrt(b**2 + 4 * ratio * alpha)
    m = 2 / (b + root) if b > 0 else (root - b) / (2 * ratio * alpha)  # γα m² + b m = 1, without cancellation
    slope = m * (1 + ratio * m) / root  # -dm/dα, from the derivative of that equation
    return beta_square * alpha**2 * slope + noise * ratio * (m - alpha * slope)


def optimal_ridge(d, beta_square, noise):
    r"""The penalty that makes the excess risk of ridge regression smallest, for every n.

    d : number of features;  beta_square : $|\beta|^2$;  noise : variance $\sigma^2$ of the errors of y.
    Returns $\alpha = \sigma^2 d/|\beta|^2$ of $|y - Xw|^2 + \alpha |w|^2$: what a Gaussian prior of variance
    $|\beta|^2/d$ asks for. Divide it by n for `ridge_risk_limit`.

    >>> optimal_ridge(d=20, beta_square=4.0, noise=0.5)
    2.5
    """
    return noise * d / beta_square


def ridge_risk_of_design(X, alpha, beta_square, noise):
    r"""Excess risk of ridge regression on given features, averaged over the noise and the direction of $\beta$.

    X : (n, d);  alpha : float > 0 of $|y - Xw|^2 + \alpha |w|^2$;  beta_square : $|\beta|^2$, in a direction without
    preference;  noise : variance $\sigma^2$ of the errors of y.
    Returns $\frac{|\beta|^2}{d} \sum_k \frac{\alpha^2}{(s_k + \alpha)^2} + \sigma^2 \sum_k \frac{s_k}{(s_k+\alpha)^2}$
    over the d eigenvalues $s_k$ of $X^\top X$.

    >>> float(ridge_risk_of_design(np.eye(2), alpha=1.0, beta_square=4.0, noise=1.0))
    1.5
    """
    s = np.maximum(np.linalg.eigvalsh(X.T @ X), 0)
    return np.sum((beta_square / len(s) * alpha**2 + noise * s) / (s + alpha) ** 2)


def double_descent_sweep(sizes, beta, noise, alpha, repeats, rng, *, jobs=None):
    r"""Excess errors $|w - \beta|^2$ of fits to the first n of ever the same samples, as a generator over data sets.

    sizes : (m,) increasing numbers of samples n >= 1;  beta : (d,) true coefficients;  noise : variance $\sigma^2$ of
    the errors of y;  alpha : 0 for least squares of smallest norm, or the penalty of $|y - Xw|^2 + \alpha |w|^2$;
    repeats : number of data sets;  jobs : data sets at a time, by joblib.
    Yields (m,) for each data set: standard normal features X, (sizes[-1], d), and $y = X\beta + \sigma\epsilon$.

    >>> rng = np.random.default_rng(0)
    >>> sweep = double_descent_sweep([2, 4, 8], np.ones(4), noise=1.0, alpha=0.0, repeats=500, rng=rng)
    >>> np.median(list(sweep), axis=0).argmax()  # worst where n = d
    np.int64(1)
    """
    n, fit = sizes[-1], getattr(nested_least_squares, "fast", nested_least_squares)

    def errors(X, noise_of_y):
        return np.sum((fit(X, X @ beta + np.sqrt(noise) * noise_of_y, sizes, alpha) - beta) ** 2, axis=1)

    draws = ((rng.standard_normal((n, len(beta))), rng.standard_normal(n)) for _ in range(repeats))
    yield from Parallel(n_jobs=jobs, return_as="generator")(delayed(errors)(*draw) for draw in draws)
