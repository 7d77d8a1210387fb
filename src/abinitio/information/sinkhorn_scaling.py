r"""Sinkhorn's iterations at the speed of memory: scalings of a kernel that is rebuilt before they can overflow.

With the kernel $k_{ij} = \exp[(f_i + g_j - C_{ij})/\epsilon]$ the iterations are $\hat u = 1/k(b \hat v)$ and
$\hat v = 1/k^\top(a \hat u)$: products with a matrix, no exponentials. When a scaling leaves $[1/L, L]$ it is absorbed
into the potentials, $f \leftarrow f + \epsilon \log \hat u$, and the kernel is built anew (B. Schmitzer, SIAM J. Sci.
Comput. 41 (2019) A1443); where the first pass on a new kernel already leaves it, one iteration is made with logarithms.

Three things make it fast. One pass over the kernel does both halves of an iteration, since the rows that have just
given their $\hat u$ are still in the cache when the columns' sums want them. Every second pass goes backwards: it
starts with what is in the cache. And until the marginals are met to 1e-5 the kernel is in float32: an iteration forgets
its rounding errors, and the last ones are in float64.

Oracle: `sinkhorn_iterations`, which yields the same potentials.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

SINGLE_TO = 1e-5  # the violation to which float32 serves
SINGLE_SHARE = 0.9  # and the share of the iterations allowed
SINGLE_FROM = 2**14  # entries of the kernel from which it pays
STAGE_TO, STAGE_ITERATIONS = 1e-2, 50  # violation and iterations of a stage of larger epsilon
LIMIT = {np.dtype(np.float32): 1e8, np.dtype(np.float64): 1e60}  # of scalings, far from overflow and underflow
LEAST = {np.dtype(np.float32): -60.0, np.dtype(np.float64): -400.0}  # exponents of the kernel, far below 1/L²
CACHED = 2**16  # numbers of a block of rows


class Scaled(NamedTuple):
    """Potentials f (n,), g (m,), the error of their marginals, and the iterations that were made."""

    f: np.ndarray
    g: np.ndarray
    violation: float
    iterations: int


def scaled_sinkhorn(a, b, cost, epsilon, tol, max_iter, f=0.0):
    r"""Potentials after as many of Sinkhorn's iterations as it takes, or as are allowed.

    a : (n,), b : (m,) weights >= 0 with the sum 1;  cost : (n, m);  epsilon : number > 0, in the unit of the cost;
    tol : the error of the marginals, $\sum_j |\sum_i P_{ij} - b_j|$, at which to stop;  max_iter : iterations allowed,
    >= 1;  f : (n,) potentials to begin with, or a number.
    Returns a `Scaled` (f, g, violation, iterations). The rows' sums are exact, the violation is of the columns', in
    float64. An iteration is one update of g and one of f, as in `sinkhorn_iterations`.

    >>> result = scaled_sinkhorn(np.ones(1), np.array([0.5, 0.5]), np.array([[0.0, 2.0]]), 0.1, tol=1e-9, max_iter=10)
    >>> result.f.round(9) + 0.0, result.g.round(9) + 0.0
    (array([0.]), array([0., 2.]))
    """
    single = cost.size >= SINGLE_FROM
    g = soft_minimum(np.zeros(len(a)) + f, a, cost.T, epsilon)
    f, last, done, violation = soft_minimum(g, b, cost, epsilon), g, 0, np.inf
    while done < max_iter and (violation > tol or single):
        until, allowed = (max(SINGLE_TO, tol), int(SINGLE_SHARE * max_iter)) if single else (tol, max_iter)
        if single and (violation <= until or done >= allowed):
            single = False
            continue
        K = _kernel(f, g, cost, epsilon, np.float32 if single else np.float64)
        limit = LIMIT[K.dtype]
        passes, error, u, v_last, v = _passes(K, a.astype(K.dtype), b.astype(K.dtype), until, allowed - done, limit)
        if passes:
            f, last, g = f + epsilon * np.log(u), g + epsilon * np.log(v_last), g + epsilon * np.log(v)
            done, violation = done + passes, float(error)
        else:
            f, last = soft_minimum(g, b, cost, epsilon), g
            g = soft_minimum(f, a, cost.T, epsilon)
            with np.errstate(over="ignore"):
                done, violation = done + 1, float(b @ np.abs(np.expm1((last - g) / epsilon)))
    return Scaled(f, last, violation, done)


def annealed_sinkhorn(a, b, cost, epsilon, tol, max_iter, factor=4.0):
    r"""As `scaled_sinkhorn`, beginning with the potentials of larger epsilons, which take fewer iterations to find.

    a : (n,), b : (m,) weights >= 0 with the sum 1;  cost : (n, m);  epsilon, tol, max_iter : as there, the iterations
    of all stages together;  factor : number > 1, the ratio of one epsilon to the next; the first is of the size of the
    spread of the costs.
    Returns a `Scaled` (f, g, violation, iterations).

    >>> annealed_sinkhorn(np.ones(1), np.array([0.5, 0.5]), np.array([[0.0, 2.0]]), 1e-3, 1e-9, 100).f.round(9) + 0.0
    array([0.])
    """
    spread = np.ptp(cost) / epsilon
    stages = int(np.log(spread) / np.log(factor)) if spread > 100 else 0
    f, left = 0.0, max_iter
    for k in range(stages, 0, -1):
        if left > 1:
            stage = scaled_sinkhorn(a, b, cost, epsilon * factor**k, STAGE_TO, min(STAGE_ITERATIONS, left - 1), f)
            f, left = stage.f, left - stage.iterations
    result = scaled_sinkhorn(a, b, cost, epsilon, tol, left, f)
    return result._replace(iterations=result.iterations + max_iter - left)


def soft_minimum(g, b, cost, epsilon):
    r"""$-\epsilon \log \sum_j b_j\, e^{(g_j - C_{ij})/\epsilon}$ for every i, some rows at a time.

    g : (m,) potentials;  b : (m,) weights >= 0, not all 0;  cost : (n, m);  epsilon : number > 0.  Returns (n,).

    >>> soft_minimum(np.zeros(2), np.array([0.5, 0.5]), np.array([[1.0, 1.0], [0.0, 1e9]]), 1.0).round(6)
    array([1.      , 0.693147])
    """
    with np.errstate(divide="ignore"):
        top = np.log(b) + g / epsilon
    f = np.empty(len(cost))
    rows = max(CACHED // len(g), 1)
    for i in range(0, len(f), rows):
        z = cost[i : i + rows] * (-1 / epsilon) + top
        largest = z.max(axis=1)
        f[i : i + rows] = -epsilon * (largest + np.log(np.sum(np.exp(z - largest[:, None]), axis=1)))
    return f


def _kernel(f, g, cost, epsilon, dtype):
    """exp[(f_i + g_j - C_ij) / epsilon], and 0 where that is too small to matter before the next kernel is built.

    Nor may a product with it be a denormal number: these take a hundred times as long.
    """
    K = np.empty(cost.shape, dtype)
    rows = max(CACHED // len(g), 1)
    for i in range(0, len(f), rows):
        z, block = f[i : i + rows, None] + g, K[i : i + rows]
        z -= cost[i : i + rows]
        z *= 1 / epsilon
        kept = z > LEAST[K.dtype]
        np.maximum(z, LEAST[K.dtype], out=z)
        np.exp(z.astype(dtype, copy=False), out=block)
        block *= kept
    return K


@njit(cache=True)
def _passes(K, a, b, tol, allowed, limit):
    """Iterations on one kernel: (how many, violation, u, v with which u was found, v for the next)."""
    u, v_last, v = np.ones_like(a), np.ones_like(b), np.ones_like(b)
    u_new, sums, done, violation = np.empty_like(a), np.empty_like(b), 0, np.inf
    while done < allowed and violation > tol:
        _one_pass(K, a, b * v, u_new, sums, done % 2 == 1)
        error, largest, smallest = 0.0, max(u_new.max(), (1 / sums).max()), min(u_new.min(), (1 / sums).min())
        if not (smallest * limit > 1 and largest < limit):
            break
        for j in range(len(b)):
            error += b[j] * abs(v[j] * sums[j] - 1)
            v_last[j], v[j] = v[j], 1 / sums[j]
        u[:] = u_new
        done, violation = done + 1, error
    return done, violation, u, v_last, v


@njit(cache=True, fastmath={"reassoc", "contract"})
def _one_pass(K, a, w, u, sums, backwards):
    """u_i = 1 / (K w)_i and sums_j = Σ_i a_i u_i K_ij, four rows at a time."""
    n, m = K.shape
    sums[:] = 0
    quarter = n // 4
    for k in range(quarter):
        i = 4 * (quarter - 1 - k) if backwards else 4 * k
        p, q, r, s = K[i], K[i + 1], K[i + 2], K[i + 3]
        P = Q = R = S = K.dtype.type(0)
        for j in range(m):
            P += p[j] * w[j]
            Q += q[j] * w[j]
            R += r[j] * w[j]
            S += s[j] * w[j]
        u[i], u[i + 1], u[i + 2], u[i + 3] = 1 / P, 1 / Q, 1 / R, 1 / S
        P, Q, R, S = a[i] * u[i], a[i + 1] * u[i + 1], a[i + 2] * u[i + 2], a[i + 3] * u[i + 3]
        for j in range(m):
            sums[j] += P * p[j] + Q * q[j] + R * r[j] + S * s[j]
    for i in range(4 * quarter, n):
        u[i] = 1 / np.dot(K[i], w)
        sums += (a[i] * u[i]) * K[i]
