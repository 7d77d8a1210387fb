r"""The minimum of a linear support-vector machine, by the method that suits its size.

Newton steps (`augmented_lagrangian`) where the smaller of n and d is at most 5000, in coordinates of the samples' span
where there are fewer samples than features, and from the solution of an eighth of the samples where there are many;
dual coordinate descent (`compiled_coordinate_descent`) for hinge losses beyond, where the equations of a Newton step
cost too much. Features that are 0 throughout are left out. Time of a Newton step: $d^3/3$ multiplications for its
equations and d for each of the samples near a kink; memory $8 d^2$ bytes beside the data.
"""

import numpy as np
import scipy.linalg

from abinitio.svm.augmented_lagrangian import Solution, augmented_lagrangian, squared_minimum
from abinitio.svm.compiled_coordinate_descent import shrinking_descent

MOST_EQUATIONS = 5000


def linear_minimum(X, losses, squared, accuracy, most, rng):
    r"""The w that minimises $\frac12 |w|^2$ and the sum of the losses of $f = Xw$.

    X : (n, d) features, float64;  losses : `Signed` of the n samples, with finite bounds that are not both 0;
    squared : whether the losses are squared;  accuracy : float > 0, the duality gap at the end relative to the
    objective;  most : int, steps of Newton's method, or sweeps;  rng : numpy Generator, which chooses the part of the
    samples to start with, and the orders of the sweeps; the minimum does not depend on it.
    Returns a `Solution`; where `most` did not suffice, its gap is larger than was asked for.

    >>> from abinitio.svm.signed_dual import classification_problem
    >>> X, losses = np.array([[1.0], [-1.0], [9.0]]), classification_problem(np.array([1, -1, 1]), np.full(3, 0.25))
    >>> linear_minimum(X, losses, False, 1e-9, 100, np.random.default_rng(0)).w.round(6)
    array([0.5])
    """
    n, d = X.shape
    seen = X.any(axis=0)
    if not seen.all() and seen.any():  # a feature that is 0 throughout has the weight 0
        solution = linear_minimum(np.compress(seen, X, axis=1), losses, squared, accuracy, most, rng)
        w = np.zeros(d)
        w[seen] = solution.w
        return solution._replace(w=w)
    if min(n, d) > MOST_EQUATIONS and losses.epsilon == 0:
        return _by_sweeps(X, losses, squared, accuracy, most, rng)
    if n < d:
        Q, R = scipy.linalg.qr(X.T, mode="economic", check_finite=False)  # w = Qu for the best w
        solution = _by_newton(np.ascontiguousarray(R.T), losses, squared, accuracy, most, rng)
        return solution._replace(w=Q @ solution.w)
    return _by_newton(X, losses, squared, accuracy, most, rng)


def _by_newton(X, losses, squared, accuracy, most, rng):
    """Newton's method from the solution of a part."""
    width = _width(losses)
    w, used = _start(X, losses, squared, width, rng)
    if squared:
        solution = squared_minimum(X, losses, w, 0.0, most)
    else:
        width = width if used == 0 else width / 2
        for solution in augmented_lagrangian(X, losses, w, width, most):
            if solution.gap <= accuracy * solution.objective:
                break
    return solution._replace(steps=used + solution.steps)


def _width(losses):
    """The size of the residuals: of a label 1, and else of the targets."""
    size = np.sqrt(np.mean(losses.targets**2))
    return size if size > 0 else 1.0


def _start(X, losses, squared, width, rng):
    """Where to start, and the steps it took: 0 for few samples, else the rough solution of an eighth of them."""
    n, d = X.shape
    if n < max(24 * d, 2000):
        return np.zeros(d), 0
    some = np.sort(rng.permutation(n)[: n // 8])
    part = losses.part(some)._replace(lower=8 * losses.lower[some], upper=8 * losses.upper[some])
    w, used = _start(X[some], part, squared, width, rng)
    if squared:
        rough = squared_minimum(X[some], part, w, 1e-2)
    else:
        rough = next(augmented_lagrangian(X[some], part, w, width))
    return rough.w, used + rough.steps


def _by_sweeps(X, losses, squared, accuracy, most, rng):
    """Dual coordinate descent until the duality gap is small enough; for hinge losses, squared or not."""
    signs = np.sign(losses.targets)
    C = np.maximum(losses.upper, -losses.lower)
    upper, diagonal = (np.full(len(C), np.inf), 1 / (2 * C)) if squared else (C, np.zeros(len(C)))
    walk = shrinking_descent(np.ascontiguousarray(X), signs, upper, diagonal, 1e-12, rng)
    for steps, (a, w, active) in enumerate(walk, start=1):
        if active == len(X) or steps == most:
            miss = np.maximum(0, 1 - signs * (X @ w))
            objective = w @ w / 2 + np.sum(C * miss ** (2 if squared else 1))
            gap = objective - np.sum(a - diagonal * a**2 / 2) + w @ w / 2
            if gap <= accuracy * objective or steps == most:
                break
    return Solution(w, a * signs, objective, gap, steps)
