r"""Exponential families: $p(x|\theta) = h(x) \exp(\theta \cdot T(x) - A(\theta))$, and the one function that tells all.

The log-partition function A is minus a free energy: its gradient is the mean $\eta = E[T]$, its Hessian the covariance
of T. This is the Fisher information on the natural parameters $\theta$, and also $\partial\eta/\partial\theta$, so that
the information on $\eta$ is its inverse. The divergence is how far A lies above its tangent (a Bregman divergence):
$D(\theta\|\theta') = A(\theta') - A(\theta) - (\theta' - \theta) \cdot \eta(\theta)$.

| family | $\theta$ | $T(x)$ | $\eta$ |
|---|---|---|---|
| normal | $(\mu/\sigma^2, -1/2\sigma^2)$ | $(x, x^2)$ | $(\mu, \mu^2 + \sigma^2)$ |
| Bernoulli | $\ln p/(1-p)$ | x | p |
| Poisson | $\ln \lambda$ | x | $\lambda$ |
| exponential | minus the rate | x | 1/rate |
| categorical | $\ln p_k/p_K$, k = 1 ... K-1 | $[x = k]$ | $p_1 \dots p_{K-1}$ |

Oracles: derivatives of A by the complex step; sampled moments; the same families in `fisher_families`.
Sources: O. Barndorff-Nielsen, "Information and Exponential Families" (1978); S. Amari, "Information Geometry and Its
Applications" (2016), chapters 1 and 2.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class ExponentialFamily(NamedTuple):
    """A family in natural parameters theta (d,), as five functions.

    statistics : x (n,) -> (n, d), T;  log_partition : theta -> A, a number, analytic;  mean : theta -> eta (d,);
    natural : eta -> theta, the inverse of mean;  fisher : theta -> (d, d), the information in one draw on theta.
    """

    statistics: Callable
    log_partition: Callable
    mean: Callable
    natural: Callable
    fisher: Callable


def bregman_divergence(family, theta, other):
    r"""Kullback-Leibler divergence $A(\theta') - A(\theta) - (\theta' - \theta) \cdot \eta(\theta)$ in nats.

    family : ExponentialFamily;  theta, other : (d,), the natural parameters $\theta$ and $\theta'$ of two of its
    members, the first of which is true.  Returns a number.

    >>> normal = EXPONENTIAL_FAMILIES["normal"]  # means 0 and 2, standard deviation 1
    >>> float(bregman_divergence(normal, np.array([0.0, -0.5]), np.array([2.0, -0.5])))
    2.0
    """
    theta, other = np.asarray(theta), np.asarray(other)
    return family.log_partition(other) - family.log_partition(theta) - (other - theta) @ family.mean(theta)


def normal_natural(theta):
    r"""The natural parameters $(\mu/\sigma^2, -1/2\sigma^2)$ of the normal density.

    theta : (mu, sigma).  Returns (2,).

    >>> normal_natural((3.0, 0.5))
    array([12., -2.])
    """
    mu, sigma = theta
    return np.array([mu, -0.5]) / sigma**2


def normal_standard(theta):
    r"""$(\mu, \sigma)$ of the normal density, from its natural parameters.

    theta : (2,), natural, the second < 0.  Returns (2,).

    >>> normal_standard(np.array([12.0, -2.0]))
    array([3. , 0.5])
    """
    return np.array([-theta[0] / (2 * theta[1]), 1 / np.sqrt(-2 * theta[1])])


def _normal_mean(theta):
    mu, sigma = normal_standard(theta)
    return np.array([mu, mu**2 + sigma**2])


def _normal_covariance(theta):
    mu, sigma = normal_standard(theta)
    across = 2 * mu * sigma**2
    return np.array([[sigma**2, across], [across, 4 * mu**2 * sigma**2 + 2 * sigma**4]])


def _categorical_mean(theta):
    logits = np.append(theta, 0.0)
    weights = np.exp(logits - logits.max())  # exp cannot overflow
    return weights[:-1] / weights.sum()


def _categorical_log_partition(theta):
    logits = np.append(theta, 0.0)
    top = logits.real.max()
    return top + np.log(np.exp(logits - top).sum())


def _of_one_number(log_partition, mean, natural, variance):
    """A family with T(x) = x."""
    matrix = lambda theta: np.reshape(variance(theta), (1, 1))
    return ExponentialFamily(lambda x: x[:, None], log_partition, mean, natural, matrix)


def categorical_family(n_classes):
    """The categorical family of n_classes outcomes 0 ... K-1, the logit of the last being 0.

    n_classes : integer K >= 2.  Returns an ExponentialFamily with K - 1 parameters.

    >>> categorical_family(3).mean(np.log([2.0, 1.0]))
    array([0.5 , 0.25])
    """

    def covariance(theta):
        p = _categorical_mean(theta)
        return np.diag(p) - np.outer(p, p)

    return ExponentialFamily(
        statistics=lambda x: (x[:, None] == np.arange(n_classes - 1)).astype(float),
        log_partition=_categorical_log_partition,
        mean=_categorical_mean,
        natural=lambda eta: np.log(eta / (1 - np.sum(eta))),
        fisher=covariance,
    )


EXPONENTIAL_FAMILIES = {
    "normal": ExponentialFamily(
        statistics=lambda x: np.column_stack([x, x**2]),
        log_partition=lambda theta: -(theta[0] ** 2) / (4 * theta[1]) - 0.5 * np.log(-2 * theta[1]),
        mean=_normal_mean,
        natural=lambda eta: normal_natural((eta[0], np.sqrt(eta[1] - eta[0] ** 2))),
        fisher=_normal_covariance,
    ),
    "Bernoulli": _of_one_number(
        log_partition=_categorical_log_partition,  # two outcomes, of which 0 has the logit 0
        mean=_categorical_mean,
        natural=lambda eta: np.log(eta / (1 - eta)),
        variance=lambda theta: _categorical_mean(theta) * _categorical_mean(-theta),
    ),
    "Poisson": _of_one_number(lambda theta: np.exp(theta[0]), mean=np.exp, natural=np.log, variance=np.exp),
    "exponential": _of_one_number(
        log_partition=lambda theta: -np.log(-theta[0]),
        mean=lambda theta: -1 / theta,
        natural=lambda eta: -1 / eta,
        variance=lambda theta: 1 / theta**2,
    ),
    "categorical": categorical_family(3),
}
