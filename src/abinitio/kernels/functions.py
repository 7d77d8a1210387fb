r"""Kernels: functions $k(x, x')$ that are inner products $\langle \varphi(x), \varphi(x') \rangle$ of some features.

Every function takes two tables of points, X : (m, d) and Y : (n, d), and returns the matrix $K_{ij} = k(x_i, y_j)$,
(m, n), in float64: queries are rows, samples are columns. Three parametrisations of the Gaussian kernel are in use;
ours is `gamma` $= 1/2h^2$ with the standard deviation h. Other kernels have a `length`, in the unit of X.

All are positive semidefinite in any number of dimensions, save `sigmoid_kernel`, which is here because it is in use.
Oracles: the definition, point by point; feature maps; `sklearn.metrics.pairwise`, `sklearn.gaussian_process.kernels`.
Source: C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006), section 4.2.
"""

import numpy as np
from scipy.special import gamma as gamma_function
from scipy.special import kv

from abinitio.kernels.blocked_gaussian import blocked_gaussian
from abinitio.neighbors.distances import manhattan_distances, minkowski_distances, squared_distances


def linear_kernel(X, Y):
    r"""Inner products $x \cdot x'$.

    X : (m, d);  Y : (n, d).  Returns (m, n).

    >>> linear_kernel(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [0.0, 1.0]]))
    array([[11.,  2.]])
    """
    return np.asarray(X, dtype=float) @ np.asarray(Y, dtype=float).T


def polynomial_kernel(X, Y, degree, gamma, coef0):
    r"""The polynomial kernel $(\gamma\, x \cdot x' + c)^p$.

    X : (m, d);  Y : (n, d);  degree : p, integer >= 1;  gamma : float > 0;
    coef0 : the constant c >= 0; with c > 0 the features are all monomials up to degree p, with c = 0 those of degree p.
    Returns (m, n).

    >>> polynomial_kernel(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [0.0, 1.0]]), degree=2, gamma=1.0, coef0=1.0)
    array([[144.,   9.]])
    """
    return (gamma * linear_kernel(X, Y) + coef0) ** degree


def sigmoid_kernel(X, Y, gamma, coef0):
    r"""$\tanh(\gamma\, x \cdot x' + c)$, which is not a kernel: its matrix may have negative eigenvalues.

    X : (m, d);  Y : (n, d);  gamma : float;  coef0 : the constant c.  Returns (m, n).

    >>> sigmoid_kernel(np.array([[1.0]]), np.array([[0.0], [1000.0]]), gamma=1.0, coef0=0.0)
    array([[0., 1.]])
    """
    return np.tanh(gamma * linear_kernel(X, Y) + coef0)


def gaussian_kernel(X, Y, gamma):
    r"""The Gaussian kernel $\exp(-\gamma\,|x - x'|^2)$ with $\gamma = 1/2h^2$ for the standard deviation h.

    X : (m, d);  Y : (n, d);  gamma : float > 0, in the unit of X to the power -2.  Returns (m, n), in [0, 1].
    The points may lie far from the origin compared with the distances between them.

    >>> gaussian_kernel(np.array([[0.0, 0.0]]), np.array([[0.0, 0.0], [3.0, 4.0]]), gamma=0.04).round(6)
    array([[1.      , 0.367879]])
    """
    return np.exp(-gamma * squared_distances(X, Y))


def laplacian_kernel(X, Y, gamma):
    r"""The Laplace kernel $\exp(-\gamma \sum_a |x_a - x'_a|)$, with the distance along the coordinate axes.

    X : (m, d);  Y : (n, d);  gamma : float > 0, in the inverse unit of X.  Returns (m, n), in [0, 1].

    >>> laplacian_kernel(np.array([[0.0, 0.0]]), np.array([[0.0, 0.0], [0.5, -0.5]]), gamma=1.0).round(6)
    array([[1.      , 0.367879]])
    """
    return np.exp(-gamma * manhattan_distances(X, Y))


def matern_kernel(X, Y, length, nu):
    r"""The Matérn kernel $\frac{2^{1-\nu}}{\Gamma(\nu)}\, u^\nu K_\nu(u)$ with $u = \sqrt{2\nu}\,|x - x'| / l$.

    Functions drawn with it have $\lceil \nu \rceil - 1$ derivatives. With $\nu = 1/2$ it is $e^{-u}$, with 3/2
    $(1 + u) e^{-u}$, with 5/2 $(1 + u + u^2/3) e^{-u}$; for $\nu \to \infty$ the Gaussian kernel with $h = l$.
    X : (m, d);  Y : (n, d);  length : l > 0, in the unit of X;  nu : float in (0, 50], or infinity.
    Returns (m, n), in [0, 1].

    >>> matern_kernel(np.array([[0.0]]), np.array([[0.0], [2.0]]), length=2.0, nu=0.5).round(6)
    array([[1.      , 0.367879]])
    """
    if np.isinf(nu):
        return gaussian_kernel(X, Y, 1 / (2 * length**2))
    u = np.sqrt(2 * nu) / length * minkowski_distances(X, Y, 2)  # by differences: exactly 0 for equal points
    if nu in HALF_INTEGER:
        return HALF_INTEGER[nu](u) * np.exp(-u)
    u = np.minimum(u, 700)  # beyond, K_ν underflows and the kernel is 0
    with np.errstate(invalid="ignore"):
        k = 2 ** (1 - nu) / gamma_function(nu) * u**nu * kv(nu, u)
    return np.where(np.isfinite(k), k, 1)  # at u = 0 its factors are 0 and infinity


HALF_INTEGER = {0.5: np.ones_like, 1.5: lambda u: 1 + u, 2.5: lambda u: 1 + u + u**2 / 3}  # then K_ν is elementary


def periodic_kernel(X, Y, length, period):
    r"""The periodic kernel $\exp\!\big(-\frac{2}{l^2} \sum_a \sin^2 \frac{\pi (x_a - x'_a)}{p}\big)$.

    It is the Gaussian kernel, of standard deviation l, of the points $(\cos, \sin)(2\pi x_a / p)$ on unit circles.
    X : (m, d);  Y : (n, d);  length : l > 0, without a unit;  period : p > 0, in the unit of X.
    Returns (m, n), in [0, 1].

    >>> periodic_kernel(np.array([[0.0]]), np.array([[24.0], [12.0]]), length=1.0, period=24.0).round(6)
    array([[1.      , 0.135335]])
    """
    to_circles = lambda A: np.hstack([np.cos(2 * np.pi / period * A), np.sin(2 * np.pi / period * A)])
    return gaussian_kernel(to_circles(X), to_circles(Y), 1 / (2 * length**2))  # chord² = 4 sin²(half the angle)


gaussian_kernel.fast = blocked_gaussian  # what estimators run where there is one, and else gaussian_kernel itself
