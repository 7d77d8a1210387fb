r"""Dual coordinate descent in compiled code, which sets aside the multipliers that are likely to stay at their bounds.

The same steps as `coordinate_descent`, from the same random orders. Shrinking: in a sweep the slopes
$1 - y_i\, x_i \cdot w - D_i a_i$ of the multipliers that can still move lie in an interval; a multiplier at 0 with a
slope below what was the least in the sweep before, or at its upper bound with one above the largest, is left out of the
sweeps that follow. When those that remain lie within 1, then 0.1 ... and at last `tol`, all are taken back.
Source: C.-J. Hsieh, K.-W. Chang, C.-J. Lin, S. S. Keerthi, S. Sundararajan, ICML (2008) 408, section 3.2.
"""

import numba
import numpy as np


@numba.njit(cache=True, fastmath={"reassoc", "contract"})
def _sweep(X, y, upper, diagonal, squares, a, w, order, active, least, most):
    """Steps for the first `active` samples of `order`, on a and w in place; those with a slope below `least` at 0 or
    above `most` at their bound are swapped to the end. Returns what is still active, and the least and largest slope
    of what could move (0 for what could not)."""
    lowest, highest, s = np.inf, -np.inf, 0
    while s < active:
        i = order[s]
        f = 0.0
        for j in range(len(w)):
            f += w[j] * X[i, j]
        slope = 1 - y[i] * f - diagonal[i] * a[i]
        if (a[i] <= 0 and slope < least) or (a[i] >= upper[i] and slope > most):
            active -= 1
            order[s], order[active] = order[active], i
            continue
        held = (a[i] <= 0 and slope < 0) or (a[i] >= upper[i] and slope > 0)
        lowest, highest = min(lowest, 0.0 if held else slope), max(highest, 0.0 if held else slope)
        if not held and slope != 0:
            curvature = squares[i] + diagonal[i]
            best = min(max(a[i] + slope / curvature, 0.0), upper[i]) if curvature > 0 else upper[i]
            change = (best - a[i]) * y[i]
            a[i] = best
            for j in range(len(w)):
                w[j] += change * X[i, j]
        s += 1
    return active, lowest, highest


def compiled_sweep(a, w, X, y, upper, diagonal, order):
    r"""`coordinate_step` for the samples in the given order, compiled.

    a : (n,) multipliers and w : (d,) weights $\sum_i a_i y_i x_i$ before;  X : (n, d) features, C-contiguous float64;
    y : (n,) labels -1.0 or +1.0;  upper : (n,) the bounds $U_i$;  diagonal : (n,) the $D_i$;  order : (n,) integers.
    Returns (a, w) after; neither is changed itself.

    >>> X, y = np.array([[1.0], [-1.0], [9.0]]), np.array([1.0, -1.0, 1.0])
    >>> compiled_sweep(np.zeros(3), np.zeros(1), X, y, np.full(3, 0.25), np.zeros(3), np.arange(2))
    (array([0.25, 0.25, 0.  ]), array([0.5]))
    """
    a, w, squares = a.copy(), w.copy(), np.einsum("ij,ij->i", X, X)
    _sweep(X, y, upper, diagonal, squares, a, w, order.copy(), len(order), -np.inf, np.inf)
    return a, w


def shrinking_descent(X, y, upper, diagonal, tol, rng):
    r"""Compiled sweeps with shrinking, from a = 0 (generator, which ends).

    X : (n, d) features, C-contiguous float64;  y : (n,) labels -1.0 or +1.0;  upper : (n,) the bounds $U_i$;
    diagonal : (n,) the $D_i$, for a hinge loss 0, for a squared one 1/2C with infinite bounds;
    tol : float > 0: the walk ends when the slopes of all multipliers that can move are within an interval of this
    length (liblinear's rule and tolerance);  rng : numpy Generator, one permutation of what is active for each sweep.
    Yields (a, w, active) after every sweep, the same two arrays each time and the number of active samples.

    >>> X, y = np.array([[1.0], [-1.0], [9.0]]), np.array([1.0, -1.0, 1.0])
    >>> *_, (a, w, active) = shrinking_descent(X, y, np.full(3, 0.25), np.zeros(3), 1e-6, np.random.default_rng(0))
    >>> w, active
    (array([0.5]), 3)
    """
    n, d = X.shape
    a, w, squares, order = np.zeros(n), np.zeros(d), np.einsum("ij,ij->i", X, X), np.arange(n)
    active, least, most, loose = n, -np.inf, np.inf, max(tol, 1.0)
    while True:
        order[:active] = rng.permutation(order[:active])
        active, lowest, highest = _sweep(X, y, upper, diagonal, squares, a, w, order, active, least, most)
        if highest - lowest <= loose:  # also if nothing is active
            all_within = active == n and loose == tol
            active, least, most, loose = n, -np.inf, np.inf, max(tol, loose / 10)
        else:
            all_within = False
            least, most = (lowest if lowest < 0 else -np.inf), (highest if highest > 0 else np.inf)
        yield a, w, active
        if all_within:
            return
