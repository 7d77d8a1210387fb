"""Exercises on the dual problem: its objective, and the decision function of its solution."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw4_support_vector_machines.exercise_inputs import (
    big_machine,
    feasible_multipliers,
    halves,
    is_feasible,
    is_kernel,
    machine,
    part,
    rows,
    signs,
    table,
)
from abinitio.svm.dual import dual_objective, svm_decision


def it_is_not_above_the_sum_of_the_multipliers(value, a, K, y):
    """|w|^2 is subtracted: D(a) is at most the sum of the multipliers."""
    return bool(value <= a.sum() + 1e-7 * (1 + a.sum()))


def _by_pairs(a, K, y):
    n = len(a)
    pairs = sum(float(a[i] * y[i] * K[i, j] * a[j] * y[j]) for i in range(n) for j in range(i))
    return sum(float(a[i] - a[i] ** 2 * K[i, i] / 2) for i in range(n)) - pairs


def _dual(
    first=lambda a, y: a.sum(),
    square=lambda a, K, y: (a * y) @ K @ (a * y),
    together=lambda S, Q, n: S - Q / 2,
):
    """A dual objective with one wrong part: the sum S, |w|^2 = Q, or how they are put together for n samples."""
    return lambda a, K, y: float(together(first(a, y), square(a, K, y), len(a)))


LINE = {"K": table([[1, -1], [-1, 1]]), "y": np.array([1, -1])}
PLANE_POINTS = table([[0, 1], [1, 1], [2, 0]])
TRIANGLE = {"K": PLANE_POINTS @ PLANE_POINTS.T, "y": np.array([1, -1, -1])}

DUAL_OBJECTIVE = Exercise(
    function=dual_objective,
    points=2,
    inputs=lambda rng, size: part(machine(rng, size), "a", "K", "y"),
    valid=lambda a, K, y: is_feasible(a, y) and is_kernel(K),
    holds=(it_is_not_above_the_sum_of_the_multipliers,),
    large=lambda rng: part(big_machine(rng, 600), "a", "K", "y"),
    edges={
        "a = 0": {"a": np.zeros(2), **LINE},
        "two points at the optimum": {"a": table([0.5, 0.5]), **LINE},
        "two points beyond the optimum": {"a": table([2, 2]), **LINE},
        "a sample without a multiplier": {"a": table([1, 1, 0]), **TRIANGLE},
        "three support vectors": {"a": table([2, 1.5, 0.5]), **TRIANGLE},
        "images at right angles": {"a": table([1, 0.5, 0.5]), "K": np.eye(3), "y": np.array([1, -1, -1])},
        "two samples at the same place": {"a": table([1, 1]), "K": np.ones((2, 2)), "y": np.array([1, -1])},
    },
    stable={
        "large kernel values": {"a": table([1, 1]), "K": 1e9 * LINE["K"], "y": LINE["y"]},
        "small kernel values, large multipliers": {"a": table([1e9, 1e9]), "K": 5e-10 * LINE["K"], "y": LINE["y"]},
        "nearly the same place": {
            "a": table([1e3, 1e3]),
            "K": table([[1, 1 - 1e-4], [1 - 1e-4, 1]]),
            "y": np.array([1, -1]),
        },
    },
    mistakes=(
        Mistake(
            "the 1/2 forgotten",
            "The double sum was subtracted whole. It is |w|^2, and half of it is subtracted.",
            _dual(together=lambda S, Q, n: S - Q),
        ),
        Mistake(
            "half of everything",
            "Both terms were halved. Only the double sum has the 1/2.",
            _dual(together=lambda S, Q, n: (S - Q) / 2),
        ),
        Mistake(
            "the sign of the double sum",
            "|w|^2 / 2 was added: this would grow without bound with a. It is subtracted.",
            _dual(together=lambda S, Q, n: S + Q / 2),
        ),
        Mistake(
            "the wrong sign",
            "This is -D(a), as it is handed to a minimiser. D(a) itself is asked for.",
            _dual(together=lambda S, Q, n: Q / 2 - S),
        ),
        Mistake(
            "the regulariser only",
            "This is |w|^2 / 2, a term of the primal objective.",
            _dual(together=lambda S, Q, n: Q / 2),
        ),
        Mistake(
            "no quadratic term",
            "This is the sum of the multipliers alone.",
            _dual(together=lambda S, Q, n: S),
        ),
        Mistake(
            "the mean of the multipliers",
            "The multipliers were averaged. They are to be added: D belongs to a sum of losses.",
            _dual(together=lambda S, Q, n: S / n - Q / 2),
        ),
        Mistake(
            "|w| in place of |w| squared",
            "The root of the double sum was taken. |w|^2 / 2 is subtracted.",
            _dual(together=lambda S, Q, n: S - np.sqrt(Q) / 2),
        ),
        Mistake(
            "a y in place of a",
            "The first sum is that of a_i y_i, which is zero for all feasible multipliers. It is that of the a_i.",
            _dual(first=lambda a, y: a @ y),
        ),
        Mistake(
            "a in place of a y",
            "The labels are missing in the double sum, sum_ij a_i y_i K_ij a_j y_j: without them the samples of both "
            "classes add up in w, where they should pull against each other.",
            _dual(square=lambda a, K, y: a @ K @ a),
        ),
        Mistake(
            "the labels once",
            "One of the two factors in the double sum has no label: it is sum_ij a_i y_i K_ij a_j y_j.",
            _dual(square=lambda a, K, y: a @ K @ (a * y)),
        ),
        Mistake(
            "labels 0 and 1",
            "The labels were turned into 0 and 1, so that the samples of label -1 drop out. Use -1 and +1.",
            _dual(square=lambda a, K, y: (a * (y > 0)) @ K @ (a * (y > 0))),
        ),
        Mistake(
            "the diagonal of K only",
            "Only the terms with i = j were added. The double sum runs over all pairs.",
            _dual(square=lambda a, K, y: a**2 @ np.diag(K)),
        ),
        Mistake(
            "each pair once, and its 1/2 too",
            "The double sum runs over i < j and i = j, and was halved nevertheless. Over all i and j each pair appears "
            "twice: that is what the 1/2 is for.",
            _dual(square=lambda a, K, y: (a * y) @ np.triu(K) @ (a * y)),
        ),
        Mistake(
            "the rows of K taken for the images",
            "The rows of K were added up to w, as if they were the features. K already holds the inner products.",
            _dual(square=lambda a, K, y: np.sum((K @ (a * y)) ** 2)),
        ),
    ),
    hints=(
        "A sum of the multipliers, less half of the squared length of w = sum_i a_i y_i phi(x_i).",
        "sum_i a_i - 1/2 sum_ij (a_i y_i) K_ij (a_j y_j).",
        "With s = a * y, `s @ K @ s` is the double sum.",
    ),
    second_solution=_by_pairs,
    equivalent_mutants=(  # labels are their own inverses; K is symmetric
        "signed = a * y -> signed = a / y",
        "return float(a.sum() - signed @ K @ signed / 2) -> return a.sum() - signed @ K @ signed / 2",
        "return float(a.sum() - signed @ K @ signed / 2) -> return float(a.sum() - signed @ (signed @ K) / 2)",
        "return float(a.sum() - signed @ K @ signed / 2) -> return float(a.sum() - K @ signed @ signed / 2)",
    ),
)


def _queries_and_machine(rng, size):
    m, n = rows(rng, size // 2), rows(rng, size // 2, at_least=2)
    y = signs(rng, n)
    return {"K": halves(rng, m, n), "a": feasible_multipliers(rng, y, 2.0), "y": y, "b": float(halves(rng))}


def _query_by_query(K, a, y, b):
    values = []
    for row in K:
        value = b
        for k, weight, label in zip(row, a, y):
            value = value + k * weight if label > 0 else value - k * weight
        values.append(value)
    return np.array(values)


def _decision(weights=lambda a, y: a * y, value=lambda K, s, b: K @ s + b):
    """A decision function with one wrong part: the weight of each sample, or the value made of them."""
    return lambda K, a, y, b: value(K, weights(a, y), b)


TWO = {"a": table([0.5, 0.5]), "y": np.array([1, -1])}

SVM_DECISION = Exercise(
    function=svm_decision,
    points=2,
    inputs=_queries_and_machine,
    valid=lambda K, a, y, b: is_feasible(a, y),
    large=lambda rng: {
        "K": rng.normal(size=(1000, 400)),
        "a": rng.random(400),
        "y": signs(rng, 400),
        "b": 0.5,
    },
    edges={
        "one query": {"K": table([[2, -2]]), **TWO, "b": 0.25},
        "on the margin": {"K": table([[1, -1], [-1, 1]]), **TWO, "b": 0.0},
        "on the border": {"K": table([[1, 1]]), **TWO, "b": 0.0},
        "as many queries as samples": {"K": table([[1, 2], [0, 3]]), **TWO, "b": -1.0},
        "a sample without a multiplier": {
            "K": table([[1, 2, 5]]),
            "a": table([1, 1, 0]),
            "y": np.array([1, -1, -1]),
            "b": 0.5,
        },
        "a query that no sample sees": {"K": table([[0, 0], [1, 2]]), **TWO, "b": -1.5},
        "more samples than queries": {
            "K": table([[1, 0, 2, 1]]),
            "a": table([1, 2, 0.5, 0.5]),
            "y": np.array([-1, 1, -1, -1]),
            "b": 1.0,
        },
    },
    stable={
        "tiny multipliers of samples that are far away": {
            "K": 1e9 * table([[1, 2], [0, 3]]),
            "a": table([1e-9, 1e-9]),
            "y": TWO["y"],
            "b": 0.5,
        },
        "large multipliers": {"K": table([[1, 0.5], [0.25, 1]]), "a": table([1e9, 1e9]), "y": TWO["y"], "b": 0.5},
    },
    mistakes=(
        Mistake(
            "a in place of a y",
            "The labels are missing: every sample pulls to the side of label +1. Its weight is a_j y_j.",
            _decision(weights=lambda a, y: a),
        ),
        Mistake(
            "no multipliers",
            "Every sample counts with its label alone. Its weight is a_j y_j, which is zero for most.",
            _decision(weights=lambda a, y: y),
        ),
        Mistake(
            "every support vector counts the same",
            "The samples with a_j > 0 were added with their labels. Their weights are a_j y_j.",
            _decision(weights=lambda a, y: np.where(a > 0, y, 0)),
        ),
        Mistake(
            "labels 0 and 1",
            "The labels were turned into 0 and 1, so that the samples of label -1 drop out. Use -1 and +1.",
            _decision(weights=lambda a, y: a * (y + 1) / 2),
        ),
        Mistake(
            "the wrong sign of the labels",
            "f is positive on the side of label -1 here.",
            _decision(weights=lambda a, y: -a * y),
        ),
        Mistake(
            "no intercept",
            "b is missing. (Added to the kernel values it drops out too, since sum_j a_j y_j = 0: add it to the sum.)",
            _decision(value=lambda K, s, b: K @ s),
        ),
        Mistake(
            "the sign of the intercept",
            "b was subtracted. Here f = sum_j a_j y_j k + b; some books and programs subtract it.",
            _decision(value=lambda K, s, b: K @ s - b),
        ),
        Mistake(
            "the intercept once for each sample",
            "b was added inside the sum, n times. It is added once.",
            _decision(value=lambda K, s, b: K @ s + len(s) * b),
        ),
        Mistake(
            "the kernel transposed",
            "The table was read with the samples in its rows. Rows are queries, columns are samples: the sum runs over "
            "the columns.",
            _decision(value=lambda K, s, b: K.T @ s + b),
        ),
        Mistake(
            "the sign of f",
            "This is the predicted label. The value of f is asked for: its size says how far from the border.",
            _decision(value=lambda K, s, b: np.sign(K @ s + b)),
        ),
        Mistake(
            "a mean in place of the sum",
            "The sum was divided by the number of samples.",
            _decision(value=lambda K, s, b: K @ s / len(s) + b),
        ),
        Mistake(
            "the products are not summed",
            "These are the m x n products a_j y_j K_ij. Query i has the sum of its row.",
            _decision(value=lambda K, s, b: K * s + b),
        ),
        Mistake(
            "absolute values of the kernel",
            "The kernel values were made positive. A kernel may be negative, as the linear one is.",
            _decision(value=lambda K, s, b: np.abs(K) @ s + b),
        ),
        Mistake(
            "small multipliers dropped",
            "Multipliers below some small number were taken for 0. Their size depends on the unit of the features: "
            "with large kernel values all of them are small.",
            _decision(weights=lambda a, y: np.where(a > 1e-8, a * y, 0)),
        ),
    ),
    hints=(
        "w.phi(x) + b with w = sum_j a_j y_j phi(x_j): only inner products of images appear, and those are in K.",
        "f(x_i) = sum_j K_ij a_j y_j + b.",
        "Which axis of K has the length of a? The matrix product sums over that one.",
    ),
    second_solution=_query_by_query,
    equivalent_mutants=("return K @ (a * y) + b -> return K @ (a / y) + b",),  # labels are their own inverses
)
