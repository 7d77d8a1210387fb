r"""What the kernel classifiers share: scores $f(x) = \sum_i a_i\, k(x, x_i) + b$ over the samples that matter.

With two classes there is one score, positive for the second; with K classes there are K, and the largest wins.
"""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from abinitio.kernels.kernel_matrix import FLOATS, KernelEstimator
from abinitio.kernels.ridge import kernel_predictions


class KernelClassifier(ClassifierMixin, KernelEstimator):
    """Base of classifiers by a sum of kernels; a subclass's fit gets its data from `_checked_data` and leaves the
    result with `_set_expansion`.

    After fit: classes_ (c,);  support_ (s,), the samples with coefficients that are not 0, in rising order (where there
    are none, the first);  dual_coef_ (1, s) for two classes, else (c, s);  intercept_ (1,) or (c,);
    X_fit_ (s, d), the samples support_.
    """

    def _checked_data(self, X, y):
        """Checked X (n, d), the number of each label's class (n,), and the kernel matrix (n, n)."""
        X, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            only = self.classes_.tolist()[0]
            raise ValueError(f"y has only one class, {only!r}; there must be samples of at least two classes")
        return X, codes, self._kernel(X, X)

    def _set_expansion(self, X, a, b):
        """Store the coefficients a, (1, n) or (c, n), of the samples X (n, d), and the intercepts b, (1,) or (c,)."""
        used = np.flatnonzero(a.any(axis=0))
        self.support_ = used if used.size else np.array([0])
        self.dual_coef_, self.intercept_ = a[:, self.support_], b
        self.X_fit_ = X[self.support_]

    def decision_function(self, X):
        """The scores at the rows of X (m, d), or of K (m, n) if precomputed: (m,) for two classes, else (m, c)."""
        K, dtype = self._query_kernel(X)
        if self.kernel == "precomputed":
            K = K[:, self.support_]
        scores = (kernel_predictions(K, self.dual_coef_.T) + self.intercept_).astype(dtype)
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict(self, X):
        """The class at the rows of X (m, d), or of K (m, n) if precomputed: (m,)."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]
