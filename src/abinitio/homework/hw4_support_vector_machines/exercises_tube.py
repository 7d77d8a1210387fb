"""The exercise on support-vector regression: the loss that ignores small residuals."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw4_support_vector_machines.exercise_inputs import halves, rows, table
from abinitio.svm.tube import epsilon_insensitive_loss


def _residuals_and_width(rng, size):
    return {"residuals": halves(rng, rows(rng, size)), "epsilon": float(rng.choice([0, 0.25, 0.5, 1, 1.5]))}


def nothing_inside_and_never_negative(loss, residuals, epsilon):
    """The loss is never negative, and 0 exactly where |r| <= epsilon."""
    return bool((loss >= 0).all() and ((loss == 0) == (np.abs(residuals) <= epsilon)).all())


def _one_by_one(residuals, epsilon):
    losses = []
    for r in residuals:
        if r > epsilon:
            losses.append(r - epsilon)
        elif r < -epsilon:
            losses.append(-r - epsilon)
        else:
            losses.append(0.0)
    return np.array(losses)


EPSILON_INSENSITIVE_LOSS = Exercise(
    function=epsilon_insensitive_loss,
    points=1,
    inputs=_residuals_and_width,
    holds=(nothing_inside_and_never_negative,),
    large=lambda rng: {"residuals": rng.normal(size=200_000), "epsilon": 0.5},
    edges={
        "inside": {"residuals": table([0.5, -0.5, 0]), "epsilon": 1.0},
        "on the border": {"residuals": table([1, -1]), "epsilon": 1.0},
        "outside, above and below": {"residuals": table([3, -3]), "epsilon": 1.0},
        "no tube": {"residuals": table([2, -1, 0, 0.5]), "epsilon": 0.0},
        "a wide tube": {"residuals": table([2, -1, 0, 0.5]), "epsilon": 10.0},
        "one residual": {"residuals": table([-4]), "epsilon": 1.5},
    },
    stable={
        "large residuals": {"residuals": table([1e9, -1e9, 3e8]), "epsilon": 5e8},
        "just outside": {"residuals": table([1 + 1e-12, -1 - 1e-12, 1, -1]), "epsilon": 1.0},
    },
    mistakes=(
        Mistake(
            "one side of the tube only",
            "Residuals below -epsilon cost nothing here. The tube has two sides: take |r|.",
            lambda residuals, epsilon: np.maximum(residuals - epsilon, 0),
        ),
        Mistake(
            "the other side only",
            "Only residuals below -epsilon cost something here. The tube has two sides: take |r|.",
            lambda residuals, epsilon: np.maximum(-residuals - epsilon, 0),
        ),
        Mistake(
            "the tube without its max",
            "|r| - epsilon is negative inside the tube. There the loss is 0.",
            lambda residuals, epsilon: np.abs(residuals) - epsilon,
        ),
        Mistake(
            "absolute value of the difference",
            "||r| - epsilon| is positive inside the tube. There the loss is 0.",
            lambda residuals, epsilon: np.abs(np.abs(residuals) - epsilon),
        ),
        Mistake(
            "a jump at the border",
            "Outside the tube the whole of |r| was taken. The loss is the distance from the tube, |r| - epsilon.",
            lambda residuals, epsilon: np.where(np.abs(residuals) > epsilon, np.abs(residuals), 0),
        ),
        Mistake(
            "squared",
            "The distance from the tube was squared. The loss grows linearly: no outlier pulls more than another.",
            lambda residuals, epsilon: np.maximum(np.abs(residuals) - epsilon, 0) ** 2,
        ),
        Mistake(
            "squared residuals",
            "epsilon was subtracted from the square of the residual. The tube is |r| <= epsilon.",
            lambda residuals, epsilon: np.maximum(residuals**2 - epsilon, 0),
        ),
        Mistake(
            "no tube",
            "This is |r|: small residuals cost something too.",
            lambda residuals, epsilon: np.abs(residuals),
        ),
        Mistake(
            "half of the tube",
            "epsilon was taken for the full width of the tube. It is the half-width: |r| <= epsilon.",
            lambda residuals, epsilon: np.maximum(np.abs(residuals) - epsilon / 2, 0),
        ),
        Mistake(
            "the sign is kept",
            "The residual was shrunk towards 0 and has kept its sign. A loss is not negative.",
            lambda residuals, epsilon: np.sign(residuals) * np.maximum(np.abs(residuals) - epsilon, 0),
        ),
        Mistake(
            "the hinge",
            "epsilon - r costs what is below epsilon, as the hinge does for a margin. A curve has a tube: what counts "
            "is |r| - epsilon.",
            lambda residuals, epsilon: np.maximum(epsilon - residuals, 0),
        ),
        Mistake(
            "inside and outside exchanged",
            "Residuals inside the tube cost something here, and those outside nothing.",
            lambda residuals, epsilon: np.maximum(epsilon - np.abs(residuals), 0),
        ),
        Mistake(
            "the sum",
            "The losses were added. The loss of each residual is asked for.",
            lambda residuals, epsilon: float(np.maximum(np.abs(residuals) - epsilon, 0).sum()),
        ),
        Mistake(
            "the number of residuals outside",
            "A residual outside the tube costs 1 here. It costs its distance from the tube.",
            lambda residuals, epsilon: (np.abs(residuals) > epsilon) * 1.0,
        ),
    ),
    hints=(
        "How far is the residual outside the tube, on whichever side?",
        "max(0, |r| - epsilon).",
        "`np.maximum(0, values)` takes the max of each entry; `np.max` would take one of all.",
    ),
    second_solution=_one_by_one,
)
