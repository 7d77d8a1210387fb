r"""The space of functions that belongs to a kernel: its norm, and the representer theorem as arithmetic.

The reproducing kernel Hilbert space of k holds the functions $f = \sum_j c_j\, k(\cdot, z_j)$ and their limits, with
$\langle k(\cdot, x), k(\cdot, x') \rangle = k(x, x')$; then $f(x) = \langle f, k(\cdot, x) \rangle$. The part of f that
is orthogonal to all $k(\cdot, x_i)$ is zero on the samples, and only adds to the norm. So the minimum of any loss of
the values on the samples plus a penalty that grows with |f| has the form $f = \sum_i a_i\, k(\cdot, x_i)$: n numbers.

Source: G. Kimeldorf, G. Wahba, J. Math. Anal. Appl. 33 (1971) 82; B. Schölkopf, R. Herbrich, A. J. Smola, COLT 2001.
"""

import numpy as np


def rkhs_inner(a, K, c):
    r"""The inner product $\langle f, g \rangle = a^\top K c$ of two functions of the space of the kernel.

    They are $f = \sum_i a_i\, k(\cdot, x_i)$ and $g = \sum_j c_j\, k(\cdot, z_j)$.
    a : (n,);  K : (n, m), $K_{ij} = k(x_i, z_j)$;  c : (m,).  Returns a number.

    >>> float(rkhs_inner(np.array([1.0, 2.0]), np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([0.0, 1.0])))
    2.5
    """
    return a @ K @ c


def rkhs_norm(a, K):
    r"""The norm $|f| = \sqrt{a^\top K a}$ of $f = \sum_i a_i k(\cdot, x_i)$ in the space of the kernel.

    a : (n,);  K : (n, n), $K_{ij} = k(x_i, x_j)$, positive semidefinite up to rounding.
    Returns a number >= 0; where rounding makes $a^\top K a$ negative, 0. No value of f exceeds $|f| \sqrt{k(x, x)}$.

    >>> float(rkhs_norm(np.array([3.0, 1.0]), np.array([[1.0, 0.5], [0.5, 1.0]])).round(6))
    3.605551
    """
    return np.sqrt(max(a @ K @ a, 0.0))


def least_norm_coefficients(K, values):
    r"""Of all functions of the space with given values on the samples, the one of least norm: its coefficients a.

    It is the projection of any of them on the span of the $k(\cdot, x_i)$.
    K : (n, n), $K_{ij} = k(x_i, x_j)$, positive semidefinite;  values : (n,), taken by some function of the space.
    Returns a, (n,), of $f = \sum_i a_i k(\cdot, x_i)$: $K a$ = values. Where K is singular to rounding, the a of least
    length (eigenvalues below n units in the last place of the largest count as 0).

    >>> least_norm_coefficients(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([1.0, 0.5])).round(12) + 0.0
    array([1., 0.])
    """
    eigenvalues, Q = np.linalg.eigh(K)
    kept = eigenvalues > len(K) * np.finfo(float).eps * eigenvalues[-1]
    return Q[:, kept] @ ((Q[:, kept].T @ values) / eigenvalues[kept])


def penalised_squares(a, K, y, alpha):
    r"""$|y - f(X)|^2 + \alpha |f|^2$ for $f = \sum_i a_i k(\cdot, x_i)$: what kernel ridge regression minimises.

    a : (n,);  K : (n, n), $K_{ij} = k(x_i, x_j)$;  y : (n,);  alpha : float >= 0.  Returns a number.

    >>> float(penalised_squares(np.array([1.0, 0.0]), np.eye(2), np.array([2.0, 3.0]), alpha=0.5))
    10.5
    """
    residual = y - K @ a
    return residual @ residual + alpha * a @ K @ a
