r"""The lasso: least squares with the penalty $\alpha |w|_1$, which makes coefficients exactly zero.

$F(w) = \frac{1}{2n}|y - Xw|^2 + \alpha|w|_1$. The minimum is where every feature's correlation with the residual,
$x_j^\top(y - Xw)/n$, is $\alpha\,\mathrm{sign}(w_j)$ if $w_j \ne 0$ and at most $\alpha$ in size if $w_j = 0$.
`coordinate_sweep` and `duality_gap` read like their equations; `lasso_path` does the same on sums of products and few
columns at a time (`working_set`, `coordinate_descent`), and is tested to agree.

Oracles: the soft threshold for an orthonormal design; these conditions; `sklearn.linear_model.Lasso`.
Sources: R. Tibshirani, J. R. Statist. Soc. B 58 (1996) 267; J. Friedman et al., J. Stat. Software 33 (2010) 1.
"""

import numpy as np

from abinitio.linear_model.elastic_net import ElasticNet
from abinitio.linear_model.working_set import elastic_net_path
from abinitio.optimize.proximal import soft_threshold


def lasso_objective(w, X, y, alpha):
    r"""$F(w) = \frac{1}{2n}|y - Xw|^2 + \alpha|w|_1$.

    w : (d,);  X : (n, d);  y : (n,);  alpha : float >= 0.  Returns a number.

    >>> float(lasso_objective(np.array([2.0]), np.eye(1), np.array([3.0]), alpha=1.0))
    2.5
    """
    r = y - X @ w
    return r @ r / (2 * len(y)) + alpha * np.abs(w).sum()


def coordinate_sweep(w, X, y, alpha):
    r"""One sweep of cyclic coordinate descent on $F(w) = \frac{1}{2n}|y - Xw|^2 + \alpha|w|_1$.

    For j = 0, 1, ..., d-1 in this order, $w_j$ is replaced by the number that minimises F over $w_j$ alone, with all
    other coefficients as they are at that moment (those before j already replaced).

    w : (d,) coefficients before the sweep;  X : (n, d) centred features;  y : (n,) centred targets;
    alpha : float >= 0.
    Where column j of X is zero, F does not depend on $w_j$ but through the penalty; there the new $w_j$ is 0.
    Returns the new coefficients, (d,); w itself is not changed.

    >>> coordinate_sweep(np.zeros(2), np.eye(2), np.array([4.0, 1.0]), alpha=1.0)
    array([2., 0.])
    """
    n, w, r = len(y), w.astype(float), y - X @ w
    for j, x in enumerate(X.T):
        r = r + x * w[j]  # what the other features leave to explain
        w[j] = soft_threshold(x @ r, n * alpha) / (x @ x) if x.any() else 0.0
        r = r - x * w[j]
    return w


def duality_gap(w, X, y, alpha):
    r"""How far $F(w) = \frac{1}{2n}|y - Xw|^2 + \alpha|w|_1$ can at most be above its minimum: $F(w) - D(\theta)$.

    The dual problem is to maximise $D(\theta) = y^\top\theta - \frac{n}{2}|\theta|^2$ over the $\theta \in R^n$ with
    $|x_j^\top\theta| \le \alpha$ for every column $x_j$ of X. Every such $\theta$ has $D(\theta) \le \min F$. Take for
    $\theta$ the residual $(y - Xw)/n$ times the largest factor $\le 1$ with which it satisfies all d inequalities.

    w : (d,);  X : (n, d);  y : (n,);  alpha : float >= 0.  Returns a number, >= 0 up to rounding, 0 at the minimum.

    >>> float(duality_gap(np.array([1.0]), np.eye(1), np.array([3.0]), alpha=1.0))
    0.5
    """
    n, r = len(y), y - X @ w
    steepest = np.abs(X.T @ r).max() / n
    theta = r / n * (alpha / steepest if steepest > alpha else 1.0)
    return r @ r / (2 * n) + alpha * np.abs(w).sum() - (y @ theta - n / 2 * theta @ theta)


def alpha_max(X, y):
    r"""The smallest $\alpha$ for which the lasso's solution is zero: $\max_j |x_j^\top y| / n$.

    X : (n, d) centred features;  y : (n,) centred targets.

    >>> float(alpha_max(np.eye(2), np.array([4.0, 1.0])))
    2.0
    """
    return np.abs(X.T @ y).max() / len(y)


def lasso_coefficients(X, y, alpha, tol=1e-4, max_iter=1000):
    r"""Coefficients that minimise $\frac{1}{2n}|y - Xw|^2 + \alpha|w|_1$.

    X : (n, d) centred features;  y : (n,) centred targets;  alpha : float >= 0;
    tol : stop when a sweep of coordinate descent moves no coefficient by more than 0.3 tol times the largest, and the
    duality gap is at most tol $|y|^2/n$;  max_iter : sweeps allowed, after which a ConvergenceWarning is given.
    Returns (d,).

    >>> lasso_coefficients(np.eye(2), np.array([4.0, 1.0]), alpha=1.0)
    array([2., 0.])
    """
    return lasso_path(X, y, [alpha], tol, max_iter)[0]


def lasso_path(X, y, alphas, tol=1e-4, max_iter=1000):
    r"""Coefficients that minimise $\frac{1}{2n}|y - Xw|^2 + \alpha|w|_1$ for each alpha, each the start for the next.

    X : (n, d) centred features;  y : (n,) centred targets;  alphas : (m,) numbers >= 0, in any order;
    tol, max_iter : for each alpha, as in `lasso_coefficients`.
    Returns (m, d): row i is the solution for alphas[i].

    >>> lasso_path(np.eye(2), np.array([4.0, 1.0]), [2.0, 1.0, 0.25]).round(6)
    array([[0. , 0. ], [2. , 0. ], [3.5, 0.5]])
    """
    return elastic_net_path(X, y, alphas, tol=tol, max_iter=max_iter).coefficients


class Lasso(ElasticNet):
    r"""Linear regression with the lasso's penalty, as scikit-learn's class of this name.

    Minimises $\frac{1}{2\sum_i s_i}\sum_i s_i (y_i - b - x_i^\top w)^2 + \alpha|w|_1$ with the sample weights s; the
    intercept b is not penalised.

    alpha : float >= 0;  fit_intercept : whether b is free or 0;  max_iter : sweeps of coordinate descent allowed;
    tol : see `lasso_coefficients`;  warm_start : start from the last fit's coefficients.
    After fit: coef_ (d,), intercept_, n_iter_ (sweeps), dual_gap_ (in the unit of the objective);
    for k targets coef_ (k, d), intercept_ (k,), n_iter_ a list, dual_gap_ (k,).

    >>> Lasso(alpha=0.5).fit([[-1.0], [1.0]], [1.0, 5.0]).predict([[1.0]])
    array([4.5])
    """

    l1_ratio = 1.0

    def __init__(self, alpha=1.0, *, fit_intercept=True, max_iter=1000, tol=1e-4, warm_start=False):
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.warm_start = warm_start
