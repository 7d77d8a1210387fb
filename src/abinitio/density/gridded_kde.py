r"""Kernel density estimation by way of a grid, in one to three dimensions, to a stated error.

A Gaussian of width h is a Gaussian of width $h/\sqrt2$ convolved with another: with nodes g at the spacing $s h$,
$$e^{-(q - x)^2 / 2h^2} = s \sqrt{2/\pi} \sum_g e^{-(x - g)^2/h^2}\, e^{-(q - g)^2/h^2}\; (1 + \epsilon), \qquad
|\epsilon| \le a = 2 \sum_{k \ge 1} e^{-\pi^2 k^2 / 2 s^2},$$
since the two factors make $e^{-(q-x)^2/2h^2}\, e^{-2(g - (x+q)/2)^2/h^2}$, and the trapezoidal rule errs on a Gaussian
by Poisson's sum only. So every sample is spread to the nodes nearby, once, and every query gathers from nodes near it:
n + m steps in place of n m. Both windows have M nodes along each axis. A node left out is farther than $L = M s h/2$
from x or from q, which costs at most $3 e^{-L^2/h^2}$ of the kernel's peak $K_0 = (2\pi h^2)^{-d/2}$. Altogether
$$|\tilde f - f| \le \big[(1 + a)^d - 1\big] f + 3 d\, (1 + a)^d\, e^{-M^2 s^2/4}\, K_0 .$$
Where f is so small that the second term is not below the tolerance, a query lies off the grid, or the grid would be too
large, the sum is left to others (`tree_kde`).

Oracle: `kernel_log_density`.  Sources: L. Greengard, J. Strain, SIAM J. Sci. Stat. Comput. 12 (1991) 79; L. Greengard,
J.-Y. Lee, SIAM Rev. 46 (2004) 443 (powers in place of exponentials).
"""

import numpy as np
from numba import njit

SPACINGS = {24: 0.48, 32: 0.40}  # M -> s: relative errors of 10⁻⁹ and 10⁻¹³ along each axis
CELLS = 2**24  # nodes of the largest grid: 128 MB
ROUNDING = 1e-12  # the smallest relative error that is promised
STEPS = 2  # of a grid, that take as long as one kernel of a direct sum


def gridded_log_density(X, queries, bandwidth, weights=None, rtol=0.0):
    r"""`kernel_log_density` by way of a grid, at the queries where that pays and keeps the error.

    X : (n, d) samples;  queries : (m, d);  bandwidth : h > 0;  weights : (n,) >= 0 or None;  rtol : the relative error
    of the density that is allowed, at every query; below 1e-12 it counts as 1e-12.
    Returns (logs (m,), rest): the log-densities, and the rows of the queries at which they are not known within rtol:
    all of them where no grid pays.

    >>> X, queries = np.zeros((5000, 2)), np.full((5000, 2), 0.1)
    >>> logs, rest = gridded_log_density(X, queries, 1.0)
    >>> float((logs[0] + np.log(2 * np.pi)).round(11)), len(rest)  # -|q|²/2
    (-0.01, 0)
    """
    (n, d), m, rtol = X.shape, len(queries), max(rtol, ROUNDING)
    if d <= 3 and m:
        nodes = min(SPACINGS) if error_bound(min(SPACINGS), d)[0] <= rtol / 2 else max(SPACINGS)
        shape = np.ptp(X, axis=0) / (SPACINGS[nodes] * bandwidth) + nodes + 2
        cells = np.prod(shape)
        if cells <= CELLS and cells + nodes**d * (n + m) <= STEPS * n * m:
            return _through_grid(X, queries, bandwidth, weights, nodes, shape.astype(int), rtol)
    return np.empty(m), np.arange(m)


def error_bound(nodes, d):
    r"""(relative, absolute): the density on the grid errs by at most relative $f$ + absolute $K_0$, before rounding.

    nodes : M, 24 or 32, along each axis of a window;  d : number of dimensions.

    >>> [float(f"{bound:.0e}") for nodes in (24, 32) for bound in error_bound(nodes, 2)]
    [2e-09, 2e-14, 2e-13, 1e-17]
    """
    s, k = SPACINGS[nodes], np.arange(1, 4)
    growth = (1 + 2 * np.exp(-((np.pi * k / s) ** 2) / 2).sum()) ** d
    return growth - 1, 3 * d * growth * np.exp(-((nodes * s / 2) ** 2))


def _through_grid(X, queries, bandwidth, weights, nodes, shape, rtol):
    """Log-densities (m,), and the rows at which the bound does not hold them within rtol."""
    (n, d), s = X.shape, SPACINGS[nodes]
    step, origin = s * bandwidth, X.min(axis=0)
    bells = np.exp(-((s * np.arange(1 - nodes // 2, nodes // 2 + 1)) ** 2))
    shape = np.concatenate([np.ones(3 - d, int), shape])
    grid, window = np.zeros(shape.prod()), (0,) * nodes
    shares = np.full(n, 1 / n) if weights is None else weights / weights.sum()
    places, order = _in_order((X - origin) / step, shape)
    spread(places, shares[order].astype(float), bells, s, shape, window, grid)
    inside = np.flatnonzero(((queries >= origin - step) & (queries <= X.max(axis=0) + step)).all(axis=1))
    places, order = _in_order((queries[inside] - origin) / step, shape)
    found = np.zeros(len(queries))
    found[inside[order]] = gather(places, bells, s, shape, window, grid) * (s * np.sqrt(2 / np.pi)) ** d
    relative, absolute = error_bound(nodes, d)
    trusted = relative * found + absolute <= rtol * found  # in units of the kernel's peak
    logs = np.log(np.where(trusted, found, 1)) - d / 2 * np.log(2 * np.pi * bandwidth**2)
    return logs, np.flatnonzero(~trusted)


def _in_order(places, shape):
    """Points (n, d) in units of the spacing, as (n, 3), in the order of the grid's memory; and that order (n,)."""
    places = np.concatenate([np.zeros((len(places), 3 - places.shape[1])), places], axis=1)
    if shape[0] == 1:  # a plane stays in the cache
        return places, slice(None)
    cells = np.floor(places).astype(int)
    order = np.argsort((cells[:, 0] * shape[1] + cells[:, 1]) * shape[2] + cells[:, 2], kind="stable")
    return places[order], order


@njit(cache=True)
def axis_weights(u, bells, s, axis, out):
    r"""Weights $e^{-s^2 (u - g)^2}$ of the M nodes g nearest to u, by powers; returns the first of them.

    u : place in units of the spacing;  bells : (M,), $e^{-s^2 b^2}$ for b = 1 - M/2 ... M/2;  s : spacing / h;
    axis : which row of out : (3, M) receives the weights.

    >>> out = np.empty((3, 2))
    >>> axis_weights(5.25, np.exp(-np.array([0.0, 1.0])), 1.0, 2, out)
    5
    >>> out[2]  # exp(-1/16), exp(-9/16)
    array([0.93941306, 0.56978282])
    """
    first, half = int(np.floor(u)), len(bells) // 2
    t = u - first
    ratio = np.exp(2 * s * s * t)  # e^{-s²(t - b)²} = e^{-s²t²} (e^{2s²t})ᵇ e^{-s²b²}, b = 1 - M/2 ... M/2
    out[axis, 0] = np.exp(-s * s * t * (t + 2 * (half - 1)))
    done = 1
    while done < len(bells):  # doubled at every turn: few products wait for each other
        for b in range(min(done, len(bells) - done)):
            out[axis, done + b] = out[axis, b] * ratio
        ratio *= ratio
        done *= 2
    for b in range(len(bells)):
        out[axis, b] *= bells[b]
    return first - half + 1


@njit(cache=True)
def spread(places, weights, bells, s, shape, window, grid):
    """Add to the nodes of a grid the weights that samples give them.

    places : (n, 3) in units of the spacing, from the lowest sample; 0 along axes of one node;  weights : (n,);
    bells, s : as in `axis_weights`;  shape : (3,) nodes along each axis;  window : a tuple of length M;
    grid : (nodes,), added to; along an axis of more than one node the first is at place 1 - M/2 - 1.

    >>> grid = np.zeros(5)
    >>> spread(np.zeros((1, 3)), np.ones(1), np.exp(-np.array([0.0, 1.0])), 1.0, np.array([1, 1, 5]), (0, 0), grid)
    >>> grid.round(3)
    array([0.   , 1.   , 0.368, 0.   , 0.   ])
    """
    M = len(window)  # part of its type, hence known to the compiler
    e = np.ones((3, M))
    for i in range(len(places)):
        start, many = corner(places, i, bells, s, shape, e)
        for a in range(many[0]):
            for b in range(many[1]):
                row = np.uint64((start[0] + a) * shape[1] * shape[2] + (start[1] + b) * shape[2] + start[2])
                w = weights[i] * e[0, a] * e[1, b]
                for c in range(M):
                    grid[row + np.uint64(c)] += w * e[2, c]


@njit(cache=True, fastmath={"reassoc", "contract", "nsz"})
def gather(places, bells, s, shape, window, grid):
    """The sums over the nodes near each place of the grid's value times the weight of the node.

    places : (m, 3), bells, s, shape, window, grid : as in `spread`; the places lie within one spacing of the samples'
    extent.  Returns (m,).

    >>> bells, shape = np.exp(-np.array([0.0, 1.0])), np.array([1, 1, 5])
    >>> gather(np.zeros((1, 3)), bells, 1.0, shape, (0, 0), np.array([0.0, 1.0, 0.0, 0.0, 0.0]))
    array([1.])
    """
    M = len(window)
    e, out = np.ones((3, M)), np.empty(len(places))
    for i in range(len(places)):
        start, many = corner(places, i, bells, s, shape, e)
        total = 0.0
        for a in range(many[0]):
            for b in range(many[1]):
                row = np.uint64((start[0] + a) * shape[1] * shape[2] + (start[1] + b) * shape[2] + start[2])
                dot = 0.0
                for c in range(M):
                    dot += grid[row + np.uint64(c)] * e[2, c]
                total += e[0, a] * e[1, b] * dot
        out[i] = total
    return out


@njit(cache=True)
def corner(places, i, bells, s, shape, e):
    """(first node, number of nodes) of a window along the three axes; their weights go to e.

    places, bells, s, shape : as in `spread`;  i : which place;  e : (3, M), receives the weights.

    >>> corner(np.array([[0.0, 0.0, 2.5]]), 0, np.exp(-np.array([0.0, 1.0])), 1.0, np.array([1, 1, 9]), np.ones((3, 2)))
    ((0, 0, 3), (1, 1, 2))
    """
    M = len(bells)
    x = axis_weights(places[i, 0], bells, s, 0, e) + M // 2 if shape[0] > 1 else 0
    y = axis_weights(places[i, 1], bells, s, 1, e) + M // 2 if shape[1] > 1 else 0
    z = axis_weights(places[i, 2], bells, s, 2, e) + M // 2
    return (x, y, z), (M if shape[0] > 1 else 1, M if shape[1] > 1 else 1, M)
