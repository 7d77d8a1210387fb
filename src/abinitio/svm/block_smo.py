r"""The signed dual problem for many samples: blocks of coefficients, each solved in memory.

In each round a working set is chosen: the samples with the largest gains and the least costs, and of the last set those
that are at no bound. The kernel matrix of the set is computed, its coefficients are moved pair by pair until the set
violates the conditions of optimality by a tenth of what all samples do, and $g = t - K\beta$ is brought up to date for
all samples by one product with the columns that moved. No other part of the kernel matrix exists at any time.

The work inside is in float32 where that is accurate enough, which is measured: g must be known to a tenth of the
tolerance. At the end it is computed again in float64 for some samples; where they differ by more, or where a round does
not reach what it was to reach, the solution is finished in float64.
Memory: 4 or 8 bytes times the square of the working set, and a few times $8 n d$ bytes.

Oracles: `svm.smo`; quadratic programming; scikit-learn's SVC and SVR (libsvm).
Sources: T. Joachims, in "Advances in Kernel Methods" (1999) 169 (working sets); R.-E. Fan, P.-H. Chen, C.-J. Lin, J.
Mach. Learn. Res. 6 (2005) 1889 (pairs).
"""

from typing import NamedTuple

import numpy as np

from abinitio.svm.kernel_blocks import ALL
from abinitio.svm.pair_steps import compiled_pair_steps
from abinitio.svm.signed_dual import gains_and_costs

SET = 2048  # samples of a working set, unless more are at no bound
DIGITS = 1000  # roundings of a float32 target that a tolerance is not below, where float32 is used
SAMPLED = 128  # samples on which the accuracy of float32 is measured


class Solution(NamedTuple):
    r"""beta (n,), $g = t - K\beta$ (n,), the largest gain less the least cost, and the number of steps."""

    beta: np.ndarray
    g: np.ndarray
    violation: float
    steps: int


def solve_signed_dual(blocks, problem, tol, *, most=np.inf, largest=6000, beta=None):
    r"""The maximum of the signed dual problem.

    blocks : callable, dtype -> `KernelBlocks` of the n samples;  problem : a `Signed`;  tol : > 0, by how much a gain
    may exceed a cost;  most : steps allowed;  largest : samples of the largest working set, >= 2;
    beta : (n,) feasible coefficients to start from, or None for zeros.
    Returns a `Solution`; its violation is above tol where the steps, or the digits of float64, did not suffice.

    >>> from functools import partial
    >>> from abinitio.svm.kernel_blocks import KernelBlocks
    >>> from abinitio.svm.signed_dual import classification_problem
    >>> blocks = partial(KernelBlocks, np.array([[1.0], [-1.0]]), "linear", 1.0, 3, 0.0)
    >>> solve_signed_dual(blocks, classification_problem([1, -1], 10.0), 1e-6).beta
    array([ 0.5, -0.5])
    """
    beta = np.zeros(len(problem.targets)) if beta is None else beta
    rough = max(tol, DIGITS * np.finfo(np.float32).eps * np.abs(problem.targets).max())
    single, patience = blocks(np.float32), min(most, 100 * len(beta) + 100_000)
    found = _rounds(single, problem, rough, patience, largest, beta)
    if found.steps >= most or (found.violation <= tol and _is_accurate(single, problem, found, tol)):
        return found
    steps, largest = found.steps, max(int(largest / np.sqrt(2)), 2)
    found = _rounds(blocks(np.float64), problem, tol, most - steps, largest, found.beta)
    return found._replace(steps=steps + found.steps)


def _rounds(blocks, problem, tol, most, largest, beta):
    """Working set after working set, until no gain exceeds a cost by more than tol: a `Solution`."""
    beta, n, moved = beta.copy(), len(beta), np.flatnonzero(beta)
    g = problem.targets - (blocks.times(moved, beta[moved]) if moved.size else 0.0)
    chosen, steps, size, reached = np.empty(0, int), 0, min(SET, largest), True
    while True:
        gains, costs = gains_and_costs(beta, g, problem)
        violation = float(gains.max() - costs.min())
        if violation <= tol or steps >= most or not reached:
            return Solution(beta, g, violation, steps)
        size = min(max(size, int(1.4 * (gains == costs).sum())), largest)
        whole = n <= size
        chosen = ALL if whole else _working_set(chosen, gains, costs, size)
        goal, limit = tol / 2 if whole else max(tol / 2, violation / 10), int(min(most - steps, 100 * size))
        part, taken, K = _solve_block(blocks, problem, chosen, goal, limit, beta, g)
        change = part - beta[chosen]
        g -= K.astype(float) @ change if whole else _effect(blocks, chosen, change)
        beta[chosen] = part
        steps += taken
        gains, costs = gains_and_costs(beta[chosen], g[chosen], problem.part(chosen))
        reached = taken > 0 and (taken >= limit or gains.max() - costs.min() <= goal + tol / 2)


def _effect(blocks, chosen, change):
    """What the change of the chosen coefficients adds to the values at all samples."""
    moved = np.flatnonzero(change)
    return blocks.times(chosen[moved], change[moved])


def _working_set(last, gains, costs, size):
    """The numbers of `size` samples: half or more by the largest gains and least costs, the rest from the last set."""
    share = max(size // 4, 1) if last.size else max(size // 2, 1)
    rising = np.argpartition(-gains, share)[:share]
    falling = np.argpartition(costs, share)[:share]
    violating = np.union1d(rising[gains[rising] > costs.min()], falling[costs[falling] < gains.max()])
    kept = np.setdiff1d(last, violating)
    kept = kept[np.argsort(gains[kept] != costs[kept], kind="stable")]  # those at no bound first
    return np.append(kept[: size - len(violating)], violating)


def _solve_block(blocks, problem, chosen, goal, most, beta, g):
    """The coefficients of the chosen samples after it, the steps taken, and the kernel matrix of the set."""
    K = blocks.block(chosen, chosen)
    part, residual, diagonal = beta[chosen].copy(), g[chosen].astype(K.dtype), np.ascontiguousarray(np.diag(K))
    bounds = problem.lower[chosen], problem.upper[chosen]
    return part, compiled_pair_steps(K, diagonal, residual, part, *bounds, problem.epsilon, goal, most), K


def _is_accurate(blocks, problem, found, tol):
    """Whether g, found in float32, agrees with float64 within a tenth of tol on some samples."""
    moved, rows = np.flatnonzero(found.beta), np.unique(np.linspace(0, len(found.g) - 1, SAMPLED).astype(int))
    if not moved.size:
        return True
    exact = problem.targets[rows] - blocks.exact(rows, moved) @ found.beta[moved]
    return bool(np.abs(exact - found.g[rows]).max() <= tol / 10)
