"""The matrix of any kernel, by name or by function, and what estimators share that are made of it.

A kernel is a callable (X, Y) -> K that takes two tables of points, (m, d) and (n, d), to the matrix of its values,
(m, n): a function of `kernels.functions` with its other arguments settled by `functools.partial`, a sum or product of
such, or a function of one's own.
"""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio.kernels.functions import (
    gaussian_kernel,
    laplacian_kernel,
    linear_kernel,
    polynomial_kernel,
    sigmoid_kernel,
)

NAMES = ("linear", "poly", "polynomial", "rbf", "laplacian", "sigmoid")
FLOATS = (np.float64, np.float32)


def kernel_matrix(X, Y, kernel, gamma=None, degree=3, coef0=1, kernel_params=None):
    r"""The matrix $K_{ij} = k(x_i, y_j)$ of a kernel.

    X : (m, d) queries;  Y : (n, d) samples (X itself where they are the same);  kernel : a callable
    (X, Y, **kernel_params) -> (m, n), or "linear", "poly" (or "polynomial"), "rbf" (the Gaussian kernel), "laplacian",
    "sigmoid" with the parameters gamma (None: 1/d), degree, coef0 as far as the kernel has them; scikit-learn's words;
    kernel_params : dict of further arguments of a callable, or None.
    Returns (m, n). ValueError for an unknown name, and for a callable whose result is not (m, n) or not finite.

    >>> kernel_matrix(np.array([[1.0], [2.0]]), np.array([[3.0]]), "poly", gamma=1.0, degree=2)
    array([[16.],
           [49.]])
    """
    if callable(kernel):
        K = np.asarray(kernel(X, Y, **(kernel_params or {})), dtype=float)
        if K.shape != (len(X), len(Y)):
            shape = f"({len(X)}, {len(Y)})"
            raise ValueError(f"kernel(X, Y) has shape {K.shape}; it takes all rows at once and must return {shape}")
    elif kernel in NAMES:
        K = _named(X, Y, kernel, 1 / X.shape[1] if gamma is None else gamma, degree, coef0)
    else:
        names = ", ".join(map(repr, NAMES))
        raise ValueError(f"kernel = {kernel!r} must be one of {names}, 'precomputed', or a function of X and Y")
    if K.size and not np.isfinite([K.min(), K.max()]).all():
        raise ValueError(
            f"kernel {kernel!r} has values that are not finite; scale the features or change gamma, degree"
        )
    return K


def _named(X, Y, kernel, gamma, degree, coef0):
    if kernel == "linear":
        return linear_kernel(X, Y)
    if kernel == "rbf":
        return getattr(gaussian_kernel, "fast", gaussian_kernel)(X, Y, gamma)
    if kernel == "laplacian":
        return laplacian_kernel(X, Y, gamma)
    if kernel == "sigmoid":
        return sigmoid_kernel(X, Y, gamma, coef0)
    return polynomial_kernel(X, Y, degree, gamma, coef0)


class KernelEstimator(BaseEstimator):
    """Base of estimators with scikit-learn's parameters of a kernel; a subclass has them in its __init__.

    kernel, gamma, degree, coef0, kernel_params : as in `kernel_matrix`; kernel = "precomputed" takes K itself for X:
    (n, n) in fit, (m, n) afterwards, rows of queries against the n samples.
    """

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = isinstance(self.kernel, str) and self.kernel == "precomputed"
        return tags

    def _kernel(self, X, Y):
        """The kernel matrix of checked X (m, d) and Y (n, d), (m, n) in float64; X itself if it is precomputed."""
        if not callable(self.kernel) and self.kernel == "precomputed":
            if len(X) != X.shape[1] and X is Y:
                raise ValueError(f"X has shape {X.shape}; a precomputed kernel must be a square matrix in fit")
            return X.astype(float)
        if self.gamma is not None and not self.gamma >= 0:
            raise ValueError(f"gamma = {self.gamma!r} must be a number >= 0, or None for 1 / number of features")
        return kernel_matrix(X, Y, self.kernel, self.gamma, self.degree, self.coef0, self.kernel_params)

    def _query_kernel(self, X):
        """The kernel matrix of new points X (m, d) against the samples X_fit_, (m, n), and the float type of X."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOATS, reset=False)
        return self._kernel(X, self.X_fit_), X.dtype
