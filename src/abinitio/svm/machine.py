"""What the support-vector estimators share: the parameters of the kernel, and its values at queries."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio.kernels.kernel_matrix import FLOATS, kernel_matrix
from abinitio.svm.kernel_blocks import KernelBlocks

ENTRIES = 2**22  # of the kernel matrix of queries that is in memory at once: 32 MB


class KernelMachine(BaseEstimator):
    r"""Base of the support-vector estimators; a subclass has these parameters in its __init__.

    kernel : "linear", "poly", "rbf" (the Gaussian kernel), "laplacian", "sigmoid", "precomputed", or a callable
    (X, Y) -> (m, n) that takes all rows at once;  gamma : number > 0, "scale" for 1 / (d times the variance of all
    entries of X), or "auto" for 1/d;  degree, coef0 : of the polynomial kernel $(\gamma\, x \cdot x' + c)^p$, coef0
    also of "sigmoid";  cache_size : MB of the kernel matrix that may be in memory at once;  max_iter : steps allowed
    for each machine, -1 for any number.
    """

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self._is_precomputed()
        return tags

    def _is_precomputed(self):
        return isinstance(self.kernel, str) and self.kernel == "precomputed"

    def _settle(self, X):
        """Check the parameters and the samples X, (n, d); find gamma; X as what kernels are computed from."""
        if not self.tol > 0:
            raise ValueError(f"tol = {self.tol!r} must be > 0")
        if not self.cache_size > 0:
            raise ValueError(f"cache_size = {self.cache_size!r} must be a number of MB > 0")
        if self._is_precomputed() and len(X) != X.shape[1]:
            raise ValueError(f"X has shape {X.shape}; a precomputed kernel must be a square matrix in fit")
        self._gamma = self._number_for_gamma(X)
        self.shape_fit_ = X.shape
        return X.astype(float)

    def _number_for_gamma(self, X):
        if isinstance(self.gamma, str) and self.gamma in ("scale", "auto"):
            variance = X.var() if self.gamma == "scale" else 1.0
            return 1 / (X.shape[1] * variance) if variance > 0 else 1.0
        if isinstance(self.gamma, str) or not self.gamma > 0:
            raise ValueError(f"gamma = {self.gamma!r} must be a number > 0, 'scale' or 'auto'")
        return float(self.gamma)

    def _blocks(self, X, dtype, gram=None):
        """The kernel matrix of the samples X by blocks, in the precision dtype; X itself if it is precomputed."""
        gram = X if self._is_precomputed() else gram
        return KernelBlocks(X, self.kernel, self._gamma, self.degree, self.coef0, dtype, gram)

    def _largest_set(self):
        """How many samples a working set in float32 may have for its kernel matrix to fit into cache_size."""
        return max(int(np.sqrt(self.cache_size * 1e6 / 4)), 2)

    def _limit(self):
        return np.inf if self.max_iter < 0 else self.max_iter

    def _warn_unless_solved(self, violation):
        """A ConvergenceWarning where the conditions of optimality are missed by more than tol; sets fit_status_."""
        self.fit_status_ = int(violation > self.tol)
        if self.fit_status_:
            message = (
                f"stopped with a violation of {violation:.3g}, above tol = {self.tol:g}: raise max_iter "
                f"(now {self.max_iter}) or tol, or scale the features"
            )
            warnings.warn(message, ConvergenceWarning, stacklevel=3)

    def _keep_support(self, X, support):
        """Keep the samples X[support]; all there is to keep of a precomputed kernel are their numbers."""
        self.support_ = support.astype(np.int32)
        self.support_vectors_ = np.empty((0, 0)) if self._is_precomputed() else X[support]

    def _by_rows(self, X, scores):
        """scores(K) of the kernel matrix K of queries X (m, d), or K (m, n), with the support vectors, some rows of it
        at a time; joined."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOATS, reset=False)
        step = max(ENTRIES // max(len(self.support_), 1), 1)
        return np.concatenate([scores(self._support_kernel(X[i : i + step])) for i in range(0, len(X), step)])

    def _support_kernel(self, X):
        """The kernel matrix of checked queries X (m, d), or K (m, n) if precomputed, with the support vectors."""
        if self._is_precomputed():
            return X[:, self.support_]
        return kernel_matrix(X, self.support_vectors_, self.kernel, self._gamma, self.degree, self.coef0)

    @property
    def coef_(self):
        """The weights w of a linear kernel, (machines, d)."""
        if self.kernel != "linear":
            raise AttributeError(f"coef_ exists for kernel = 'linear' only; here it is {self.kernel!r}")
        return self._machines().T @ self.support_vectors_
