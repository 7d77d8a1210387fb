"""Classes as Gaussians whose samples come in parts: naive Bayes, linear and quadratic discriminants.

Oracles: scikit-learn's GaussianNB, LinearDiscriminantAnalysis and QuadraticDiscriminantAnalysis on all samples at once.
"""

import numpy as np
from scipy.special import softmax
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio.streaming.gaussian_classes import (
    class_covariances,
    class_log_joint,
    class_moments_of,
    common_covariance,
    merge_class_moments,
    naive_covariances,
)
from abinitio.streaming.moments import Moments
from abinitio.streaming.one_pass import OnePass
from abinitio.streaming.reduce import MEMORY, reduce_rows

COVARIANCES = {"diagonal": naive_covariances, "common": common_covariance, "free": class_covariances}


class StreamedDiscriminant(ClassifierMixin, OnePass):
    """Gaussian classes in one pass, exact in whatever parts the samples come.

    covariance : "diagonal", each class has its own, without correlations (naive Bayes); "common", all classes share one
    (linear discriminant); "free", each class has its own (quadratic discriminant).
    After fit: classes_;  theta_ (K, d), the means;  covariances_ (K, d, d);  class_prior_ (K,), their frequencies;
    class_count_ (K,);  n_features_in_.

    >>> X, y = [[0.0], [1.0], [4.0], [5.0]], ["a", "a", "b", "b"]
    >>> model = StreamedDiscriminant().partial_fit(X[:3], y[:3], classes=["a", "b"]).partial_fit(X[3:], y[3:])
    >>> model.predict([[2.0], [3.0]]).tolist()
    ['a', 'b']
    """

    def __init__(self, covariance="common"):
        self.covariance = covariance

    _merge = staticmethod(merge_class_moments)

    @staticmethod
    def _summary(X, y, classes):
        known = np.minimum(np.searchsorted(classes, y), len(classes) - 1)
        if not np.array_equal(classes[known], y):
            strange = y[classes[known] != y][0]
            raise ValueError(f"y holds the class {strange!r}, which is not among the classes {classes.tolist()}")
        return class_moments_of(X, known, len(classes))

    def _settings(self):
        return (self.classes_,)

    def _prepare(self, rows):
        target = rows.select(rows.columns[-1:])
        self.classes_ = np.unique(reduce_rows(target, np.unique, np.union1d, memory=MEMORY / 4))

    def fit(self, X, y):
        """Fit to the samples X (n, d) with their classes y (n,). Returns self."""
        self.classes_ = np.unique(np.asarray(y))
        return super().fit(X, y)

    def partial_fit(self, X, y, classes=None):
        """Fit to these samples and to all that were given before;  classes : all there are, at the first call."""
        if not self._has_seen():
            self.classes_ = np.unique(np.asarray(y if classes is None else classes))
        return super().partial_fit(X, y)

    def merge(self, other):
        """Fit to the samples of `other` too: the same kind, settings and classes. Returns self."""
        if hasattr(other, "classes_"):
            self.classes_ = getattr(self, "classes_", other.classes_)
            if not np.array_equal(self.classes_, other.classes_):
                raise ValueError(f"the classes {other.classes_.tolist()} are not the classes {self.classes_.tolist()}")
        return super().merge(other)

    def _checked(self, X, y, reset):
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], reset=reset)
        check_classification_targets(y)
        return X, y

    def _finish(self, moments):
        if self.covariance not in COVARIANCES:
            raise ValueError(f"covariance = {self.covariance!r} must be one of {', '.join(map(repr, COVARIANCES))}")
        self.theta_, self.class_count_ = moments.mean, moments.n
        self.class_prior_ = moments.n / moments.n.sum()
        with np.errstate(divide="ignore", invalid="ignore"):  # a class may still have no sample, or one
            self.covariances_ = COVARIANCES[self.covariance](moments)

    def _log_joint(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        least = 2 if self.covariance == "free" else 1
        if self.class_count_.min() < least:
            rare = self.classes_[self.class_count_ < least].tolist()
            raise ValueError(f"the classes {rare} have fewer than {least} samples so far; fit to more")
        try:
            return class_log_joint(X, Moments(self.class_count_, self.theta_, None), self.covariances_)
        except np.linalg.LinAlgError:
            raise ValueError(
                "a covariance has no inverse: a feature is constant, or a combination of others; leave it out, or take "
                'covariance="diagonal"'
            ) from None

    def predict_log_proba(self, X):
        """Logarithms (nats) of the probabilities of the classes, (m, K), at the rows of X (m, d)."""
        logs = self._log_joint(X)
        logs -= logs.max(axis=1, keepdims=True)
        return logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))

    def predict_proba(self, X):
        """Probabilities of the classes, (m, K), at the rows of X (m, d)."""
        return softmax(self._log_joint(X), axis=1)

    def predict(self, X):
        """The likeliest class of each row of X (m, d): (m,)."""
        best = self._log_joint(X).argmax(axis=1)
        return self.classes_[best]
