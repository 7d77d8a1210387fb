"""The exercise on the duality gap: how far a machine can be from the best one."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw4_support_vector_machines.exercise_inputs import (
    big_machine,
    halves,
    is_feasible,
    is_kernel,
    machine,
    table,
)
from abinitio.svm.dual import duality_gap


def _machine_with_intercept(rng, size):
    case = machine(rng, size)
    return {
        "a": case["a"] * (rng.random() < 0.9),  # or zero, where a solver starts
        "b": float(halves(rng)),
        "K": case["K"],
        "y": case["y"],
        "C": case["C"],
    }


def _large_machine(rng):
    case = big_machine(rng, 600)
    return {"a": case["a"], "b": 0.25, "K": case["K"], "y": case["y"], "C": case["C"]}


def it_is_never_negative(gap, a, b, K, y, C):
    """Weak duality: the gap of feasible multipliers is never negative."""
    return bool(gap >= -1e-7 * (1 + C * len(y) + np.abs(a * y) @ np.abs(K) @ np.abs(a * y)))


def _by_complementary_slackness(a, b, K, y, C):
    gap = 0.0
    for i in range(len(y)):
        excess = y[i] * (float(K[i] @ (a * y)) + b) - 1  # beyond the margin, a_i should be 0; inside it, C
        gap += a[i] * excess if excess > 0 else (C - a[i]) * -excess
    return gap


def _gap(
    square=lambda a, K, y: (a * y) @ K @ (a * y),
    score=lambda a, K, y, b: K @ (a * y) + b,
    loss=lambda f, y, a: np.maximum(0, 1 - y * f),
    total=np.sum,
    gap=lambda Q, L, S: (Q / 2 + L) - (S - Q / 2),
):
    """A gap with one wrong part: |w|^2 = Q, the scores f, their losses, C times the total L, or what is made of them.

    S is the sum of the multipliers.
    """

    def difference(a, b, K, y, C):
        losses = loss(score(a, K, y, b), y, a)
        return float(gap(square(a, K, y), C * total(losses), a.sum()))

    return difference


LINE = {"K": table([[1, -1], [-1, 1]]), "y": np.array([1, -1])}
PLANE_POINTS = table([[0, 1], [1, 1], [2, 0]])
TRIANGLE = {"K": PLANE_POINTS @ PLANE_POINTS.T, "y": np.array([1, -1, -1])}

DUALITY_GAP = Exercise(
    function=duality_gap,
    points=2,
    inputs=_machine_with_intercept,
    valid=lambda a, b, K, y, C: is_feasible(a, y, C) and is_kernel(K),
    holds=(it_is_never_negative,),
    large=_large_machine,
    edges={
        "the optimum": {"a": table([0.5, 0.5]), "b": 0.0, **LINE, "C": 10.0},
        "the optimum, with another b": {"a": table([0.5, 0.5]), "b": 0.5, **LINE, "C": 10.0},
        "the optimum for a low price": {"a": table([0.25, 0.25]), "b": 0.5, **LINE, "C": 0.25},
        "a = 0": {"a": np.zeros(2), "b": 0.0, **LINE, "C": 10.0},
        "a = 0, with an intercept": {"a": np.zeros(2), "b": 2.0, **LINE, "C": 10.0},
        "a multiplier too many": {"a": table([2, 1.5, 0.5]), "b": 1.0, **TRIANGLE, "C": 2.0},
        "all beyond their margins": {"a": table([1, 1]), "b": 0.0, **LINE, "C": 4.0},
        "two samples at the same place": {"a": table([1, 1]), "b": 0.5, "K": np.ones((2, 2)), "y": LINE["y"], "C": 2.0},
    },
    stable={
        "large kernel values": {"a": table([1, 1]), "b": 0.5, "K": 1e9 * LINE["K"], "y": LINE["y"], "C": 3.0},
        "tiny multipliers": {
            "a": table([25e-11, 25e-11]),
            "b": 0.5,
            "K": 1e9 * LINE["K"],
            "y": LINE["y"],
            "C": 1.0,
        },
        "a high price": {"a": table([0.5, 0.5]), "b": 0.25, **LINE, "C": 1e9},
    },
    mistakes=(
        Mistake(
            "the primal objective only",
            "This is the primal objective. Subtract the dual one.",
            _gap(gap=lambda Q, L, S: Q / 2 + L),
        ),
        Mistake(
            "the dual objective only",
            "This is the dual objective. It is subtracted from the primal one.",
            _gap(gap=lambda Q, L, S: S - Q / 2),
        ),
        Mistake(
            "the wrong sign",
            "This is the dual objective less the primal one, which is never positive.",
            _gap(gap=lambda Q, L, S: (S - Q / 2) - (Q / 2 + L)),
        ),
        Mistake(
            "|w| squared cancels",
            "The two terms |w|^2 / 2 cancelled here. The dual objective has it with a minus, so that the difference "
            "has them both: |w|^2.",
            _gap(gap=lambda Q, L, S: L - S),
        ),
        Mistake(
            "the 1/2 stays",
            "|w|^2 appears once with its 1/2. Both objectives have it, with different signs: the difference has |w|^2.",
            _gap(gap=lambda Q, L, S: Q / 2 + L - S),
        ),
        Mistake(
            "the 1/2 forgotten",
            "Both objectives have |w|^2 in place of |w|^2 / 2.",
            _gap(gap=lambda Q, L, S: (Q + L) - (S - Q)),
        ),
        Mistake(
            "the sum of both objectives",
            "The dual objective was added.",
            _gap(gap=lambda Q, L, S: (Q / 2 + L) + (S - Q / 2)),
        ),
        Mistake(
            "|w| in place of |w| squared",
            "The root of the double sum was taken.",
            _gap(gap=lambda Q, L, S: np.sqrt(Q) + L - S),
        ),
        Mistake(
            "the losses forgotten",
            "Only |w|^2 less the sum of the multipliers was returned: C times the losses is missing.",
            _gap(gap=lambda Q, L, S: Q - S),
        ),
        Mistake(
            "relative to the primal objective",
            "The gap was divided by the primal objective. The difference itself is asked for.",
            _gap(gap=lambda Q, L, S: (Q + L - S) / (Q / 2 + L)),
        ),
        Mistake(
            "the hinge without its max",
            "1 - y_i f(x_i) was added as it is: samples beyond their margin have no loss, not a negative one.",
            _gap(loss=lambda f, y, a: 1 - y * f),
        ),
        Mistake(
            "losses of the support vectors only",
            "Only samples with a > 0 pay here. Away from the optimum one with a = 0 can be inside its margin.",
            _gap(loss=lambda f, y, a: np.where(a > 0, np.maximum(0, 1 - y * f), 0)),
        ),
        Mistake(
            "squared losses",
            "The losses were squared. That is another machine; here they grow linearly.",
            _gap(loss=lambda f, y, a: np.maximum(0, 1 - y * f) ** 2),
        ),
        Mistake(
            "the perceptron's loss",
            "max(0, -y_i f(x_i)) was taken. The margin is missing: max(0, 1 - y_i f(x_i)).",
            _gap(loss=lambda f, y, a: np.maximum(0, -y * f)),
        ),
        Mistake(
            "a mean in place of the sum",
            "The losses were divided by n. They are added, each with the price C.",
            _gap(total=np.mean),
        ),
        Mistake(
            "no intercept",
            "The losses are those of b = 0. The dual objective does not know b, but the primal one does.",
            _gap(score=lambda a, K, y, b: K @ (a * y)),
        ),
        Mistake(
            "the sign of the intercept",
            "b was subtracted. Here f = sum_j a_j y_j k + b.",
            _gap(score=lambda a, K, y, b: K @ (a * y) - b),
        ),
        Mistake(
            "a in place of a y",
            "The labels are missing in w = sum_i a_i y_i phi(x_i), in |w|^2 and in f.",
            _gap(square=lambda a, K, y: a @ K @ a, score=lambda a, K, y, b: K @ a + b),
        ),
        Mistake(
            "a in place of a y in the scores",
            "The labels are missing in f = sum_j a_j y_j k + b.",
            _gap(score=lambda a, K, y, b: K @ a + b),
        ),
        Mistake(
            "a in place of a y in the square",
            "The labels are missing in |w|^2 = sum_ij a_i y_i a_j y_j K_ij.",
            _gap(square=lambda a, K, y: a @ K @ a),
        ),
    ),
    hints=(
        "Write down both objectives, one for (w, b) with w = sum_i a_i y_i phi(x_i) and one for a; subtract.",
        "|w|^2 + C sum_i max(0, 1 - y_i f(x_i)) - sum_i a_i, with |w|^2 = sum_ij a_i y_i K_ij a_j y_j.",
        "With s = a * y and f = K @ s, `s @ f` is |w|^2 and f + b are the decision function's values.",
    ),
    second_solution=_by_complementary_slackness,
    equivalent_mutants=(  # labels are their own inverses; K is symmetric
        "signed = a * y -> signed = a / y",
        "f = K @ signed -> f = signed @ K",
        "return float(signed @ f + np.sum(C * loss) - a.sum()) -> return signed @ f + np.sum(C * loss) - a.sum()",
        "return float(signed @ f + np.sum(C * loss) - a.sum()) -> "
        "return float(f @ signed + np.sum(C * loss) - a.sum())",
    ),
)
