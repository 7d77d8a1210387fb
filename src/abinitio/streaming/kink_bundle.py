r"""The hinge losses of rows in a file: few passes, since the kinks that matter are kept in memory.

Minimised is $F(w) = \frac12 |w|^2 + C \sum_i \max(0, 1 - z_i \cdot w)$, with $z_i = y_i x_i$. At a point w let
$r_i = 1 - z_i \cdot w$ and $p_i = C$ where $r_i > 0$, else 0. A step s changes F by
$$F(w + s) - F(w) = g \cdot s + \tfrac12 |s|^2 + \sum_i \max_{-p_i \le q \le C - p_i} q\,(r_i - z_i \cdot s), \qquad
g = w - \sum_i p_i z_i .$$
The terms of the sum are $\ge 0$. Without them this is the cutting plane of bundle methods, a lower bound of F that
touches it at w. A row far from its kink has the term 0 as long as $|z_i \cdot s| \le |r_i|$: a pass sums g over all
rows and keeps those nearest to their kinks, with which the bound is no plane but nearly F itself. The others are summed
in groups of rows that are alike and on the same side of their kinks: the loss of the sum is at most the sum of the
losses, so that the bound stays one. The minimum of the bound, a small machine in memory, is a lower bound of all F, and
the next w; where no row but those kept passes its kink on the way, it is the minimum of F, which the next pass proves.
Where some do, and F does not fall, a shorter step makes it fall.

Where nearly all rows have their kinks at the minimum itself (a rare class that nothing tells from the rest has w = 0,
with the others exactly on their margins), the few that are kept prove little: then the minimum is found, and the gap
that is told stays large.

The start is the solution of a sample, about $\sqrt{d/m}$ away for m rows, so that a few per cent of the rows have their
kinks nearby. Where these can be kept, two or three passes suffice.

Oracle: `linear_minimum` of all rows in memory.
Source: C. H. Teo, S. V. N. Vishwanathan, A. J. Smola, Q. V. Le, J. Mach. Learn. Res. 11 (2010) 311 (bundle methods and
their gap); the multipliers' bounds as in `augmented_lagrangian`.
"""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csc_array

from abinitio.optimize.line_search import between
from abinitio.svm.augmented_lagrangian import augmented_lagrangian
from abinitio.svm.signed_dual import Signed

NEWTON_STEPS = 100  # of the machine in memory; where they do not suffice, its bound is still one


class Cells(NamedTuple):
    """Which rows are alike: those for which z @ axes, (J,), is on the same side of the thresholds (J,); axes (d, J)."""

    axes: np.ndarray
    thresholds: np.ndarray


class KinkSums(NamedTuple):
    """Of some rows and one w: the sum of their losses, the sum of z (d,) over those that have one, and the kinks.

    near : (b, d) the z nearest to their kinks;  margins : (b,) their 1 - z @ w;  counts : (G,) how many of the others
    there are in each group;  sums : (G, d) of their z. The groups of odd number are inside their margins.
    """

    loss: float
    slope: np.ndarray
    near: np.ndarray
    margins: np.ndarray
    counts: np.ndarray
    sums: np.ndarray


def kink_sums_of(Z, w, most, width=np.inf, cells=None):
    r"""The `KinkSums` of rows Z (m, d), float64, at w (d,).

    most : rows kept, at most;  width : rows with $|1 - z \cdot w|$ above it are not kept;  cells : the groups of the
    others; None for none.

    >>> sums = kink_sums_of(np.array([[2.0], [0.5], [-1.0]]), np.ones(1), most=1)
    >>> sums.loss, sums.slope, sums.near
    (2.5, array([-0.5]), array([[0.5]]))
    """
    r = 1 - Z @ w
    part = KinkSums(float(np.maximum(0, r).sum()), Z.T @ (r > 0), Z, r, *_grouped(Z[:0], r[:0], cells))
    return _kept(part, np.flatnonzero(np.abs(r) <= width), most, cells)


def merge_kink_sums(a, b, most, cells=None):
    """The `KinkSums` of two parts a and b together.  most, cells : as in `kink_sums_of`.

    >>> empty = np.zeros(0), np.zeros((0, 1))
    >>> one, two = (KinkSums(1.0, np.ones(1), np.full((1, 1), r), np.array([r]), *empty) for r in (0.5, -0.25))
    >>> merge_kink_sums(one, two, 1).near
    array([[-0.25]])
    """
    return joined_kink_sums([a, b], most, cells)


def joined_kink_sums(parts, most, cells=None):
    """The `KinkSums` of all parts, a sequence, together.  most, cells : as in `kink_sums_of`.

    >>> one = KinkSums(1.0, np.ones(1), np.ones((1, 1)), np.ones(1), np.zeros(0), np.zeros((0, 1)))
    >>> joined_kink_sums([one, one, one], 2).loss
    3.0
    """
    losses, slopes, near, margins, counts, sums = zip(*parts)
    near, margins = np.concatenate(near), np.concatenate(margins)
    whole = KinkSums(sum(losses), sum(slopes), near, margins, sum(counts), sum(sums))
    return _kept(whole, np.arange(len(margins)), most, cells)


def _kept(sums, some, most, cells):
    """With the rows kept that have the numbers `some`, or of them the `most` nearest; the others in groups."""
    if len(some) > most:
        some = np.sort(some[np.argpartition(np.abs(sums.margins[some]), most)[:most]])
    if len(some) == len(sums.margins):
        return sums
    others = np.ones(len(sums.margins), bool)
    others[some] = False
    counts, totals = _grouped(sums.near[others], sums.margins[others], cells)
    kinks = sums.near[some], sums.margins[some], sums.counts + counts, sums.sums + totals
    return KinkSums(sums.loss, sums.slope, *kinks)


def _grouped(Z, r, cells):
    """(counts (G,), sums (G, d)) of rows Z with margins r; G = 0 where there are no cells."""
    if cells is None:
        return np.zeros(0), np.zeros((0, Z.shape[1]))
    bits = Z @ cells.axes > cells.thresholds
    group, G = (bits @ (2 << np.arange(bits.shape[1]))) + (r > 0), 2 << bits.shape[1]
    members = csc_array((np.ones(len(Z)), group, np.arange(len(Z) + 1)), shape=(G, len(Z)))
    return np.bincount(group, minlength=G).astype(float), members @ Z


def bundle_step(w, sums, C, accuracy):
    r"""The step to the minimum of the lower bound that the sums at w give, and how far at most F falls below F(w).

    w : (d,);  sums : `KinkSums` of all rows at w;  C : price of the losses;  accuracy : > 0, how exact fall is, in the
    unit of F.  Returns (s (d,), fall): no F anywhere is less than F(w) - fall.

    >>> Z = np.array([[1.0], [9.0]])
    >>> s, fall = bundle_step(np.zeros(1), kink_sums_of(Z, np.zeros(1), 2), 0.25, 1e-12)  # all rows are kept
    >>> s.round(9), round(fall, 9)  # F(0) = 1/2, and the minimum of w²/2 + max(0, 1-w)/4 + max(0, 1-9w)/4 is at w = 1/4
    (array([0.25]), 0.28125)
    """
    g, some = w - C * sums.slope, sums.counts > 0
    n = sums.counts[some]
    means, inside = sums.sums[some] / n[:, None], np.flatnonzero(some) % 2 == 1
    Z, r = np.concatenate([sums.near, means]), np.concatenate([sums.margins, 1 - means @ w])
    if not len(r):
        return -g, g @ g / 2
    violated, prices = np.concatenate([sums.margins > 0, inside]), C * np.concatenate([np.ones(len(sums.near)), n])
    # with v = s + g:  |v|²/2 + Σ max q (r + z·g - z·v) - |g|²/2
    losses = Signed(r + Z @ g, np.where(violated, -prices, 0.0), np.where(violated, 0.0, prices), 0.0)
    width = max(float(np.abs(r).max()), 1e-6)
    for solution in augmented_lagrangian(Z, losses, g, width, NEWTON_STEPS):
        if solution.gap <= accuracy:
            break
    return solution.w - g, float(g @ g / 2 - (solution.objective - solution.gap))


def bundle_minimum(sums_at, W, C, accuracy, most):
    r"""The minima of K machines whose rows are only seen by passes, the same for all.

    sums_at : callable, (W (J, d), machines (J,) integers) -> list of J `KinkSums`, by a pass;  W : (K, d), the starts;
    C : price of the losses;  accuracy : the gap at the end, relative to F;  most : passes.
    Returns (W (K, d), gaps (K,) relative to F, passes): no F is lower than that of W by more than its gap. A machine is
    also done where its next step cannot lower F by more than a quarter of the accuracy.

    >>> Z = np.array([[1.0], [9.0]])
    >>> sums_at = lambda W, machines: [kink_sums_of(Z, w, 1) for w in W]
    >>> W, gaps, passes = bundle_minimum(sums_at, np.full((1, 1), 0.3), 0.25, 1e-9, 10)
    >>> W.round(9), bool(gaps[0] <= 1e-9), passes
    (array([[0.25]]), True, 2)
    """
    K = len(W)
    best, lower, gaps, done = np.full(K, np.inf), np.full(K, -np.inf), np.full(K, np.inf), np.zeros(K, bool)
    W, trial, steps, gradients = W.astype(float), W.astype(float), np.zeros(W.shape), np.zeros(W.shape)
    for passes in range(1, most + 1):  # noqa: B007
        machines = np.flatnonzero(~done)
        for k, sums in zip(machines, sums_at(trial[machines], machines)):
            value, gradient = trial[k] @ trial[k] / 2 + C * sums.loss, trial[k] - C * sums.slope
            step, fall = bundle_step(trial[k], sums, C, accuracy * value / 4)
            lower[k] = max(lower[k], value - fall)
            if value < best[k]:  # -g·s bounds what the step s gains, since F is convex
                best[k], W[k], steps[k], gradients[k] = value, trial[k], step, gradient
            else:  # rows that were not kept passed their kinks on the way
                ends = (0.0, best[k], gradients[k] @ steps[k]), (1.0, value, gradient @ steps[k])
                steps[k] *= between(*ends)
            trial[k] = W[k] + steps[k]
            gaps[k] = (best[k] - lower[k]) / best[k]
            done[k] = gaps[k] <= accuracy or -gradients[k] @ steps[k] <= accuracy * best[k] / 4
        if done.all():
            break
    return W, gaps, passes
