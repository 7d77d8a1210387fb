r"""Linear support-vector regression with scikit-learn's interface: a tube of no price around a plane.

It minimises $\frac12 |w|^2 + \frac12 (b/s)^2 + \sum_i C_i \max(0, |y_i - x_i \cdot w - b| - \epsilon)$ with $s$ =
`intercept_scaling`, or the squares of the losses: as in liblinear, the intercept is the weight of a constant feature of
the height s, and is penalised. With $\epsilon = 0$ the losses are absolute deviations, which a few wild targets do not
pull far; with their squares it is ridge regression. The minimum is found by `linear_minimum`.
Oracles: scikit-learn's LinearSVR; ridge regression. Source: C.-H. Ho, C.-J. Lin, J. Mach. Learn. Res. 13 (2012) 3323.
"""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.svm.linear import check_settings, warn_of_gap
from abinitio.svm.linear_minimum import linear_minimum
from abinitio.svm.signed_dual import regression_problem


class LinearSVR(RegressorMixin, BaseEstimator):
    r"""Linear support-vector regression, as scikit-learn's class of this name.

    Minimises $\frac12 |w|^2 + \frac12 (b/s)^2 + C \sum_i s_i \ell_i$ with sample weights s; the intercept b is
    penalised, as in liblinear: centre y and X, or raise intercept_scaling, where that matters.

    epsilon : float >= 0, half the width of the tube, in the unit of y;  tol : the fit stops when its objective F is
    proven to be within $\mathrm{tol}^2 F$ of the minimum (1e-12 F at least);  C : float > 0, price of the losses;
    loss : "epsilon_insensitive", $\ell = \max(0, |y - f| - \epsilon)$, or "squared_epsilon_insensitive", its square;
    fit_intercept : whether b is free or 0;  intercept_scaling : float > 0, the s of the penalty on b;
    random_state : seed or Generator of the order in which samples are looked at, on which the minimum does not depend;
    max_iter : steps of Newton's method allowed, after which a ConvergenceWarning is given.
    After fit: coef_ (d,), intercept_ (1,), n_iter_.

    >>> model = LinearSVR(C=10.0, fit_intercept=False).fit([[1.0], [2.0], [3.0]], [2.0, 4.0, 60.0])
    >>> model.coef_.round(3)  # the wild target does not pull; least squares would give 13.6
    array([2.])
    """

    def __init__(
        self,
        *,
        epsilon=0.0,
        tol=1e-4,
        C=1.0,
        loss="epsilon_insensitive",
        fit_intercept=True,
        intercept_scaling=1.0,
        random_state=None,
        max_iter=1000,
    ):
        self.epsilon = epsilon
        self.tol = tol
        self.C = C
        self.loss = loss
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.random_state = random_state
        self.max_iter = max_iter

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d) and targets y (n,) with weights sample_weight (n,) >= 0 or None; returns self."""
        check_settings(self, ("epsilon_insensitive", "squared_epsilon_insensitive"))
        if not 0 <= self.epsilon < np.inf:
            raise ValueError(f"epsilon = {self.epsilon!r} must be a finite number >= 0")
        X, y = validate_data(self, X, y, dtype=np.float64, order="C", y_numeric=True)
        s = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        X1 = np.column_stack([X, np.full(len(X), float(self.intercept_scaling))]) if self.fit_intercept else X
        used = s > 0
        data, losses = X1[used], regression_problem(y[used], self.C * s[used], float(self.epsilon))
        accuracy, squared = max(self.tol**2, 1e-12), self.loss == "squared_epsilon_insensitive"
        best = linear_minimum(data, losses, squared, accuracy, self.max_iter, as_generator(self.random_state))
        warn_of_gap(best.gap / best.objective if best.objective > 0 else 0.0, accuracy, best.steps, self.max_iter)
        self.coef_ = best.w[: X.shape[1]].copy()
        self.intercept_ = np.array([best.w[X.shape[1] :].sum() * self.intercept_scaling])
        self.n_iter_ = int(best.steps)
        return self

    def predict(self, X):
        """The values x·w + b at the rows of X (m, d): (m,)."""
        check_is_fitted(self)
        return validate_data(self, X, dtype=np.float64, reset=False) @ self.coef_ + self.intercept_[0]
