"""The exercise on the primal problem: its objective, with the hinge loss."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw4_support_vector_machines.exercise_inputs import halves, rows, signs, table
from abinitio.svm.hinge import hinge_objective


def plane_and_samples(rng, size):
    n, d = rows(rng, size), int(rng.integers(1, 3 + size // 2))
    b, C = float(halves(rng)), float(rng.choice([0.5, 2.0, 3.0, 10.0]))
    return {"w": halves(rng, d), "b": b, "X": halves(rng, n, d), "y": signs(rng, n), "C": C}


def large_samples(rng):
    n, d = 20_000, 20
    return {"w": rng.normal(size=d), "b": 0.5, "X": rng.normal(size=(n, d)), "y": signs(rng, n), "C": 2.0}


def it_is_not_below_the_regulariser(value, w, b, X, y, C):
    """The losses are not negative: the objective is |w|^2 / 2 or more."""
    return bool(value >= w @ w / 2 * (1 - 1e-7) - 1e-7)


def _sample_by_sample(w, b, X, y, C):
    value = sum(float(c) ** 2 for c in w) / 2
    for x, label in zip(X, y):
        distance = 1 - label * (float(x @ w) + b)
        if distance > 0:
            value += C * distance
    return value


def objective(
    regulariser=lambda w, b: w @ w / 2,
    score=lambda w, b, X: X @ w + b,
    loss=lambda f, y: np.maximum(0, 1 - y * f),
    together=lambda R, losses, C: R + C * losses.sum(),
):
    """An objective with one wrong part: the regulariser, the scores f, the losses, or how they are put together."""
    return lambda w, b, X, y, C: float(together(regulariser(w, b), loss(score(w, b, X), y), C))


ON_A_LINE = {"X": table([[2], [0.5], [-1]]), "y": np.array([1, 1, -1])}
IN_THE_PLANE = {"X": table([[1, 0], [0, 2], [-1, -1], [2, 0.5]]), "y": np.array([1, 1, -1, -1])}

HINGE_OBJECTIVE = Exercise(
    function=hinge_objective,
    points=2,
    inputs=plane_and_samples,
    holds=(it_is_not_below_the_regulariser,),
    large=large_samples,
    edges={
        "one sample, inside its margin": {"w": table([0.5]), "b": 0.0, "X": table([[1]]), "y": np.array([1]), "C": 2.0},
        "one sample, on the wrong side": {"w": table([1]), "b": 0.0, "X": table([[2]]), "y": np.array([-1]), "C": 1.0},
        "exactly on the margin": {"w": table([1]), "b": 0.0, "X": table([[1], [-1]]), "y": np.array([1, -1]), "C": 5.0},
        "all beyond their margins": {"w": table([2]), "b": 0.5, **ON_A_LINE, "C": 10.0, "X": table([[2], [1], [-1.5]])},
        "w = 0": {"w": table([0, 0]), "b": 0.0, **IN_THE_PLANE, "C": 2.0},
        "w = 0, all of one label": {
            "w": table([0, 0]),
            "b": 1.0,
            "X": IN_THE_PLANE["X"],
            "y": np.ones(4, int),
            "C": 2.0,
        },
        "both labels": {"w": table([1, 0.5]), "b": -0.5, **IN_THE_PLANE, "C": 3.0},
        "as many samples as features": {"w": table([1, 2]), "b": 0.5, "X": np.eye(2), "y": np.array([1, -1]), "C": 1.0},
        "a low price": {"w": table([1, 0.5]), "b": -0.5, **IN_THE_PLANE, "C": 0.125},
    },
    stable={
        "large features": {
            "w": table([1, 0.5]),
            "b": -0.5,
            "X": 1e9 * IN_THE_PLANE["X"],
            "y": IN_THE_PLANE["y"],
            "C": 3.0,
        },
        "small features": {
            "w": table([1e6, 5e5]),
            "b": -0.5,
            "X": 1e-6 * IN_THE_PLANE["X"],
            "y": IN_THE_PLANE["y"],
            "C": 1e12,
        },
        "a high price": {"w": table([1]), "b": 0.0, **ON_A_LINE, "C": 1e12},
        "samples far beyond their margins": {"w": table([1e9]), "b": 0.0, **ON_A_LINE, "C": 2.0},
    },
    mistakes=(
        Mistake(
            "the hinge without its max",
            "1 - y_i f(x_i) was added as it is: samples far beyond their margin make it very negative. They are to "
            "cost nothing: max(0, ...).",
            objective(loss=lambda f, y: 1 - y * f),
        ),
        Mistake(
            "one max around the sum",
            "The max was taken once, of the sum: samples beyond their margin pay for those inside. Each sample has its "
            "own max.",
            objective(loss=lambda f, y: np.maximum(0, np.sum(1 - y * f))),
        ),
        Mistake(
            "a mean in place of the sum",
            "The losses were divided by n. Here they are added, without 1/n; the price C is that of a sample.",
            objective(together=lambda R, losses, C: R + C * losses.mean()),
        ),
        Mistake(
            "the largest loss only",
            "Only the sample that is deepest inside counts here. All losses are to be added.",
            objective(together=lambda R, losses, C: R + C * losses.max()),
        ),
        Mistake(
            "the 1/2 forgotten",
            "|w|^2 stands in the sum in place of |w|^2 / 2.",
            objective(regulariser=lambda w, b: w @ w),
        ),
        Mistake(
            "|w| in place of |w| squared",
            "The length of w was taken. The regulariser is |w|^2 / 2.",
            objective(regulariser=lambda w, b: np.linalg.norm(w) / 2),
        ),
        Mistake(
            "no regulariser",
            "These are the losses alone. Without |w|^2 / 2 nothing makes the margin wide.",
            objective(regulariser=lambda w, b: 0.0),
        ),
        Mistake(
            "the intercept is penalised",
            "b^2 / 2 was added too. The intercept is not penalised: where the plane lies is free.",
            objective(regulariser=lambda w, b: (w @ w + b**2) / 2),
        ),
        Mistake(
            "C on the regulariser",
            "C multiplies |w|^2 / 2 here. It is the price of the losses.",
            objective(together=lambda R, losses, C: C * R + losses.sum()),
        ),
        Mistake(
            "C on everything",
            "C multiplies the regulariser too. Then the best plane would not depend on it.",
            objective(together=lambda R, losses, C: C * (R + losses.sum())),
        ),
        Mistake(
            "divided by C",
            "The losses were divided by C, as if it were the strength of the penalty on w. It is the price of a unit "
            "of margin: a large C allows few losses.",
            objective(together=lambda R, losses, C: R + losses.sum() / C),
        ),
        Mistake(
            "no price",
            "The losses were added without C.",
            objective(together=lambda R, losses, C: R + losses.sum()),
        ),
        Mistake(
            "the perceptron's loss",
            "max(0, -y_i f(x_i)) is zero for every sample on its own side. A support-vector machine wants more than "
            "that: y_i f(x_i) >= 1, so max(0, 1 - y_i f(x_i)).",
            objective(loss=lambda f, y: np.maximum(0, -y * f)),
        ),
        Mistake(
            "squared losses",
            "The losses were squared. That is another machine; here they grow linearly.",
            objective(loss=lambda f, y: np.maximum(0, 1 - y * f) ** 2),
        ),
        Mistake(
            "the number of samples inside",
            "The samples inside their margins were counted. Each costs as much as it is inside, 1 - y_i f(x_i).",
            objective(loss=lambda f, y: (y * f < 1) * 1.0),
        ),
        Mistake(
            "the label is not in the loss",
            "max(0, 1 - f(x_i)) wants every sample on the side of label +1. Multiply f(x_i) by y_i.",
            objective(loss=lambda f, y: np.maximum(0, 1 - f)),
        ),
        Mistake(
            "labels 0 and 1",
            "The labels were turned into 0 and 1: a sample of label -1 costs 1 wherever it is. Use -1 and +1.",
            objective(loss=lambda f, y: np.maximum(0, 1 - (y + 1) / 2 * f)),
        ),
        Mistake(
            "the wrong sign",
            "1 + y_i f(x_i) makes the samples pay that are on their own side.",
            objective(loss=lambda f, y: np.maximum(0, 1 + y * f)),
        ),
        Mistake(
            "a margin on both sides",
            "A sample far beyond its margin pays here too, since the absolute value was taken. It is to cost nothing.",
            objective(loss=lambda f, y: np.abs(1 - y * f)),
        ),
        Mistake(
            "no intercept",
            "The scores are x_i.w without b.",
            objective(score=lambda w, b, X: X @ w),
        ),
        Mistake(
            "the sign of the intercept",
            "b was subtracted from the scores. Here f(x) = x.w + b; some books write w.x - b.",
            objective(score=lambda w, b, X: X @ w - b),
        ),
        Mistake(
            "distances in place of scores",
            "The scores were divided by |w|. The 1 of the hinge is in units of the score itself, so that the width of "
            "the margin, 1/|w|, is what is optimised.",
            objective(score=lambda w, b, X: (X @ w + b) / np.linalg.norm(w)),
        ),
    ),
    hints=(
        "Two terms: how narrow the street is, and by how much each sample misses its margin.",
        "|w|^2 / 2 + C sum_i max(0, 1 - y_i (x_i.w + b)).",
        "`np.maximum(0, values)` takes the max of each entry; `np.max` would take one of all.",
    ),
    second_solution=_sample_by_sample,
)
