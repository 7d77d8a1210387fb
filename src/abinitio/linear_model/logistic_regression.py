r"""Logistic regression with scikit-learn's interface: two classes or more, penalties L2, L1 and the elastic net.

scikit-learn's objective, $C \sum_i s_i \ell_i + \rho |w|_1 + \frac{1-\rho}{2} |w|^2$ with the penalty's mix
$\rho$ = l1_ratio, is divided by $C \sum_i s_i$: a mean loss with $\alpha = 1/(C \sum_i s_i)$. The intercept is not
penalised. With $\rho = 0$ the minimum is found by L-BFGS (`smooth_logistic`), else by proximal Newton steps
(`sparse_logistic`).
"""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from abinitio.linear_model.logistic import logistic_gradient, logistic_loss, sigmoid
from abinitio.linear_model.multinomial import cross_entropy, cross_entropy_gradient, log_sum_exp, softmax
from abinitio.linear_model.smooth_logistic import smooth_minimum
from abinitio.linear_model.sparse_logistic import sparse_minimum


class LogisticRegression(ClassifierMixin, BaseEstimator):
    r"""Logistic regression, binary or multinomial (softmax), as scikit-learn's class of this name.

    Minimises $C \sum_i s_i \ell_i + \rho |w|_1 + \frac{1-\rho}{2} |w|^2$ with the sample weights s (times the class
    weights), the loss $\ell_i = -\log p_{y_i}(x_i)$ in nats, and an intercept that is not penalised.

    C : float > 0, the inverse of the penalty's strength; infinity for none;  l1_ratio : $\rho$ in [0, 1];
    tol : stop when no entry of the gradient of the mean loss with its penalty exceeds it (for $\rho > 0$: no violation
    of the conditions of optimality);  fit_intercept : whether b is free or 0;
    class_weight : None, "balanced" or a dict {class: weight};
    max_iter : steps of L-BFGS, or rounds of Newton steps, allowed, after which a ConvergenceWarning is given;
    warm_start : start from the last fit's coefficients.
    After fit: classes_ (K,), coef_ (1, d) for two classes, else (K, d), intercept_ (1,) or (K,), n_iter_ (1,).

    >>> model = LogisticRegression(C=1.0).fit([[-1.0], [1.0], [0.0], [0.0]], ["a", "b", "a", "b"])
    >>> model.predict_proba([[0.0], [2.0]]).round(3)
    array([[0.5  , 0.5  ],
           [0.206, 0.794]])
    """

    def __init__(
        self, *, C=1.0, l1_ratio=0.0, tol=1e-4, fit_intercept=True, class_weight=None, max_iter=100, warm_start=False
    ):
        self.C = C
        self.l1_ratio = l1_ratio
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.max_iter = max_iter
        self.warm_start = warm_start

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d) and labels y (n,) with weights sample_weight (n,) or None; returns self."""
        self._check_parameters()
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        classes, labels = np.unique(y, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y has only one class, {classes[0]!r}; there must be samples of at least two classes")
        start = self._start(classes, X.shape[1])
        self.classes_ = classes
        s = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        s = s * compute_class_weight(self.class_weight, classes=classes, y=y, sample_weight=s)[labels]
        if not s.any():
            raise ValueError("the weight of every sample is zero; give at least one a positive weight")
        if not s.all():
            X, labels, s = X[s > 0], labels[s > 0], s[s > 0]
        best = self._minimum(X, labels, s / s.sum(), 1 / (self.C * s.sum()), start)
        if best.slope > self.tol:
            warnings.warn(
                f"stopped after {best.steps} of max_iter = {self.max_iter} steps with a gradient of {best.slope:.3g}, "
                f"above tol = {self.tol:.3g}; raise max_iter or tol, or standardise the features",
                ConvergenceWarning,
                stacklevel=2,
            )
        theta = best.theta.reshape(len(best.theta), -1).T.astype(X.dtype)
        self.coef_, self.intercept_ = np.ascontiguousarray(theta[:, :-1]), theta[:, -1].copy()
        self.n_iter_ = np.array([best.steps], dtype=np.int32)
        return self

    def _minimum(self, X, labels, s, alpha, start):
        if self.l1_ratio > 0 and alpha > 0:
            penalties = alpha * self.l1_ratio, alpha * (1 - self.l1_ratio)
            return sparse_minimum(X, labels, s, *penalties, self.tol, self.max_iter, self.fit_intercept, start)
        binary = len(self.classes_) == 2
        parts = (sigmoid, logistic_loss, logistic_gradient)
        if not binary:
            parts = (softmax, log_sum_exp, cross_entropy, cross_entropy_gradient)
        loss = None
        if not all(hasattr(part, "fast") for part in parts):  # then the readable functions themselves
            if np.ptp(s) > 1e-12 * s.max():
                raise ValueError(f"this {parts[-2].__name__} takes no weights; fit without sample_weight, class_weight")
            value, gradient = parts[-2:]
            loss = lambda theta: (value(theta, X, labels, alpha), gradient(theta, X, labels, alpha))
        return smooth_minimum(X, labels, s, alpha, self.tol, self.max_iter, self.fit_intercept, start, loss)

    def _start(self, classes, d):
        if not (self.warm_start and hasattr(self, "coef_")):
            return None
        theta = np.vstack([self.coef_.T, self.intercept_]).astype(float)
        if len(theta) != d + 1 or not np.array_equal(self.classes_, classes):
            return None
        return theta[:, 0] if len(classes) == 2 else theta

    def _check_parameters(self):
        if not self.C > 0:
            raise ValueError(f"C = {self.C!r} must be a number > 0; infinity for no penalty")
        if not 0 <= self.l1_ratio <= 1:
            raise ValueError(f"l1_ratio = {self.l1_ratio!r} must be between 0 (squares alone) and 1 (absolute values)")
        if not self.max_iter >= 1:
            raise ValueError(f"max_iter = {self.max_iter!r} must be an integer >= 1")
        if not self.tol >= 0:
            raise ValueError(f"tol = {self.tol!r} must be a number >= 0")

    def decision_function(self, X):
        """The scores z at the rows of X, (n, d): (n,) for two classes (positive: the second), else (n, K)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        Z = X @ self.coef_.T + self.intercept_
        return Z[:, 0] if Z.shape[1] == 1 else Z

    def predict_proba(self, X):
        """The probabilities of the classes at the rows of X, (n, d): (n, K), in the order of classes_."""
        Z = self.decision_function(X)
        return softmax(Z) if Z.ndim == 2 else np.column_stack([sigmoid(-Z), sigmoid(Z)])

    def predict_log_proba(self, X):
        """The logarithms of `predict_proba` at the rows of X, (n, d): (n, K), finite also where it is 0."""
        Z = self.decision_function(X)
        Z = Z if Z.ndim == 2 else np.column_stack([0 * Z, Z])
        return Z - log_sum_exp(Z)[:, None]

    def predict(self, X):
        """The most probable class at the rows of X, (n, d): (n,)."""
        Z = self.decision_function(X)
        return self.classes_[Z.argmax(axis=1) if Z.ndim == 2 else (Z > 0).astype(int)]
