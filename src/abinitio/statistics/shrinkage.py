r"""Shrinkage: three or more means are estimated together better than one by one, even if they have nothing in common.

One measurement $x \sim N(\theta, \sigma^2 1)$ of d means. The maximum of the likelihood is x itself, with risk
$E|x - \theta|^2 = d \sigma^2$ for every $\theta$. The estimator of James and Stein,
$$\hat\theta = c + \Big(1 - \frac{(d-2)\sigma^2}{|x - c|^2}\Big)(x - c),$$
has a smaller one for every $\theta$ and every fixed point c if $d \ge 3$: $2 \sigma^2$ at $\theta = c$. Its positive
part, which never turns x - c round, is better still. The gain is in the sum: a single mean can lose.

The risks are exact: $|x|^2/\sigma^2$ is a mixture of $\chi^2_{d+2N}$ with Poisson weights, mean $|\theta|^2/2\sigma^2$.
Oracles: the integral form of the risk; quadrature over the non-central chi-square law; simulation.
Source: W. James, C. Stein, Proc. 4th Berkeley Symp. (1961) 361; B. Efron, C. Morris, J. Am. Stat. Assoc. 70 (1975) 311.
"""

import numpy as np
from scipy.special import chdtr, chdtrc
from scipy.stats import poisson


def james_stein(x, sigma=1.0, centre=0.0):
    r"""The estimate $c + \big(1 - (d-2)\sigma^2/|x - c|^2\big)(x - c)$ of d means by James and Stein.

    x : (..., d) measured values, d >= 3, different from c;  sigma : standard deviation of every value, in its unit;
    centre : c, a number or (d,), the point towards which is shrunk, chosen without looking at x.
    Returns (..., d). The factor may be negative.

    >>> james_stein(np.array([1.0, 2.0, 2.0]))  # 1 - 1/9
    array([0.88888889, 1.77777778, 1.77777778])
    """
    z = x - centre
    d, square = x.shape[-1], np.sum(z**2, axis=-1, keepdims=True)
    return centre + (1 - (d - 2) * sigma**2 / square) * z


def positive_james_stein(x, sigma=1.0, centre=0.0):
    r"""The estimate of James and Stein with the factor 0 in place of a negative one.

    x : (..., d) measured values, d >= 3, different from c;  sigma : standard deviation of every value, in its unit;
    centre : c, a number or (d,), the point towards which is shrunk, chosen without looking at x.
    Returns (..., d): $c + \max\big(0, 1 - (d-2)\sigma^2/|x - c|^2\big)(x - c)$.

    >>> positive_james_stein(np.array([0.0, 0.5, 0.5]), centre=np.array([0.0, 0.0, 0.5]))
    array([0. , 0. , 0.5])
    """
    z = x - centre
    d, square = x.shape[-1], np.sum(z**2, axis=-1, keepdims=True)
    return centre + np.maximum(0, 1 - (d - 2) * sigma**2 / square) * z


def shrink_to_mean(x, sigma=1.0):
    r"""The estimate of Efron and Morris: d means, shrunk towards the mean of the measured values.

    x : (..., d) measured values, d >= 4, not all equal;  sigma : standard deviation of every value, in its unit.
    Returns (..., d): $\bar x + \max\big(0, 1 - (d-3)\sigma^2/|x - \bar x|^2\big)(x - \bar x)$. The mean costs one of
    the d dimensions, hence d - 3.

    >>> shrink_to_mean(np.array([4.0, 6.0, 4.0, 6.0]))  # 1 - 1/4
    array([4.25, 5.75, 4.25, 5.75])
    """
    mean = x.mean(axis=-1, keepdims=True)
    d, square = x.shape[-1], np.sum((x - mean) ** 2, axis=-1, keepdims=True)
    return mean + np.maximum(0, 1 - (d - 3) * sigma**2 / square) * (x - mean)


def james_stein_risk(d, distance, sigma=1.0):
    r"""Exact risk of James and Stein's estimator: $E|\hat\theta - \theta|^2$, summed over the d means.

    d : number of means, >= 3;  distance : $|\theta - c|$, of the true means from the point towards which is shrunk;
    sigma : standard deviation of every measured value.
    Returns $\sigma^2 \big(d - (d-2)^2\, E\frac{1}{d-2+2N}\big)$ with N Poisson of mean $|\theta - c|^2/2\sigma^2$.

    >>> [round(float(james_stein_risk(d, 0.0)), 6) for d in (3, 10, 1000)]
    [2.0, 2.0, 2.0]
    """
    N, weights = _poisson_weights((distance / sigma) ** 2 / 2)
    return sigma**2 * (d - (d - 2) ** 2 * np.sum(weights / (d - 2 + 2 * N)))


def positive_james_stein_risk(d, distance, sigma=1.0):
    r"""Exact risk of the positive part of James and Stein's estimator, summed over the d means.

    d : number of means, >= 3;  distance : $|\theta - c|$, of the true means from the point towards which is shrunk;
    sigma : standard deviation of every measured value.
    Returns $E|\hat\theta - \theta|^2$, in the unit of sigma squared.

    >>> round(float(positive_james_stein_risk(3, 0.0)), 6)
    1.602504
    """
    # Stein: risk = d + E[|g|² + 2 div g] of x + g(x); with S = |x|², c = d - 2:
    # S < c: g = -x, S - 2d;  S >= c: g = -c x/S, -c²/S;  and for χ²_k: E[S; S < c] = k P(χ²_{k+2} < c),
    # E[1/S; S >= c] = P(χ²_{k-2} >= c)/(k - 2)
    N, weights = _poisson_weights((distance / sigma) ** 2 / 2)
    k, c = d + 2 * N, d - 2
    inside = k * chdtr(k + 2, c) - 2 * d * chdtr(k, c)
    outside = -(c**2) * chdtrc(k - 2, c) / (k - 2)
    return sigma**2 * (d + np.sum(weights * (inside + outside)))


def shrink_to_mean_risk(theta, sigma=1.0):
    r"""Exact risk of Efron and Morris's estimator `shrink_to_mean`, summed over the d means.

    theta : (d,) true means, d >= 4;  sigma : standard deviation of every measured value.
    Returns $E|\hat\theta - \theta|^2$: that of the mean, $\sigma^2$, and of the positive part in the d - 1 dimensions
    that are left.

    >>> round(float(shrink_to_mean_risk(np.full(4, 7.0))), 6)  # all means equal, wherever they are
    2.602504
    """
    distance = np.linalg.norm(theta - theta.mean())
    return sigma**2 + positive_james_stein_risk(len(theta) - 1, distance, sigma)


def _poisson_weights(mean):
    """Integers that hold all but 1e-16 of Poisson's law, and their probabilities."""
    spread = 9 * np.sqrt(mean) + 40
    N = np.arange(max(0, int(mean - spread)), int(mean + spread) + 1)
    return N, poisson.pmf(N, mean)
