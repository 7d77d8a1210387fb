r"""Bayes' rule where it can be done by hand: conjugate priors, their posteriors, predictions and evidence.

$p(\theta | x) = p(x | \theta)\, p(\theta)/p(x)$. A prior is conjugate to a likelihood if the posterior has its form:
then learning is arithmetic on its parameters. The evidence $p(x) = \int p(x|\theta) p(\theta) d\theta$ compares models;
the predictive law of new data x' is $p(x' | x) = p(x, x')/p(x)$, a ratio of evidences.

| data | prior | its parameters |
|---|---|---|
| k heads of n | beta on p | a, b: heads and tails seen before |
| counts, Poisson | gamma on the mean | shape a, rate b: counts seen before, in b exposures |
| normal, sigma known | normal on mu | mean m, variance v |
| normal | normal-inverse-gamma on mu, sigma² | sigma² ~ inverse gamma(a, b), mu ~ N(m, sigma²/kappa) |

A prior is a penalty: the maximum of a Gaussian's posterior is ridge regression, of Laplace's the lasso.
Oracles: quadrature; scipy.stats; one by one or all at once gives the same posterior.
Source: A. Gelman et al., "Bayesian Data Analysis" (2013), chapters 2 and 3; K. P. Murphy,
"Machine Learning" (2012), chapter 4.
"""

import numpy as np
from scipy.special import betaln, gammaln


def beta_binomial_posterior(a, b, k, n):
    """Beta posterior of a probability, after k of n.

    a, b : parameters > 0 of the beta prior;  k : successes among n trials.  Returns (a, b) of the posterior.

    >>> beta_binomial_posterior(1, 1, k=3, n=4)
    (4, 2)
    """
    return a + k, b + n - k


def beta_binomial_log_evidence(a, b, k, n):
    """Log probability of k successes among n trials, whatever their probability: also the predictive law of k.

    a, b : parameters > 0 of the beta prior (or posterior);  k : successes, an integer or an array;  n : trials.
    Returns the logarithm in nats, of the shape of k. Any order of the trials counts.

    >>> np.exp(beta_binomial_log_evidence(1, 1, np.arange(4), 3)).round(6)  # a flat prior: every k alike
    array([0.25, 0.25, 0.25, 0.25])
    """
    orders = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return orders + betaln(a + k, b + n - k) - betaln(a, b)


def gamma_poisson_posterior(a, b, counts):
    """Gamma posterior of the mean of Poisson counts.

    a, b : shape and rate > 0 of the gamma prior;  counts : (n,).  Returns (a, b) of the posterior.

    >>> a, b = gamma_poisson_posterior(1.0, 1.0, np.array([2, 3, 4]))
    >>> float(a), b
    (10.0, 4.0)
    """
    return a + np.sum(counts), b + len(counts)


def gamma_poisson_log_evidence(a, b, counts):
    """Log probability of counts of one unknown mean; of a single count, its predictive law (negative binomial).

    a, b : shape and rate > 0 of the gamma prior (or posterior);  counts : (n,).  Returns a number, in nats.

    >>> float(gamma_poisson_log_evidence(1.0, 1.0, np.array([0])).round(6))  # geometric: 1/2, 1/4 ...
    -0.693147
    """
    shape, rate = gamma_poisson_posterior(a, b, counts)
    return gammaln(shape) - gammaln(a) + a * np.log(b) - shape * np.log(rate) - np.sum(gammaln(counts + 1))


def normal_posterior(m, v, x, sigma):
    r"""Normal posterior of a mean, with the errors known.

    m, v : mean and variance of the prior (v = inf: no prior);  x : (n,) measured values;  sigma : their standard
    deviation, a number or (n,).  Returns (m, v) of the posterior. The predictive law of a new value is
    $N(m, v + \sigma^2)$.

    >>> m, v = normal_posterior(0.0, 1.0, np.array([2.0, 4.0]), sigma=1.0)
    >>> round(float(m), 6), round(float(v), 6)
    (2.0, 0.333333)
    """
    weights = np.ones(len(x)) / np.square(sigma)
    precision = 1 / v + weights.sum()  # precisions add
    return (m / v + weights @ x) / precision, 1 / precision


def normal_log_evidence(m, v, x, sigma):
    r"""Log probability density of measured values of one unknown normal mean.

    m, v : mean and variance of the prior (or posterior), v finite;  x : (n,) measured values;  sigma : their standard
    deviation, a number or (n,).  Returns a number, in nats.

    >>> float(normal_log_evidence(0.0, 3.0, np.array([2.0]), sigma=1.0).round(6))  # N(2 | 0, 4)
    -2.112086
    """
    variance, z = np.ones(len(x)) * np.square(sigma), x - m
    _, after = normal_posterior(m, v, x, sigma)
    # the covariance is diag(σ²) + v 1 1ᵀ: determinant Π σ² · v/after, inverse by Sherman and Morrison
    square = np.sum(z**2 / variance) - after * np.sum(z / variance) ** 2
    return -(square + np.sum(np.log(2 * np.pi * variance)) + np.log(v / after)) / 2


def normal_inverse_gamma_posterior(m, kappa, a, b, x):
    r"""Posterior of mean and variance of normal draws.

    m, kappa, a, b : of the prior, $\sigma^2 \sim$ inverse gamma(a, b) and $\mu \sim N(m, \sigma^2/\kappa)$; kappa, a, b
    > 0;  x : (n,) draws.  Returns (m, kappa, a, b) of the posterior.

    >>> [float(p) for p in normal_inverse_gamma_posterior(0.0, 1.0, 1.0, 1.0, np.array([1.0, 3.0, 5.0]))]
    [2.25, 4.0, 2.5, 8.375]
    """
    n, mean = len(x), x.mean()
    m_new = (kappa * m + n * mean) / (kappa + n)
    squares = np.sum((x - mean) ** 2) + kappa * n / (kappa + n) * (mean - m) ** 2
    return m_new, kappa + n, a + n / 2, b + squares / 2


def normal_inverse_gamma_log_evidence(m, kappa, a, b, x):
    r"""Log probability density of normal draws of unknown mean and variance.

    m, kappa, a, b : of the prior (or posterior), $\sigma^2 \sim$ inverse gamma(a, b), $\mu \sim N(m, \sigma^2/\kappa)$;
    x : (n,) draws.  Returns a number, in nats; for a single draw it is the log of the predictive density, Student's t
    with 2a degrees of freedom about m with the scale $\sqrt{b (\kappa + 1)/a \kappa}$.

    >>> float(normal_inverse_gamma_log_evidence(0.0, 1.0, 0.5, 1.0, np.array([0.0])).round(6))  # Cauchy, scale 2
    -1.837877
    """
    _, kappa_n, a_n, b_n = normal_inverse_gamma_posterior(m, kappa, a, b, x)
    half_logs = np.log(kappa / kappa_n) / 2 - len(x) / 2 * np.log(2 * np.pi)
    return half_logs + gammaln(a_n) - gammaln(a) + a * np.log(b) - a_n * np.log(b_n)


def ridge_alpha_of_prior(sigma, tau):
    r"""The penalty of ridge regression that a Gaussian prior stands for.

    sigma : standard deviation of the errors of y;  tau : that of the prior $w_j \sim N(0, \tau^2)$.
    Returns $\alpha = \sigma^2/\tau^2$ of $|y - Xw|^2 + \alpha |w|^2$, whose minimum is the maximum of the posterior.

    >>> ridge_alpha_of_prior(sigma=1.0, tau=0.5)
    4.0
    """
    return sigma**2 / tau**2


def lasso_alpha_of_prior(sigma, scale, n):
    r"""The penalty of the lasso that Laplace's prior stands for.

    sigma : standard deviation of the errors of y;  scale : b of the prior $p(w_j) = e^{-|w_j|/b}/2b$;  n : number of
    samples.  Returns $\alpha = \sigma^2/nb$ of $\frac{1}{2n} |y - Xw|^2 + \alpha |w|_1$, whose minimum is the maximum
    of the posterior.

    >>> lasso_alpha_of_prior(sigma=1.0, scale=0.5, n=10)
    0.2
    """
    return sigma**2 / (n * scale)
