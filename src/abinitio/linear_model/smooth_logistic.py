r"""The minimum of logistic regression with the penalty $\frac{\alpha}{2}|w|^2$: L-BFGS in whitened coordinates.

The curvatures of the loss, $h_i = p_i (1 - p_i)$ or their mean over the classes, fall as the fit gets surer; the
coordinates are made anew every `ROUND` steps with those of the moment. For two classes the Hessian is then nearly the
unit matrix, and the steps are nearly Newton's.

Large data are first walked over in float32, at half the memory traffic and twice the speed; what that leaves is
then measured in float64, and walked on in float64 until the gradient is as small as asked for.

Oracles: the conditions of optimality; `newton` on the Hessian; `sklearn.linear_model.LogisticRegression`.
"""

from typing import NamedTuple

import numpy as np

from abinitio.linear_model.blocked_loss import blocked_cross_entropy, blocked_logistic
from abinitio.linear_model.logistic import sigmoid
from abinitio.linear_model.multinomial import softmax
from abinitio.linear_model.whitening import some_rows, standardised, standardising, whitened
from abinitio.optimize.bfgs import lbfgs
from abinitio.optimize.line_search import Point

ROUND = 15  # steps of L-BFGS before the coordinates are made anew
LARGE = 2**18  # numbers in X from which on a copy in float32 pays
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
    theta, steps = class_frequencies(X, y, s, fit_intercept) if start is None else start, 0
    if theta.ndim == 2:
        theta = theta - theta.mean(axis=1, keepdims=True)  # the loss does not see it, the penalty wants it
    blocked = blocked_logistic if theta.ndim == 1 else blocked_cross_entropy
    few = some_rows(*X.shape)
    if loss is None and X.size >= LARGE:
        Z, s_single = standardised(X, frame, np.float32), s.astype(np.float32)

        def single(frame, v):
            theta = frame.to_standardised(v)
            value, gradient = blocked(theta, Z, y, s_single, np.float32)
            value, gradient = penalised(value, gradient, theta, alpha, frame.scale)
            return value, frame.pull_standardised(gradient)

        goal = max(0.5 * tol, FLOAT32)
        theta, steps, _ = _rounds(single, theta, frame, Z[few], s[few], alpha, goal, max_iter, rounding=1e-8)
        rows = Z[few]
    else:
        rows = standardised(X[few], frame, X.dtype)

    def exact(frame, v):
        theta = frame.to_theta(v)
        value, gradient = loss(theta) if loss else penalised(*blocked(theta, X, y, s), theta, alpha)
        return value, frame.pull(gradient)

    theta, more, slope = _rounds(exact, theta, frame, rows, s[few], alpha, tol, max_iter - steps)
    return Minimum(theta, steps + more, slope)


def _rounds(value_and_gradient, theta, frame, Z, s, alpha, goal, max_iter, rounding=1e-15):
    """L-BFGS from theta in coordinates made anew every round, until the gradient's largest entry is at most `goal`.

    Z, s : some standardised rows and their weights.  Returns (theta, steps, largest entry of the gradient).
    """
    steps, still = 0, False
    while True:
        frame = whitened(frame, Z, s / s.sum() * curvature(frame, Z, theta), alpha)
        slope = lambda point, frame=frame: np.abs(frame.push(point.gradient)).max()
        function = lambda v, frame=frame: value_and_gradient(frame, v)
        point = Point(frame.from_theta(theta), *function(frame.from_theta(theta)))
        before = steps
        walk = lbfgs(function, point.w, rounding=rounding)
        while slope(point) > goal and steps < min(before + ROUND, max_iter) and (new := next(walk, None)):
            point, steps = new, steps + 1
        if steps > before:
            theta = frame.to_theta(point.w)
        if slope(point) <= goal or steps >= max_iter or (steps == before and still):
            return theta, steps, slope(point)
        still = steps == before


def curvature(frame, Z, theta):
    """$h_i = p_i (1 - p_i)$, for K classes their mean, (m,), at theta, on standardised rows Z (m, d) of `frame`."""
    theta = frame._replace(factor=np.ones(len(theta))).from_theta(theta)
    z = Z @ theta[:-1].astype(Z.dtype) + theta[-1]
    p = sigmoid(z) if z.ndim == 1 else softmax(z)
    h = p * (1 - p) if z.ndim == 1 else np.mean(p * (1 - p), axis=1)
    return h + 0.01 * h.mean() + 1e-10


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
