r"""Histograms and empirical distributions of values that come in parts: tallies add.

A histogram of given edges, in any number of dimensions, is exact, and so is the empirical distribution function at
given thresholds. A quantile is exact too, by passes: each one counts the values in 1,024 cells of the interval that
must hold it, and the next pass looks into one cell. Two or three passes over $10^9$ values do.

Oracles: `numpy.histogramdd`; `numpy.quantile` of all values at once, exactly.
"""

import numpy as np

CELLS = 1024  # of an interval, in which one pass counts


def tally(X, edges):
    """How many samples lie in each bin; those outside of all bins are not counted.

    X : (n, d), or (n,) for one dimension;  edges : d increasing arrays (a single array for one dimension). A bin holds
    its lower edge and not its upper one, but the last of an axis holds both.
    Returns integers of shape (bins of axis 1, ..., bins of axis d): those of two parts add.

    >>> tally(np.array([0.0, 0.5, 2.0, 9.0]), np.array([0.0, 1.0, 2.0]))
    array([2, 1])
    """
    X, edges = (X[:, None], [edges]) if X.ndim == 1 else (X, edges)
    shape, cell, inside = [len(e) - 1 for e in edges], 0, True
    for x, e in zip(X.T, edges):
        i = np.searchsorted(e, x, side="right") - 1
        i[x == e[-1]] -= 1
        inside, cell = inside & (i >= 0) & (i < len(e) - 1), cell * (len(e) - 1) + i
    return np.bincount(cell[inside], minlength=np.prod(shape)).reshape(shape)


def counts_below(x, thresholds):
    """How many of the values are at most each threshold: n times the empirical distribution function. Parts add.

    x : (n,);  thresholds : (m,) increasing.  Returns (m,) integers.

    >>> counts_below(np.array([1.0, 2.0, 2.0, 5.0]), np.array([0.0, 2.0, 9.0]))
    array([0, 3, 4])
    """
    first = np.searchsorted(thresholds, x, side="left")  # the first threshold that is not below x
    return np.cumsum(np.bincount(first, minlength=len(thresholds) + 1))[:-1]


def order_statistic(parts, rank):
    """The value that has exactly `rank` others before it when all are sorted, by passes over the parts.

    parts : callable, () -> iterator of (m,) arrays, each time the same values, which are finite;
    rank : integer, 0 <= rank < number of values: 0 for the least.
    Returns that value itself, one of the data. Memory: one part, and `CELLS` counts.

    >>> order_statistic(lambda: iter([np.array([5.0, 1.0]), np.array([3.0])]), rank=1)
    3.0
    """
    low, high = np.inf, -np.inf
    for x in parts():
        low, high = min(low, x.min()), max(high, x.max())
    before = 0  # values below `low`
    while low < high:
        edges = np.linspace(low, high, CELLS + 1)
        if not np.all(np.diff(edges) > 0):  # neighbouring floats: what is left is sorted as it is
            inside = np.sort(np.concatenate([x[(x >= low) & (x <= high)] for x in parts()]))
            return float(inside[rank - before])
        counts = sum(tally(x, edges) for x in parts())
        cell = int(np.searchsorted(np.cumsum(counts), rank - before, side="right"))
        before += int(counts[:cell].sum())
        left, right, last = edges[cell], edges[cell + 1], cell == CELLS - 1
        low, high = np.inf, -np.inf
        for x in parts():
            x = x[(x >= left) & ((x <= right) if last else (x < right))]
            if x.size:
                low, high = min(low, x.min()), max(high, x.max())
        if counts[cell] <= CELLS:  # few enough to be sorted
            inside = np.sort(np.concatenate([x[(x >= low) & (x <= high)] for x in parts()]))
            return float(inside[rank - before])
    return float(low)
