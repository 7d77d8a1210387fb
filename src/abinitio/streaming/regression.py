"""Linear regression whose data come in parts: least squares by triangular factors, ridge regression by moments.

Oracles: scikit-learn's LinearRegression and Ridge on all samples at once.
"""

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio.streaming.least_squares import generalised_cross_validation, ridge_of_moments
from abinitio.streaming.moments import merge_moments, moments_of
from abinitio.streaming.one_pass import OnePass
from abinitio.streaming.triangular import least_squares_of_triangle, merge_triangles, triangle_of


class _StreamedLinear(RegressorMixin, OnePass):
    """Checks and predictions of both."""

    def _checked(self, X, y, reset):
        return validate_data(self, X, y, dtype=[np.float64, np.float32], y_numeric=True, reset=reset)

    def predict(self, X):
        """Predictions (m,) at the rows of X, (m, d)."""
        check_is_fitted(self)
        return validate_data(self, X, dtype=[np.float64, np.float32], reset=False) @ self.coef_ + self.intercept_


class StreamedLinearRegression(_StreamedLinear):
    """Ordinary least squares with an intercept, also for badly conditioned data, in one pass.

    After fit: coef_ (d,);  intercept_;  residual_, the sum of the squared residuals;  n_samples_;  n_features_in_.

    >>> model = StreamedLinearRegression().partial_fit([[0.0], [1.0]], [1.0, 3.0]).partial_fit([[2.0]], [5.0])
    >>> model.coef_.round(12), model.n_samples_
    (array([2.]), 3)
    """

    _merge = staticmethod(merge_triangles)

    @staticmethod
    def _summary(X, y):
        return triangle_of(np.column_stack([X, y]))

    def _finish(self, triangle):
        self.coef_, self.intercept_, self.residual_ = least_squares_of_triangle(triangle)
        self.n_samples_ = int(triangle.n)


class StreamedRidge(_StreamedLinear):
    r"""Ridge regression with an intercept, $\sum_i (y_i - x_i^\top w - b)^2 + \alpha |w|^2$, in one pass.

    alpha : the penalty, a number > 0, or several, of which `generalised_cross_validation` chooses.
    After fit: coef_ (d,);  intercept_;  alpha_, the penalty used;  residual_, the sum of the squared residuals;
    n_samples_;  n_features_in_. `path(alphas)` gives the fits for any other penalties without another look at the data.

    >>> model = StreamedRidge(alpha=0.5).partial_fit([[-1.0]], [0.0]).partial_fit([[1.0]], [2.0])
    >>> model.coef_.round(12), float(model.intercept_)
    (array([0.8]), 1.0)
    """

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    _merge = staticmethod(merge_moments)

    @staticmethod
    def _summary(X, y):
        if hasattr(moments_of, "fast"):
            return moments_of.fast(X, y)
        return moments_of(np.column_stack([X, y]))

    @classmethod
    def _summary_of_block(cls, with_target, block):
        return getattr(moments_of, "fast", moments_of)(block)  # the target is the last column already

    def _finish(self, moments):
        alphas = np.atleast_1d(np.asarray(self.alpha, dtype=float))
        if not np.all(alphas > 0):
            raise ValueError(f"alpha = {self.alpha!r} must be a number > 0, or several")
        best = int(generalised_cross_validation(moments, alphas).argmin()) if len(alphas) > 1 else 0
        w, b, residual = ridge_of_moments(moments, alphas[best : best + 1])
        self.coef_, self.intercept_, self.residual_, self.alpha_ = w[0], b[0], residual[0], alphas[best]
        self.n_samples_ = int(moments.n)

    def path(self, alphas):
        """The `Fit` for each of the penalties alphas, (m,): coefficients (m, d), intercepts (m,), residuals (m,)."""
        check_is_fitted(self)
        return ridge_of_moments(self._seen, np.asarray(alphas, dtype=float))
