r"""The elastic net: least squares with the penalty $\alpha\rho|w|_1 + \frac12\alpha(1-\rho)|w|^2$.

The absolute values make coefficients exactly zero, the squares let correlated features share theirs; $\rho = 1$ is the
lasso, $\rho = 0$ is ridge regression with $n\alpha$ in place of its $\alpha$.

Oracles: the conditions of optimality; the lasso and ridge as limits; `sklearn.linear_model.ElasticNet`.
Source: H. Zou, T. Hastie, "Regularization and variable selection via the elastic net", J. R. Statist. Soc. B 67 (2005)
301, section 2.
"""

import warnings

import numpy as np

from abinitio.linear_model.affine import AffineRegressor
from abinitio.linear_model.working_set import elastic_net_path


def elastic_net_objective(w, X, y, alpha, l1_ratio):
    r"""$\frac{1}{2n}|y - Xw|^2 + \alpha\rho|w|_1 + \frac12\alpha(1-\rho)|w|^2$.

    w : (d,);  X : (n, d);  y : (n,);  alpha : float >= 0;  l1_ratio : $\rho$, float in [0, 1].

    >>> float(elastic_net_objective(np.array([2.0]), np.eye(1), np.array([3.0]), alpha=1.0, l1_ratio=0.5))
    2.5
    """
    r = y - X @ w
    return r @ r / (2 * len(y)) + alpha * l1_ratio * np.abs(w).sum() + alpha * (1 - l1_ratio) / 2 * w @ w


def elastic_net_coefficients(X, y, alpha, l1_ratio, tol=1e-4, max_iter=1000):
    r"""Coefficients that minimise $\frac{1}{2n}|y - Xw|^2 + \alpha\rho|w|_1 + \frac12\alpha(1-\rho)|w|^2$.

    X : (n, d) centred features;  y : (n,) centred targets;  alpha : float >= 0;  l1_ratio : $\rho$, float in [0, 1];
    tol : stop when a sweep of coordinate descent moves no coefficient by more than 0.3 tol times the largest, and the
    duality gap is at most tol $|y|^2/n$;  max_iter : sweeps allowed, after which a ConvergenceWarning is given.
    Returns (d,).

    >>> elastic_net_coefficients(np.eye(2), np.array([4.0, 1.0]), alpha=1.0, l1_ratio=0.5).round(6)
    array([1.5, 0. ])
    """
    return elastic_net_path(X, y, [alpha], l1_ratio, tol=tol, max_iter=max_iter).coefficients[0]


class ElasticNet(AffineRegressor):
    r"""Linear regression with the elastic net's penalty, as scikit-learn's class of this name.

    Minimises $\frac{1}{2\sum_i s_i}\sum_i s_i (y_i - b - x_i^\top w)^2 + \alpha\rho|w|_1 + \frac12\alpha(1-\rho)|w|^2$
    with the sample weights s; the intercept b is not penalised.

    alpha : float >= 0;  l1_ratio : $\rho$ in [0, 1];  fit_intercept : whether b is free or 0;
    max_iter : sweeps of coordinate descent allowed;  tol : see `elastic_net_coefficients`;
    warm_start : start from the last fit's coefficients.
    After fit: coef_ (d,), intercept_, n_iter_ (sweeps), dual_gap_ (in the unit of the objective);
    for k targets coef_ (k, d), intercept_ (k,), n_iter_ a list, dual_gap_ (k,).
    """

    def __init__(self, alpha=1.0, *, l1_ratio=0.5, fit_intercept=True, max_iter=1000, tol=1e-4, warm_start=False):
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d) and y (n,) or (n, k) with weights sample_weight (n,) or None; returns self."""
        self._check_parameters()
        X, y, s = self._checked_data(X, y, sample_weight)
        Y = y.reshape(len(y), -1).astype(float)
        starts = np.atleast_2d(self.coef_) if self.warm_start and hasattr(self, "coef_") else [None] * Y.shape[1]
        options = s, self.fit_intercept, self.tol, self.max_iter
        paths = [elastic_net_path(X, t, [self.alpha], self.l1_ratio, *options, w) for t, w in zip(Y.T, starts)]
        set_solutions(self, paths, y.ndim, X.dtype)
        return self

    @property
    def sparse_coef_(self):
        """coef_ as a sparse (1, d) matrix."""
        from scipy.sparse import csr_array

        return csr_array(self.coef_[None])

    def _check_parameters(self):
        if not self.alpha >= 0:
            raise ValueError(f"alpha = {self.alpha!r} must be a number >= 0")
        if not 0 <= self.l1_ratio <= 1:
            raise ValueError(f"l1_ratio = {self.l1_ratio!r} must be between 0 (squares alone) and 1 (the lasso)")
        check_budget(self)
        if self.alpha == 0:
            warnings.warn(
                "alpha = 0 is least squares, to which coordinate descent converges slowly; use LinearRegression",
                UserWarning,
                stacklevel=3,
            )


def check_budget(model):
    """ValueError unless model.max_iter >= 1 and model.tol >= 0."""
    if not model.max_iter >= 1:
        raise ValueError(f"max_iter = {model.max_iter!r} must be an integer >= 1")
    if not model.tol >= 0:
        raise ValueError(f"tol = {model.tol!r} must be a number >= 0")


def set_solutions(model, paths, ndim, dtype):
    """Store the first solution of each of the paths, one for each target, in the model, as attributes in dtype.

    ndim : 1 for one target y (n,), which gives a vector coef_ and plain numbers; 2 for y (n, k).
    """
    w = np.array([path.coefficients[0] for path in paths])
    b = np.array([path.y_mean - path.x_mean @ path.coefficients[0] for path in paths])
    sweeps, gaps = [int(path.sweeps[0]) for path in paths], np.array([path.gaps[0] for path in paths])
    if ndim == 1:
        model._set_affine(w[0], b[0], dtype)
        model.n_iter_, model.dual_gap_ = sweeps[0], float(gaps[0])
    else:
        model._set_affine(w.T, b, dtype)
        model.n_iter_, model.dual_gap_ = sweeps, gaps
