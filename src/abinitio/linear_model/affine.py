"""What the estimators of linear models share: checked data in, an affine function of the features out."""

import numpy as np
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data


class AffineRegressor(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """Base of estimators that predict X @ coef_ + intercept_, with scikit-learn's shapes and float types.

    A subclass's fit gets its data from `_checked_data` and leaves the result with `_set_affine`.
    """

    def _checked_data(self, X, y, sample_weight, ensure_min_samples=1):
        """X (n, d), y (n,) or (n, k) and sample_weight (n,) or None as arrays of one float type.

        ValueError for other shapes, NaN, infinity, fewer than ensure_min_samples samples, negative or no weights.
        """
        checks = {"y_numeric": True, "multi_output": True, "ensure_min_samples": ensure_min_samples}
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], **checks)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=X.dtype, ensure_non_negative=True)
        return X, y.astype(X.dtype, copy=False), sample_weight

    def _set_affine(self, w, b, dtype):
        """Store the coefficients w, (d,) or (d, k), as coef_ of shape (d,) or (k, d), and b as intercept_, in dtype."""
        self.coef_ = np.ascontiguousarray(w.T, dtype=dtype)
        self.intercept_ = np.asarray(b, dtype=dtype)[()]

    def predict(self, X):
        """Predictions (n,) or (n, k) at the rows of X, (n, d)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return X @ self.coef_.T + self.intercept_
