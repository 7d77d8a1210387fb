r"""The Gaussian kernel matrix at the speed of a matrix product.

With the points moved to a common origin, $-\gamma |x - x'|^2 = 2\gamma\, x \cdot x' - \gamma |x|^2 - \gamma |x'|^2$.
All inner products come from one call of the BLAS (half the work for a set with itself, whose matrix is symmetric); the
rest is done in place, a few rows at a time, while they are in the cache.

Oracle: `gaussian_kernel`, which reads like its definition.
"""

import numpy as np

CACHED = 2**17  # numbers of a block: 1 MB


def blocked_gaussian(X, Y, gamma):
    r"""$\exp(-\gamma\,|x - x'|^2)$, as `gaussian_kernel`, without other arrays of the size of the result.

    X : (m, d);  Y : (n, d), n >= 1, or X itself, which takes half the time;  gamma : float > 0.
    Returns (m, n), in float64; in the second case symmetric to the last bit, with a diagonal of ones.

    >>> blocked_gaussian(np.array([[0.0, 0.0]]), np.array([[0.0, 0.0], [3.0, 4.0]]), gamma=0.04).round(6)
    array([[1.      , 0.367879]])
    """
    centre = np.mean(Y, axis=0, dtype=float)
    A = X - centre
    B = A if X is Y else Y - centre
    K = A @ B.T
    a, b = (-gamma * np.einsum("ij,ij->i", M, M) for M in (A, B))
    rows = max(CACHED // len(Y), 1)
    for i in range(0, len(X), rows):
        block = K[i : i + rows]
        block *= 2 * gamma
        block += np.add.outer(a[i : i + rows], b)
        np.minimum(block, 0, out=block)  # rounding may leave a small positive number
        np.exp(block, out=block)
    if X is Y:
        np.fill_diagonal(K, 1)
    return K
