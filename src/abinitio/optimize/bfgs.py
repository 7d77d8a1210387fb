r"""Quasi-Newton methods: the inverse Hessian learnt from the gradients seen on the way, BFGS and L-BFGS.

A step $s = w_{t+1} - w_t$ changes the gradient by $y = g_{t+1} - g_t$. Of all symmetric matrices with $H y = s$ the
BFGS update takes the one closest to the last H. It is of rank two: $O(d^2)$, where Newton's method solves in
$O(d^3)$. L-BFGS keeps no matrix but the last m pairs (s, y), and multiplies with H in $O(m d)$. With a strong-Wolfe
line search $s^\top y > 0$, and H stays positive definite.

Both walks end by themselves where rounding hides every further decrease.
Oracles: conjugate directions on quadratics (at most d steps with an exact line search); the secant equation; scipy.
Source: J. Nocedal, S. J. Wright, "Numerical Optimization" (2006), equations 6.17 and 6.20, algorithms 6.1, 7.4, 7.5.
"""

from collections import deque

import numpy as np
from scipy.linalg.blas import daxpy, ddot, dsymv, dsyr2

from abinitio.optimize.line_search import Point, strong_wolfe


def inverse_update(H, s, y):
    r"""The BFGS update of an inverse Hessian: the symmetric $H_+$ nearest to H with $H_+ y = s$,

    $H_+ = (1 - \rho s y^\top)\,H\,(1 - \rho y s^\top) + \rho s s^\top$ with $\rho = 1/s^\top y$.

    H : (d, d) symmetric, positive definite;  s : (d,) the step;  y : (d,) the change of the gradient, s @ y > 0.
    Returns (d, d), symmetric and positive definite, in $O(d^2)$ operations.

    >>> inverse_update(np.eye(2), np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    array([[0.5, 0. ],
           [0. , 1. ]])
    """
    rho, Hy = 1 / (s @ y), H @ y
    half = np.outer(rho * (1 + rho * y @ Hy) / 2 * s - rho * Hy, s)  # the products multiplied out: rank two
    return H + (half + half.T)


def _update_in_place(H, s, y):
    """`inverse_update` of the upper triangle alone, which overwrites H (in columns); the lower one is never read."""
    rho, Hy = 1 / (s @ y), dsymv(1.0, H, y)
    u = rho * (1 + rho * y @ Hy) / 2 * s - rho * Hy
    return dsyr2(1.0, u, s, a=H, overwrite_a=True)


inverse_update.fast = _update_in_place  # what `bfgs` runs where there is one, and else inverse_update itself


def bfgs(value_and_gradient, w):
    """Minimise f by the BFGS method, as a generator of the points it visits.

    value_and_gradient : callable, w -> (f(w), gradient (d,));  w : (d,), the start (not modified, not yielded).
    Yields a `Point` (w, value, gradient) after every step; f never rises. Ends where no step lowers f any more.

    >>> *_, last = bfgs(lambda w: (float((w - 3) @ (w - 3)), 2 * (w - 3)), np.zeros(2))
    >>> last.w.round(6)
    array([3., 3.])
    """
    point, H = Point(np.asarray(w, dtype=float), *value_and_gradient(w)), None
    while True:
        direction = -point.gradient if H is None else -dsymv(1.0, H, point.gradient)
        new = strong_wolfe(value_and_gradient, point, direction, _first_step(point, H is None))
        if new is None:
            return
        s, y = new.w - point.w, new.gradient - point.gradient
        if s @ y > 0:
            if H is None:
                H = np.asfortranarray(s @ y / (y @ y) * np.eye(len(s)))  # the scale of the inverse Hessian
            H = getattr(inverse_update, "fast", inverse_update)(H, s, y)
        point = new
        yield point


def two_loops(pairs, gradient, precondition=None):
    r"""The product $H g$ of L-BFGS: the inverse Hessian that the pairs build up, times a gradient.

    $H$ starts as $\frac{s^\top y}{y^\top P y} P$ with the last pair's s and y, and gets one `inverse_update` for
    each pair, oldest first.  pairs : sequence of (s, y), oldest first, arrays of one shape with $s^\top y > 0$;
    gradient : array of that shape;
    precondition : callable, g -> P g with a symmetric, positive definite matrix P; None for P = 1.
    Returns an array of that shape; without pairs, P times the gradient.

    >>> two_loops([(np.array([1.0, 0.0]), np.array([2.0, 0.0]))], np.array([4.0, 4.0]))
    array([2., 2.])
    """
    r, weights = gradient, []
    for s, y in reversed(pairs):
        weights.append(np.vdot(s, r) / np.vdot(s, y))
        r = r - weights[-1] * y
    H = precondition or (lambda g: g)
    r = H(r)
    if pairs:
        r = np.vdot(s := pairs[-1][0], y := pairs[-1][1]) / np.vdot(y, H(y)) * r
    for (s, y), a in zip(pairs, reversed(weights)):
        r = r + (a - np.vdot(y, r) / np.vdot(s, y)) * s
    return r


def _two_loops_in_place(pairs, gradient, precondition=None):
    """`two_loops` on one copy of the gradient."""
    H = precondition or (lambda g: g)
    flat, r, weights = [(s.ravel(), y.ravel()) for s, y in pairs], np.array(gradient, dtype=float).ravel(), []
    products = [ddot(s, y) for s, y in flat]
    for (s, y), sy in zip(reversed(flat), reversed(products)):
        weights.append(ddot(s, r) / sy)
        r = daxpy(y, r, a=-weights[-1])
    r = np.ravel(H(r.reshape(gradient.shape)))
    if pairs:
        y = flat[-1][1]
        r = products[-1] / ddot(y, np.ravel(H(pairs[-1][1]))) * r
    for (s, y), sy, a in zip(flat, products, reversed(weights)):
        r = daxpy(s, r, a=a - ddot(y, r) / sy)
    return r.reshape(gradient.shape)


two_loops.fast = _two_loops_in_place  # what `lbfgs` runs where there is one, and else two_loops itself


def lbfgs(value_and_gradient, w, memory=10, rounding=1e-15, precondition=None):
    """Minimise f by the limited-memory BFGS method, as a generator of the points it visits.

    value_and_gradient : callable, w -> (f(w), gradient of w's shape);
    w : array of any shape, the start (not modified, not yielded);  memory : int >= 1, pairs kept;
    rounding : relative error of f's values (1e-7 where they are computed in float32);
    precondition : callable, g -> about $H g$ with the inverse Hessian H, where one is known: it may change from step to
    step; None for a multiple of the unit matrix.
    Yields a `Point` (w, value, gradient) after every step; f never rises by more than its rounding. Ends where no
    step lowers f any more, or `memory` steps in a row neither lowered f by more than its rounding nor found a smaller
    gradient.

    >>> *_, last = lbfgs(lambda w: (float((w - 3) @ (w - 3)), 2 * (w - 3)), np.zeros(2))
    >>> last.w.round(6)
    array([3., 3.])
    """
    point, pairs = Point(np.asarray(w, dtype=float), *value_and_gradient(w)), deque(maxlen=memory)
    size = (lambda g: np.vdot(g, precondition(g))) if precondition else np.linalg.norm  # the fall that g promises
    smallest, waited = np.inf, 0
    while True:
        direction = -getattr(two_loops, "fast", two_loops)(pairs, point.gradient, precondition)
        first = _first_step(point, not pairs and precondition is None)
        new = strong_wolfe(value_and_gradient, point, direction, first, rounding=rounding, size=None)
        if new is None:
            return
        if new.value < point.value - 4 * rounding * abs(point.value):
            waited = 0
        elif (now := size(new.gradient)) < smallest:
            smallest, waited = now, 0
        else:
            waited += 1
        s, y = new.w - point.w, new.gradient - point.gradient
        if np.vdot(s, y) > 0:
            pairs.append((s, y))
        point = new
        yield point
        if waited == memory:
            return


def _first_step(point, unknown_scale):
    """1, the natural step of a Newton-like method; at most 1 in length while the scale of H is unknown."""
    return min(1.0, 1 / max(np.linalg.norm(point.gradient), 1e-300)) if unknown_scale else 1.0
