r"""Estimators as random numbers: bias, variance and mean squared error, simulated with errors, and exact.

An estimator $\hat\theta(x_1 \dots x_n)$ is judged over repeated samples: bias $E\hat\theta - \theta$, variance, and
$E(\hat\theta - \theta)^2 = \text{bias}^2 + \text{variance}$. Estimators are callables that work along the last axis,
(m, n) -> (m,), so that m repeated samples are one call; `np.mean(x, axis=-1)` is one of them.

Oracles: order statistics; the chi-square law of the sum of squares; each exact moment against the simulated one.
Source: E. L. Lehmann, G. Casella, "Theory of Point Estimation" (1998), chapters 1, 2 and 6.
"""

from itertools import pairwise

import numpy as np
from scipy.integrate import quad
from scipy.stats import beta


def repeated_estimates(estimator, draw, n, repeats, rng):
    """What an estimator says about each of many samples of one law.

    estimator : callable, (m, n) samples, one a row -> (m,) estimates;  draw : callable, (shape, rng) -> array of
    independent draws of that shape;  n : size of a sample;  repeats : number m of samples.
    Returns (repeats,).

    >>> draw = lambda shape, rng: rng.normal(5.0, 1.0, shape)
    >>> repeated_estimates(lambda x: x.mean(axis=-1), draw, n=100, repeats=3, rng=np.random.default_rng(0)).round(1)
    array([5.1, 4.9, 4.9])
    """
    return estimator(draw((repeats, n), rng))


def bias_with_error(estimates, theta):
    r"""Bias $E\hat\theta - \theta$, from repeated estimates, and its standard error.

    estimates : (m,) independent estimates, m >= 2;  theta : the true value.
    Returns (bias, error), two numbers: error**2 is an unbiased estimate of the variance of the first.

    >>> bias, error = bias_with_error(np.array([1.0, 3.0]), theta=1.5)
    >>> float(bias), float(error)
    (0.5, 1.0)
    """
    difference = estimates - theta
    return difference.mean(), difference.std(ddof=1) / np.sqrt(len(estimates))  # Var(mean) = Var/m


def variance_with_error(estimates):
    r"""Unbiased estimate $s^2$ of the variance of an estimator, and its standard error.

    estimates : (m,) independent estimates, m >= 4.  Returns (variance, error); the error is that of any law with a
    fourth moment $\mu_4$, $\mathrm{Var}(s^2) = \frac1m \big(\mu_4 - \frac{m-3}{m-1} \sigma^4\big)$, with the sample's
    own moments in place of the true ones.

    >>> variance, error = variance_with_error(np.array([-1.0, 1.0, -1.0, 1.0]))
    >>> round(float(variance), 6), round(float(error), 6)  # (1 - (1/3) (4/3)²) / 4 = 0.101852
    (1.333333, 0.319142)
    """
    m, variance = len(estimates), estimates.var(ddof=1)
    mu4 = np.mean((estimates - estimates.mean()) ** 4)
    return variance, np.sqrt(max((mu4 - (m - 3) / (m - 1) * variance**2) / m, 0.0))


def mse_with_error(estimates, theta):
    r"""Mean squared error $E(\hat\theta - \theta)^2$ of an estimator, and its standard error.

    estimates : (m,) independent estimates, m >= 2;  theta : the true value.
    Returns (mse, error), two numbers: error**2 is an unbiased estimate of the variance of the first.

    >>> mse, error = mse_with_error(np.array([1.0, 3.0]), theta=1.0)
    >>> float(mse), float(error)
    (2.0, 2.0)
    """
    square = (estimates - theta) ** 2
    return square.mean(), square.std(ddof=1) / np.sqrt(len(estimates))  # the mean of m squares, and its own error


def sum_of_squares_over(x, divisor):
    r"""The estimate $\frac1k \sum_i (x_i - \bar x)^2$ of a variance.

    x : (..., n) samples along the last axis;  divisor : k > 0: n for the maximum of the likelihood, n - 1 for no bias,
    n + 1 for the least mean squared error of a normal law.  Returns (...).

    >>> sum_of_squares_over(np.array([[1.0, 3.0], [0.0, 4.0]]), divisor=1)
    array([2., 8.])
    """
    return np.sum((x - x.mean(axis=-1, keepdims=True)) ** 2, axis=-1) / divisor


def sum_of_squares_moments(sigma, n, divisor):
    r"""Exact bias and variance of $\frac1k \sum_i (x_i - \bar x)^2$ as an estimate of $\sigma^2$, for normal draws.

    sigma : standard deviation of a draw;  n : number of draws, >= 2;  divisor : k > 0.  Returns (bias, variance).

    >>> bias, variance = sum_of_squares_moments(1.0, n=5, divisor=5)
    >>> round(bias, 6), round(variance, 6)
    (-0.2, 0.32)
    """
    # the sum is σ² times a χ² of n - 1 degrees of freedom: mean n - 1, variance 2(n - 1)
    return sigma**2 * ((n - 1) / divisor - 1), 2 * sigma**4 * (n - 1) / divisor**2


def scaled_maximum(x):
    r"""The estimate $\frac{n+1}{n} \max_i x_i$ of the upper end of a uniform law on $[0, \theta]$; it has no bias.

    x : (..., n) samples along the last axis.  Returns (...).

    >>> float(scaled_maximum(np.array([1.0, 3.0, 2.0])))
    4.0
    """
    n = x.shape[-1]
    return (n + 1) / n * x.max(axis=-1)


def maximum_moments(theta, n, factor=1.0):
    r"""Exact bias and variance of factor times $\max_i x_i$ as an estimate of the upper end of a uniform law.

    theta : the upper end of the law on $[0, \theta]$;  n : number of draws;  factor : number c, 1 for the maximum of
    the likelihood, (n + 1)/n for no bias.  Returns (bias, variance): the variance falls like 1/n², not 1/n.

    >>> bias, variance = maximum_moments(1.0, n=4)
    >>> round(bias, 6), round(variance, 6)
    (-0.2, 0.026667)
    """
    # max/θ has the density n uⁿ⁻¹: mean n/(n+1), mean square n/(n+2)
    return theta * (factor * n / (n + 1) - 1), (factor * theta) ** 2 * n / ((n + 1) ** 2 * (n + 2))


def median_moments(quantile, n):
    r"""Exact mean and variance of the median of an odd number of draws from any continuous law.

    quantile : callable, the inverse $F^{-1}$ of the distribution function, number in (0, 1) -> number;
    n : odd number of draws; the variance must exist (for Cauchy's law n >= 5).
    Returns (mean, variance), by quadrature with a relative error of about 1e-8. ValueError where n is even.

    >>> mean, variance = median_moments(lambda u: u, n=3)  # uniform: a beta(2, 2) variable
    >>> round(mean, 6), round(variance, 6)
    (0.5, 0.05)
    """
    if n % 2 == 0:
        raise ValueError(f"n is {n}; the median of an even number of draws is not one of them: take an odd n")
    middle = beta((n + 1) / 2, (n + 1) / 2)  # the law of F(median), whatever F is
    width = min(0.25, 3 * middle.std())
    pieces = [0.0, 0.5 - width, 0.5, 0.5 + width, 1.0]
    expect = lambda f: sum(
        quad(lambda u: f(quantile(u)) * middle.pdf(u), a, b, epsabs=0, epsrel=1e-9, limit=200)[0]
        for a, b in pairwise(pieces)
    )
    centre = quantile(0.5)
    shift = expect(lambda x: x - centre + 1) - 1  # + 1: a relative tolerance has no meaning where the integral is 0
    return centre + shift, expect(lambda x: (x - centre) ** 2) - shift**2
