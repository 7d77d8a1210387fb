"""Principal component analysis whose data come in parts.

Oracle: `decomposition.PCA` on all samples at once.
"""

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from abinitio.decomposition.pca import principal_scores, reconstruction
from abinitio.streaming.components import components_of_moments
from abinitio.streaming.moments import merge_moments, moments_of
from abinitio.streaming.one_pass import OnePass


class StreamedPCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, OnePass):
    """Principal components in one pass, exact: those of all samples together, in whatever parts they came.

    n_components : k, or None for all d. (scikit-learn's IncrementalPCA keeps k of them from part to part and is an
    approximation.)
    After fit: components_ (k, d), each with its largest entry positive;  explained_variance_ (k,);
    explained_variance_ratio_ (k,);  mean_ (d,);  n_samples_;  n_features_in_.

    >>> StreamedPCA(1).partial_fit([[1.0, 2.0], [3.0, 6.0]]).partial_fit([[2.0, 4.0]]).explained_variance_.round(12)
    array([5.])
    """

    def __init__(self, n_components=None):
        self.n_components = n_components

    _merge = staticmethod(merge_moments)

    @staticmethod
    def _summary(X):
        return getattr(moments_of, "fast", moments_of)(X)

    def _checked(self, X, y, reset):
        least = 1 if self._has_seen() and not reset else 2
        return (validate_data(self, X, dtype=[np.float64, np.float32], reset=reset, ensure_min_samples=least),)

    def _finish(self, moments):
        d = len(moments.mean)
        k = d if self.n_components is None else self.n_components
        if not 1 <= k <= d:
            raise ValueError(f"n_components = {self.n_components!r} must be None or an integer from 1 to {d}")
        self.components_, self.explained_variance_ = components_of_moments(moments, k)
        total = np.trace(moments.scatter) / (moments.n - 1)
        self.explained_variance_ratio_ = self.explained_variance_ / total if total > 0 else np.zeros(k)
        self.mean_, self.n_samples_ = moments.mean, int(moments.n)

    @property
    def _n_features_out(self):
        return len(self.components_)

    def transform(self, X):
        """Scores (m, k) of the samples X, (m, d)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return principal_scores(X, self.mean_, self.components_)

    def inverse_transform(self, X):
        """The points (m, d) that have the scores X, (m, k), and nothing across the components."""
        check_is_fitted(self)
        return reconstruction(check_array(X), self.mean_, self.components_)
