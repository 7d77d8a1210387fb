"""The exercise on optimal transport: one of Sinkhorn's steps, in the domain of logarithms."""

import math

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw5_information.exercise_inputs import distribution, number_of, table
from abinitio.information.sinkhorn import sinkhorn_step


def _log(b):
    """Logarithms of weights, -inf for no weight."""
    return np.where(b > 0, np.log(np.where(b > 0, b, 1)), -np.inf)


def _potentials(rng, size):
    n, m = number_of(rng, size // 2), number_of(rng, size // 2)
    return {
        "g": rng.integers(-2, 3, m) / 2,
        "log_b": _log(distribution(rng, m)),
        "cost": rng.integers(0, 7, (n, m)) / 2,
        "epsilon": float(rng.choice([0.5, 1, 2])),
    }


def _has_weight(g, log_b, cost, epsilon):
    return bool(epsilon > 0 and (log_b > -np.inf).any() and abs(np.exp(log_b).sum() - 1) <= 1e-9)


def the_rows_sums_are_exact(f, g, log_b, cost, epsilon):
    """With this f every row of the plan holds its weight: sum_j b_j exp((f_i + g_j - C_ij)/epsilon) = 1."""
    z = log_b + (f[:, None] + g - cost) / epsilon
    largest = z.max(axis=1)
    log_sums = largest + np.log(np.exp(z - largest[:, None]).sum(axis=1))
    return bool((np.abs(epsilon * log_sums) <= 1e-5 * (1 + np.abs(f).max())).all())


def it_lies_between_the_differences(f, g, log_b, cost, epsilon):
    """f lies between the least of C - g among the columns that have weight, and the largest."""
    values = (cost - g)[:, log_b > -np.inf]
    slack = 1e-5 * (1 + np.abs(values).max())
    return bool((f >= values.min(axis=1) - slack).all() and (f <= values.max(axis=1) + slack).all())


def _row_by_row(g, log_b, cost, epsilon):
    f = []
    for row in cost.tolist():
        energies = [c - v - epsilon * w for c, v, w in zip(row, g.tolist(), log_b.tolist()) if w > -math.inf]
        least = min(energies)
        f.append(least - epsilon * math.log(math.fsum(math.exp((least - e) / epsilon) for e in energies)))
    return np.array(f)


def _log_sum(z, axis=1):
    largest = z.max(axis=axis, keepdims=True)
    return np.squeeze(largest, axis) + np.log(np.sum(np.exp(z - largest), axis=axis))


def _exponents(g, log_b, cost, epsilon):
    return log_b + (g - cost) / epsilon


def _step(exponents=_exponents, result=lambda L, epsilon: -epsilon * L):
    """A step with one wrong part: what is exponentiated, or what is made of the logarithm of the sum."""
    return lambda g, log_b, cost, epsilon: result(_log_sum(exponents(g, log_b, cost, epsilon)), epsilon)


def _overflows(g, log_b, cost, epsilon):
    return -epsilon * np.log(np.exp((g - cost) / epsilon) @ np.exp(log_b))


def _one_shift_for_all(g, log_b, cost, epsilon):
    z = _exponents(g, log_b, cost, epsilon)
    return -epsilon * (z.max() + np.log(np.sum(np.exp(z - z.max()), axis=1)))


def _shift_not_undone(g, log_b, cost, epsilon):
    z = _exponents(g, log_b, cost, epsilon)
    return -epsilon * np.log(np.sum(np.exp(z - z.max(axis=1, keepdims=True)), axis=1))


def _shift_without_epsilon(g, log_b, cost, epsilon):
    z = _exponents(g, log_b, cost, epsilon)
    largest = z.max(axis=1, keepdims=True)
    return largest[:, 0] - epsilon * np.log(np.sum(np.exp(z - largest), axis=1))


def _smallest_of_the_differences(g, log_b, cost, epsilon):
    return (cost - g)[:, log_b > -np.inf].min(axis=1)


def _mean_of_the_differences(g, log_b, cost, epsilon):
    return (cost - g) @ np.exp(log_b)


PAIR = {"g": table([0, 1]), "log_b": np.log([0.5, 0.5])}

SINKHORN_STEP = Exercise(
    function=sinkhorn_step,
    points=3,
    inputs=_potentials,
    valid=_has_weight,
    holds=(the_rows_sums_are_exact, it_lies_between_the_differences),
    large=lambda rng: {
        "g": rng.normal(size=300),
        "log_b": np.full(300, -np.log(300)),
        "cost": rng.random((200, 300)),
        "epsilon": 0.1,
    },
    edges={
        "one point on each side": {"g": table([1]), "log_b": table([0]), "cost": table([[3]]), "epsilon": 1.0},
        "a point without weight": {
            "g": table([0, 5, 1]),
            "log_b": table([np.log(0.5), -np.inf, np.log(0.5)]),
            "cost": table([[1, 0, 2], [2, 0, 3]]),
            "epsilon": 1.0,
        },
        "no costs": {**PAIR, "cost": np.zeros((3, 2)), "epsilon": 1.0},
        "unequal weights": {
            "g": table([0, 0]),
            "log_b": np.log([0.25, 0.75]),
            "cost": table([[0, 1], [1, 0]]),
            "epsilon": 0.5,
        },
        "as many rows as columns": {**PAIR, "cost": table([[0, 2], [1, 0]]), "epsilon": 2.0},
        "a large epsilon": {**PAIR, "cost": table([[0, 2], [1, 0], [4, 4]]), "epsilon": 1000.0},
    },
    stable={
        "large costs": {**PAIR, "cost": table([[2000, 2001], [2002, 2000]]), "epsilon": 1.0},
        "large potentials": {"g": table([3000, 3001]), "log_b": PAIR["log_b"], "cost": np.eye(2), "epsilon": 1.0},
        "a small epsilon": {**PAIR, "cost": table([[1, 2.5], [1, 2]]), "epsilon": 1e-4},
        "rows far apart": {**PAIR, "cost": table([[0, 1], [5000, 5001]]), "epsilon": 1.0},
    },
    mistakes=(
        Mistake(
            "the weights forgotten",
            "The weights b_j are missing in the sum: every column counts the same, also one without weight.",
            _step(lambda g, log_b, cost, epsilon: (g - cost) / epsilon + 0 * np.exp(log_b)),
        ),
        Mistake(
            "b in place of log b",
            "The weights themselves were added to the exponents. The logarithm of b_j exp(z_j) is log b_j + z_j.",
            _step(lambda g, log_b, cost, epsilon: np.exp(log_b) + (g - cost) / epsilon),
        ),
        Mistake(
            "log b divided by epsilon",
            "log b_j was divided by epsilon together with g_j - C_ij: the weights became b_j^(1/epsilon).",
            _step(lambda g, log_b, cost, epsilon: (log_b + g - cost) / epsilon),
        ),
        Mistake(
            "epsilon forgotten in front",
            "The logarithm was not multiplied by epsilon: f has the unit of the cost.",
            _step(result=lambda L, epsilon: -L),
        ),
        Mistake(
            "epsilon forgotten in the exponent",
            "g_j - C_ij was not divided by epsilon: exponents have no unit.",
            _step(lambda g, log_b, cost, epsilon: log_b + g - cost),
        ),
        Mistake(
            "epsilon forgotten",
            "epsilon is in neither of its two places: this is the answer for epsilon = 1.",
            _step(lambda g, log_b, cost, epsilon: log_b + g - cost, lambda L, epsilon: -L),
        ),
        Mistake(
            "the sign in front",
            "The minus sign in front is missing: f would grow where the costs fall.",
            _step(result=lambda L, epsilon: epsilon * L),
        ),
        Mistake(
            "the sign in the exponent",
            "The exponent is (C_ij - g_j)/epsilon here: the dearest columns would count most. It is "
            "(g_j - C_ij)/epsilon.",
            _step(lambda g, log_b, cost, epsilon: log_b + (cost - g) / epsilon),
        ),
        Mistake(
            "the sign of g",
            "g was subtracted in the exponent. It is (g_j - C_ij)/epsilon.",
            _step(lambda g, log_b, cost, epsilon: log_b - (g + cost) / epsilon),
        ),
        Mistake(
            "g forgotten",
            "The potential of the columns is missing: this is the step for g = 0.",
            _step(lambda g, log_b, cost, epsilon: log_b - cost / epsilon),
        ),
        Mistake(
            "summed along the wrong axis",
            "The sum went over the rows. f has an entry for each row i: sum over the columns j.",
            lambda g, log_b, cost, epsilon: -epsilon * _log_sum(_exponents(g, log_b, cost, epsilon), axis=0),
        ),
        Mistake(
            "g stands in a column",
            "g and log b were laid along the rows. They belong to the columns of the costs.",
            lambda g, log_b, cost, epsilon: -epsilon * _log_sum(log_b[:, None] + (g[:, None] - cost) / epsilon),
        ),
        Mistake(
            "the mean in place of the sum",
            "The terms were averaged over the columns. The b_j are the weights already: add the terms.",
            _step(lambda g, log_b, cost, epsilon: _exponents(g, log_b, cost, epsilon) - np.log(len(g))),
        ),
        Mistake(
            "not a logarithm",
            "These are the scalings exp(f/epsilon), Sinkhorn's u without its a. The potential f is asked for.",
            _step(result=lambda L, epsilon: np.exp(-L)),
        ),
        Mistake(
            "the smallest cost",
            "This is min_j (C_ij - g_j), the limit of a small epsilon. All columns count, each with its factor.",
            _smallest_of_the_differences,
        ),
        Mistake(
            "the mean cost",
            "This is the mean of C_ij - g_j, the limit of a large epsilon. The cheap columns count more.",
            _mean_of_the_differences,
        ),
        Mistake(
            "the shift is not undone",
            "The largest exponent of each row was taken off against overflow, and not added again after the logarithm.",
            _shift_not_undone,
        ),
        Mistake(
            "the shift without epsilon",
            "The largest exponent was added outside: -epsilon multiplies it as well.",
            _shift_without_epsilon,
        ),
        Mistake(
            "overflow",
            "exp() is beyond all floats, or 0, where epsilon is small against the costs. Take the largest exponent of "
            "each row off first, and add it again after the logarithm.",
            _overflows,
        ),
        Mistake(
            "one shift for all rows",
            "The largest exponent of the whole table was taken off: in rows far below it exp() is 0, and log 0 is not "
            "finite. Each row needs its own.",
            _one_shift_for_all,
        ),
        Mistake(
            "a small number in the logarithm",
            "A small number was added against log 0. Where all exponents of a row are very negative only it is left. "
            "Take the largest exponent of each row off first, and add it again after the logarithm.",
            lambda g, log_b, cost, epsilon: -epsilon * np.log(np.exp((g - cost) / epsilon) @ np.exp(log_b) + 1e-12),
        ),
    ),
    hints=(
        "A free energy: the sum is dominated by its largest term, so take that one out of it before you exponentiate.",
        "With z_ij = log b_j + (g_j - C_ij)/epsilon and M_i = max_j z_ij: f_i = -epsilon (M_i + log sum_j exp(z_ij - "
        "M_i)).",
        "`z.max(axis=1, keepdims=True)` stands in a column and can be subtracted from z. exp(-inf) is 0: columns "
        "without weight need no special care.",
    ),
    second_solution=_row_by_row,
    equivalent_mutants=(  # the largest exponents are one column: its first is its last
        "return -epsilon * (largest[:, 0] + np.log(np.sum(np.exp(z - largest), axis=1))) -> "
        "return -epsilon * (largest[:, -1] + np.log(np.sum(np.exp(z - largest), axis=1)))",
    ),
)
