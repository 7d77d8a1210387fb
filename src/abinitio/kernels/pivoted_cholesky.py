r"""Pivoted Cholesky: as many features of a kernel matrix as it has rank, from the points that matter most.

Each step takes the point that the features so far describe worst, and adds the one feature that describes it exactly.
What is left of K after r steps is positive semidefinite, so that its largest entry is on its diagonal: the error is
known at every step. For smooth kernels the rank r that rounding leaves is far below n, and the cost is $n r^2$.

With the pivots P, $f = Z w$ is $\sum_{p \in P} a_p\, k(\cdot, x_p)$ with $Z_P^\top a = w$: a function on all points.

Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms" (SIAM 2002), section 10.3.
"""

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.lapack import dpstrf


def pivoted_cholesky(K, tol=1e-14):
    r"""Z and the pivots P with $Z Z^\top = K$ and $Z_P$ lower triangular, where K is positive semidefinite.

    K : (n, n), symmetric, positive semidefinite up to rounding (one triangle is read);
    tol : no entry of $K - Z Z^\top$ exceeds it times the largest diagonal entry of K (but for rounding).
    Returns Z, (n, r), and P, (r,), the samples in the order in which they were chosen.

    >>> Z, pivots = pivoted_cholesky(np.array([[1.0, 2.0], [2.0, 4.0]]))  # of rank 1
    >>> Z, pivots
    (array([[1.],
           [2.]]), array([1]))
    """
    largest = np.diag(K).max()
    factor, pivots, rank, _ = dpstrf(K.T, tol=tol * largest, lower=1)
    pivots = pivots.astype(int) - 1
    Z = np.empty((len(K), rank))
    Z[pivots] = np.tril(factor[:, :rank])
    return Z, pivots[:rank]


def pivot_coefficients(Z, pivots, w):
    r"""The coefficients a with $Z w = \sum_p a_p\, k(\cdot, x_p)$, a sum over the pivots.

    Z : (n, r), pivots : (r,), from `pivoted_cholesky`;  w : (r,) or (r, k).  Returns a, of the shape of w.

    >>> pivot_coefficients(np.array([[1.0], [2.0]]), np.array([1]), np.array([3.0]))  # k(x_2, x_2) = 4
    array([1.5])
    """
    return solve_triangular(Z[pivots], w, lower=True, trans=1)
