r"""Kernel ridge regression: ridge regression on the features of a kernel, without the features.

Minimise $|y - f(X)|^2 + \alpha |f|^2$ over the functions of the kernel's space. By the representer theorem
$f = \sum_i a_i\, k(\cdot, x_i)$, and what is minimised is $|y - Ka|^2 + \alpha\, a^\top K a$. Its gradient
$2 K \big((K + \alpha 1) a - y\big)$ vanishes at $a = (K + \alpha 1)^{-1} y$. With the linear kernel this is ridge
regression without an intercept, $w = X^\top a$.

Time $n^3/3$ multiplications, memory $12 n^2$ bytes at the peak (n = 20,000: 5 GB), predictions $8 m n$.
Source: C. Saunders, A. Gammerman, V. Vovk, ICML 1998; B. Schölkopf, A. J. Smola, "Learning with Kernels" (2002).
"""

import numpy as np
from sklearn.base import MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, validate_data

from abinitio.kernels.definite_solve import definite_solve
from abinitio.kernels.kernel_matrix import FLOATS, KernelEstimator


def kernel_ridge_coefficients(K, y, alpha):
    r"""Coefficients a of $f = \sum_i a_i\, k(\cdot, x_i)$ that minimise $|y - f(X)|^2 + \alpha |f|^2$.

    K : (n, n), $K_{ij} = k(x_i, x_j)$;  y : (n,) targets;  alpha : float > 0, in the unit of the kernel.
    Convention: sums over the n samples, without 1/n; $|f|^2 = a^\top K a$. There is no intercept.
    Returns a, (n,). Where K is singular several a make the same f; then the limit of the coefficients for
    $K + \epsilon 1$ as $\epsilon \to 0$.

    >>> kernel_ridge_coefficients(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([2.5, 1.0]), alpha=1.0).round(12) + 0.0
    array([1.2, 0.2])
    """
    return np.linalg.solve(K + alpha * np.eye(len(y)), y)


kernel_ridge_coefficients.fast = definite_solve  # what an estimator runs where there is one, and else the function


def kernel_predictions(K, a):
    r"""The values $f(x_i) = \sum_j a_j\, k(x_i, x_j)$ at m queries.

    K : (m, n), queries in rows, samples in columns, $K_{ij} = k(x_i, x_j)$;  a : (n,), or (n, k) for k functions.
    Returns (m,) or (m, k).

    >>> kernel_predictions(np.array([[1.0, 0.5], [0.0, 2.0], [1.0, 1.0]]), np.array([2.0, 4.0]))
    array([4., 8., 6.])
    """
    return K @ a


def kernel_ridge_with_intercept(K, y, alpha):
    r"""Minimise $|y - f(X) - b|^2 + \alpha |f|^2$ over f and a number b, which is not penalised.

    K : (n, n), $K_{ij} = k(x_i, x_j)$;  y : (n,) targets;  alpha : float > 0, in the unit of the kernel.
    Returns (a, b): the coefficients (n,) of $f = \sum_i a_i\, k(\cdot, x_i)$, whose sum is 0, and the number b.

    >>> a, b = kernel_ridge_with_intercept(np.eye(2), np.array([5.0, 7.0]), alpha=1.0)
    >>> a, float(b)
    (array([-0.5,  0.5]), 6.0)
    """
    A = K + alpha * np.eye(len(y))
    from_y, from_one = np.linalg.solve(A, np.column_stack([y, np.ones(len(y))])).T
    b = from_y.sum() / from_one.sum()  # the derivative for b: Σ (y - Ka - b) = α Σ a = 0
    return from_y - b * from_one, b


class KernelRidge(MultiOutputMixin, RegressorMixin, KernelEstimator):
    r"""Kernel ridge regression with scikit-learn's interface: minimises $\sum_i s_i (y_i - f(x_i))^2 + \alpha |f|^2$.

    alpha : float >= 0, or (k,) one for each of k targets;  kernel : "linear", "poly" ("polynomial"), "rbf" (the
    Gaussian kernel), "laplacian", "sigmoid", "precomputed", or a callable (X, Y) -> (m, n) that takes all rows at once
    (scikit-learn's is called on each pair of them);  gamma : float >= 0, None for 1/d;  degree, coef0 : of the
    polynomial kernel;  kernel_params : dict of further arguments of a callable, or None.
    There is no intercept: centre y, or add a constant kernel (`sum_kernel(1.0, ...)`, which penalises it).
    After fit: dual_coef_ (n,), or (n, k) for k targets;  X_fit_ (n, d), or the precomputed kernel (n, n).

    >>> model = KernelRidge(alpha=1.0, kernel="rbf", gamma=1.0).fit([[0.0], [9.0]], [2.0, 4.0])
    >>> model.predict([[0.0], [9.0]]).round(6)  # points that do not see each other: y / (1 + alpha)
    array([1., 2.])
    """

    def __init__(self, alpha=1, *, kernel="linear", gamma=None, degree=3, coef0=1, kernel_params=None):
        self.alpha = alpha
        self.kernel = kernel
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.kernel_params = kernel_params

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d), or K (n, n) if precomputed, and y (n,) or (n, k) with weights (n,) or None; returns self."""
        X, y = validate_data(self, X, y, dtype=FLOATS, multi_output=True, y_numeric=True)
        Y = y.reshape(len(y), -1).astype(float)
        alphas = np.atleast_1d(np.asarray(self.alpha, dtype=float))
        if not np.all(alphas >= 0):
            raise ValueError(f"alpha is {self.alpha}; it must be >= 0")
        if alphas.ndim != 1 or len(alphas) not in (1, Y.shape[1]):
            raise ValueError(f"alpha has shape {alphas.shape} and y {y.shape}; give one alpha, or one for each target")
        K = self._kernel(X, X)
        if sample_weight is not None:  # √s y is to be fitted with √s f
            root = np.sqrt(_check_sample_weight(sample_weight, X, dtype=float, ensure_non_negative=True))[:, None]
            K, Y = root * K * root.T, root * Y
        a = _coefficients(K, Y, alphas)
        a = a if sample_weight is None else root * a
        self.dual_coef_, self.X_fit_ = a.reshape(y.shape).astype(X.dtype), X
        return self

    def predict(self, X):
        """Predictions (m,) or (m, k) at the rows of X (m, d), or of K (m, n) if precomputed."""
        K, dtype = self._query_kernel(X)
        return kernel_predictions(K, self.dual_coef_).astype(dtype)


def _coefficients(K, Y, alphas):
    """Coefficients (n, k) for the targets Y (n, k) and one alpha, or k of them."""
    fast = getattr(kernel_ridge_coefficients, "fast", None)
    if fast and len(alphas) == 1:
        return fast(K, Y, alphas[0])
    solve = fast or kernel_ridge_coefficients
    alphas = np.broadcast_to(alphas, Y.shape[1])
    return np.stack([solve(K, y, alpha) for y, alpha in zip(Y.T, alphas)], axis=1)
