"""Exercises on the geometry of the margin: distances from a plane, the width of the street."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw4_support_vector_machines.exercise_inputs import (
    big_machine,
    halves,
    is_feasible,
    is_kernel,
    machine,
    part,
    rows,
    signs,
    table,
)
from abinitio.svm.margin import margin_width, signed_distances


def _plane_and_samples(rng, size):
    n, d = rows(rng, size), int(rng.integers(1, 3 + size // 2))
    w = halves(rng, d)
    while not w.any():
        w = halves(rng, d)
    return {"w": w, "b": float(halves(rng)), "X": halves(rng, n, d), "y": signs(rng, n)}


def _large_samples(rng):
    return {"w": rng.normal(size=20), "b": 0.5, "X": rng.normal(size=(20_000, 20)), "y": signs(rng, 20_000)}


def a_step_along_the_normal_leads_onto_the_plane(distances, w, b, X, y):
    """A step of that length against the normal of the plane leads from each sample onto the plane."""
    direction = w / np.linalg.norm(w)
    foot = X - (y * distances)[:, None] * direction
    return bool(np.abs(foot @ direction + b / np.linalg.norm(w)).max() <= 1e-7 * (1 + np.abs(X).max()))


def _feet(w, b, X, y):
    distances = []
    for x, label in zip(X, y):
        foot = x - (x @ w + b) / (w @ w) * w  # the nearest point of the plane
        side = 1 if x @ w + b > 0 else -1
        distances.append(side * label * np.sqrt(np.sum((x - foot) ** 2)))
    return np.array(distances)


def _distances(
    length=lambda w, b, X: np.linalg.norm(w),
    score=lambda w, b, X: X @ w + b,
    result=lambda z, y: y * z,
):
    """Distances with one wrong part: what the scores are divided by, the scores, or how the labels enter."""
    return lambda w, b, X, y: result(score(w, b, X) / length(w, b, X), y)


PLANE = {"w": table([3, 4]), "b": -5.0}
SAMPLES = {"X": table([[3, 4], [0, 0], [1, 0.5], [1, 1]]), "y": np.array([1, 1, -1, -1])}

SIGNED_DISTANCES = Exercise(
    function=signed_distances,
    points=2,
    inputs=_plane_and_samples,
    valid=lambda w, b, X, y: bool(w.any()),
    holds=(a_step_along_the_normal_leads_onto_the_plane,),
    large=_large_samples,
    edges={
        "one sample": {**PLANE, "X": table([[3, 4]]), "y": np.array([-1])},
        "both sides, both labels": {**PLANE, **SAMPLES},
        "a sample on the plane": {**PLANE, "X": table([[1, 0.5], [-1, 2]]), "y": np.array([1, -1])},
        "the same plane, (w, b) twice as long": {"w": table([6, 8]), "b": -10.0, **SAMPLES},
        "the same plane, from the other side": {"w": table([-3, -4]), "b": 5.0, **SAMPLES},
        "through the origin": {"w": table([3, 4]), "b": 0.0, **SAMPLES},
        "as many samples as features": {**PLANE, "X": table([[3, 4], [0, 1]]), "y": np.array([1, -1])},
    },
    stable={
        "a very short w": {"w": table([3e-9, 4e-9]), "b": -5e-9, **SAMPLES},
        "a very long w": {"w": table([3e9, 4e9]), "b": -5e9, **SAMPLES},
        "samples far away": {**PLANE, "X": 1e9 * SAMPLES["X"], "y": SAMPLES["y"]},
    },
    mistakes=(
        Mistake(
            "not divided by |w|",
            "These are the scores y_i (w.x_i + b), which double when (w, b) does though the plane stays the same. A "
            "distance is the score divided by |w|.",
            _distances(length=lambda w, b, X: 1.0),
        ),
        Mistake(
            "divided by |w| squared",
            "The scores were divided by w'w, the square of the length of w. Divide by |w|.",
            _distances(length=lambda w, b, X: w @ w),
        ),
        Mistake(
            "the label is not in it",
            "The sign is that of the side of the plane. A sample of label -1 is right, and its distance positive, "
            "where w.x + b is negative: multiply by y_i.",
            _distances(result=lambda z, y: z),
        ),
        Mistake(
            "no sign",
            "These are the distances without sign: a sample on the wrong side must have a negative one.",
            _distances(result=lambda z, y: np.abs(z)),
        ),
        Mistake(
            "cut at zero",
            "The distances on the wrong side were set to 0. They are wanted, with a minus sign.",
            _distances(result=lambda z, y: np.maximum(0, y * z)),
        ),
        Mistake(
            "the wrong sign",
            "The samples on their own side have negative distances here.",
            _distances(result=lambda z, y: -y * z),
        ),
        Mistake(
            "labels 0 and 1",
            "The labels were turned into 0 and 1, so that every sample of label -1 has the distance 0. Use -1 and +1.",
            _distances(result=lambda z, y: (y + 1) / 2 * z),
        ),
        Mistake(
            "no intercept",
            "b is missing: this is the distance from the parallel plane through the origin.",
            _distances(score=lambda w, b, X: X @ w),
        ),
        Mistake(
            "the sign of the intercept",
            "b was subtracted. The plane is w.x + b = 0; some books write w.x - b = 0.",
            _distances(score=lambda w, b, X: X @ w - b),
        ),
        Mistake(
            "the intercept is not divided",
            "Only w.x was divided by |w|. The plane is that of (w, b) together: divide b too.",
            _distances(score=lambda w, b, X: X @ w + b * np.linalg.norm(w)),
        ),
        Mistake(
            "b in the norm",
            "The norm was that of (w, b). b moves the plane and does not turn it: the direction is w alone.",
            _distances(length=lambda w, b, X: np.sqrt(w @ w + b**2)),
        ),
        Mistake(
            "the 1-norm",
            "The absolute values of w were added. The distance asked for is Euclidean: the root of the sum of squares.",
            _distances(length=lambda w, b, X: np.abs(w).sum()),
        ),
        Mistake(
            "divided by the length of the sample",
            "The scores were divided by |x_i|, as for an angle. The distance from the plane has |w| below.",
            _distances(length=lambda w, b, X: np.linalg.norm(X, axis=1)),
        ),
        Mistake(
            "the smallest one only",
            "This is the margin of the whole set, the smallest of the distances. The distance of every sample is asked "
            "for.",
            _distances(result=lambda z, y: np.min(y * z)),
        ),
        Mistake(
            "a small number in the denominator",
            "A small number was added to |w|. w is not zero, and where (w, b) is small the number changes the answer.",
            _distances(length=lambda w, b, X: np.linalg.norm(w) + 1e-8),
        ),
    ),
    hints=(
        "How far must one go from x along the unit vector w/|w| until w.x + b has changed by the score of x?",
        "y_i (w.x_i + b) / |w|.",
        "`X @ w + b` gives all scores at once; `np.linalg.norm(w)` is the length.",
    ),
    second_solution=_feet,
)


def _multipliers(rng, size):
    while True:
        case = part(machine(rng, size), "a", "K", "y")
        if _has_a_street(**case):
            return case


def _has_a_street(a, K, y):
    signed = a * y
    return is_kernel(K) and is_feasible(a, y) and signed @ K @ signed > 0.01


def _by_features(a, K, y):
    eigenvalues, Q = np.linalg.eigh(K)
    features = Q * np.sqrt(np.maximum(eigenvalues, 0))  # rows phi(x_i), whose inner products are K
    w = sum(coefficient * label * row for coefficient, label, row in zip(a, y, features))
    return 2 / np.linalg.norm(w)


def _width(
    square=lambda a, K, y: (a * y) @ K @ (a * y),
    width=lambda square: 2 / np.sqrt(square),
):
    """A width with one wrong part: |w|^2 = square(a, K, y), or the width that follows from it."""
    return lambda a, K, y: float(width(square(a, K, y)))


LINE = {"K": table([[1, -1], [-1, 1]]), "y": np.array([1, -1])}
PLANE_POINTS = table([[0, 1], [1, 1], [2, 0]])
TRIANGLE = {"K": PLANE_POINTS @ PLANE_POINTS.T, "y": np.array([1, -1, -1])}

MARGIN_WIDTH = Exercise(
    function=margin_width,
    points=2,
    inputs=_multipliers,
    valid=_has_a_street,
    large=lambda rng: part(big_machine(rng, 600), "a", "K", "y"),
    edges={
        "two points on a line": {"a": table([0.5, 0.5]), **LINE},
        "two points, a price that is too low": {"a": table([0.25, 0.25]), **LINE},
        "a sample without a multiplier": {"a": table([1, 1, 0]), **TRIANGLE},
        "three support vectors": {"a": table([2, 1.5, 0.5]), **TRIANGLE},
        "images at right angles": {"a": table([1, 0.5, 0.5]), "K": np.eye(3), "y": np.array([1, -1, -1])},
        "two samples at the same place": {
            "a": table([1, 0.5, 0.5]),
            "K": table([[1, -1, -1], [-1, 1, 1], [-1, 1, 1]]),
            "y": np.array([1, -1, -1]),
        },
    },
    stable={
        "a very wide street": {"a": table([0.5, 0.5]), "K": 1e-12 * LINE["K"], "y": LINE["y"]},
        "a very narrow street": {"a": table([0.5, 0.5]), "K": 1e12 * LINE["K"], "y": LINE["y"]},
        "nearly the same place": {
            "a": table([1e4, 1e4]),
            "K": table([[1, 1 - 1e-4], [1 - 1e-4, 1]]),
            "y": np.array([1, -1]),
        },
    },
    mistakes=(
        Mistake(
            "half of the street",
            "1/|w| is the distance from the border f = 0 to f = 1. The street reaches from f = -1 to f = +1: 2/|w|.",
            _width(width=lambda square: 1 / np.sqrt(square)),
        ),
        Mistake(
            "|w| squared in place of |w|",
            "2 was divided by |w|^2. The street is 2/|w| wide: take the root.",
            _width(width=lambda square: 2 / square),
        ),
        Mistake(
            "the root of everything",
            "The root was taken of 2/|w|^2. The 2 stays outside: 2/|w|.",
            _width(width=lambda square: np.sqrt(2 / square)),
        ),
        Mistake(
            "|w| itself",
            "This is |w|. The wider the street, the smaller |w|: the width is 2/|w|.",
            _width(width=np.sqrt),
        ),
        Mistake(
            "twice |w|",
            "2 was multiplied by |w|. The wider the street, the smaller |w|: divide.",
            _width(width=lambda square: 2 * np.sqrt(square)),
        ),
        Mistake(
            "the objective's 1/2",
            "|w|^2/2 was taken for |w|^2. The 1/2 belongs to the objective that is minimised, not to the length.",
            _width(width=lambda square: 2 / np.sqrt(square / 2)),
        ),
        Mistake(
            "a in place of a y",
            "The labels are missing: w = sum_i a_i y_i phi(x_i). The multipliers alone are all positive.",
            _width(square=lambda a, K, y: a @ K @ a),
        ),
        Mistake(
            "the labels once",
            "One of the two factors w has no labels: |w|^2 = sum_ij a_i y_i a_j y_j K_ij.",
            _width(square=lambda a, K, y: a @ K @ (a * y)),
        ),
        Mistake(
            "labels 0 and 1",
            "The labels were turned into 0 and 1, so that the samples of label -1 drop out of w. Use -1 and +1.",
            _width(square=lambda a, K, y: (a * (y > 0)) @ K @ (a * (y > 0))),
        ),
        Mistake(
            "no multipliers",
            "The samples were added with their labels alone. Each counts with its multiplier a_i in w.",
            _width(square=lambda a, K, y: y @ K @ y),
        ),
        Mistake(
            "the sum of the multipliers",
            "sum_i a_i was taken for |w|^2. They are equal at the optimum of the hard-margin problem only.",
            _width(square=lambda a, K, y: a.sum()),
        ),
        Mistake(
            "the length of a",
            "This is the length of the vector of coefficients, as if the images were at right angles and of length 1. "
            "The inner products of the images are in K.",
            _width(square=lambda a, K, y: a @ a),
        ),
        Mistake(
            "the diagonal of K only",
            "Only the terms with i = j were added. The images are not at right angles: K_ij counts too.",
            _width(square=lambda a, K, y: a**2 @ np.diag(K)),
        ),
        Mistake(
            "the rows of K taken for the images",
            "The rows of K were added up to w, as if they were the features. K already holds the inner products: "
            "|w|^2 = sum_ij a_i y_i a_j y_j K_ij.",
            _width(square=lambda a, K, y: np.sum((K @ (a * y)) ** 2)),
        ),
        Mistake(
            "a small number in the denominator",
            "A small number was added to |w|^2. w is not zero, and where the street is wide the number changes its "
            "width.",
            _width(square=lambda a, K, y: (a * y) @ K @ (a * y) + 1e-10),
        ),
    ),
    hints=(
        "In the space of the features f is w.phi(x) + b: how far apart are the planes where it is -1 and +1? Then "
        "write |w|^2 without phi.",
        "2/|w| with |w|^2 = sum_ij a_i y_i K_ij a_j y_j.",
        "With s = a * y, `s @ K @ s` is the double sum.",
    ),
    second_solution=_by_features,
    equivalent_mutants=(  # labels are their own inverses; K is symmetric
        "signed = a * y -> signed = a / y",
        "return float(2 / np.sqrt(signed @ K @ signed)) -> return 2 / np.sqrt(signed @ K @ signed)",
        "return float(2 / np.sqrt(signed @ K @ signed)) -> return float(2 / np.sqrt(signed @ (signed @ K)))",
        "return float(2 / np.sqrt(signed @ K @ signed)) -> return float(2 / np.sqrt(K @ signed @ signed))",
    ),
)
