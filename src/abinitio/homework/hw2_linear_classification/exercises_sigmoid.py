"""The exercise on the logistic function."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw2_linear_classification.exercise_inputs import halves
from abinitio.linear_model.logistic import sigmoid


def values_are_probabilities(p, z):
    """Every value is a probability: from 0 to 1."""
    return bool(np.all((p >= 0) & (p <= 1)))


def naive_sigmoid(z):
    """1 / (1 + exp(-z)), where the exponential may overflow."""
    return 1 / (1 + np.exp(-z))


def _truncated(z):
    p = np.zeros_like(z)
    p[...] = np.exp(-np.logaddexp(0, -np.asarray(z)))
    return p


SIGMOID = Exercise(
    function=sigmoid,
    points=2,
    inputs=lambda rng, size: {"z": halves(rng, 1 + size) * (1 + size // 3)},
    holds=(values_are_probabilities,),
    large=lambda rng: {"z": rng.normal(scale=5, size=300_000)},
    atol=0.0,  # small probabilities are wanted to full relative accuracy
    edges={
        "a number": {"z": 0.5},
        "a negative number": {"z": -2.0},
        "zero": {"z": np.zeros(1)},
        "a table": {"z": np.array([[0.0, 1.0], [-1.0, 2.0], [0.5, -3.0]])},
        "whole numbers": {"z": np.array([-2, 0, 3])},
    },
    stable={
        "small probabilities": {"z": np.array([-30.0, -34.5, -36.25, 34.5])},
        "very small probabilities": {"z": np.array([-100.0, -300.0])},
        "exp(-z) is larger than any float": {"z": np.array([-720.0, 0.0])},
        "exp(z) is larger than any float": {"z": np.array([720.0, 0.0])},
        "probabilities 0 and 1": {"z": np.array([-1e5, 1e5])},
    },
    mistakes=(
        Mistake(
            "the wrong sign",
            "This is 1 / (1 + e^z), the probability of the other class: it falls where it should rise.",
            lambda z: np.exp(-np.logaddexp(0, z)),
        ),
        Mistake(
            "the hyperbolic tangent",
            "This is tanh(z), which runs from -1 to 1: the same curve, stretched and shifted. A probability runs from "
            "0 to 1.",
            lambda z: np.tanh(z),
        ),
        Mistake(
            "the derivative",
            "This is the derivative of the function, p (1 - p): a bump that is largest at 0.",
            lambda z: np.exp(-np.logaddexp(0, -z) - np.logaddexp(0, z)),
        ),
        Mistake(
            "one branch for the whole array",
            "`if z >= 0` asks one question of the whole array, and an array has no single answer. Let the elements "
            "choose: `np.where`.",
            lambda z: 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z)),
        ),
        Mistake(
            "exp(-z) overflows",
            "For large negative z the exponential of -z overflows to infinity, and 1/infinity is 0, where the answer "
            "is small but is a number. Take the exponential of -|z|, which is at most 1.",
            naive_sigmoid,
        ),
        Mistake(
            "exp(z) overflows",
            "For large z both e^z and 1 + e^z are infinite, and their ratio is not a number. Take the exponential of "
            "-|z|, which is at most 1.",
            lambda z: np.exp(z) / (1 + np.exp(z)),
        ),
        Mistake(
            "one minus almost one",
            "1 - 1/(1 + e^z) subtracts two numbers that are nearly equal: a small probability loses its digits, and "
            "below 1e-16 there are none left.",
            lambda z: 1 - 1 / (1 + np.exp(z)),
        ),
        Mistake(
            "through the tangent",
            "(1 + tanh(z/2)) / 2 is the same function, but for negative z it subtracts two numbers that are nearly "
            "equal: a small probability loses its digits.",
            lambda z: (1 + np.tanh(np.asarray(z) / 2)) / 2,
        ),
        Mistake(
            "z is clipped",
            "z was clipped to a range in which nothing overflows. Outside of it the answers are wrong: all very small "
            "probabilities come out equal.",
            lambda z: naive_sigmoid(np.clip(z, -500, 500)),
        ),
        Mistake(
            "whole numbers in, whole numbers out",
            "An array made by `zeros_like(z)` or `empty_like(z)` holds whole numbers if z does, and cuts every "
            "probability down to 0. Say dtype=float.",
            _truncated,
        ),
        Mistake(
            "a small number is added",
            "A small constant stands in the denominator or beside the answer. It is larger than the small "
            "probabilities, which are wanted exactly; with the exponential of -|z| none is needed.",
            lambda z: np.exp(-np.logaddexp(0, -z)) + 1e-15,
        ),
    ),
    hints=(
        "The formula is right as it stands; what matters is which exponential is formed: one that cannot overflow.",
        "With e = exp(-|z|): 1 / (1 + e) for z >= 0, and e / (1 + e) for z < 0.",
        "`np.where(z >= 0, a, b)` takes from a or from b, element by element, and evaluates both: both must be safe.",
    ),
    second_solution=lambda z: np.exp(-np.logaddexp(0, -np.asarray(z))),
    equivalent_mutants=(
        "return np.where(np.asarray(z) >= 0, 1, e) / (1 + e) -> return np.where(np.asarray(z) > 0, 1, e) / (1 + e)",
        "return np.where(np.asarray(z) >= 0, 1, e) / (1 + e) -> return np.where(z >= 0, 1, e) / (1 + e)",
    ),
)
