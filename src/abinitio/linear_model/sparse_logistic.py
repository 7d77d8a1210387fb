r"""The minimum of logistic regression with the penalty $\ell_1 |w|_1 + \frac{\ell_2}{2}|w|^2$: proximal Newton steps.

Where the loss alone has the gradient $-g$ and the Hessian H, the penalised parabola
$$-g^\top \delta + \tfrac12 \delta^\top H \delta + \ell_1 |w + \delta|_1 + \tfrac{\ell_2}{2} |w + \delta|^2$$
is minimised by coordinate descent on the few columns that are in use or ask to be ($|g_j| > \ell_1$), and the step
shortened until the objective itself falls. The intercept is eliminated from the parabola: columns are centred with the
weights of the moment. The gradient is exact, so H may be in float32.

For K classes, one class after the other: with the scores of the others fixed, it is a binary problem with the offset
$-\log \sum_{l \ne k} e^{z_l}$.

Oracles: the conditions of optimality; FISTA on the readable gradient; scikit-learn's saga.
Source: J. Friedman, T. Hastie, R. Tibshirani, J. Stat. Software 33 (2010) 1, sections 3 and 4; J. D. Lee, Y. Sun,
M. A. Saunders, SIAM J. Optim. 24 (2014) 1420.
"""

import numpy as np

from abinitio.linear_model.logistic import sigmoid
from abinitio.linear_model.multinomial import log_sum_exp
from abinitio.linear_model.smooth_logistic import Minimum, class_frequencies


def sparse_minimum(X, y, s, l1, l2, tol, max_iter=100, fit_intercept=True, start=None):
    r"""Minimise $\sum_i s_i \ell_i(\theta) + \ell_1 |w|_1 + \frac{\ell_2}{2}|w|^2$, $\ell$ the logistic loss.

    X : (n, d);  y : (n,) integers 0 ... K-1;  s : (n,) weights > 0 with sum 1;  l1, l2 : floats, l1 > 0, l2 >= 0;
    tol : the largest violation allowed of the conditions of optimality, per unit of weight;
    max_iter : rounds of one Newton step a class;  fit_intercept : whether the intercepts b are free or 0;
    start : theta, or None for the frequencies of the classes.
    Returns a `Minimum` with theta (d+1,) for two classes, else (d+1, K); its slope is the largest violation.

    >>> X, y, s = np.array([[-1.0], [1.0], [0.0], [0.0]]), np.array([0, 1, 0, 1]), np.full(4, 0.25)
    >>> sparse_minimum(X, y, s, l1=0.1, l2=0.0, tol=1e-9).theta.round(6) + 0.0  # 0.5 / (1 + exp(w)) = 0.1
    array([1.386294, 0.      ])
    """
    theta = class_frequencies(X, y, s, fit_intercept) if start is None else start
    shape, theta = theta.shape, theta.reshape(len(theta), -1).copy()
    K = theta.shape[1]
    targets = (y == 1)[None] if K == 1 else y == np.arange(K)[:, None]
    Z, used = X @ theta[:-1] + theta[-1], Columns(X)
    for steps in range(max_iter + 1):
        worst, moved = 0.0, False
        for k in range(K):
            offset = 0.0 if K == 1 else log_sum_exp(np.delete(Z, k, axis=1))
            violation, w, b = _step(X, targets[k], s, theta[:, k], Z[:, k] - offset, (l1, l2), tol, fit_intercept, used)
            worst = max(worst, violation)
            if violation > tol and steps < max_iter and w is not None:
                Z[:, k] += used.times(w - theta[:-1, k]) + (b - theta[-1, k])
                theta[:, k], moved = np.append(w, b), True
        if not moved:
            break
    if K > 1:
        theta[-1] -= theta[-1].mean()
    return Minimum(theta.reshape(shape), steps, worst)


class Columns:
    """The columns of X in use, side by side in memory; the set only grows."""

    def __init__(self, X):
        self.X, self.index, self.held = X, np.zeros(0, dtype=np.intp), np.zeros((len(X), 0))

    def extend(self, wanted):
        """Hold also the columns with the indices `wanted`."""
        new = np.setdiff1d(wanted, self.index)
        if len(new) > 0:
            self.held = np.hstack([self.held, np.take(self.X, new, axis=1)])
            self.index = np.append(self.index, new)

    def times(self, w):
        """X @ w, for w (d,) that is zero outside the held columns."""
        return self.held @ w[self.index]


def _step(X, target, s, theta, z, penalties, tol, fit_intercept, used):
    """(violation of the conditions of optimality, w and b after one proximal Newton step, None where there is none)."""
    from abinitio.linear_model.coordinate_descent import settle  # numba loads only where used

    (l1, l2), w, b = penalties, theta[:-1], theta[-1]
    p = sigmoid(z)
    r, h = s * (target - p), s * (p * (1 - p) + 1e-9)
    g, total = (r.astype(X.dtype) @ X).astype(float), r.sum() * fit_intercept
    violation = max(optimality_violation(w, g - l2 * w, l1), abs(total))
    if violation <= tol:
        return violation, None, None
    used.extend(np.nonzero((w != 0) | (np.abs(g - l2 * w) > l1))[0])
    x_mean = h @ used.held / h.sum() if fit_intercept else np.zeros(len(used.index))
    centred = ((used.held - x_mean) * np.sqrt(h)[:, None]).astype(np.float32)
    H = (centred.T @ centred).astype(float)
    H.flat[:: len(H) + 1] += 1e-6 * (np.diag(H).max(initial=0.0) + 1e-30)
    u = w[used.index].astype(float)
    if len(u) > 0:
        settle(H, g[used.index] - x_mean * total, u, l1, l2, 1e-6, 300)
    delta = np.zeros(len(w))
    delta[used.index] = u - w[used.index]
    delta_b = total / h.sum() - x_mean @ delta[used.index] if fit_intercept else 0.0
    t = _shortened(target, s, w, z, delta, used.times(delta) + delta_b, g @ delta + total * delta_b, penalties)
    return (violation, w + t * delta, b + t * delta_b) if t > 0 else (violation, None, None)


def _shortened(target, s, w, z, delta, delta_z, fall, penalties):
    """The first of 1, 1/2, 1/4, ... that lowers the objective as the parabola promises, or 0; fall : g @ delta."""
    l1, l2 = penalties
    signs = np.where(target, -1.0, 1.0)

    def objective(t):
        u = w + t * delta
        return s @ np.logaddexp(0, signs * (z + t * delta_z)) + l1 * np.abs(u).sum() + l2 / 2 * u @ u

    now, t = objective(0.0), 1.0
    promise = -fall + l1 * (np.abs(w + delta).sum() - np.abs(w).sum()) + l2 * w @ delta
    while t > 1e-9:
        if objective(t) <= now + 1e-3 * t * promise + 4e-15 * abs(now):
            return t
        t /= 2
    return 0.0


def optimality_violation(w, g, l1):
    r"""By how much w misses the conditions $g_j = \ell_1 \mathrm{sign}(w_j)$, and $|g_j| \le \ell_1$ where $w_j = 0$.

    w : (d,);  g : (d,) minus the gradient of the smooth part of the objective;  l1 : float >= 0.  Returns a float >= 0.

    >>> optimality_violation(np.array([2.0, 0.0]), np.array([1.5, -1.25]), l1=1.0)
    0.5
    """
    miss = np.where(w != 0, np.abs(g - l1 * np.sign(w)), np.maximum(np.abs(g) - l1, 0))
    return float(miss.max(initial=0.0))
