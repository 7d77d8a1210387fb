r"""Steps of sequential minimal optimisation on a kernel matrix in memory: readable, and compiled.

One step moves two coefficients of the signed dual problem, $\beta_i + s,\ \beta_j - s$: i has the largest gain $b_i$,
and j, of all with a cost $c_j < b_i$, the largest $(b_i - c_j)^2/\eta_j$ with $\eta_j = K_{ii} + K_{jj} - 2 K_{ij}$;
then $s = (b_i - c_j)/\eta_j$, cut at the next bound, or at 0 where $\epsilon > 0$ makes the slope jump. Only two rows
of K are read: a step costs 2n multiplications for $g = t - K\beta$ and n divisions for the choice of j.

The compiled loop keeps a maximum for each of `LANES` columns of a block, and not one in all: such a loop the compiler
turns into vector instructions.
Oracles: `svm.smo`, and the readable walk step by step. Source: R.-E. Fan, P.-H. Chen, C.-J. Lin, J. Mach. Learn. Res. 6
(2005) 1889.
"""

import numpy as np
from numba import njit

from abinitio.svm.signed_dual import gains_and_costs

FLAT = 1e-12  # the least curvature: two samples with the same features have none
LANES = 64
FAR = 1e30  # stands for infinity, which fast arithmetic does not know


def pair_walk(K, problem, tol, beta):
    r"""The coefficients of the signed dual problem, before the first step and after every step (generator).

    K : (n, n) kernel matrix;  problem : a `Signed`;  tol : the walk ends when no gain exceeds a cost by more;
    beta : (n,) feasible coefficients to start from.  Yields (n,).

    >>> from abinitio.svm.signed_dual import classification_problem
    >>> K, y = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([1, -1])
    >>> list(pair_walk(K, classification_problem(y, 10.0), 1e-9, np.zeros(2)))
    [array([0., 0.]), array([ 0.5, -0.5])]
    """
    while True:
        yield beta
        gains, costs = gains_and_costs(beta, problem.targets - K @ beta, problem)
        i = np.argmax(gains)
        if gains[i] - costs.min() <= tol:
            return
        curvature = np.maximum(K[i, i] + np.diag(K) - 2 * K[i], FLAT)
        j = np.argmax(np.maximum(gains[i] - costs, 0) ** 2 / curvature)
        above, below = next_stop(beta[i], problem.upper[i], problem), next_stop(beta[j], problem.lower[j], problem)
        s = min((gains[i] - costs[j]) / curvature[j], above - beta[i], beta[j] - below)
        beta = beta.copy()
        beta[i] = above if s == above - beta[i] else beta[i] + s
        beta[j] = below if s == beta[j] - below else beta[j] - s


def next_stop(value, bound, problem):
    """Where a coefficient that moves from `value` towards its `bound` must stop: there, or at 0 if the slope jumps.

    value, bound : numbers;  problem : a `Signed`.

    >>> from abinitio.svm.signed_dual import regression_problem
    >>> float(next_stop(-1.0, 3.0, regression_problem([0.0], 3.0, 0.1)))
    0.0
    """
    return 0.0 if problem.epsilon > 0 and value * bound < 0 else bound


@njit(cache=True)
def compiled_pair_steps(K, diagonal, g, beta, lower, upper, epsilon, tol, most):
    r"""`pair_walk` to its end, or `most` steps of it: g and beta are changed in place.

    K : (n, n), float32 or float64;  diagonal : (n,) of K, and g : (n,), $t - K\beta$, in the type of K;
    beta, lower, upper : (n,), float64;  epsilon : >= 0;  tol : > 0;  most : number of steps.
    Returns the number of steps taken.
    """
    n, kind = len(g), K.dtype.type
    gain_offset, cost_offset = np.empty(n, K.dtype), np.empty(n, K.dtype)
    lanes = np.empty(LANES, K.dtype), np.empty(LANES, K.dtype)
    for t in range(n):
        _offsets(t, beta, lower, upper, epsilon, gain_offset, cost_offset)
    i, j, step, steps = 0, 0, kind(0), 0
    while True:
        _move(g, K[i], K[j], step, gain_offset, cost_offset, lanes[0], lanes[1])
        best, least = lanes[0].max(), lanes[1].min()
        if best - least <= tol or steps >= most:
            return steps
        i = _place_of_largest_gain(g, gain_offset, lanes[0])
        _rate_partners(g, K[i], diagonal, cost_offset, best, diagonal[i], lanes[0])
        j = _place_of_best_partner(g, K[i], diagonal, cost_offset, best, diagonal[i], lanes[0])
        curvature = max(diagonal[i] + diagonal[j] - kind(2) * K[i, j], kind(FLAT))
        step = kind(_move_pair(i, j, float((best - g[j] - cost_offset[j]) / curvature), beta, lower, upper, epsilon))
        _offsets(i, beta, lower, upper, epsilon, gain_offset, cost_offset)
        _offsets(j, beta, lower, upper, epsilon, gain_offset, cost_offset)
        steps += 1


@njit(cache=True)
def _offsets(t, beta, lower, upper, epsilon, gain_offset, cost_offset):
    """Gain less g and cost less g of coefficient t."""
    gain_offset[t] = -FAR if beta[t] >= upper[t] else (-epsilon if beta[t] >= 0 else epsilon)
    cost_offset[t] = FAR if beta[t] <= lower[t] else (-epsilon if beta[t] > 0 else epsilon)


@njit(cache=True)
def _move_pair(i, j, s, beta, lower, upper, epsilon):
    """Move beta_i up and beta_j down by s, at most to the next bound or jump; returns how far."""
    above = 0.0 if epsilon > 0 and beta[i] < 0 else upper[i]
    below = 0.0 if epsilon > 0 and beta[j] > 0 else lower[j]
    room_i, room_j = above - beta[i], beta[j] - below
    s = min(s, room_i, room_j)
    beta[i] = above if s == room_i else beta[i] + s
    beta[j] = below if s == room_j else beta[j] - s
    return s


@njit(cache=True, fastmath=True)
def _move(g, K_i, K_j, step, gain_offset, cost_offset, most, least):
    """g - step (K_i - K_j), and for each lane the largest gain and the least cost."""
    full = len(g) // LANES * LANES
    for k in range(LANES):
        most[k], least[k] = -FAR, FAR
    for start in range(0, full, LANES):
        for k in range(LANES):
            t = start + k
            g[t] -= step * (K_i[t] - K_j[t])
            gain, cost = g[t] + gain_offset[t], g[t] + cost_offset[t]
            most[k] = gain if gain > most[k] else most[k]
            least[k] = cost if cost < least[k] else least[k]
    for t in range(full, len(g)):
        g[t] -= step * (K_i[t] - K_j[t])
        most[t - full] = max(most[t - full], g[t] + gain_offset[t])
        least[t - full] = min(least[t - full], g[t] + cost_offset[t])


@njit(cache=True, fastmath=True)
def _rate_partners(g, K_i, diagonal, cost_offset, best, K_ii, ratings):
    """For each lane the largest (best - cost)^2 / curvature."""
    kind = K_i.dtype.type
    zero, flat, full = kind(0), kind(FLAT), len(g) // LANES * LANES
    for k in range(LANES):
        ratings[k] = zero
    for start in range(0, full, LANES):
        for k in range(LANES):
            t = start + k
            slope, curvature = best - (g[t] + cost_offset[t]), K_ii + diagonal[t] - kind(2) * K_i[t]
            slope = slope if slope > zero else zero
            curvature = curvature if curvature > flat else flat
            rating = slope * slope / curvature
            ratings[k] = rating if rating > ratings[k] else ratings[k]
    for t in range(full, len(g)):
        slope = max(best - (g[t] + cost_offset[t]), zero)
        curvature = max(K_ii + diagonal[t] - kind(2) * K_i[t], flat)
        ratings[t - full] = max(ratings[t - full], slope * slope / curvature)


@njit(cache=True)
def _place_of_largest_gain(g, gain_offset, most):
    """The sample of the largest gain, looked for in the lane where it is."""
    start = np.argmax(most)
    place = start
    for t in range(start, len(g), LANES):
        if g[t] + gain_offset[t] > g[place] + gain_offset[place]:
            place = t
    return place


@njit(cache=True)
def _place_of_best_partner(g, K_i, diagonal, cost_offset, best, K_ii, ratings):
    """The sample of the largest rating, looked for in the lane where it is."""
    kind = K_i.dtype.type
    start, largest = np.argmax(ratings), kind(-1)
    place = start
    for t in range(start, len(g), LANES):
        slope = max(best - (g[t] + cost_offset[t]), kind(0))
        rating = slope * slope / max(K_ii + diagonal[t] - kind(2) * K_i[t], kind(FLAT))
        if rating > largest:
            place, largest = t, rating
    return place
