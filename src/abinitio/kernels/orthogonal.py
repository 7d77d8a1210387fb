r"""Polynomials that stay apart: Chebyshev's and Legendre's, in place of the powers of x.

All three span the polynomials up to a degree, and least squares with any of them gives the same curve in exact
arithmetic. In float64 the powers on [-1, 1] have a condition number that grows like $(1 + \sqrt 2)^p$ with the degree p
and lose all digits near p = 40; Legendre polynomials are orthogonal, $\int_{-1}^1 P_j P_k\,dx = \frac{2}{2k+1}
\delta_{jk}$, and Chebyshev's are with the weight $1/\sqrt{1 - x^2}$, so that for well spread samples their condition
number grows no faster than p. And a penalty on the coefficients means something else in each basis.

Both follow from three-term recurrences. Oracles: orthogonality; `numpy.polynomial`.
Source: NIST Digital Library of Mathematical Functions, section 18.9, https://dlmf.nist.gov/18.9.
"""

import numpy as np


def to_unit_interval(x, low, high):
    """The affine map that takes low to -1 and high to 1.

    x : array of any shape, or a number;  low, high : numbers (or arrays (d,), one for each column), low < high, in the
    unit of x.  Returns an array of that shape; points outside [low, high] come out outside [-1, 1].

    >>> to_unit_interval(np.array([10.0, 15.0, 25.0]), low=10.0, high=20.0)
    array([-1.,  0.,  2.])
    """
    return (2 * x - (low + high)) / (high - low)


def chebyshev_basis(x, degree):
    r"""The Chebyshev polynomials $T_0(x), \dots, T_p(x)$, with $T_k(\cos\theta) = \cos k\theta$.

    $T_0 = 1$, $T_1 = x$, $T_{k+1} = 2 x T_k - T_{k-1}$.
    x : (n,), best within [-1, 1], where $|T_k| \le 1$;  degree : p, integer >= 0.  Returns (n, degree + 1).

    >>> chebyshev_basis(np.array([0.5, 1.0]), degree=3)
    array([[ 1. ,  0.5, -0.5, -1. ],
           [ 1. ,  1. ,  1. ,  1. ]])
    """
    T = [np.ones(len(x)), np.asarray(x, dtype=float)]
    for _ in range(2, degree + 1):
        T.append(2 * x * T[-1] - T[-2])
    return np.stack(T[: degree + 1], axis=1)


def legendre_basis(x, degree):
    r"""The Legendre polynomials $P_0(x), \dots, P_p(x)$, with $P_k(1) = 1$, orthogonal on [-1, 1].

    $P_0 = 1$, $P_1 = x$, $(k + 1) P_{k+1} = (2k + 1)\, x P_k - k P_{k-1}$.
    x : (n,), best within [-1, 1], where $|P_k| \le 1$;  degree : p, integer >= 0.  Returns (n, degree + 1).

    >>> legendre_basis(np.array([0.0, 1.0]), degree=2)
    array([[ 1. ,  0. , -0.5],
           [ 1. ,  1. ,  1. ]])
    """
    P = [np.ones(len(x)), np.asarray(x, dtype=float)]
    for k in range(1, degree):
        P.append(((2 * k + 1) * x * P[-1] - k * P[-2]) / (k + 1))
    return np.stack(P[: degree + 1], axis=1)
