r"""Gibbs sampling: each coordinate in turn is drawn anew from its law given all the others; nothing is refused.

On a normal law of precision P a coordinate has, given the others, the mean
$\mu_i - \sum_{j \ne i} P_{ij} (x_j - \mu_j) / P_{ii}$ and the variance $1 / P_{ii}$. A sweep forgets slowly what is
strongly correlated: for two coordinates of correlation r the autocorrelation of the second is $r^{2t}$ after t sweeps,
so that $\tau = (1 + r^2) / (1 - r^2)$.

A change point: counts y_1 ... y_n are Poisson with the rate $\lambda_1$ up to the k-th and $\lambda_2$ after, with
priors Gamma(a, b) on both rates, of density $\propto \lambda^{a - 1} e^{-b \lambda}$, and all k = 1 ... n - 1 equally
likely. Given k the rates have gamma laws, and given the rates k has one of n - 1 probabilities. The rates can be
integrated out, which gives the exact posterior of k.
Sources: S. Geman, D. Geman, IEEE Trans. Pattern Anal. 6, 721 (1984); A. E. Gelfand, A. F. M. Smith, J. Am. Stat. Assoc.
85, 398 (1990); B. P. Carlin, A. E. Gelfand, A. F. M. Smith, Applied Statistics 41, 389 (1992).
"""

import numpy as np
from scipy.special import gammaln, softmax

from abinitio.sampling.chain import ChainState


def gaussian_gibbs_step(x, mean, precision, rng):
    r"""One sweep over the coordinates of a normal law, first to last, each drawn from its law given the others.

    x : (d,) or (chains, d);  mean : (d,);  precision : (d, d), the inverse of the covariance.
    Random numbers: rng.standard_normal(x.shape), of which column i serves coordinate i: its conditional mean plus its
    conditional standard deviation times the number.  Returns the state after the sweep, of the shape of x.

    >>> P = np.array([[1.0, 0.0], [0.0, 1e8]])  # the second is nearly fixed to its mean
    >>> gaussian_gibbs_step(np.zeros(2), np.array([0.0, 5.0]), P, np.random.default_rng(0)).round(2)
    array([0.13, 5.  ])
    """
    noise = rng.standard_normal(x.shape)
    z = x - mean
    for i in range(len(mean)):
        pull = z @ precision[i] - z[..., i] * precision[i, i]  # Σ_{j≠i} P_ij z_j
        z[..., i] = -pull / precision[i, i] + noise[..., i] / np.sqrt(precision[i, i])
    return z + mean


def gaussian_gibbs_walk(x, mean, precision, rng):
    """Walk of `gaussian_gibbs_step`s from x; yields `ChainState`s, with the log density up to its constant.

    x, mean, precision : as in `gaussian_gibbs_step`.

    >>> next(gaussian_gibbs_walk(np.zeros((3, 2)), np.zeros(2), np.eye(2), np.random.default_rng(0))).x.shape
    (3, 2)
    """
    while True:
        x = gaussian_gibbs_step(x, mean, precision, rng)
        z = x - mean
        yield ChainState(x, -0.5 * ((z @ precision) * z).sum(axis=-1), np.ones(x.shape[:-1]))


def change_point_walk(y, a, b, rng):
    r"""Walk of Gibbs sweeps on the posterior of a change point: rates given k, then k given the rates.

    y : (n,) counts, n >= 2;  a, b : of the prior of both rates, > 0, b in units of one count's duration.
    The first rates are drawn for a change in the middle. Yields `ChainState`s of x = (k, rate before, rate after),
    (3,); log_p is their joint log density, up to a constant.

    >>> k, before, after = next(change_point_walk(np.array([0, 0, 0, 0, 90, 99]), 1.0, 1.0, np.random.default_rng(0))).x
    >>> bool(k == 4), bool(before < 10 < after)
    (True, True)
    """
    n, sums = len(y), np.cumsum(y)
    places, k = np.arange(1, n), n // 2
    while True:
        before = rng.gamma(a + sums[k - 1]) / (b + k)
        after = rng.gamma(a + sums[-1] - sums[k - 1]) / (b + n - k)
        log_before, log_after = np.log(np.maximum([before, after], np.finfo(float).tiny))
        log_weights = sums[:-1] * (log_before - log_after) - places * (before - after)
        k = int(rng.choice(places, p=softmax(log_weights)))
        prior = (a - 1) * (log_before + log_after) - b * (before + after)
        log_p = prior + log_weights[k - 1] + sums[-1] * log_after - n * after
        yield ChainState(np.array([k, before, after]), np.asarray(log_p), np.ones(()))


def change_point_posterior(y, a, b):
    r"""The exact probabilities of the change points k = 1 ... n - 1, rates integrated out.

    y : (n,) counts, n >= 2;  a, b : as in `change_point_walk`.  Returns (n - 1,), which sum to 1.

    >>> change_point_posterior(np.array([0, 0, 9]), 1.0, 1.0).round(3)
    array([0.025, 0.975])
    """
    n, sums = len(y), np.cumsum(y)
    k, before = np.arange(1, n), sums[:-1]
    after = sums[-1] - before
    # ∫ λ^(a+S-1) e^(-(b+k)λ) dλ = Γ(a+S) / (b+k)^(a+S)
    log_weights = (
        gammaln(a + before) - (a + before) * np.log(b + k) + gammaln(a + after) - (a + after) * np.log(b + n - k)
    )
    return softmax(log_weights)
