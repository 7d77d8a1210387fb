r"""Distances between every row of one table and every row of another: Euclidean, Manhattan, Minkowski, cosine.

Queries X : (m, d), samples Y : (n, d); the result is (m, n). In squared Euclidean distance
$|x - y|^2 = |x|^2 - 2\,x \cdot y + |y|^2$ all the work is one matrix product; the three terms are large against their
sum where the points lie far from the origin compared with their distances, so the origin has to be put among them.

Oracles: the definition, coordinate by coordinate; `scipy.spatial.distance.cdist`.
"""

import numpy as np
from scipy.spatial.distance import cdist


def squared_distances(X, Y):
    r"""Squared Euclidean distances $|x_i - y_j|^2$ from every row of X to every row of Y.

    X : (m, d) and Y : (n, d), n >= 1, numbers of any type (also unsigned bytes, as in images). m, n and d may be so
    large that an array of all m n d differences does not fit into memory.
    Returns (m, n) in float64, in the square of the unit of X, never negative; [i, j] is for X[i] and Y[j]. The points
    may lie far from the origin compared with the distances between them: what is lost to rounding is relative to the
    extent of the points. Whole numbers give whole numbers, exactly, so that equal distances stay equal.

    >>> squared_distances(np.array([[0, 0], [3, 4]]), np.array([[3, 4], [0, 1]]))
    array([[25.,  1.],
           [ 0., 18.]])
    """
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    centre = Y[((Y - Y.mean(axis=0)) ** 2).sum(axis=1).argmin()]  # a sample: integers stay integers, so ties stay ties
    X, Y = X - centre, Y - centre
    squares = (X**2).sum(axis=1)[:, None] + (Y**2).sum(axis=1) - 2 * X @ Y.T
    return np.maximum(squares, 0)  # rounding may leave a small negative number


def manhattan_distances(X, Y):
    r"""Distances $\sum_a |x_{ia} - y_{ja}|$ along the coordinate axes, in the unit of X.

    X : (m, d);  Y : (n, d).  Returns (m, n).

    >>> manhattan_distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [-1.0, 0.0]]))
    array([[7., 1.]])
    """
    return cdist(X, Y, "cityblock")


def minkowski_distances(X, Y, p):
    r"""Distances $\big(\sum_a |x_{ia} - y_{ja}|^p\big)^{1/p}$: Manhattan for p = 1, Euclidean for p = 2.

    X : (m, d);  Y : (n, d);  p : float >= 1, or infinity for the largest coordinate difference.  Returns (m, n).

    >>> minkowski_distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]), p=np.inf)
    array([[4.]])
    """
    return cdist(X, Y, "minkowski", p=p)


def cosine_distances(X, Y):
    r"""Distances $1 - x_i \cdot y_j / |x_i||y_j|$ between directions: from 0 (the same) to 2 (opposite).

    X : (m, d);  Y : (n, d).  Returns (m, n). A vector of zeros has no direction: its distance to all is 1.

    >>> cosine_distances(np.array([[2.0, 0.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 3.0], [-4.0, 0.0]]))
    array([[0., 1., 2.],
           [1., 1., 1.]])
    """
    return np.clip(1 - unit_rows(X) @ unit_rows(Y).T, 0, 2)


def unit_rows(X):
    """The rows of X, (m, d), at length one; rows of zeros stay. Very long and very short rows neither over- nor
    underflow.

    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    largest = np.abs(X).max(axis=1, keepdims=True)
    scaled = X / np.where(largest > 0, largest, 1)
    length = np.sqrt((scaled**2).sum(axis=1, keepdims=True))
    return scaled / np.where(length > 0, length, 1)
