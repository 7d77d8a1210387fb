"""Exercises on the perceptron: one step, and the bound on its mistakes."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw2_linear_classification.exercise_inputs import halves, shape, signs
from abinitio.linear_model.perceptron import mistake_bound, perceptron_step


def _step_inputs(rng, size):
    d = 1 + size
    w = halves(rng, d) if rng.random() < 0.8 else np.zeros(d)  # where a perceptron starts
    return {"w": w, "x": halves(rng, d), "y": int(signs(rng, 1)[0]), "rate": float(rng.choice([0.25, 0.5, 1.0, 2.0]))}


def _step_large(rng):
    return {"w": rng.normal(size=300_000), "x": rng.normal(size=300_000), "y": 1, "rate": 0.5}


def _step_by_sums(w, x, y, rate=1.0):
    score = sum(a * b for a, b in zip(w.tolist(), x.tolist()))
    return np.array([a + (np.sign(score) != y) * rate * y * b for a, b in zip(w, x)])


def _step(is_right=lambda z, y: y * z > 0, change=lambda z, x, y, rate: rate * y * x):
    """A step with one wrong part: is_right(z, y) of the score z = x'w, or change(z, x, y, rate), added if it is not."""
    return lambda w, x, y, rate=1.0: w + 0 if is_right(w @ x, y) else w + change(w @ x, x, y, rate)


PERCEPTRON_STEP = Exercise(
    function=perceptron_step,
    points=2,
    inputs=_step_inputs,
    large=_step_large,
    edges={
        "from w = 0, label -1": {"w": np.zeros(2), "x": np.array([3.0, 1.0]), "y": -1, "rate": 1.0},
        "from w = 0, label +1": {"w": np.zeros(2), "x": np.array([3.0, 1.0]), "y": 1, "rate": 0.5},
        "exactly on the boundary": {"w": np.array([1.0, 2.0]), "x": np.array([2.0, -1.0]), "y": 1, "rate": 1.0},
        "right by a little": {"w": np.array([0.5, 0.0]), "x": np.array([0.5, 1.0]), "y": 1, "rate": 1.0},
        "wrong by a little": {"w": np.array([0.5, 0.0]), "x": np.array([0.5, 1.0]), "y": -1, "rate": 1.0},
    },
    stable={
        "large weights": {"w": np.array([1e9, -2e9]), "x": np.array([3.0, 1.0]), "y": -1, "rate": 1e9},
        "right by almost nothing": {"w": np.array([1e-12, 0.0]), "x": np.array([1.0, 5.0]), "y": 1, "rate": 1.0},
        "wrong by almost nothing": {"w": np.array([1e-12, 0.0]), "x": np.array([1.0, 5.0]), "y": -1, "rate": 1.0},
    },
    mistakes=(
        Mistake(
            "the boundary counts as right",
            "A sample with y x'w = 0 was left alone. It counts as a mistake: a perceptron that starts at w = 0 has "
            "every sample there, and would never move.",
            _step(is_right=lambda z, y: y * z >= 0),
        ),
        Mistake(
            "every sample moves the weights",
            "The weights moved although the sample was right. The perceptron learns from its mistakes only; adding "
            "y x for every sample is Hebb's rule.",
            _step(is_right=lambda z, y: False),
        ),
        Mistake(
            "the label is not in the step",
            "A mistake moved the weights along x whatever its label. A sample of label -1 must push its score down: "
            "the step is rate y x.",
            _step(change=lambda z, x, y, rate: rate * x),
        ),
        Mistake(
            "the label is not in the test",
            "The test asks only whether the score x'w is positive. That is right for y = +1; a sample of label -1 is "
            "right when its score is negative, so test y x'w.",
            _step(is_right=lambda z, y: z > 0),
        ),
        Mistake(
            "labels 0 and 1",
            "The prediction was coded 0 or 1 and the label -1 or +1: their difference is -1 or -2 where a sample of "
            "label -1 should give 0 or -1. Use the same coding for both.",
            lambda w, x, y, rate=1.0: w + rate * (y - (w @ x > 0)) * x,
        ),
        Mistake(
            "twice the step",
            "The step is twice too long. On a mistake the difference y - sign(x'w) is 2y, not y (and y if the score "
            "is 0).",
            lambda w, x, y, rate=1.0: w + rate * (y - np.sign(w @ x)) * x,
        ),
        Mistake(
            "half a step on the boundary",
            "(y - sign(x'w)) / 2 is y for a sample on the wrong side, but y/2 on the boundary, where the sign is 0. "
            "There too the step is rate y x.",
            lambda w, x, y, rate=1.0: w + rate * (y - np.sign(w @ x)) / 2 * x,
        ),
        Mistake(
            "no rate",
            "The step is y x; it must be multiplied by the rate.",
            _step(change=lambda z, x, y, rate: y * x),
        ),
        Mistake(
            "the wrong sign",
            "A mistake moved the weights the wrong way, which makes it worse: after the step y x'w must be larger, by "
            "rate |x|^2.",
            _step(change=lambda z, x, y, rate: -rate * y * x),
        ),
        Mistake(
            "the residual in place of the label",
            "The step is the residual y - x'w times x: that is a step of linear regression. The perceptron asks only "
            "on which side the sample lies, not how far.",
            _step(change=lambda z, x, y, rate: rate * (y - z) * x),
        ),
        Mistake(
            "a tolerance in the test",
            "A sample that is right by very little was counted as a mistake. The rule has no tolerance: right is "
            "y x'w > 0.",
            _step(is_right=lambda z, y: y * z > 1e-9),
        ),
    ),
    hints=(
        "First ask whether the sample lies on the right side; only a mistake moves the weights, towards making it "
        "right.",
        "If y x'w <= 0, then w + rate y x; otherwise w.",
        "`x @ w` is the score. Return a new array: `w += ...` would change the caller's weights.",
    ),
    second_solution=_step_by_sums,
    equivalent_mutants=(
        "return w if y * (x @ w) > 0 else w + rate * y * x -> return w if y * (w @ x) > 0 else w + rate * y * x",
        "return w if y * (x @ w) > 0 else w + rate * y * x -> return w if y * (x @ w) > 0 else w + rate / y * x",
    ),
)


def _bound_inputs(rng, size):
    n, d = shape(rng, size)
    while True:
        X, u = halves(rng, n, d), halves(rng, d)
        score = X @ u
        if score.all():
            return {"X": X, "y": np.sign(score).astype(int), "u": u}


def _bound_large(rng):
    X, u = rng.normal(size=(20_000, 20)), rng.normal(size=20)
    return {"X": X, "y": np.sign(X @ u).astype(int), "u": u}


def a_separator_makes_a_mistake_at_least_once(bound, X, y, u):
    """The bound is 1 or more: no sample is farther from the boundary than it is long."""
    return bool(bound >= 1 - 1e-9)


def _bound_by_scaling(X, y, u):
    direction = u / np.sqrt(np.sum(np.square(u)))
    margins = [float(label * np.sum(row * direction)) for row, label in zip(X, y)]
    lengths = [float(np.sum(row * row)) for row in X]
    return np.inf if min(margins) <= 0 else max(lengths) / min(margins) ** 2


def _bound(
    radius=lambda X: np.sqrt(np.max(np.sum(X**2, axis=1))),
    length=np.linalg.norm,
    margin=lambda y, z: np.min(y * z),
    bound=lambda R, gamma: R**2 / gamma**2 if gamma > 0 else np.inf,
):
    """A bound with one wrong part: the radius, the length of u, the margin of the scores z = Xu, or bound(R, gamma)."""
    return lambda X, y, u: float(bound(radius(X), margin(y, X @ u) / length(u)))


POINTS = {"X": np.array([[3.0, 4.0], [0.0, -2.0]]), "y": np.array([1, -1])}

MISTAKE_BOUND = Exercise(
    function=mistake_bound,
    points=2,
    inputs=_bound_inputs,
    holds=(a_separator_makes_a_mistake_at_least_once,),
    large=_bound_large,
    edges={
        "one sample": {"X": np.array([[3.0, 4.0]]), "y": np.array([1]), "u": np.array([1.0, 0.0])},
        "u does not separate": {**POINTS, "u": np.array([1.0, -1.0])},
        "u separates the wrong way round": {**POINTS, "u": np.array([0.0, -1.0])},
        "wrong by a little": {"X": np.array([[3.0, 0.5], [0.0, 4.0]]), "y": np.array([-1, 1]), "u": np.array([0.0, 1])},
        "a sample on the boundary": {**POINTS, "u": np.array([1.0, 0.0])},
        "a sample at the origin": {"X": np.array([[0.0], [1.0]]), "y": np.array([1, 1]), "u": np.array([1.0])},
        "all at the origin": {"X": np.zeros((1, 2)), "y": np.array([1]), "u": np.array([1.0, 0.0])},
    },
    stable={
        "a very long u": {**POINTS, "u": np.array([0.0, 1e9])},
        "a very short u": {**POINTS, "u": np.array([1e-9, 3e-9])},
        "large features": {**POINTS, "X": 1e8 * POINTS["X"], "u": np.array([0.0, 1.0])},
        "a very narrow margin": {
            "X": np.array([[1e-7, 1.0], [-1e-7, 2.0]]),
            "y": np.array([1, -1]),
            "u": np.array([1.0, 0.0]),
        },
    },
    mistakes=(
        Mistake(
            "the margin without 1/|u|",
            "The margin grows with the length of u, which says nothing about the data: divide y x'u by |u|, so that "
            "it is a distance.",
            _bound(length=lambda u: 1.0),
        ),
        Mistake(
            "divided by |u| squared",
            "The scores were divided by u'u, the square of the length: a margin is a distance, y x'u / |u|.",
            _bound(length=lambda u: u @ u),
        ),
        Mistake(
            "not squared",
            "This is R / gamma; the bound is its square.",
            _bound(bound=lambda R, gamma: R / gamma if gamma > 0 else np.inf),
        ),
        Mistake(
            "R is not squared",
            "The margin was squared and R was not, so the result has a unit. The bound is a number of mistakes: "
            "(R / gamma)^2.",
            _bound(bound=lambda R, gamma: R / gamma**2 if gamma > 0 else np.inf),
        ),
        Mistake(
            "the mean margin",
            "The mean of the margins was taken. The proof needs what every mistake is sure to gain: the smallest.",
            _bound(margin=lambda y, z: np.mean(y * z)),
        ),
        Mistake(
            "the widest margin",
            "The largest of the margins was taken. The margin of the data is that of the sample nearest to the "
            "boundary: the smallest.",
            _bound(margin=lambda y, z: np.max(y * z)),
        ),
        Mistake(
            "the labels are not used",
            "The margin has no label in it: this is the smallest score, negative for every sample of label -1. The "
            "product y x'u is positive where the sample is right.",
            _bound(margin=lambda y, z: np.min(z)),
        ),
        Mistake(
            "distances without their side",
            "The absolute value of the score was taken: a sample on the wrong side then counts as one on the right "
            "side, and a u that separates nothing gets a bound.",
            _bound(margin=lambda y, z: np.min(np.abs(z))),
        ),
        Mistake(
            "no test of the sign",
            "The margin is negative, which its square hides: this u does not separate the data, and then the bound is "
            "infinite.",
            _bound(bound=lambda R, gamma: R**2 / gamma**2 if gamma else np.inf),
        ),
        Mistake(
            "the length of the whole table",
            "R was taken over all entries of X together (`np.linalg.norm(X)` without an axis). It is the length of "
            "the longest row.",
            _bound(radius=np.linalg.norm),
        ),
        Mistake(
            "the largest entry",
            "R is the largest single feature here. It is the length of the longest sample, over all its features.",
            _bound(radius=lambda X: np.max(np.abs(X))),
        ),
        Mistake(
            "sample by sample",
            "The ratio |x|^2 / margin^2 was formed for each sample and the largest taken. The longest sample and the "
            "one nearest to the boundary are in general not the same one: R and gamma are found separately.",
            lambda X, y, u: float(
                np.max((X**2).sum(axis=1) / (X @ u) ** 2) * (u @ u) if (y * (X @ u) > 0).all() else np.inf
            ),
        ),
    ),
    hints=(
        "Two lengths are compared: how long the longest sample is, and how near the nearest one comes to the plane "
        "with normal u.",
        "R^2 = max_i |x_i|^2, gamma = min_i y_i x_i'u / |u|, and R^2 / gamma^2 if gamma > 0.",
        "`(X**2).sum(axis=1)` gives the squared lengths of the rows, `np.linalg.norm(u)` the length of u, `np.inf` "
        "infinity.",
    ),
    second_solution=_bound_by_scaling,
    equivalent_mutants=(
        "return float((X ** 2).sum(axis=1).max() / gamma ** 2) if gamma > 0 else np.inf -> return (X ** 2).sum("
        "axis=1).max() / gamma ** 2 if gamma > 0 else np.inf",
    ),
)
