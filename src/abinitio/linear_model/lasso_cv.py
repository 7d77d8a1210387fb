r"""The lasso with its penalty chosen by cross-validation.

Each fold is left out in turn, the whole path is fitted to the rest, and its squared errors on the fold are averaged;
the alpha with the smallest mean over the folds is used for a fit to all the data.

Oracle: `sklearn.linear_model.LassoCV` on the same folds.
Source: R. Tibshirani, J. R. Statist. Soc. B 58 (1996) 267, section 4.
"""

from numbers import Integral

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import check_cv
from sklearn.utils.validation import column_or_1d

from abinitio.linear_model.affine import AffineRegressor
from abinitio.linear_model.elastic_net import check_budget, set_solutions
from abinitio.linear_model.working_set import elastic_net_path


def alpha_grid(X, y, sample_weight=None, fit_intercept=True, eps=1e-3, n_alphas=100):
    r"""Penalties from the smallest that gives zero coefficients down to eps times it, evenly spaced in the logarithm.

    X : (n, d);  y : (n,);  sample_weight : (n,) or None for ones;  fit_intercept : whether X and y are to be centred;
    eps : float in (0, 1);  n_alphas : int.
    Returns (n_alphas,), falling; the first is $\max_j |\sum_i s_i (x_{ij} - \bar x_j)(y_i - \bar y)| / \sum_i s_i$.

    >>> alpha_grid(np.array([[-1.0], [1.0]]), np.array([0.0, 4.0]), eps=0.01, n_alphas=3)
    array([2.  , 0.2 , 0.02])
    """
    s = np.ones(len(y)) if sample_weight is None else sample_weight
    pull = s * (y - s @ y / s.sum() if fit_intercept else y)
    middle = X[0] if fit_intercept else 0  # the weighted deviations of y sum to zero: any shift of X will do
    largest = np.abs(pull @ (X - middle)).max() / s.sum()
    return np.geomspace(max(largest, np.finfo(float).tiny), max(largest, np.finfo(float).tiny) * eps, n_alphas)


def fold_errors(X, y, sample_weight, train, test, alphas, fit_intercept=True, tol=1e-4, max_iter=1000):
    r"""Weighted mean squared errors on the samples `test` of the lasso fitted to the samples `train`, for each alpha.

    X : (n, d);  y : (n,);  sample_weight : (n,) or None;  train, test : index arrays;  alphas : (m,);
    fit_intercept, tol, max_iter : as in `Lasso`.  Returns (m,).

    >>> X, y = np.array([[-1.0], [1.0], [2.0]]), np.array([-1.0, 1.0, 2.0])
    >>> fold_errors(X, y, None, np.array([0, 1]), np.array([2]), np.array([0.5]))
    array([1.])
    """
    s = None if sample_weight is None else sample_weight[train]
    path = elastic_net_path(X[train], y[train], alphas, 1.0, s, fit_intercept, tol, max_iter)
    residual = y[test] - path.y_mean - path.coefficients @ (X[test] - path.x_mean).T
    return np.average(residual**2, axis=1, weights=None if sample_weight is None else sample_weight[test])


class LassoCV(AffineRegressor):
    """Lasso with alpha chosen by cross-validation, as scikit-learn's class of this name.

    eps : smallest alpha over the largest;  alphas : how many, or the numbers themselves;
    fit_intercept, max_iter, tol : as in `Lasso`;
    cv : number of folds (None: 5), a splitter or an iterable of (train, test);
    n_jobs : folds at a time, by joblib.
    Attributes after fit: alpha_, coef_, intercept_, n_iter_, dual_gap_, alphas_ (m,), mse_path_ (m, folds).
    """

    def __init__(self, *, eps=1e-3, alphas=100, fit_intercept=True, max_iter=1000, tol=1e-4, cv=None, n_jobs=None):
        self.eps = eps
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.cv = cv
        self.n_jobs = n_jobs

    def fit(self, X, y, sample_weight=None):
        """Choose alpha on X (n, d), y (n,) with weights sample_weight (n,) or None, and fit with it; returns self."""
        check_budget(self)
        X, y, s = self._checked_data(X, y, sample_weight, ensure_min_samples=2)
        y = column_or_1d(y, warn=True).astype(float)
        if isinstance(self.alphas, Integral):
            self.alphas_ = alpha_grid(X, y, s, self.fit_intercept, self.eps, self.alphas)
        else:
            self.alphas_ = np.sort(np.asarray(self.alphas, dtype=float))[::-1]
        folds = list(check_cv(self.cv).split(X, y))
        errors = Parallel(n_jobs=self.n_jobs)(
            delayed(fold_errors)(X, y, s, train, test, self.alphas_, self.fit_intercept, self.tol, self.max_iter)
            for train, test in folds
        )
        self.mse_path_ = np.transpose(errors)
        self.alpha_ = float(self.alphas_[np.argmin(self.mse_path_.mean(axis=1))])
        path = elastic_net_path(X, y, [self.alpha_], 1.0, s, self.fit_intercept, self.tol, self.max_iter)
        set_solutions(self, [path], 1, X.dtype)
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = False
        return tags
