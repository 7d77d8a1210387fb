r"""Kernel smoothing (Nadaraya-Watson): the mean of the targets, weighted by a Gaussian kernel around each query.

$$\hat f(q) = \frac{\sum_i e^{-|q - x_i|^2 / 2h^2}\, y_i}{\sum_i e^{-|q - x_i|^2 / 2h^2}}$$
is the best constant near q, as `local_linear` is the best line; between the values that kernel regression could take it
never overshoots, and at the edge of the data it lags behind a slope by about h. Nothing is solved: time m n.

Oracles: exact symmetric cases; k nearest neighbours as h goes to 0; the mean as h goes to infinity.
Source: E. A. Nadaraya, Theory Probab. Appl. 9 (1964) 141; G. S. Watson, Sankhyā A 26 (1964) 359.
"""

import numpy as np
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio.kernels.kernel_matrix import FLOATS
from abinitio.linear_model.local import bandwidth_grid
from abinitio.neighbors.distances import squared_distances

BLOCK = 2**22  # kernel values at a time: 32 MB, however many queries there are


def nadaraya_watson(queries, X, y, bandwidth):
    r"""The mean of the targets at each query, weighted by a Gaussian kernel of standard deviation h around it.

    At q sample i has the weight $e^{-|q - x_i|^2/2h^2}$; the weights are divided by their sum.
    queries : (m, d);  X : (n, d) samples;  y : (n,) or (n, k) targets;  bandwidth : h > 0, in the unit of X.
    Returns (m,) or (m, k), right also for queries so far from all samples that every exponential is zero in float64.
    With the n x n unit matrix for y these are the shares of the samples in the mean.

    >>> X, y = np.array([[-1.0], [1.0]]), np.array([2.0, 4.0])
    >>> nadaraya_watson(np.array([[0.0], [1000.0]]), X, y, bandwidth=1.0)
    array([3., 4.])
    """
    exponents = -squared_distances(queries, X) / (2 * bandwidth**2)
    W = np.exp(exponents - exponents.max(axis=1, keepdims=True))  # the nearest sample has 1
    return (W / W.sum(axis=1, keepdims=True)) @ y


def nadaraya_watson_leave_one_out(X, y, bandwidth):
    r"""Mean squared error of the kernel smoother at each sample, made of the other samples alone.

    X : (n, d), n >= 2;  y : (n,) or (n, k) targets;  bandwidth : h > 0, in the unit of X.
    Returns a number, in the square of the unit of y: the mean over the samples (and targets).

    >>> float(nadaraya_watson_leave_one_out(np.array([[0.0], [1.0]]), np.array([0.0, 3.0]), bandwidth=1.0))
    9.0
    """
    rows, total = max(BLOCK // len(X), 1), 0.0
    for i in range(0, len(X), rows):
        block = np.arange(i, min(i + rows, len(X)))
        exponents = -squared_distances(X[block], X) / (2 * bandwidth**2)
        exponents[np.arange(len(block)), block] = -np.inf
        W = np.exp(exponents - exponents.max(axis=1, keepdims=True))
        total += np.sum((y[block] - (W / W.sum(axis=1, keepdims=True)) @ y) ** 2)
    return total / y.size


class KernelSmoother(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """The Nadaraya-Watson estimator with scikit-learn's interface.

    bandwidth : float > 0, the standard deviation of the Gaussian kernel in the unit of the features, or None: the one
    of `bandwidth_grid` with the smallest leave-one-out error (standardise the features first).
    After fit: bandwidth_;  X_fit_ (n, d);  y_fit_ (n,) or (n, k); if the bandwidth was chosen, also bandwidths_ and
    leave_one_out_, their errors, (20,) each.

    >>> KernelSmoother(bandwidth=1.0).fit([[-1.0], [1.0]], [2.0, 4.0]).predict([[0.0]])
    array([3.])
    """

    def __init__(self, bandwidth=None):
        self.bandwidth = bandwidth

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # on scikit-learn's check in ten dimensions, where all samples are far
        return tags

    def fit(self, X, y):
        """Keep X (n, d) and y (n,) or (n, k); choose the bandwidth if it is None; returns self."""
        if self.bandwidth is not None and not 0 < self.bandwidth < np.inf:
            raise ValueError(f"bandwidth = {self.bandwidth!r} must be a positive number, in the unit of X, or None")
        X, y = validate_data(self, X, y, dtype=FLOATS, multi_output=True, y_numeric=True)
        self.X_fit_, self.y_fit_, self.bandwidth_ = X, np.asarray(y, dtype=float), self.bandwidth
        if self.bandwidth is None:
            self.bandwidths_ = bandwidth_grid(X.astype(float)) if len(X) > 1 else np.ones(1)
            errors = [nadaraya_watson_leave_one_out(X, self.y_fit_, h) for h in self.bandwidths_] if len(X) > 1 else [0]
            self.leave_one_out_ = np.array(errors)
            self.bandwidth_ = float(self.bandwidths_[np.argmin(self.leave_one_out_)])
        return self

    def predict(self, X):
        """The smooth curve at the rows of X (m, d): (m,) or (m, k), in the float type of X."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOATS, reset=False)
        rows = max(BLOCK // len(self.X_fit_), 1)
        data = self.X_fit_, self.y_fit_, self.bandwidth_
        blocks = [nadaraya_watson(X[i : i + rows], *data) for i in range(0, len(X), rows)]
        return np.concatenate(blocks).astype(X.dtype)
