"""Exercises on the lasso: the soft threshold, coordinate descent, and the duality gap that certifies an answer."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw1_linear_regression.exercise_inputs import (
    CENTRED,
    big_centred,
    centred,
    columns_have_mean_zero,
    numbers,
    penalty,
)
from abinitio.linear_model.lasso import coordinate_sweep, duality_gap
from abinitio.optimize.proximal import soft_threshold


def _threshold_inputs(rng, size):
    return {"z": numbers(rng, 1 + size), "t": penalty(rng)}


SOFT_THRESHOLD = Exercise(
    function=soft_threshold,
    points=1,
    inputs=_threshold_inputs,
    large=lambda rng: {"z": rng.normal(size=300_000), "t": 0.5},
    edges={
        "no threshold": {"z": np.array([-2.0, 0.0, 1.5]), "t": 0.0},
        "exactly at the threshold": {"z": np.array([-1.0, 1.0]), "t": 1.0},
        "one value": {"z": np.array([3.0]), "t": 1.0},
    },
    stable={"huge and tiny": {"z": np.array([1e9, -1e9, 1e-9]), "t": 0.5}},
    mistakes=(
        Mistake(
            "hard threshold",
            "Small values are set to zero, but the others keep their full size. The |w| term pulls on every value that "
            "survives too: it moves by t towards zero.",
            lambda z, t: np.where(np.abs(z) > t, z, 0.0),
        ),
        Mistake(
            "the sign is lost",
            "This gives |z| - t where that is positive: negative values must stay negative.",
            lambda z, t: np.maximum(np.abs(z) - t, 0.0),
        ),
        Mistake(
            "negative values are lost",
            "Everything below t became zero, the large negative values too. The penalty is symmetric: so is its "
            "threshold.",
            lambda z, t: np.maximum(z - t, 0.0),
        ),
        Mistake(
            "past zero",
            "Values smaller than t were moved by t as well and came out on the other side of zero. They stop at zero, "
            "and that is where the sparsity of the lasso comes from.",
            lambda z, t: z - t * np.sign(z),
        ),
        Mistake(
            "half the threshold",
            "Values were moved by t/2. In the objective (w - z)^2 / 2 + t |w| the square carries the 1/2, so the step "
            "is t.",
            lambda z, t: np.sign(z) * np.maximum(np.abs(z) - t / 2, 0.0),
        ),
        Mistake(
            "away from zero",
            "The values grew by t: the penalty pulls towards zero.",
            lambda z, t: np.sign(z) * (np.abs(z) + t),
        ),
    ),
    hints=(
        "Solve it for w > 0, for w < 0, and ask when neither has a solution: then the minimum is at the kink, w = 0.",
        "w = z - t for z > t, w = z + t for z < -t, and 0 between.",
        "`np.sign`, `np.abs` and `np.maximum` do it in one line for a whole array.",
    ),
    second_solution=lambda z, t: z - np.clip(z, -t, t),
)


def _sweep_inputs(rng, size):
    data = centred(rng, size)
    return {"w": numbers(rng, data["X"].shape[1]), **data, "alpha": float(rng.choice([0.1, 0.2, 0.5, 1.0]))}


def _sweep_large(rng):
    data = big_centred(rng, 2_000, 60)
    return {"w": np.zeros(60), **data, "alpha": 0.1}


def _sweep_with_products(w, X, y, alpha):
    XX, Xy, w = X.T @ X / len(y), X.T @ y / len(y), np.array(w, dtype=float)
    for j in np.flatnonzero(XX.diagonal()):
        pull = Xy[j] - XX[j] @ w + XX[j, j] * w[j]
        w[j] = (pull - np.clip(pull, -alpha, alpha)) / XX[j, j]
    w[XX.diagonal() == 0] = 0.0
    return w


def _sweep(
    pull=lambda x, r, wj: x @ r + x @ x * wj, step=lambda z, x, t: z / (x @ x), threshold=lambda n, alpha: n * alpha
):
    """A cyclic sweep with one wrong part: pull(x, r, w_j), step(z, x, t) after the threshold, threshold(n, alpha)."""

    def sweep(w, X, y, alpha):
        w, t = np.array(w, dtype=float), threshold(len(y), alpha)
        for j, x in enumerate(X.T):
            z = pull(x, y - X @ w, w[j])
            w[j] = step(z - np.clip(z, -t, t), x, t) if x.any() else 0.0
        return w

    return sweep


def _all_at_once(w, X, y, alpha):
    scale = (X**2).sum(axis=0)
    z, t = X.T @ (y - X @ w) + scale * w, len(y) * alpha
    return np.where(scale > 0, (z - np.clip(z, -t, t)) / np.where(scale > 0, scale, 1.0), 0.0)


ZERO_COLUMN = {"X": np.array([[1.0, 0.0], [-1.0, 0.0]]), "y": np.array([3.0, -3.0])}

COORDINATE_SWEEP = Exercise(
    function=coordinate_sweep,
    points=3,
    inputs=_sweep_inputs,
    valid=columns_have_mean_zero,
    large=_sweep_large,
    edges={
        "one feature": {"w": np.array([0.0]), "X": np.array([[1.0], [-1.0]]), "y": np.array([2.0, -2.0]), "alpha": 0.5},
        "a penalty that sets all to zero": {"w": np.array([1.0, -2.0]), **CENTRED, "alpha": 100.0},
        "no penalty": {"w": np.array([1.0, -2.0]), **CENTRED, "alpha": 0.0},
        "a column of zeros": {"w": np.array([1.0, 0.0]), **ZERO_COLUMN, "alpha": 0.5},
    },
    stable={
        "features of very different size": {
            "w": np.array([0.0, 1.0]),
            "X": np.array([[1e3, 2.0], [-2e3, 1.0], [1e3, -3.0]]),
            "y": np.array([1e4, -1e4, 0.0]),
            "alpha": 1.0,
        },
        "large targets": {"w": np.array([5.0, -3.0]), "X": CENTRED["X"], "y": 1e6 * CENTRED["y"], "alpha": 1e3},
    },
    mistakes=(
        Mistake(
            "alpha without n",
            "The threshold is alpha, where the squares were summed. The objective has |y - Xw|^2 / (2n): multiplied "
            "by n, the penalty becomes n alpha |w|.",
            _sweep(threshold=lambda n, alpha: alpha),
        ),
        Mistake(
            "all at once",
            "Every weight was updated from the old ones. In a cyclic sweep each weight sees those updated before it; "
            "updating correlated features together overshoots.",
            _all_at_once,
        ),
        Mistake(
            "its own part is missing",
            "The residual still has feature j's own prediction taken out. Weight j must explain what all the others "
            "leave: add x_j w_j back first.",
            _sweep(pull=lambda x, r, wj: x @ r),
        ),
        Mistake(
            "not divided by the column's square",
            "After the threshold the value must be divided by x_j'x_j, the curvature along weight j.",
            _sweep(step=lambda z, x, t: z),
        ),
        Mistake(
            "divided by n",
            "After the threshold the value was divided by n, which is right only for columns with mean square 1. In "
            "general it is x_j'x_j.",
            _sweep(step=lambda z, x, t: z / len(x)),
        ),
        Mistake(
            "no threshold",
            "No weight was shrunk: this is coordinate descent for least squares, without the penalty.",
            _sweep(threshold=lambda n, alpha: 0.0),
        ),
    ),
    hints=(
        "With all other weights held fixed, the objective in w_j alone is a parabola plus alpha |w_j|: a soft "
        "threshold.",
        "w_j <- S(x_j'(r + x_j w_j), n alpha) / (x_j'x_j), with the residual r = y - Xw of the moment.",
        "Loop over the columns; start from a copy of w, and keep the residual up to date as the weights change.",
    ),
    second_solution=_sweep_with_products,
    equivalent_mutants=(
        "w[j] = soft_threshold(x @ r, n * alpha) / (x @ x) if x.any() else 0.0 -> w[j] = soft_threshold(r @ x, n * "
        "alpha) / (x @ x) if x.any() else 0.0",
    ),
)


def _gap_from_objectives(w, X, y, alpha):
    n, r = len(y), y - X @ w
    slope = np.abs(X.T @ r / n).max()
    theta = r / n * (1.0 if slope <= alpha else alpha / slope)  # dual feasible: |X' theta| <= alpha
    primal = r @ r / (2 * n) + alpha * np.abs(w).sum()
    dual = y @ theta - n / 2 * theta @ theta
    return primal - dual


def _gap(scale=lambda slope, alpha: min(1.0, alpha / max(slope, 1e-300)), primal=None, dual=None):
    """A gap with one wrong part: the factor scale(slope, alpha) on r/n, primal(r, w, alpha, n), dual(y, theta, n)."""
    primal = primal or (lambda r, w, alpha, n: r @ r / (2 * n) + alpha * np.abs(w).sum())
    dual = dual or (lambda y, theta, n: y @ theta - n / 2 * theta @ theta)

    def gap(w, X, y, alpha):
        n, r = len(y), y - X @ w
        theta = r / n * scale(np.abs(X.T @ r / n).max(), alpha)
        return float(primal(r, w, alpha, n) - dual(y, theta, n))

    return gap


def the_gap_is_not_negative(gap, w, X, y, alpha):
    """Weak duality: the dual objective is never above the primal, so the gap is never negative."""
    return bool(gap >= -1e-9 * (1 + y @ y))


DUALITY_GAP = Exercise(
    function=duality_gap,
    points=3,
    graduate=True,
    inputs=_sweep_inputs,
    valid=columns_have_mean_zero,
    holds=(the_gap_is_not_negative,),
    large=_sweep_large,
    edges={
        "all weights zero": {"w": np.zeros(2), **CENTRED, "alpha": 0.5},
        "the optimum at zero": {"w": np.zeros(2), **CENTRED, "alpha": 100.0},
        "the optimum": {"w": np.array([1.5]), "X": np.array([[1.0], [-1.0]]), "y": np.array([2.0, -2.0]), "alpha": 0.5},
    },
    stable={
        "large targets": {"w": np.array([5.0, -3.0]), "X": CENTRED["X"], "y": 1e6 * CENTRED["y"], "alpha": 1e3},
        "large features": {"w": np.array([1.0, 0.0]), "X": 1e4 * CENTRED["X"], "y": CENTRED["y"], "alpha": 1.0},
    },
    mistakes=(
        Mistake(
            "the dual point is not feasible",
            "The residual was taken as the dual point as it is. Only a point with |x_j' theta| <= alpha for every "
            "feature gives a lower bound: scale it down until it is feasible.",
            _gap(scale=lambda slope, alpha: 1.0),
        ),
        Mistake(
            "scaled up",
            "The residual was scaled so that it touches the constraint, also where it was feasible already. Then it is "
            "scaled up, past the best multiple; scale down only, by min(1, ...).",
            _gap(scale=lambda slope, alpha: alpha / max(slope, 1e-300)),
        ),
        Mistake(
            "no 1/n",
            "The squared residuals were summed. In the lasso's objective they are |y - Xw|^2 / (2n).",
            _gap(primal=lambda r, w, alpha, n: r @ r / 2 + alpha * np.abs(w).sum()),
        ),
        Mistake(
            "the penalty is forgotten",
            "The primal objective lacks alpha |w|_1.",
            _gap(primal=lambda r, w, alpha, n: r @ r / (2 * n)),
        ),
        Mistake(
            "the dual without its square",
            "The dual objective is y' theta minus n/2 |theta|^2; the second term is missing.",
            _gap(dual=lambda y, theta, n: y @ theta),
        ),
    ),
    hints=(
        "Every feasible point of the dual problem bounds the minimum from below; near the optimum the residual is "
        "nearly one.",
        "theta = s r / n with s = min(1, n alpha / max_j |x_j'r|);  gap = |r|^2/(2n) + alpha |w|_1 - (y'theta - n/2 "
        "|theta|^2).",
        "Compute the residual once. Take care of r = 0, where the division has no meaning and s = 1.",
    ),
    second_solution=_gap_from_objectives,
    equivalent_mutants=(
        "theta = r / n * (alpha / steepest if steepest > alpha else 1.0) -> theta = r / n * (alpha / steepest if "
        "steepest >= alpha else 1.0)",
        "return r @ r / (2 * n) + alpha * np.abs(w).sum() - (y @ theta - n / 2 * theta @ theta) -> return r @ r / (2 "
        "* n) + alpha * np.abs(w).sum() - (theta @ y - n / 2 * theta @ theta)",
        "return r @ r / (2 * n) + alpha * np.abs(w).sum() - (y @ theta - n / 2 * theta @ theta) -> return r @ r / (2 "
        "* n) + alpha * np.abs(w).sum() - (y @ theta - theta @ (n / 2 * theta))",
    ),
)
