r"""The Wasserstein distance of two measures on a line: sort both, and move the k-th smallest to the k-th smallest.

For p >= 1 the distance is the least cost of moving one measure into the other, when moving a unit of mass by r costs
$|r|^p$: $W_p(\mu, \nu)^p = \min_\pi \int |x - y|^p\, d\pi(x, y)$ over all plans π with the marginals μ and ν. On a line
the best plan keeps the order, whatever p, so that with the quantile functions
$$W_p(\mu, \nu)^p = \int_0^1 \big|F^{-1}(t) - G^{-1}(t)\big|^p\, dt.$$
Between samples the integrand is constant between the levels at which one of the two distribution functions jumps; the
sum over these intervals is exact.

Convention: $W_p$, a distance in the unit of x; not its p-th power.
Oracles: closed forms for Gaussian and uniform measures; scipy.stats.wasserstein_distance; the linear programme.
Sources: L. N. Vaserstein, Probl. Peredachi Inf. 5 (1969) 64; G. Peyré, M. Cuturi, "Computational Optimal Transport"
(2019), section 2.6.
"""

import numpy as np


def wasserstein_equal_sizes(x, y, p=1):
    r"""The Wasserstein distance $W_p$ between two samples of equal size.

    It is $\min_\sigma \big(\frac1n \sum_i |x_i - y_{\sigma(i)}|^p\big)^{1/p}$ over all permutations σ.
    x, y : (n,) samples in any order, every one with the weight 1/n;  p : number >= 1.
    Returns a number >= 0, in the unit of x: the p-th root is taken. The inputs stay as they are.

    >>> wasserstein_equal_sizes(np.array([0.0, 3.0, 1.0]), np.array([5.0, 2.0, 3.0]), p=1)
    2.0
    """
    return float(np.mean(np.abs(np.sort(x) - np.sort(y)) ** p) ** (1 / p))  # the best permutation keeps the order


def common_levels(x_weights, y_weights):
    r"""The intervals of (0, 1) on which the quantile functions of two measures on a line are both constant.

    x_weights : (n,), y_weights : (m,) weights >= 0 of the points in their order on the line, with positive sums; they
    count relative to their sums.
    Returns (i, j, mass), each (n + m,): in the k-th interval, of length mass[k], the quantiles are point i[k] of the
    first and point j[k] of the second measure. Some lengths are 0; all together they are 1.

    >>> i, j, mass = common_levels(np.array([1.0, 1.0]), np.array([1.0, 3.0]))
    >>> i[mass > 0], j[mass > 0], mass[mass > 0]
    (array([0, 0, 1]), array([0, 1, 1]), array([0.25, 0.25, 0.5 ]))
    """
    ends = [np.cumsum(weights) / np.sum(weights) for weights in (x_weights, y_weights)]
    for end in ends:
        np.minimum(end, 1, out=end)
        end[-1] = 1  # not 1 up to rounding
    levels = np.concatenate(ends)
    order = np.argsort(levels, kind="stable")
    of_x = order < len(x_weights)
    i = np.minimum(np.cumsum(of_x) - of_x, len(x_weights) - 1)  # how many of the first measure's points lie below
    j = np.minimum(np.cumsum(~of_x) - ~of_x, len(y_weights) - 1)
    return i, j, np.diff(levels[order], prepend=0)


def wasserstein_1d(x, y, p=1, x_weights=None, y_weights=None):
    r"""The Wasserstein distance $W_p$ between two samples, or weighted sets of points, on a line.

    x : (n,), y : (m,) points in any order;  p : number >= 1;  x_weights : (n,), y_weights : (m,) weights >= 0 with a
    positive sum, which count relative to their sum, or None for equal weights.
    Returns a number >= 0, in the unit of x: the p-th root is taken. ValueError where weights are negative or sum to 0.

    >>> wasserstein_1d(np.array([0.0, 1.0]), np.array([5.0, 5.0, 8.0, 8.0]))
    6.0
    >>> wasserstein_1d(np.array([0.0, 2.0]), np.array([0.0]), p=2, x_weights=np.array([3.0, 1.0]))
    1.0
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x_weights is None and y_weights is None:
        return wasserstein_equal_sizes(x, y, p) if len(x) == len(y) else _unequal_sizes(np.sort(x), np.sort(y), p)
    x, x_weights = _in_order(x, x_weights)
    y, y_weights = _in_order(y, y_weights)
    i, j, mass = common_levels(x_weights, y_weights)
    return float(np.sum(mass * np.abs(x[i] - y[j]) ** p) ** (1 / p))


def monotone_plan(a, b):
    r"""The plan between measures on a line that keeps the order: the optimal one for every cost $|x - y|^p$, p >= 1.

    a : (n,), b : (m,) masses >= 0 of the points in their order on the line, of equal sum.
    Returns (n, m), the mass that goes from point i to point j; rows sum to a, columns to b. ("The north-west corner
    rule": a staircase of at most n + m - 1 entries.)

    >>> monotone_plan(np.array([0.5, 0.5]), np.array([0.25, 0.75]))
    array([[0.25, 0.25],
           [0.  , 0.5 ]])
    """
    i, j, mass = common_levels(a, b)
    plan = np.zeros((len(a), len(b)))
    np.add.at(plan, (i, j), mass * np.sum(a))
    return plan


def _unequal_sizes(x, y, p):
    """W_p of sorted samples of n and m points: the levels i/n and j/m are compared as integers, i m and j n."""
    n, m = len(x), len(y)
    levels = np.sort(np.concatenate([m * np.arange(1, n + 1), n * np.arange(1, m + 1)]))  # in units of 1/(nm)
    gaps = np.abs(x[(levels - 1) // m] - y[(levels - 1) // n])  # between a level and the one before
    return float((np.diff(levels, prepend=0) @ gaps**p / (n * m)) ** (1 / p))


def _in_order(x, weights):
    """Points and weights by increasing x; all weights are 1 where there are none."""
    weights = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    if weights.min() < 0 or not 0 < weights.sum() < np.inf:
        raise ValueError(
            f"the weights have the minimum {weights.min():.6g} and the sum {weights.sum():.6g}; "
            "they must be >= 0 with a positive, finite sum"
        )
    order = np.argsort(x)
    return x[order], weights[order]
