r"""Blocks of a kernel matrix that is never whole: rows and columns on demand, and products with it.

With the points moved to a common origin the exponent of the Gaussian kernel, $2\gamma\, x \cdot x' - \gamma |x|^2 -
\gamma |x'|^2$, is one inner product of longer vectors, $(2\gamma x, -\gamma |x|^2, 1) \cdot (x', 1, -\gamma |x'|^2)$:
a block is a matrix product and an exponential in place. To compute a row again is then about as fast as to read it from
memory, so no row is kept.

float32 costs half the time and has an error of about $10^{-7}$ times the terms of the exponent.
Oracle: `kernels.kernel_matrix`.
"""

from functools import cached_property

import numpy as np

from abinitio.kernels.kernel_matrix import kernel_matrix

CACHED = 2**18  # entries of a block of a product: it stays in the second-level cache
ALL = slice(None)


class KernelBlocks:
    """The kernel matrix of samples with themselves, by blocks.

    X : (n, d) samples, float64;  kernel, gamma, degree, coef0 : as in `kernel_matrix`, gamma a number;
    dtype : float32 or float64, of what is computed and returned;  gram : the kernel matrix (n, n) where it is there
    already, and has to be where kernel = "precomputed"; or None.
    A callable kernel and "laplacian" are evaluated in float64.

    >>> KernelBlocks(np.array([[0.0], [1.0], [3.0]]), "linear", 1.0, 3, 0.0, np.float64).block([1, 2], [2])
    array([[3.],
           [9.]])
    """

    def __init__(self, X, kernel, gamma, degree, coef0, dtype, gram=None):
        self.X, self.kernel, self.gamma, self.degree, self.coef0 = X, kernel, gamma, degree, coef0
        self.dtype, self.gram, self.n = dtype, gram, len(X)
        self._by_products = gram is None and kernel in ("rbf", "linear", "poly", "sigmoid")

    @cached_property
    def _centred(self):
        r"""The samples (n, d) about their mean, and $-\gamma |x|^2$, (n,), for the Gaussian kernel."""
        A = self.X - self.X.mean(axis=0)
        return A.astype(self.dtype), (-self.gamma * np.einsum("ij,ij->i", A, A)).astype(self.dtype)

    @cached_property
    def _factors(self):
        """The vectors (n, d) or (n, d + 2) whose inner products are the argument of the kernel's function."""
        if self.kernel == "rbf":
            (A, squares), ones = self._centred, np.ones(self.n, self.dtype)
            return np.column_stack([self.dtype(2 * self.gamma) * A, squares, ones]), np.column_stack([A, ones, squares])
        right = self.X.astype(self.dtype)
        return (right if self.kernel == "linear" else self.dtype(self.gamma) * right), right

    def block(self, rows, columns):
        """$k(x_i, x_j)$ for i in rows and j in columns, integer arrays, or `ALL`: (rows, columns)."""
        if self.gram is not None:
            return self.gram[rows][:, columns].astype(self.dtype, copy=False)
        if not self._by_products:
            return self.exact(rows, columns).astype(self.dtype)
        if self.kernel == "rbf" and rows is ALL and columns is ALL:
            return self._symmetric()
        left, right = self._factors
        return self._finish(left[rows] @ right[columns].T)

    def exact(self, rows, columns):
        """`block` by `kernel_matrix`, in float64, whatever dtype is."""
        if isinstance(self.kernel, str) and self.kernel == "precomputed":
            return self.gram[rows][:, columns].astype(float)
        return kernel_matrix(self.X[rows], self.X[columns], self.kernel, self.gamma, self.degree, self.coef0)

    def times(self, columns, v):
        r"""$\sum_j k(x_i, x_j) v_j$ over j in `columns` for all samples i, (n,) in float64.

        columns : integer array (m,);  v : (m,).
        """
        v, result = v.astype(self.dtype), np.empty(self.n)
        left, right = self._factors if self._by_products else (None, None)
        if self._by_products and self.kernel == "linear":
            return (left @ (right[columns].T @ v)).astype(float)
        right = np.ascontiguousarray(right[columns].T) if self._by_products else None
        step = max(CACHED // max(len(columns), 1), 16)
        for start in range(0, self.n, step):
            rows = slice(start, start + step)
            K = self._finish(left[rows] @ right) if self._by_products else self.block(rows, columns)
            result[rows] = K @ v
        return result

    def _finish(self, K):
        """The kernel's function of the inner products, in place."""
        if self.kernel == "rbf":
            np.minimum(K, 0, out=K)  # rounding may leave a small positive number
            return np.exp(K, out=K)
        if self.kernel == "linear":
            return K
        K += self.dtype(self.coef0)
        return np.tanh(K, out=K) if self.kernel == "sigmoid" else whole_power(K, self.degree)

    def _symmetric(self):
        """The whole matrix of the Gaussian kernel: a matrix times its own transpose costs half as much."""
        A, squares = self._centred
        K, step = A @ A.T, max(CACHED // self.n, 1)
        for start in range(0, self.n, step):
            rows = K[start : start + step]
            rows *= self.dtype(2 * self.gamma)
            rows += squares
            rows += squares[start : start + step, None]
            self._finish(rows)
        return K


def whole_power(K, degree):
    """Each entry of K to the power `degree`, an integer >= 0 by products (a general power is ten times as slow).

    >>> whole_power(np.array([2.0, -3.0]), 3)
    array([  8., -27.])
    """
    if degree != int(degree):
        return K**degree
    power, result = int(degree), None
    while power:
        if power & 1:
            result = K if result is None else result * K
        power >>= 1
        K = K * K if power else K
    return np.ones_like(K) if result is None else result
