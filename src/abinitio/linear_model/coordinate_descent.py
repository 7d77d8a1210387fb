r"""Coordinate descent, compiled: minimise over one coefficient at a time, exactly, until none moves.

The problem is the elastic net in sums, with $s_i$ inside X and y:
$$P(w) = \tfrac12 |y - Xw|^2 + \ell_1 |w|_1 + \tfrac12 \ell_2 |w|^2 .$$
Along coordinate j it is a parabola with a kink, minimal at
$w_j = S(x_j^\top r + |x_j|^2 w_j, \ell_1)/(|x_j|^2 + \ell_2)$
with $r = y - Xw$ and the soft threshold $S$. `descend_gram` never touches the samples: with $G = X^\top X$ it keeps
$q = X^\top r$ up to date at a cost of d numbers a step; `descend_residual` keeps r, at n numbers a step, for d > n.
Both alternate sweeps over all coefficients with sweeps over those that are not zero. `descend_path` goes along falling
penalties without a return to Python, which would cost as much as the sweeps.

`elastic_net_gap` bounds how far P(w) is from the minimum. Readable version: `lasso.coordinate_sweep`.
Sources: J. Friedman, T. Hastie, R. Tibshirani, J. Stat. Software 33 (2010) 1, sections 2.1-2.2;
O. Fercoq, A. Gramfort, J. Salmon, "Mind the duality gap", arXiv:1505.03410, section 2; C. Dünner et al.,
"Primal-dual rates and certificates", arXiv:1602.05205, section 5.3.
"""

import numba
import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.lapack import dposv

FAST = {"reassoc", "contract", "nsz"}  # sums in any order, so that they fill the SIMD lanes; NaN stays NaN
PATIENCE = 20  # sweeps; on d columns they cost about as much as the Cholesky factor of an orthant step
WHOLE = 4  # sweeps over a small support on the whole matrix; those that last longer are worth a copy of its block
FRESH = 10  # penalties after which the correlations are summed anew, before the rounding of the steps adds up
FINEST = 1e-13  # relative step below which rounding hides the rest


@numba.njit(cache=True, error_model="numpy")
def _minimum(z, curvature, l1, l2):
    """The minimiser over u of (curvature + l2) u²/2 - z u + l1 |u|; 0 for a column of zeros."""
    if curvature == 0:
        return 0.0
    return (max(z - l1, 0.0) + min(z + l1, 0.0)) / (curvature + l2)


@numba.njit(cache=True, fastmath=FAST)
def _sweep_gram(G, q, w, l1, l2, coordinates):
    largest_step, largest = 0.0, 0.0
    for j in coordinates:
        step = _minimum(q[j] + G[j, j] * w[j], G[j, j], l1, l2) - w[j]
        if step != 0:
            w[j] += step
            row = G[j]
            for k in range(len(q)):
                q[k] -= row[k] * step
        largest_step = max(largest_step, abs(step))
        largest = max(largest, abs(w[j]))
    return largest_step / largest if largest > 0 else largest_step


@numba.njit(cache=True, fastmath=FAST)
def _sweep_residual(Z, squares, r, w, l1, l2, coordinates):
    largest_step, largest = 0.0, 0.0
    for j in coordinates:
        z, row = 0.0, Z[j]
        for i in range(len(r)):
            z += row[i] * r[i]
        step = _minimum(z + squares[j] * w[j], squares[j], l1, l2) - w[j]
        if step != 0:
            w[j] += step
            for i in range(len(r)):
                r[i] -= row[i] * step
        largest_step = max(largest_step, abs(step))
        largest = max(largest, abs(w[j]))
    return largest_step / largest if largest > 0 else largest_step


@numba.njit(cache=True)
def descend_gram(G, q, w, l1, l2, tol, max_sweeps):
    r"""Coordinate descent on the Gram matrix until no coefficient moves by more than 0.3 tol times the largest.

    G : (d, d) $X^\top X$;  q : (d,) $X^\top(y - Xw)$, kept up to date;  w : (d,) start, overwritten by the answer;
    l1, l2 : the penalties in sums, $\ell_1, \ell_2 \ge 0$;  tol : relative step;  max_sweeps : int.
    Returns (the number of sweeps, whether it got there). A zero column's coefficient is 0.
    """
    sweeps, everything = 0, np.arange(len(w))
    while sweeps < max_sweeps:
        sweeps += 1
        if _sweep_gram(G, q, w, l1, l2, everything) <= 0.3 * tol:
            return sweeps, True
        taken, still = _descend_support(G, q, w, l1, l2, tol, max_sweeps - sweeps)
        sweeps += taken
        if still and np.all((w != 0) | (np.abs(q) <= l1)):  # a sweep would leave the zeros where they are
            return sweeps, True
    return sweeps, False


@numba.njit(cache=True)
def _descend_support(G, q, w, l1, l2, tol, max_sweeps):
    """`descend_gram` on the coefficients that are not zero, from w and q: (sweeps, whether it got there)."""
    support, sweeps, moved = np.nonzero(w)[0], 0, np.inf
    whole = WHOLE if 2 * len(support) <= len(w) else max_sweeps
    while sweeps < min(whole, max_sweeps) and moved > 0.3 * tol:
        sweeps += 1
        moved = _sweep_gram(G, q, w, l1, l2, support)
    if sweeps < max_sweeps and moved > 0.3 * tol:
        G_s, q_s, w_s, turn = _block(G, support), q[support], w[support], np.arange(len(support))
        while sweeps < max_sweeps and moved > 0.3 * tol:
            sweeps += 1
            moved = _sweep_gram(G_s, q_s, w_s, l1, l2, turn)
        target = w.copy()
        target[support] = w_s
        move(G, q, w, target)
    return sweeps, moved <= 0.3 * tol


@numba.njit(cache=True)
def _block(G, support):
    block = np.empty((len(support), len(support)))
    for a in range(len(support)):
        for b in range(len(support)):
            block[a, b] = G[support[a], support[b]]
    return block


@numba.njit(cache=True, fastmath=FAST)
def move(G, q, w, target):
    """Set w (d,) to target (d,), in place, and bring q = Xᵀ(y - Xw) up to date with G = XᵀX."""
    for j in range(len(w)):
        step, row = target[j] - w[j], G[j]
        if step != 0:
            w[j] = target[j]
            for k in range(len(q)):
                q[k] -= row[k] * step


@numba.njit(cache=True)
def renew(G, c, w, q):
    """Set q (d,) to c - Gw, in place: the correlations of w (d,), without the rounding errors of the steps to it."""
    q[:] = c
    move(G, q, np.zeros(len(w)), w)


@numba.njit(cache=True)
def descend_path(G, c, yy, l1s, l2s, tol, max_sweeps, k, w, q, W, Q, gaps, sweeps):
    r"""`descend_gram` for one penalty after the other, each from the line through the last two solutions.

    G : (d, d) $X^\top X$;  c : (d,) $X^\top y$;  yy : $|y|^2$;  l1s, l2s : (m,) the falling penalties in sums;
    tol : relative step, and the gap to reach over yy;  max_sweeps : int, for one penalty;  k : the penalty to begin
    with;  w, q : (d,) the solution before it and its $X^\top(y - Xw)$, both overwritten by the last ones reached;
    W, Q : (m, d) all w and q so far;  gaps, sweeps : (m,) duality gaps and sweeps: overwritten from k on.
    Returns the number of the first penalty that needs more than max_sweeps, or m.
    """
    while k < len(l1s):
        _look_ahead(G, c, l1s + l2s, k, w, q, W, Q)
        gaps[k], sweeps[k], still, fine = np.inf, 0, True, max(tol, FINEST)
        while still and gaps[k] > tol * yy:
            if sweeps[k] > 0:
                renew(G, c, w, q)  # it may be the rounding of q that keeps the gap open
            taken, still = descend_gram(G, q, w, l1s[k], l2s[k], fine, max_sweeps - sweeps[k])
            gaps[k] = gram_gap(w, q, c, yy, l1s[k], l2s[k])
            sweeps[k] += taken
            fine = max(fine / 10, FINEST)
        W[k], Q[k] = w, q
        if not still:
            return k
        k += 1
    return k


@numba.njit(cache=True)
def _look_ahead(G, c, penalties, k, w, q, W, Q):
    """Move w and q from solution k - 1 on along the line through the last two, where that keeps the signs."""
    target = w.copy()
    if k >= 2 and penalties[k - 2] > penalties[k - 1]:
        far = (penalties[k - 1] - penalties[k]) / (penalties[k - 2] - penalties[k - 1])
        target += far * (w - W[k - 2])
        kept = np.sign(target) == np.sign(w)
        if far <= 1:  # q is on a line too; far ahead its rounding errors would grow
            q += far * (q - Q[k - 2])
            w[:] = target
        target = np.where(kept, target, 0.0)
    move(G, q, w, target)
    if k % FRESH == 0:
        renew(G, c, w, q)


@numba.njit(cache=True)
def descend_residual(Z, squares, r, w, l1, l2, tol, max_sweeps):
    r"""Coordinate descent on the residual until no coefficient moves by more than 0.3 tol times the largest.

    Z : (d, n) the *rows* are the features, $X^\top$;  squares : (d,) $|x_j|^2$;  r : (n,) $y - Xw$, kept up to date;
    w : (d,) start, overwritten by the answer;  l1, l2 : the penalties in sums;  tol : relative step;  max_sweeps : int.
    Returns (the number of sweeps, whether it got there).
    """
    sweeps, everything = 0, np.arange(len(w))
    while sweeps < max_sweeps:
        sweeps += 1
        if _sweep_residual(Z, squares, r, w, l1, l2, everything) <= 0.3 * tol:
            return sweeps, True
        support, moved = np.nonzero(w)[0], np.inf
        while sweeps < max_sweeps and moved > tol:
            sweeps += 1
            moved = _sweep_residual(Z, squares, r, w, l1, l2, support)
    return sweeps, False


def settle(G, q, w, l1, l2, tol, max_sweeps):
    r"""`descend_gram` until it stands still, helped by an `orthant_step` whenever that takes long; q and w in place.

    G : (d, d) $X^\top X$;  q : (d,) $X^\top(y - Xw)$, kept up to date;  w : (d,) start, overwritten by the answer;
    l1, l2 : the penalties in sums;  tol : relative step;  max_sweeps : int.
    Returns (the number of sweeps, whether it got there).
    """
    sweeps = 0
    while True:
        taken, still = descend_gram(G, q, w, l1, l2, tol, min(PATIENCE, max_sweeps - sweeps))
        sweeps += taken
        if still or sweeps >= max_sweeps:
            return sweeps, still
        jump(G, q, w, l1, l2)


def jump(G, q, w, l1, l2):
    r"""An `orthant_step` on the Gram matrix, q and w in place.

    G : (d, d) $X^\top X$;  q : (d,) $X^\top(y - Xw)$, kept up to date;  w : (d,);  l1, l2 : the penalties in sums.
    """

    def solve(support, b):
        matrix = _block(G, support)
        matrix.flat[:: len(support) + 1] += l2
        _, u, failed = dposv(matrix.T, b, lower=True, overwrite_a=True)
        if failed:  # not definite
            raise LinAlgError
        return u

    move(G, q, w, orthant_step(w, q - l2 * w - l1 * np.sign(w), solve))


def settle_residual(Z, r, w, l1, l2, tol, max_sweeps):
    r"""`settle` with the residual in place of the Gram matrix, for more features than samples; r and w in place.

    Z : (d, n) the *rows* are the features, $X^\top$;  r : (n,) $y - Xw$, kept up to date;  w : (d,) start, overwritten;
    l1, l2 : the penalties in sums;  tol : relative step;  max_sweeps : int.
    Returns (the number of sweeps, whether it got there).
    """

    def solve(support, b):  # (X'X + l2) u = b  through  u = (b - X'(XX' + l2)⁻¹ X b) / l2
        X = Z[support].T
        factor = cho_factor(X @ X.T + l2 * np.eye(len(r)), check_finite=False)
        return (b - X.T @ cho_solve(factor, X @ b, check_finite=False)) / l2

    sweeps, squares = 0, np.einsum("ij,ij->i", Z, Z)
    while True:
        taken, still = descend_residual(Z, squares, r, w, l1, l2, tol, min(PATIENCE, max_sweeps - sweeps))
        sweeps += taken
        if still or sweeps >= max_sweeps:
            return sweeps, still
        if l2 > 0:
            target = orthant_step(w, Z @ r - l2 * w - l1 * np.sign(w), solve)
            r -= (target - w) @ Z
            w[:] = target


def orthant_step(w, slope, solve):
    r"""From w to the minimum of the parabola that P is while no coefficient changes sign, or to the first that would.

    w : (d,);  slope : (d,) $X^\top(y - Xw) - \ell_2 w - \ell_1\,\mathrm{sign}(w)$, minus the gradient where w is not 0;
    solve : callable, solve(support, b) is the u with $(X^\top X + \ell_2)_{AA}\, u = b$ on the support A.
    Returns the new w: w + u on the support if that keeps the signs, and else the point on the way where the first
    coefficient reaches zero. Between w and there P only falls. Where the matrix is singular, w itself.

    >>> orthant_step(np.array([1.0, 0.0]), np.array([2.0, 5.0]), lambda support, b: b)
    array([3., 0.])
    """
    support, moved = np.nonzero(w)[0], w.copy()
    if len(support) == 0:
        return moved
    try:
        step = solve(support, slope[support])
    except LinAlgError:
        return moved
    against = step * w[support] < 0
    reach = np.where(against, -w[support] / np.where(against, step, 1), np.inf)
    if step @ slope[support] > 0:
        length = min(1.0, reach.min())
        moved[support] += length * step
        moved[support[reach <= length]] = 0
    return moved


@numba.njit(cache=True)
def elastic_net_gap(w, q, residual2, residual_y, l1, l2):
    r"""An upper bound of $P(w) - \min P$ from a feasible point of the dual problem; 0 exactly at the minimum.

    w : (d,);  q : (d,) $X^\top r$ with the residual $r = y - Xw$;  residual2 : $|r|^2$;  residual_y : $r^\top y$;
    l1, l2 : the penalties in sums.
    With $\ell_1 > 0$ the dual point is r, shrunk until every $|x_j^\top r - \ell_2 w_j| \le \ell_1$;
    with $\ell_1 = 0$ it is r itself; with $\ell_1 = \ell_2 = 0$ there is no bound, and the squared gradient
    $|X^\top r|^2$ is returned (as scikit-learn does).

    >>> float(elastic_net_gap(np.zeros(1), np.array([2.0]), 4.0, 4.0, 2.0, 0.0))
    0.0
    """
    if l1 == 0:
        return np.sum(q**2) if l2 == 0 else residual2 - residual_y + (l2 * np.sum(w**2) + np.sum(q**2) / l2) / 2
    size2 = residual2 + l2 * np.sum(w**2)
    shrink = l1 / max(l1, np.abs(q - l2 * w).max())
    return (1 + shrink**2) / 2 * size2 + l1 * np.abs(w).sum() - shrink * residual_y


@numba.njit(cache=True)
def gram_gap(w, q, c, yy, l1, l2):
    r"""`elastic_net_gap` from sums of products alone.

    w : (d,);  q : (d,) $X^\top(y - Xw)$;  c : (d,) $X^\top y$;  yy : $|y|^2$;  l1, l2 : the penalties in sums.

    >>> gram_gap(np.zeros(1), np.array([2.0]), np.array([2.0]), 4.0, 2.0, 0.0)
    0.0
    """
    residual_y = yy - np.sum(w * c)
    return elastic_net_gap(w, q, max(residual_y - np.sum(w * q), 0.0), residual_y, l1, l2)
