r"""Scores, Fisher information and divergences of standard families, each in the parameters that one writes it with.

| family | theta | x |
|---|---|---|
| normal | $(\mu, \sigma)$: the standard deviation, not the variance | real |
| Bernoulli | $(p)$ | 0 or 1 |
| Poisson | $(\lambda)$, the mean | 0, 1, 2 ... |
| exponential | $(\lambda)$, the rate: density $\lambda e^{-\lambda x}$ | > 0 |
| categorical | $(\theta_1 \dots \theta_K)$, the logits: $p = \mathrm{softmax}(\theta)$ | 0 ... K-1 |

Information is that in one draw. Oracles: each function against the others, by sampled scores, by the Hessian of the
divergence, by the derivative of the log density; `scipy.stats`.
Source: E. L. Lehmann, G. Casella, "Theory of Point Estimation" (1998), section 2.5.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import softmax, xlogy

from abinitio.information.divergence import kl_divergence


class Family(NamedTuple):
    """A family of densities with parameters theta (d,), as four functions.

    draw : (theta, n, rng) -> (n,) independent draws;  score : (x, theta) -> (n, d), the gradient of the log density at
    each of the draws x (n,);  fisher : theta -> (d, d), the information in one draw;  divergence : (theta, other) ->
    number, the Kullback-Leibler divergence in nats.
    """

    draw: Callable
    score: Callable
    fisher: Callable
    divergence: Callable


def normal_score(x, theta):
    r"""Score $\big(\frac{x-\mu}{\sigma^2}, \frac{(x-\mu)^2 - \sigma^2}{\sigma^3}\big)$ of the normal density.

    x : (n,);  theta : (mu, sigma).  Returns (n, 2).

    >>> normal_score(np.array([3.0]), np.array([1.0, 2.0]))
    array([[0.5, 0. ]])
    """
    mu, sigma = theta
    z = (x - mu) / sigma
    return np.column_stack([z, z**2 - 1]) / sigma


def normal_fisher(theta):
    r"""Fisher information of the normal density on $(\mu, \sigma)$: the diagonal $(1/\sigma^2, 2/\sigma^2)$.

    theta : (mu, sigma), sigma > 0.  Returns (2, 2).

    >>> normal_fisher(np.array([7.0, 2.0]))
    array([[0.25, 0.  ],
           [0.  , 0.5 ]])
    """
    return np.diag([1.0, 2.0]) / theta[1] ** 2


def normal_divergence(theta, other):
    r"""$\ln\frac{\sigma'}{\sigma} + \frac{\sigma^2 + (\mu - \mu')^2}{2\sigma'^2} - \frac12$: of two normals, in nats.

    theta, other : $(\mu, \sigma)$ and $(\mu', \sigma')$ of two normal densities.  Returns a number.

    >>> float(normal_divergence((0.0, 1.0), (2.0, 1.0)))
    2.0
    """
    (m0, s0), (m1, s1) = theta, other
    return np.log(s1 / s0) + (s0**2 + (m0 - m1) ** 2) / (2 * s1**2) - 0.5


def bernoulli_fisher(theta):
    r"""Fisher information $1/p(1-p)$ on the probability p of a coin.

    theta : (p,), 0 < p < 1.  Returns (1, 1).

    >>> bernoulli_fisher(np.array([0.5]))
    array([[4.]])
    """
    return np.array([[1 / (theta[0] * (1 - theta[0]))]])


def poisson_fisher(theta):
    r"""Fisher information $1/\lambda$ on the mean of a Poisson count.

    theta : (lambda,), > 0.  Returns (1, 1).

    >>> poisson_fisher(np.array([4.0]))
    array([[0.25]])
    """
    return np.array([[1 / theta[0]]])


def exponential_fisher(theta):
    r"""Fisher information $1/\lambda^2$ on the rate $\lambda$ of an exponential law.

    theta : (lambda,), > 0.  Returns (1, 1).

    >>> exponential_fisher(np.array([4.0]))
    array([[0.0625]])
    """
    return np.array([[1 / theta[0] ** 2]])


def categorical_fisher(theta):
    r"""Fisher information $\mathrm{diag}(p) - p p^\top$ on the logits of $p = \mathrm{softmax}(\theta)$.

    theta : (K,).  Returns (K, K), of rank K - 1: nothing can be learned about the sum of the logits.

    >>> categorical_fisher(np.zeros(2))
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    p = softmax(theta)
    return np.diag(p) - np.outer(p, p)


FAMILIES = {
    "normal": Family(
        draw=lambda theta, n, rng: rng.normal(*theta, n),
        score=normal_score,
        fisher=normal_fisher,
        divergence=normal_divergence,
    ),
    "Bernoulli": Family(
        draw=lambda theta, n, rng: rng.binomial(1, theta[0], n),
        score=lambda x, theta: ((x - theta[0]) / (theta[0] * (1 - theta[0])))[:, None],
        fisher=bernoulli_fisher,
        divergence=lambda theta, other: kl_divergence(*(np.array([t[0], 1 - t[0]]) for t in (theta, other))),
    ),
    "Poisson": Family(
        draw=lambda theta, n, rng: rng.poisson(theta[0], n),
        score=lambda x, theta: (x / theta[0] - 1)[:, None],
        fisher=poisson_fisher,
        divergence=lambda theta, other: xlogy(theta[0], theta[0] / other[0]) - theta[0] + other[0],
    ),
    "exponential": Family(
        draw=lambda theta, n, rng: rng.exponential(1 / theta[0], n),
        score=lambda x, theta: (1 / theta[0] - x)[:, None],
        fisher=exponential_fisher,
        divergence=lambda theta, other: np.log(theta[0] / other[0]) + other[0] / theta[0] - 1,
    ),
    "categorical": Family(
        draw=lambda theta, n, rng: rng.choice(len(theta), n, p=softmax(theta)),
        score=lambda x, theta: np.eye(len(theta))[x] - softmax(theta),
        fisher=categorical_fisher,
        divergence=lambda theta, other: kl_divergence(softmax(theta), softmax(other)),
    ),
}
