r"""Bayesian linear regression: a posterior for the coefficients, and evidence that sets the penalty by itself.

Prior $w \sim N(0, \tau^2 1)$, errors $N(0, \sigma^2)$. The posterior is normal,
$$\Sigma = (X^\top X/\sigma^2 + 1/\tau^2)^{-1}, \qquad m = \Sigma X^\top y/\sigma^2,$$ its mean ridge regression with
$\alpha = \sigma^2/\tau^2$. With w integrated out $y \sim N(0, \sigma^2 1 + \tau^2 X X^\top)$: that density is the
evidence. Its maximum over $\sigma^2, \tau^2$ needs no held-out data. The data determine
$\gamma = d - \mathrm{tr}\,\Sigma/\tau^2$ of the d coefficients.

Oracles: the evidence of the Gaussian process with the linear kernel; ridge regression; each step's fixed point is where
the evidence is flat, and EM never lowers it.
Source: D. J. C. MacKay, Neural Computation 4 (1992) 415; C. M. Bishop, "Pattern Recognition and Machine Learning"
(2006), sections 3.3 and 3.5; M. E. Tipping, J. Mach. Learn. Res. 1 (2001) 211.
"""

import numpy as np


def linear_posterior(X, y, noise, prior):
    r"""Mean and covariance of the posterior of the coefficients of a linear model without intercept.

    X : (n, d);  y : (n,);  noise : variance $\sigma^2$ of the errors of y;  prior : variance $\tau^2$ of every
    coefficient before the data.  Returns (mean (d,), covariance (d, d)).

    >>> mean, covariance = linear_posterior(np.eye(2), np.array([2.0, 4.0]), noise=1.0, prior=1.0)
    >>> mean, covariance.diagonal()
    (array([1., 2.]), array([0.5, 0.5]))
    """
    covariance = np.linalg.inv(X.T @ X / noise + np.eye(X.shape[1]) / prior)
    return covariance @ (X.T @ y) / noise, covariance


def linear_predictive(queries, mean, covariance, noise):
    r"""Mean and variance of new measured values under a posterior of the coefficients.

    queries : (m, d);  mean, covariance : (d,) and (d, d) of the posterior;  noise : variance of the errors of y.
    Returns (mean (m,), variance (m,)), $x^\top \Sigma x + \sigma^2$; noise = 0 for the values without errors.

    >>> linear_predictive(np.array([[1.0, 1.0]]), np.array([1.0, 2.0]), np.diag([0.5, 0.5]), noise=1.0)
    (array([3.]), array([2.]))
    """
    return queries @ mean, np.sum(queries @ covariance * queries, axis=1) + noise


def linear_log_evidence(X, y, noise, prior):
    r"""Log probability density of the targets with the coefficients integrated out, $\log N(y | 0, \sigma^2 1 + \tau^2
    X X^\top)$, at the price of d dimensions, not n.

    X : (n, d);  y : (n,);  noise : variance $\sigma^2$ of the errors of y;  prior : variance $\tau^2$ of every
    coefficient.  Returns a number, in nats.

    >>> float(linear_log_evidence(np.array([[1.0]]), np.array([2.0]), noise=1.0, prior=3.0).round(6))
    -2.112086
    """
    n, d = X.shape
    mean, covariance = linear_posterior(X, y, noise, prior)
    square = np.sum((y - X @ mean) ** 2) / noise + mean @ mean / prior  # yᵀ(σ² 1 + τ² XXᵀ)⁻¹y
    log_determinant = n * np.log(noise) + d * np.log(prior) - np.linalg.slogdet(covariance)[1]
    return -(square + log_determinant + n * np.log(2 * np.pi)) / 2


def effective_parameters(covariance, prior):
    r"""How many coefficients the data determine: $\gamma = d - \mathrm{tr}\,\Sigma/\tau^2$, between 0 and d.

    covariance : (d, d) of the posterior;  prior : variance $\tau^2$ of every coefficient before the data.
    Returns a number.

    >>> float(effective_parameters(np.diag([1.0, 0.0]), prior=1.0))  # one as unknown as before, one known
    1.0
    """
    return len(covariance) - np.trace(covariance) / prior


def mackay_step(X, y, noise, prior):
    r"""One step of MacKay's iteration towards the maximum of the evidence: quick, mostly uphill.

    X : (n, d);  y : (n,);  noise, prior : the variances $\sigma^2$, $\tau^2$ so far.
    Returns (noise, prior): $|y - Xm|^2/(n - \gamma)$ and $|m|^2/\gamma$, with m and $\gamma$ of the posterior so far.

    >>> noise, prior = mackay_step(np.eye(2), np.array([2.0, 4.0]), 1.0, 1.0)
    >>> round(float(noise), 6), round(float(prior), 6)
    (5.0, 5.0)
    """
    mean, covariance = linear_posterior(X, y, noise, prior)
    gamma = effective_parameters(covariance, prior)
    return np.sum((y - X @ mean) ** 2) / (len(y) - gamma), mean @ mean / gamma


def expectation_maximisation_step(X, y, noise, prior):
    r"""One step of expectation maximisation towards the maximum of the evidence: never downhill, and slow.

    X : (n, d);  y : (n,);  noise, prior : the variances $\sigma^2$, $\tau^2$ so far.
    Returns (noise, prior): the posterior means, so far, of $|y - Xw|^2/n$ and $|w|^2/d$.

    >>> noise, prior = expectation_maximisation_step(np.eye(2), np.array([2.0, 4.0]), 1.0, 1.0)
    >>> round(float(noise), 6), round(float(prior), 6)
    (3.0, 3.0)
    """
    mean, covariance = linear_posterior(X, y, noise, prior)
    residual = np.sum((y - X @ mean) ** 2) + np.sum(X @ covariance * X)
    return residual / len(y), (mean @ mean + np.trace(covariance)) / len(mean)


def maximise_evidence(step, X, y, noise, prior):
    r"""Climb the evidence, as an endless generator of the two variances.

    step : `mackay_step` or `expectation_maximisation_step`;  X : (n, d);  y : (n,);  noise, prior : the variances
    $\sigma^2$, $\tau^2$ to start with.  Yields (noise, prior) after every step.

    >>> from itertools import islice
    >>> X, y = np.eye(3)[:, :1], np.array([3.0, 1.0, -1.0])
    >>> *_, (noise, prior) = islice(maximise_evidence(mackay_step, X, y, 1.0, 1.0), 50)
    >>> round(float(noise), 6), round(float(prior), 6)  # (1 + 1)/2; 9 = noise + prior
    (1.0, 8.0)
    """
    while True:
        noise, prior = step(X, y, noise, prior)
        yield noise, prior
