"""The exercise on the maximisation step of a mixture: the components from the shares of the samples."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.density.mixture import weighted_gaussians
from abinitio.homework.hw6_estimators.exercise_inputs_linear import halves, shares, table


def _samples_and_shares(rng, size):
    n, d, k = int(rng.integers(2, 5 + size)), int(rng.integers(1, 3 + size // 4)), int(rng.integers(2, 4 + size // 5))
    return {
        "X": halves(rng, n, d) + rng.integers(4),
        "R": shares(rng, n, k),
        "floor": float(rng.choice([0.0, 0.5, 2.0])),
    }


def they_are_shares(X, R, floor=0.0):
    """No share negative, and those of each sample add up to 1?"""
    return bool((R >= 0).all() and np.abs(R.sum(axis=1) - 1).max() <= 1e-9 and floor >= 0)


def the_mean_stays(answer, X, R, floor=0.0):
    """The mean of the mixture is that of the samples."""
    weights, means, _ = answer
    return bool(np.abs(weights @ means - X.mean(axis=0)).max() <= 1e-7 * (1 + np.abs(X).max()))


def the_covariance_stays(answer, X, R, floor=0.0):
    """The covariance of the mixture, within and between the components, is that of the samples, floor included."""
    weights, means, covariances = answer
    between = (weights[:, None] * (means - X.mean(axis=0))).T @ (means - X.mean(axis=0))
    C = np.cov(X.T, bias=True).reshape(between.shape) + floor * np.eye(X.shape[1])
    found = np.einsum("k,kij->ij", weights, covariances) + between
    return bool(np.abs(found - C).max() <= 1e-6 * (1 + np.abs(C).max()))


def _columns(R):
    """The shares in each component, divided by their sum; equal ones where it is 0."""
    N = R.sum(axis=0)
    return np.where(N > 0, R / np.where(N > 0, N, 1), 1 / len(R))


def _maximisation(
    change=lambda R: R,
    columns=_columns,
    weights=lambda R: R.mean(axis=0),
    centre=lambda X, mean: mean,
    spread=lambda s, Z: (s[:, None] * Z).T @ Z,
    spread_columns=None,
    floored=lambda C, floor: C + floor * np.eye(len(C)),
):
    """The step with one wrong part.

    change(R) of the shares; columns(R), which sum to 1; the weights; the centre (X, mean) of the spread; the spread of
    Z = X - centre, with the shares s or those of spread_columns(R); and how the floor comes to it.
    """

    def step(X, R, floor=0.0):
        R = change(R)
        C, S = columns(R), (spread_columns or columns)(R)
        means = C.T @ X
        covariances = [floored(spread(s, X - centre(X, m)), floor) for s, m in zip(S.T, means)]
        return weights(R), means, np.array(covariances)

    return step


def _hard(R):
    return np.eye(R.shape[1])[R.argmax(axis=1)]


def _one_covariance(X, R, floor=0.0):
    weights, means, covariances = _maximisation()(X, R, floor)
    return weights, means, np.array([np.tensordot(weights, covariances, 1)] * len(weights))


def _bessel(R):
    """Columns with 1/(N_k - 1), where that is positive."""
    N = R.sum(axis=0)
    return np.where(N > 1, R / np.where(N > 1, N - 1, 1), _columns(R))


def _from_moments(X, R, floor=0.0):
    weights, means, _ = _maximisation()(X, R)
    S = _columns(R)
    covariances = [(s[:, None] * X).T @ X - np.outer(m, m) + floor * np.eye(len(m)) for s, m in zip(S.T, means)]
    return weights, means, np.array(covariances)


def _entry_by_entry(X, R, floor=0.0):
    """Every sum of the equations written out; the mean first from differences to the first sample."""
    (n, d), k = X.shape, R.shape[1]
    weights, means, covariances = np.zeros(k), np.zeros((k, d)), np.zeros((k, d, d))
    for c in range(k):
        total = sum(R[:, c].tolist())
        r = [R[i, c] / total if total > 0 else 1 / n for i in range(n)]
        weights[c], means[c] = total / n, X[0]
        for i in range(n):
            means[c] += r[i] * (X[i] - X[0])
        for i in range(n):
            covariances[c] += r[i] * np.multiply.outer(X[i] - means[c], X[i] - means[c])
        covariances[c].flat[:: d + 1] += floor
    return weights, means, covariances


def _case(X, R, floor=0.0):
    return {"X": table(X), "R": table(R), "floor": floor}


def _large(rng):
    R = rng.random((5000, 4))
    return {"X": rng.normal(size=(5000, 3)), "R": R / R.sum(axis=1, keepdims=True), "floor": 0.5}


PLANE = table([[0, 1], [2, 0], [1, 3], [4, 1]])
HALVES = [[0.5, 0.5], [0.75, 0.25], [0, 1], [0.25, 0.75]]

WEIGHTED_GAUSSIANS = Exercise(
    function=weighted_gaussians,
    points=3,
    inputs=_samples_and_shares,
    valid=they_are_shares,
    holds=(the_mean_stays, the_covariance_stays),
    large=_large,
    edges={
        "one component": _case(PLANE, np.ones((4, 1))),
        "every sample in one component": _case(PLANE, [[1, 0], [1, 0], [0, 1], [0, 1]]),
        "a component of one sample": _case(PLANE, [[1, 0], [0, 1], [0, 1], [0, 1]]),
        "a component without samples": _case(PLANE, [[1, 0], [1, 0], [1, 0], [1, 0]]),
        "a component without samples, with a floor": _case(PLANE, [[1, 0], [1, 0], [1, 0], [1, 0]], 0.5),
        "one sample": _case([[1, 2]], [[0.25, 0.75]], 0.5),
        "samples on a line": _case([[0, 0], [1, 2], [2, 4], [3, 6]], HALVES, 2.0),
        "the floor left out": {"X": PLANE, "R": table(HALVES)},
        "as many components as coordinates": _case(PLANE, HALVES, 3.0),
    },
    stable={
        "far from the origin": _case(PLANE + 2.0**27, HALVES),
        "next to no share": _case(PLANE, [[1, 1e-200], [1, 3e-200], [1, 0], [1, 0]]),
        "large values": _case(1e8 * PLANE, HALVES),
        "small values": _case(PLANE * 0.01, HALVES, 1e-6),
    },
    mistakes=(
        Mistake(
            "hard shares",
            "Each sample was given to the component with its largest share. It counts in all of them, r_ik times.",
            _maximisation(_hard),
        ),
        Mistake(
            "shares of different components mixed",
            "The covariance of each component has the shares of another one. Mean and covariance of component k have "
            "both the column k of R.",
            _maximisation(spread_columns=lambda R: np.roll(_columns(R), 1, axis=1)),
        ),
        Mistake(
            "all samples alike in the covariance",
            "The covariances count all samples the same. Each counts with its share, in the covariance as in the mean.",
            _maximisation(spread_columns=lambda R: np.full(R.shape, 1 / len(R))),
        ),
        Mistake(
            "1/n in place of 1/N_k in mean and covariance",
            "Both were divided by the number n of all samples. In component k there are only N_k = sum_i r_ik of them.",
            _maximisation(columns=lambda R: R / len(R)),
        ),
        Mistake(
            "1/n in place of 1/N_k in the covariance",
            "The covariance was divided by the number n of all samples. In component k there are only N_k = sum_i r_ik "
            "of them.",
            _maximisation(spread_columns=lambda R: R / len(R)),
        ),
        Mistake(
            "not divided in the covariance",
            "The squares were added, each with its share, and not divided by N_k.",
            _maximisation(spread_columns=lambda R: R),
        ),
        Mistake(
            "N_k - 1",
            "The covariance was divided by N_k - 1. The likelihood is largest with N_k.",
            _maximisation(spread_columns=_bessel),
        ),
        Mistake(
            "shares squared",
            "The deviations were multiplied by their shares before the product: r enters squared. It belongs to one of "
            "the two factors.",
            _maximisation(spread=lambda s, Z: (s[:, None] * Z).T @ (s[:, None] * Z)),
        ),
        Mistake(
            "an old mean",
            "The spread was taken about another mean than the new one, here that of all samples. The likelihood is "
            "largest with the mean of the same step.",
            _maximisation(centre=lambda X, mean: X.mean(axis=0)),
        ),
        Mistake(
            "about the origin",
            "No mean was subtracted: these are mean squares and products. The covariance is that of the deviations.",
            _maximisation(centre=lambda X, mean: 0 * mean),
        ),
        Mistake(
            "the off-diagonals forgotten",
            "Only the variances along the axes were computed. Coordinates of one component may be correlated.",
            _maximisation(spread=lambda s, Z: np.diag(s @ Z**2)),
        ),
        Mistake(
            "one covariance for all components",
            "The covariances were averaged. Each component has its own.",
            _one_covariance,
        ),
        Mistake(
            "the floor forgotten",
            "floor was not added to the diagonals: a component may shrink onto one sample.",
            _maximisation(floored=lambda C, floor: C),
        ),
        Mistake(
            "the floor on every entry",
            "`C + floor` adds to all entries. It belongs on the diagonal: a little round noise.",
            _maximisation(floored=lambda C, floor: C + floor),
        ),
        Mistake(
            "the floor as a factor",
            "The diagonal was multiplied by 1 + floor. A component of one sample stays a point; floor is a variance, "
            "and is added.",
            _maximisation(floored=lambda C, floor: C + floor * np.diag(np.diag(C))),
        ),
        Mistake(
            "the floor as a least value",
            "Variances below floor were set to it. The task adds it to all of them.",
            _maximisation(floored=lambda C, floor: C + np.diag(np.maximum(floor - np.diag(C), 0))),
        ),
        Mistake(
            "the weights not divided by n",
            "The weights are the numbers N_k of samples. Divided by n they sum to 1.",
            _maximisation(weights=lambda R: R.sum(axis=0)),
        ),
        Mistake(
            "a component without samples",
            "N_k is 0 here, and 0/0 is nan. The task says what such a component gets: the mean and covariance of all "
            "samples.",
            _maximisation(columns=lambda R: R / R.sum(axis=0)),
        ),
        Mistake(
            "a small number in the denominator",
            "A small number was added to N_k. A component without samples then lies at the origin with no extent, and "
            "one with next to no share as well. The task says what it gets.",
            _maximisation(columns=lambda R: R / (R.sum(axis=0) + 1e-10)),
        ),
        Mistake(
            "the covariance as a difference of moments",
            "The mean of xx' less mm' is the covariance, but far from the origin it is a small difference of large "
            "numbers, and all rounding. Subtract the mean first.",
            _from_moments,
        ),
    ),
    hints=(
        "If the shares were 0 and 1, these would be the fraction, mean and covariance of each group. A share counts a "
        "sample in part.",
        "N_k = sum_i r_ik; pi_k = N_k / n; mu_k = sum_i r_ik x_i / N_k; C_k = sum_i r_ik (x_i - mu_k)(x_i - mu_k)' / "
        "N_k + floor 1.",
        "All the means are one product of matrices, of the transpose of R, whose rows are divided by N_k, and X. "
        "(s[:, None] * Z).T @ Z is sum_i s_i z_i z_i'.",
    ),
    second_solution=_entry_by_entry,
    equivalent_mutants=(  # the inner one only keeps a warning away; adding the floor makes an array
        "shares = np.where(N > 0, R / np.where(N > 0, N, 1), 1 / len(X)) -> "
        "shares = np.where(N > 0, R / np.where(N >= 0, N, 1), 1 / len(X))",
        "shares = np.where(N > 0, R / np.where(N > 0, N, 1), 1 / len(X)) -> "
        "shares = np.where(N > 0, R / np.where(N > 0, N, 2), 1 / len(X))",
        "shares = np.where(N > 0, R / np.where(N > 0, N, 1), 1 / len(X)) -> "
        "shares = np.where(N > 0, R / np.where(N > 0, N, 0), 1 / len(X))",
        "shares = np.where(N > 0, R / np.where(N > 0, N, 1), 1 / len(X)) -> "
        "shares = np.where(N > 0, R / np.where(N > -1, N, 1), 1 / len(X))",
        "covariances = np.array([(s[:, None] * (X - mean)).T @ (X - mean) for s, mean in zip(shares.T, means)]) -> "
        "covariances = [(s[:, None] * (X - mean)).T @ (X - mean) for s, mean in zip(shares.T, means)]",
    ),
)
