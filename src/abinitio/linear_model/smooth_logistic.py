r"""The minimum of logistic regression with the penalty $\frac{\alpha}{2}|w|^2$: L-BFGS with the curvature divided out.

The curvatures of the loss, $h_i = s_i p_i (1 - p_i)$ for each class, fall as the fit gets surer; every `ROUND` steps
those of the moment make the inverse Hessian from which L-BFGS starts (`whitening`). For two classes the steps are then
nearly Newton's; for more, the pairs of L-BFGS learn how the classes pull at each other.

Large data are first walked over in float32, at half the memory traffic and twice the speed, and before that every
`SHARE`-th sample alone, whose minimum is near and cheap. What that leaves is then measured in float64 on all samples,
and walked on in float64 until the gradient is as small as asked for.

Oracles: the conditions of optimality; `newton` on the Hessian; `sklearn.linear_model.LogisticRegression`.
"""

from typing import NamedTuple

import numpy as np

from abinitio.linear_model.blocked_loss import blocked_cross_entropy, blocked_logistic
from abinitio.linear_model.logistic import sigmoid
from abinitio.linear_model.multinomial import softmax
from abinitio.linear_model.whitening import blocks_of, curvature_factors, solve_curvature, standardised, standardising
from abinitio.optimize.bfgs import lbfgs
from abinitio.optimize.line_search import Point

ROUND = 10  # steps of L-BFGS before the curvature is taken anew
LARGE = 2**18  # numbers in X from which on a copy in float32 pays
SHARE = 7  # of the samples, one in so many for the start: a prime, which seldom beats with an order in the data
FLOAT32 = 1e-6  # the gradient that float32 can reach, for features of unit size


class Minimum(NamedTuple):
    """The parameters theta found, the steps taken, and the largest entry of the gradient there."""

    theta: np.ndarray
    steps: int
    slope: float


def smooth_minimum(X, y, s, alpha, tol, max_iter=100, fit_intercept=True, start=None, loss=None):
    r"""Minimise $\sum_i s_i \ell_i(\theta) + \frac{\alpha}{2}|w|^2$ with the loss $\ell$ of logistic regression.

    X : (n, d);  y : (n,) integers 0 ... K-1;  s : (n,) weights > 0 with sum 1;  alpha : float >= 0;
    tol : the largest entry of the gradient allowed;  max_iter : steps of L-BFGS allowed;
    fit_intercept : whether the intercepts b are free or 0;  start : theta, or None for the frequencies of the classes;
    loss : callable, theta -> (value, gradient) with the penalty, to be minimised in place of the library's.
    Returns a `Minimum` with theta (d+1,) for two classes, else (d+1, K).

    >>> X, y, s = np.array([[-1.0], [1.0], [0.0], [0.0]]), np.array([0, 1, 0, 1]), np.full(4, 0.25)
    >>> smooth_minimum(X, y, s, alpha=0.1, tol=1e-9).theta.round(6) + 0.0  # w: 0.1 w = 0.5 / (1 + exp(w))
    array([1.177505, 0.      ])
    """
    frame = standardising(X, s, fit_intercept)
    theta = without_common_part(class_frequencies(X, y, s, fit_intercept) if start is None else start)
    blocked, single = blocked_logistic if theta.ndim == 1 else blocked_cross_entropy, X.size >= LARGE
    Z, t, steps = standardised(X, frame, np.float32 if single else np.float64), frame.from_theta(theta), 0
    t[-1] *= fit_intercept

    def full(t, value, gradient):
        gradient[-1] *= fit_intercept
        return penalised(value, gradient, t, alpha, frame.scale)

    def rough(t, some):
        return full(t, *blocked(t, Z[some], y[some], s[some] / s[some].sum(), np.float32))

    def exact(t):
        if loss:
            value, gradient = loss(frame.to_theta(t))
            return value, frame.pull(gradient)
        if not single:
            return full(t, *blocked(t, Z, y, s))
        parts = [blocked(t, standardised(X[r], frame, np.float64), y[r], s[r]) for r in blocks_of(X)]
        return full(t, sum(value for value, _ in parts), sum(gradient for _, gradient in parts))

    def walked(function, t, goal, some, most, rounding):
        return _walk(function, t, frame, Z[some], s[some] / s[some].sum(), alpha, goal, most, rounding)

    every, few = slice(None), slice(None, None, SHARE)
    if single and loss is None:
        goal = max(0.5 * tol, FLOAT32)
        if start is None and len(X) >= 10 * SHARE * X.shape[1]:
            t, _, _ = walked(lambda t: rough(t, few), t, goal, few, min(ROUND, max_iter), 1e-8)
        t, steps, _ = walked(lambda t: rough(t, every), t, goal, every, max_iter, 1e-8)
    t, more, slope = walked(exact, t, tol, every, max_iter - steps, 1e-15)
    return Minimum(without_common_part(frame.to_theta(t)), steps + more, slope)


def without_common_part(theta):
    """theta, (d+1, K), less its mean over the K classes, which the loss does not see; (d+1,) as it is.

    >>> without_common_part(np.array([[1.0, 3.0]]))
    array([[-1.,  1.]])
    """
    return theta - theta.mean(axis=1, keepdims=True) if theta.ndim == 2 else theta


def _walk(function, t, frame, Z, s, alpha, goal, max_iter, rounding):
    """L-BFGS from t on function, t -> (value, gradient), until the largest entry of theta's gradient is <= `goal`.

    Z, s : standardised samples and their weights.  Returns (t, steps, largest entry of theta's gradient).
    """
    penalty, point, steps = np.append(alpha / frame.scale**2, 0.0), Point(t, *function(t)), 0
    slope = lambda point: np.abs(frame.push(point.gradient)).max()
    factors_at = lambda t: curvature_factors(Z, (curvature(t, Z).T * s).T, penalty)

    def precondition(g):
        step = solve_curvature(factors, g)
        step[-1] *= frame.fit_intercept
        return step

    while slope(point) > goal and steps < max_iter:
        factors, start, before, best = factors_at(point.w), point, steps, point
        known = lambda t, start=start: (start.value, start.gradient) if t is start.w else function(t)
        for point in lbfgs(known, start.w, rounding=rounding, precondition=precondition):
            steps, best = steps + 1, min(best, point, key=slope)
            if slope(point) <= goal or steps >= max_iter:
                break
            if (steps - before) % ROUND == 0:
                factors = factors_at(point.w)
        if slope(point) > goal and steps < max_iter:  # rounding hides every further fall of the loss
            point = best
            if best is start:
                break
    return point.w, steps, slope(point)


def curvature(theta, Z):
    """$p_i (1 - p_i)$ of every class, kept from 0, at the rows of Z (n, d).

    theta : (d+1,) or (d+1, K).  Returns (n,) or (n, K).
    """
    z = Z @ theta[:-1].astype(Z.dtype) + theta[-1].astype(Z.dtype)
    p = sigmoid(z) if z.ndim == 1 else softmax(z)
    h = p * (1 - p)
    return h + 0.05 * h.mean(axis=0) + 1e-10


def class_frequencies(X, y, s, fit_intercept):
    """The theta, (d+1,) or (d+1, K), that says of every sample how frequent the classes are; 0 without an intercept.

    X : (n, d);  y : (n,) integers 0 ... K-1;  s : (n,) weights > 0;  fit_intercept : bool.
    """
    log = np.log(np.maximum(np.bincount(y, weights=s), 1e-6)) * fit_intercept  # a class may be absent
    theta = np.zeros((X.shape[1] + 1, len(log)))
    theta[-1] = log - log.mean()
    return theta if len(log) > 2 else theta[:, 1] - theta[:, 0]


def penalised(value, gradient, theta, alpha, scale=1.0):
    r"""A value and a gradient (overwritten), of shape theta's, with $\frac{\alpha}{2} |w / \mathrm{scale}|^2$ added.

    theta : (d+1,) or (d+1, K);  alpha : float;  scale : (d,), what the features were divided by.
    """
    w = (theta[:-1].T / scale).T
    gradient[:-1] += alpha * (w.T / scale).T
    return value + alpha / 2 * np.vdot(w, w), gradient
