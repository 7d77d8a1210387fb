r"""Is the largest principal variance more than noise? The Tracy-Widom law of the largest eigenvalue.

For n samples of d uncorrelated Gaussian features of variance $\sigma^2$ the largest eigenvalue of $X^\top X / \sigma^2$
is $\mu + s\,T$, for large n and d, with $\mu = (\sqrt{n'} + \sqrt{d'})^2$,
$s = (\sqrt{n'} + \sqrt{d'})(1/\sqrt{n'} + 1/\sqrt{d'})^{1/3}$, $n' = n - \tfrac12$, $d' = d - \tfrac12$, and T
distributed by $F_1(t) = \det(1 - A_t)$, where $A_t$ has the kernel $\mathrm{Ai}(x + y + t)$ on $(0, \infty)$.

Oracles: mean, variance and skewness of $F_1$; the share of random tables that are called significant.
Sources: C. A. Tracy, H. Widom, Commun. Math. Phys. 177 (1996) 727; I. M. Johnstone, Ann. Statist. 29 (2001) 295;
Z. Ma, Bernoulli 18 (2012) 322 (the halves); P. L. Ferrari, H. Spohn, J. Phys. A 38 (2005) L557 (the determinant);
F. Bornemann, Math. Comp. 79 (2010) 871 (its quadrature).
"""

import numpy as np
from scipy.special import airy

REACH = 12.0  # Ai(x) falls as exp(-2/3 x^1.5): 1e-13 at x = 12; and F₁(-12) is about exp(-12³/24) = 1e-31
NODES = 40


def tracy_widom_distribution(t):
    r"""$F_1(t)$: the probability that the Tracy-Widom variable (real symmetric matrices) is at most t.

    t : array, no unit.  Returns an array from 0 to 1, with an absolute error below 1e-10.

    >>> tracy_widom_distribution(np.array([-1.2686, 0.9793])).round(3)  # the median and the 95 % point
    array([0.5 , 0.95])
    """
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    t = np.asarray(t, dtype=float)
    return np.reshape([_determinant(float(value), nodes, weights) for value in t.ravel()], t.shape)


def _determinant(t, nodes, weights):
    """det(1 - A_t) by quadrature: of the n x n matrix δ_ij - √w_i Ai(x_i + x_j + t) √w_j (Bornemann)."""
    if not -REACH < t < REACH:
        return float(t > 0)
    length = REACH - t
    x, w = length * (nodes + 1) / 2, np.sqrt(length * weights / 2)
    i, j = np.triu_indices(len(x))
    A = np.zeros((len(x), len(x)))
    A[i, j] = A[j, i] = w[i] * airy(x[i] + x[j] + t)[0] * w[j]
    return float(np.clip(np.linalg.det(np.eye(len(x)) - A), 0, 1))


def largest_eigenvalue_p_value(largest, n, d, variance=1.0):
    r"""Probability that uncorrelated Gaussian features have a largest eigenvalue at least as large as this one.

    largest : array, largest eigenvalue of the covariance, with 1/n;  n : degrees of freedom: the number of samples, or
    one less where the mean was subtracted (so 1/n stands for 1/(samples - 1) there);  d : number of features;
    variance : $\sigma^2$ of each feature, in the unit of `largest`.
    Returns an array from 0 to 1, to about 0.01 for n and d above 10.

    >>> largest_eigenvalue_p_value(np.array([1.6, 1.7, 1.9]), n=200, d=20).round(2)
    array([0.7 , 0.23, 0.  ])
    """
    a, b = np.sqrt(n - 0.5), np.sqrt(d - 0.5)
    centre, scale = (a + b) ** 2, (a + b) * (1 / a + 1 / b) ** (1 / 3)
    return 1 - tracy_widom_distribution((n * np.asarray(largest) / variance - centre) / scale)


def significant_components(variances, n, d, level=0.01):
    r"""How many of the largest principal variances are more than noise, each tested against the rest.

    variances : (k,) variances of the covariance with 1/n, largest first, with k = min(n, d): all that are not 0 by
    construction;  n : degrees of freedom: samples, less one where the mean was subtracted;  d : features;
    level : probability to take noise for a component.
    After each component the noise variance is estimated anew, as the mean of the variances left, shared among the
    d - q directions left; the first q whose variance is not significant ends the search.
    Returns an integer, at most k - 1.

    >>> significant_components(np.array([9.0, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7]), n=200, d=8)
    1
    """
    variances = np.asarray(variances, dtype=float)
    for q in range(len(variances) - 1):
        noise = variances[q:].sum() / (d - q)
        if noise <= 0 or largest_eigenvalue_p_value(variances[q], n, d - q, noise) > level:
            return q
    return len(variances) - 1
