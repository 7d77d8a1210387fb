r"""The elastic net for one penalty or a whole path of them: which columns to work on, where to start, when to stop.

Two ways to the same answer. `gram_path`, for d <= n: sums of products once, then the samples are never touched again.
`working_set_path`, for many features: most coefficients are zero, so descend on the columns that matter, then look
at all d correlations $x_j^\top r$ (one pass over X, which is neither copied nor centred in memory) and take in the
columns whose correlation exceeds the penalty: they violate the condition of optimality for $w_j = 0$.

Along a path the solution for one penalty is the start for the next, moved on along the line through the last two:
between two changes of the support the lasso's path *is* a straight line in $\alpha$. The correlations of the last
solution say which columns to expect next (the strong rule).

Sources: J. Friedman et al., J. Stat. Software 33 (2010) 1; R. Tibshirani et al., "Strong rules for discarding
predictors in lasso-type problems", arXiv:1011.2234, section 3; M. Massias et al., "Celer", arXiv:1802.07481.
"""

import warnings
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from abinitio.linear_model.gram import centred_gram

COLUMNS_PER_PENALTY = 128  # up to here the whole Gram matrix costs no more than the passes over X that it saves
WIDE = 1000  # columns whose Gram matrix (8 MB) is made even when there are fewer samples
ROUND = 200  # sweeps on the working set before all columns are looked at again
FINEST = 1e-13  # relative step below which rounding hides the rest


class Path(NamedTuple):
    """Solutions for k penalties, in the order given, and what is needed for the intercept."""

    coefficients: np.ndarray  # (k, d)
    gaps: np.ndarray  # (k,) duality gaps in the units of the objective, that is, per unit of weight
    sweeps: np.ndarray  # (k,) of coordinate descent
    x_mean: np.ndarray  # (d,) zeros without intercept
    y_mean: float


def elastic_net_path(
    X, y, alphas, l1_ratio=1.0, sample_weight=None, fit_intercept=False, tol=1e-4, max_iter=1000, start=None
):
    r"""Coefficients of the elastic net for each of the alphas: the w that minimise

    $\frac{1}{2\sum_i s_i} \sum_i s_i (y_i - b - x_i^\top w)^2 + \alpha\rho|w|_1 + \frac12\alpha(1-\rho)|w|^2$.

    X : (n, d);  y : (n,);  alphas : (k,) numbers >= 0 in any order (solved from the largest down);
    l1_ratio : $\rho$ in [0, 1];  sample_weight : (n,) s >= 0, None for ones;
    fit_intercept : b is free (True) or 0;  start : (d,) first guess, None for zeros;
    tol : stop when a sweep moves no coefficient by more than 0.3 tol times the largest one and the duality gap is at
    most tol times the weighted mean of $(y - \bar y)^2$ (it is a difference of sums of that size: a tol below
    $10^{-14}$ counts as $10^{-14}$);  max_iter : sweeps allowed for each penalty, after which a
    ConvergenceWarning is given.
    Returns a `Path`.

    >>> elastic_net_path(np.eye(2), np.array([4.0, 1.0]), [1.0]).coefficients
    array([[2., 0.]])
    """
    tol = max(tol, 1e-14)
    order = np.argsort(alphas)[::-1]
    alphas = np.asarray(alphas, dtype=float)[order]
    whole = X.shape[1] <= min(len(X), COLUMNS_PER_PENALTY * len(alphas))
    path = (gram_path if whole else working_set_path)(
        X, y, alphas * l1_ratio, alphas * (1 - l1_ratio), sample_weight, fit_intercept, tol, max_iter, start
    )
    back = np.argsort(order)
    return path._replace(coefficients=path.coefficients[back], gaps=path.gaps[back], sweeps=path.sweeps[back])


def gram_path(X, y, l1s, l2s, sample_weight, fit_intercept, tol, max_iter, start):
    """`elastic_net_path` for falling penalties l1s, l2s, (k,) each, per unit of weight: on the whole Gram matrix.

    X (n, d), y (n,), sample_weight, fit_intercept, tol, max_iter, start : as there.  Returns a `Path`.
    """
    from abinitio.linear_model import coordinate_descent  # numba loads only where used

    if fit_intercept or sample_weight is not None or X.dtype != np.float64:
        G, c, yy, x_mean, y_mean, weight = centred_gram(X, y, sample_weight, fit_intercept)
    else:
        G, c, yy, x_mean, y_mean, weight = X.T @ X, X.T @ y, y @ y, np.zeros(X.shape[1]), 0.0, len(y)
    G, yy, l1s, l2s = np.ascontiguousarray(G), float(yy), weight * l1s, weight * l2s
    w = np.zeros(len(c)) if start is None else start.astype(float)
    k, m, q = 0, len(l1s), c - G @ w
    W, Q, gaps, sweeps = np.empty((m, len(c))), np.empty((m, len(c))), np.empty(m), np.empty(m, dtype=np.intp)
    few = min(coordinate_descent.PATIENCE, max_iter)
    while (k := coordinate_descent.descend_path(G, c, yy, l1s, l2s, tol, few, k, w, q, W, Q, gaps, sweeps)) < m:
        gaps[k], sweeps[k] = _persist(G, c, yy, l1s[k], l2s[k], tol, max_iter, w, q, gaps[k], sweeps[k])
        W[k], Q[k], k = w, q, k + 1
    for gap, n_sweeps in zip(gaps, sweeps):
        _warn_if_short(gap, tol * yy, n_sweeps)
    return Path(W, gaps / weight, sweeps, x_mean, float(y_mean))


def _persist(G, c, yy, l1, l2, tol, max_iter, w, q, gap, sweeps):
    """Jumps and sweeps, from w and q with this gap after these sweeps, until settled: (gap, sweeps); w, q in place."""
    from abinitio.linear_model.coordinate_descent import gram_gap, jump, renew, settle

    fine = max(tol, FINEST)
    while sweeps < max_iter:
        renew(G, c, w, q)  # the rounding of many steps would keep the gap open
        jump(G, q, w, l1, l2)
        sweeps += settle(G, q, w, l1, l2, fine, max_iter - sweeps)[0]
        gap = gram_gap(w, q, c, yy, l1, l2)
        if gap <= tol * yy:
            break
        fine = max(fine / 10, FINEST)
    return gap, sweeps


def extrapolate(found, penalties, w):
    """The next start: on the line through the last two solutions, where that keeps the signs; `w` if there are none.

    found : list of (d,) solutions so far;  penalties : (k,) their strengths, and those to come;  w : (d,) first start.

    >>> extrapolate([np.array([1.0, 0.1]), np.array([2.0, 0.0])], np.array([3.0, 2.0, 1.0]), None)
    array([3., 0.])
    """
    k = len(found)
    if k == 0:
        return w
    w = found[-1].copy()
    if k >= 2 and penalties[k - 2] > penalties[k - 1]:
        w += (w - found[-2]) * (penalties[k - 1] - penalties[k]) / (penalties[k - 2] - penalties[k - 1])
        w[np.sign(w) != np.sign(found[-1])] = 0
    return w


class WorkingSet:
    r"""The columns in use: their indices, $Z = \sqrt{s}(X_W - \bar x_W)$, and its sums of products while they fit.

    X : (n, d);  y : (n,) targets, centred and times root;  root : (n,) roots of the weights s;
    fit_intercept : whether columns are centred. With more columns than samples the residual is the shorter thing to
    keep up to date, and no Gram matrix is made.
    """

    def __init__(self, X, y, root, fit_intercept):
        self.X, self.y, self.root, self.fit_intercept = X, y, root, fit_intercept
        self.columns = np.zeros(0, dtype=np.intp)
        self.Z, self.means = np.zeros((len(y), 0)), np.zeros(0)
        self.G, self.c = np.zeros((0, 0)), np.zeros(0)

    def extend(self, columns):
        new = np.take(self.X, columns, axis=1).astype(float, copy=False)
        means = np.zeros(len(columns))
        if self.fit_intercept:
            for _ in range(2):  # the second time removes the rounding of the first, so that means of 1e8 do no harm
                shift = self.root**2 @ new / (self.root @ self.root)
                new, means = new - shift, means + shift
            constant = np.abs(new).max(axis=0) <= 8 * np.finfo(self.X.dtype).eps * np.abs(means)
            new[:, constant] = 0
        new *= self.root[:, None]
        if len(self.columns) + len(columns) <= max(len(new), WIDE):
            cross = self.Z.T @ new
            self.G = np.block([[self.G, cross], [cross.T, new.T @ new]])
        self.Z, self.c = np.hstack([self.Z, new]), np.concatenate([self.c, new.T @ self.y])
        self.columns, self.means = np.concatenate([self.columns, columns]), np.concatenate([self.means, means])

    def descend(self, w, l1, l2, tol, max_sweeps):
        """Coordinate descent on these columns, w (k,) in place: (sweeps, whether it got there, the residual)."""
        from abinitio.linear_model.coordinate_descent import settle, settle_residual

        sweeps, still = 0, True
        if len(self.G) == len(w) > 0:
            sweeps, still = settle(self.G, self.c - self.G @ w, w, l1, l2, tol, max_sweeps)
        elif len(w) > 0:
            rows = np.ascontiguousarray(self.Z.T)
            sweeps, still = settle_residual(rows, self.y - self.Z @ w, w, l1, l2, tol, max_sweeps)
        return sweeps, still, self.y - self.Z @ w


def working_set_path(X, y, l1s, l2s, sample_weight, fit_intercept, tol, max_iter, start):
    """`elastic_net_path` for falling penalties l1s, l2s, (k,) each, per unit of weight: on few columns at a time.

    X (n, d), y (n,), sample_weight, fit_intercept, tol, max_iter, start : as there.  Returns a `Path`.
    """
    from abinitio.linear_model.coordinate_descent import elastic_net_gap

    n, d = X.shape
    s = np.ones(n) if sample_weight is None else np.asarray(sample_weight, dtype=float)
    weight, root = s.sum(), np.sqrt(s)
    x_mean = (X.T @ (s / weight).astype(X.dtype)).astype(float) if fit_intercept else np.zeros(d)
    y_mean = s @ y / weight if fit_intercept else 0.0
    y = root * (y - y_mean)
    correlations = lambda r: X.T @ (root * r).astype(X.dtype) - x_mean * (root @ r)
    work = WorkingSet(X, y, root, fit_intercept)
    w = np.zeros(d) if start is None else start.astype(float)
    work.extend(np.nonzero(w)[0])
    yy, r = y @ y, y - work.Z @ w[work.columns]
    q, found, gaps, sweeps, l1_last = correlations(r), [], [], [], None
    for l1, l2 in zip(weight * l1s, weight * l2s):
        w = extrapolate(found, weight * (l1s + l2s), w)
        # the strong rule: few correlations grow faster than l1 falls; of a big step, half is believed
        bound = l1 if l1_last is None else max(2 * l1 - l1_last, l1 / 2)
        gap, n_sweeps, fine, l1_last = np.inf, 0, max(tol, FINEST), l1
        while True:
            new = _violators(q, bound, work.columns, 2 * np.count_nonzero(w))
            work.extend(new)
            part = w[work.columns]
            taken, still, r = work.descend(part, l1, l2, fine, min(max_iter - n_sweeps, ROUND))
            w[work.columns], q, n_sweeps = part, correlations(r), n_sweeps + taken
            q[work.columns] = work.Z.T @ r  # centred before they were multiplied: without the rounding of large means
            gap, bound = elastic_net_gap(w, q, r @ r, r @ y, l1, l2), l1 * (1 + tol)
            settled = still and len(_violators(q, bound, work.columns, 0)) == 0
            if (settled and gap <= tol * yy) or n_sweeps >= max_iter:
                break
            fine = max(fine / 10, FINEST) if settled else fine
        _warn_if_short(gap, tol * yy, n_sweeps)
        found, gaps, sweeps = [*found, w], [*gaps, gap / weight], [*sweeps, n_sweeps]
    x_mean[work.columns] = work.means
    return Path(np.array(found), np.array(gaps), np.array(sweeps), x_mean, float(y_mean))


def _violators(q, bound, columns, support):
    """Columns outside the set whose correlation exceeds the bound; the strongest of them if they are many."""
    outside = np.abs(q)
    outside[columns] = -np.inf
    room = max(support, 4 * int(np.sqrt(len(q))))
    if np.count_nonzero(outside > bound) > room:
        bound = max(bound, np.partition(outside, -room - 1)[-room - 1])
    return np.nonzero(outside > bound)[0]


def _warn_if_short(gap, goal, sweeps):
    if gap > goal:
        warnings.warn(
            f"coordinate descent stopped after max_iter = {sweeps} sweeps with a duality gap of {gap:.3g}, above the "
            f"goal {goal:.3g}; raise max_iter, the penalty alpha or tol, or bring the features to one scale",
            ConvergenceWarning,
            stacklevel=4,
        )
