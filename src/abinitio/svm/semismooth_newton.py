r"""Newton's method where the curvature jumps: $\frac12 |w|^2$ and losses that are made of pieces of parabolas.

Minimise $F(w) = \frac12 |w|^2 + \sum_i \psi_i(f_i)$ with $f = Xw$, where each convex $\psi_i$ has the curvature
$\sigma_i$ in some intervals of f and 0 elsewhere: squared hinges, smoothed hinges, smoothed tubes. With the pull
$p_i = -\psi_i'(f_i)$ the gradient is $w - X^\top p$, and Newton's step solves
$$\Big(1 + \sum_{i \in A} \sigma_i x_i x_i^\top\Big)\, \delta = X^\top p - w$$
for the samples A that have curvature now. If A stays the same in a full step, it has ended at the minimum.

What makes it fast: from step to step few samples enter or leave A, and the sum is mended for those alone; several steps
are made on the samples that are near a change of their pull, while the others keep theirs, then one on all that goes to
the lowest point on the way. Cost of a step: $d^3/3$ for the equations, $d^2$ for each sample that enters or leaves.
Source: O. L. Mangasarian, Optim. Methods Softw. 17 (2002) 913; L. Qi, J. Sun, Math. Program. 58 (1993) 353.
"""

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.blas import dsyrk


class ActiveGram:
    r"""$\sum_{i \in A} r_i x_i x_i^\top$ for a set A of samples that changes a little from call to call.

    X : (n, d) features, float64;  rates : (n,) the weights $r_i > 0$.

    >>> gram = ActiveGram(np.array([[1.0], [2.0], [3.0]]), np.ones(3))
    >>> gram(np.array([True, True, False])), gram(np.array([False, True, True]))
    (array([[5.]]), array([[13.]]))
    """

    def __init__(self, X, rates):
        self.X, self.roots = X, np.sqrt(rates)
        self.members = np.zeros(len(X), dtype=bool)
        self.total = np.zeros((X.shape[1], X.shape[1]), order="F")

    def __call__(self, members):
        """The sum for the samples with a True in `members` (n,): (d, d), of which the lower triangle is to be used and
        which the next call changes."""
        come, go = np.flatnonzero(members & ~self.members), np.flatnonzero(self.members & ~members)
        if len(come) + len(go) > 0.7 * np.count_nonzero(members):
            self.total, come, go = np.zeros_like(self.total), np.flatnonzero(members), come[:0]
        for sign, rows in ((1.0, come), (-1.0, go)):
            if len(rows):
                Z = self.X[rows] * self.roots[rows, None]
                self.total = dsyrk(sign, Z.T, beta=1.0, c=self.total, lower=1, overwrite_c=1)
        self.members = members
        return self.total


def newton_direction(S, scale, g):
    r"""$\delta = -(1 + s\, S)^{-1} g$.

    S : (d, d) symmetric, positive semidefinite, of which only the lower triangle is read;  scale : float s > 0;
    g : (d,).  Returns (d,).

    >>> newton_direction(np.eye(2), 3.0, np.array([4.0, 8.0]))
    array([-1., -2.])
    """
    H, diagonal = scale * S, np.arange(len(g))
    H[diagonal, diagonal] += 1
    for more in (0.0, 1e-14, 1e-12, 1e-10):  # rounding in S can hide the 1
        try:
            H[diagonal, diagonal] += more * H[diagonal, diagonal].max()
            return -cho_solve(cho_factor(H, lower=True, check_finite=False), g, check_finite=False)
        except LinAlgError:
            continue
    return -g / H[diagonal, diagonal].max()


def step_length(slope, accuracy=0.1):
    r"""A step t at which the convex function with the derivative `slope` is nearly lowest, 1 if that is good enough.

    slope : callable, t -> the derivative, rising, negative at 0;  accuracy : the derivative at t is at most this part
    of the one at 0 in size.
    Returns t > 0, at most 64, or 0 where the derivative at 0 is not negative.

    >>> step_length(lambda t: t - 0.98), step_length(lambda t: t - 3.9)
    (1.0, 4.0)
    """
    low, high, t, limit = 0.0, np.inf, 1.0, slope(0.0)
    if not limit < 0:
        return 0.0
    for _ in range(60):
        here = slope(t)
        if abs(here) <= -accuracy * limit:
            return t
        low, high = (t, high) if here < 0 else (low, t)
        if t >= 64 and high == np.inf:  # farther only where rounding errors make the slope
            return t
        t = 2 * t if high == np.inf else (low + high) / 2
    return low


def combination(p, X):
    r"""$X^\top p$, from the rows where p is not 0 where these are few.

    p : (n,);  X : (n, d).  Returns (d,).

    >>> combination(np.array([0.0, 2.0, 0.0, 0.0]), np.eye(4))
    array([0., 2., 0., 0.])
    """
    rows = np.flatnonzero(p)
    return p[rows] @ X[rows] if len(rows) < len(p) / 4 else p @ X


class Walk:
    r"""Where Newton's walk stands: w (d,), scores f = Xw (n,), pulls p (n,), X'p (d,), and how far f moved last.

    X : (n, d);  pull : callable, (f, rows) -> $p = -\psi'(f)$ of the samples `rows` (an index array or slice);
    w : (d,) where the walk starts.

    >>> walk = Walk(np.array([[1.0], [2.0]]), lambda f, rows: 1 - f, np.array([0.5]))
    >>> walk.gradient  # w - X'(1 - Xw)
    array([0.])
    """

    def __init__(self, X, pull, w):
        self.X, self.w, self.f, self.moved = X, w, X @ w, np.inf
        self.lengths = np.sqrt(np.einsum("ij,ij->i", X, X))
        self.use(pull)

    def use(self, pull):
        """Go on with other losses: new pulls at the same place."""
        self.pull, self.p = pull, pull(self.f, slice(None))
        self.Xp = combination(self.p, self.X)

    @property
    def gradient(self):
        """The gradient $w - X^\\top p$."""
        return self.w - self.Xp

    @property
    def rounding(self):
        """What rounding leaves of the gradient, about."""
        return 1e-14 * (np.abs(self.p) @ self.lengths + np.linalg.norm(self.w))

    def near(self):
        """The samples whose pull is not the same six typical moves of f to either side."""
        if not self.moved < np.inf:
            return np.arange(len(self.f))
        reach, everyone = 6 * self.moved + 1e-9 * np.abs(self.f).max(), slice(None)
        return np.flatnonzero(self.pull(self.f - reach, everyone) != self.pull(self.f + reach, everyone))

    def go(self, w, f):
        """Move towards w, where the scores are f, as far as it goes down."""
        dw, df = w - self.w, f - self.f
        t = step_length(_slope(self.w @ dw, dw @ dw, self.pull, self.f, df, slice(None)), accuracy=0.5)
        if t == 0:
            self.moved = np.inf
            return t
        self.w, self.f, self.moved = self.w + t * dw, self.f + t * df, t * np.sqrt(np.mean(df**2))
        p = self.pull(self.f, slice(None))
        self.Xp, self.p = self.Xp + combination(p - self.p, self.X), p
        return t


def _slope(start, bend, pull, f, df, rows):
    """The derivative of the objective along a step, t -> start + bend t - p·df with the pulls p at f + t df."""
    return lambda t: start + t * bend - pull(f + t * df, rows) @ df


def newton_steps(walk, curved, gram, scale, enough, most=6):
    """Newton's steps on the samples that are near a change of their pull; the others keep theirs.

    walk : `Walk`, not moved;  curved : callable, (f, rows) -> which of these samples have curvature, booleans;
    gram : `ActiveGram` of all samples;  scale : float, the curvatures are scale times its rates;
    enough : size of the gradient at which to stop;  most : int, steps.
    Returns the weights reached, (d,), and the number of steps.
    """
    rows = walk.near()
    X = walk.X if len(rows) > len(walk.f) / 2 else walk.X[rows]
    rows = np.arange(len(walk.f)) if X is walk.X else rows
    w, f, p, Xp, steps = walk.w, walk.f[rows], walk.p[rows], walk.Xp, 0
    while steps < most and np.linalg.norm(w - Xp) > enough:
        members = np.zeros(len(walk.f), dtype=bool)
        members[rows] = curved(f, rows)
        dw = newton_direction(gram(members), scale, w - Xp)
        df = X @ dw
        t = step_length(_slope((w - Xp) @ dw + p @ df, dw @ dw, walk.pull, f, df, rows))
        if t == 0:
            break
        w, f, steps = w + t * dw, f + t * df, steps + 1
        after = walk.pull(f, rows)
        Xp, p = Xp + combination(after - p, X), after
    return w, steps


def descend(walk, curved, gram, scale, accuracy, most):
    r"""Move a walk to the minimum of its losses.

    walk : `Walk`, which is moved;  curved : callable, (f, rows) -> which of these samples have curvature, booleans;
    gram : `ActiveGram` of all samples;  scale : float > 0, the curvatures $\sigma_i$ are scale times its rates;
    accuracy : the gradient at the end, relative to that at the start (0: down to rounding);  most : int, steps.
    Returns the number of Newton's steps.

    >>> X, y = np.array([[1.0], [-1.0], [9.0]]), np.array([1.0, -1.0, 1.0])  # squared hinge with C = 1
    >>> walk = Walk(X, lambda f, rows: 2 * y[rows] * np.maximum(0, 1 - y[rows] * f), np.zeros(1))
    >>> steps = descend(walk, lambda f, rows: y[rows] * f < 1, ActiveGram(X, np.ones(3)), 2.0, 0.0, 100)
    >>> walk.w.round(12)
    array([0.8])
    """
    fraction, steps, fresh = accuracy * np.linalg.norm(walk.gradient), 0, True
    while steps < most:
        enough = max(walk.rounding, min(fraction, 0.1 * np.linalg.norm(walk.w)))  # a gradient of w's size says nothing
        w, made = newton_steps(walk, curved, gram, scale, enough, min(6, most - steps))
        steps += made
        if made > 0 and walk.go(w, walk.X @ w) > 0:
            fresh = False
        elif fresh:
            break
        else:  # X'p is a sum of changes: now without their rounding errors
            walk.use(walk.pull)
            fresh = True
    return steps
