r"""Distances from a hyperplane, and the width of the street between two classes.

The hyperplane $w \cdot x + b = 0$ leaves sample i, of label $y_i = \pm 1$, at the signed distance
$\gamma_i = y_i (w \cdot x_i + b) / |w|$, positive on the right side. A support-vector machine scales w so that the
samples nearest to it have $y_i (w \cdot x_i + b) = 1$: their planes are a street of width $2/|w|$ that no sample lies
in, and the widest such street is that of the smallest $|w|$. With $w = \sum_i a_i y_i \varphi(x_i)$ the width follows
from the kernel alone.

Oracles: plane geometry; the distance of the convex hulls of the classes. Source: V. N. Vapnik, "The Nature of
Statistical Learning Theory" (1995), section 5.4; B. Schölkopf, A. J. Smola, "Learning with Kernels" (2002), chapter 7.
"""

import numpy as np


def signed_distances(w, b, X, y):
    r"""Distance of every sample from the plane $w \cdot x + b = 0$, positive on its own side.

    w : (d,) not zero;  b : number;  X : (n, d) samples, one a row;  y : (n,) labels, -1 or +1.
    The side of label +1 is where $w \cdot x + b > 0$; a sample on the wrong side has a negative distance.
    Returns (n,), in the unit of X: the same for (w, b) and for (2w, 2b).

    >>> signed_distances(np.array([3.0, 4.0]), -5.0, np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([1, 1]))
    array([ 4., -1.])
    """
    return y * (X @ w + b) / np.linalg.norm(w)


def margin_width(a, K, y):
    r"""The full width of the street between the planes $f(x) = +1$ and $f(x) = -1$, of
    $f(x) = \sum_i a_i y_i\, k(x, x_i) + b$.

    a : (n,) multipliers >= 0, for which $w = \sum_i a_i y_i \varphi(x_i)$ is not zero;  K : (n, n),
    $K_{ij} = k(x_i, x_j)$;  y : (n,) labels, -1 or +1.
    The planes lie in the space of the kernel's features, where f is linear, $f(x) = w \cdot \varphi(x) + b$.
    Returns a number > 0, in the unit of the features.

    >>> margin_width(np.array([0.5, 0.5]), np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([1, -1]))  # x = 1 and x = -1
    2.0
    """
    signed = a * y
    return float(2 / np.sqrt(signed @ K @ signed))  # w = Σ a_i y_i φ(x_i):  |w|² = Σ a_i y_i a_j y_j K_ij
