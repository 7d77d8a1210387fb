"""The exercise on the bound of Cramér and Rao."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw6_estimators.exercise_inputs import array, halves, number_of, positive, positive_definite
from abinitio.statistics.cramer_rao import cramer_rao_bound


def _information_and_gradient(rng, size):
    d, n = number_of(rng, size // 3), int(rng.integers(1, 6 + 5 * size))
    if d == 1 and rng.random() < 0.6:
        return {"information": positive(rng), "n": n, "gradient": float(rng.choice([-2, -0.5, 1, 1.5, 3]))}
    gradient = halves(rng, d)
    gradient[rng.integers(d)] += 5
    return {"information": positive_definite(rng, d), "n": n, "gradient": gradient}


def _is_positive_definite(information, n, gradient):
    I = np.atleast_2d(information)
    return bool(np.array_equal(I, I.T) and np.linalg.eigvalsh(I)[0] > 1e-3 and n >= 1 and np.any(gradient))


def no_direction_asks_for_more(value, information, n, gradient):
    """It is at least (g·v)²/(n vᵀI v) for every direction v: parameters that are not known only add to the variance."""
    I, g = np.atleast_2d(information), np.atleast_1d(gradient)
    return all((g @ v) ** 2 <= n * (v @ I @ v) * value * (1 + 1e-6) for v in [*np.eye(len(g)), np.ones(len(g)), g])


def it_lies_between_the_eigenvalues(value, information, n, gradient):
    """It lies between |g|²/n divided by the largest eigenvalue of I, and by the smallest."""
    eigenvalues, square = np.linalg.eigvalsh(np.atleast_2d(information)), np.sum(np.square(gradient)) / n
    return bool(square / eigenvalues[-1] * (1 - 1e-6) <= value <= square / eigenvalues[0] * (1 + 1e-6))


def _along_the_axes_of_the_ellipsoid(information, n, gradient):
    eigenvalues, axes = np.linalg.eigh(np.atleast_2d(information))
    along = axes.T @ np.atleast_1d(gradient)
    return sum(float(g) ** 2 / float(value) / n for g, value in zip(along, eigenvalues))


def _bound(of):
    """A wrong bound as a function of the matrix I, of n and of the vector g."""
    return lambda information, n, gradient: of(np.atleast_2d(information), n, np.atleast_1d(gradient))


def _right(I, n, g):
    return float(g @ np.linalg.inv(I) @ g) / n


TILTED = array([[2, 1], [1, 3]])
FIRST = array([1, 0])

CRAMER_RAO_BOUND = Exercise(
    function=cramer_rao_bound,
    points=2,
    inputs=_information_and_gradient,
    valid=_is_positive_definite,
    holds=(no_direction_asks_for_more, it_lies_between_the_eigenvalues),
    atol=0.0,
    large=lambda rng: {"information": 100 * np.eye(100) + 1, "n": 1000, "gradient": rng.normal(size=100)},
    edges={
        "a mean, sigma = 3": {"information": 1 / 9, "n": 100, "gradient": 1.0},
        "one draw": {"information": 4.0, "n": 1, "gradient": 1.0},
        "an estimate of twice the parameter": {"information": 4.0, "n": 5, "gradient": 2.0},
        "an estimate that falls": {"information": 4.0, "n": 5, "gradient": -2.0},
        "an estimate that does not depend on the parameter": {"information": 4.0, "n": 5, "gradient": 0.0},
        "a table of one entry": {"information": array([[0.5]]), "n": 8, "gradient": array([1])},
        "a table and a number": {"information": array([[0.5]]), "n": 8, "gradient": 3.0},
        "mean and width of a normal law": {"information": np.diag([1.0, 2.0]), "n": 10, "gradient": array([0, 1])},
        "the first of two parameters": {"information": TILTED, "n": 10, "gradient": FIRST},
        "their difference": {"information": TILTED, "n": 10, "gradient": array([1, -1])},
        "the second does not matter": {"information": np.diag([2.0, 5.0]), "n": 3, "gradient": FIRST},
    },
    stable={
        "very many draws": {"information": TILTED, "n": 10**15, "gradient": FIRST},
        "units far apart": {"information": array([[1e12, 400], [400, 1e-6]]), "n": 10, "gradient": array([1, 1e-6])},
        "nearly the same parameter twice": {
            "information": array([[1, 1 - 1e-6], [1 - 1e-6, 1]]),
            "n": 10,
            "gradient": FIRST,
        },
        "little information": {"information": 1e-200, "n": 10, "gradient": 1e-100},
    },
    mistakes=(
        Mistake(
            "the inverse entry by entry",
            "The entries of I were inverted one by one. The inverse is that of the matrix: I times it is the unit "
            "matrix.",
            _bound(lambda I, n, g: float(g @ (1 / I) @ g) / n),
        ),
        Mistake(
            "the marginal information",
            "1 / I_kk is the variance where all other parameters are known. They are not: take the entry of the "
            "inverse matrix, which is larger.",
            _bound(lambda I, n, g: float(np.sum(g**2 / np.diag(I))) / n),
        ),
        Mistake(
            "the covariances forgotten",
            "Only the diagonal of the inverse was used. Where g depends on two parameters the covariance of their "
            "estimates counts as well.",
            _bound(lambda I, n, g: float(np.sum(g**2 * np.diag(np.linalg.inv(I)))) / n),
        ),
        Mistake(
            "n forgotten",
            "This is the bound for a single draw. n independent draws have the information n I.",
            _bound(lambda I, n, g: n * _right(I, n, g)),
        ),
        Mistake(
            "multiplied by n",
            "The bound of one draw was multiplied by n. Information adds up: the variance falls like 1/n.",
            _bound(lambda I, n, g: n**2 * _right(I, n, g)),
        ),
        Mistake(
            "n squared",
            "The bound was divided by n twice. It falls like 1/n.",
            _bound(lambda I, n, g: _right(I, n, g) / n),
        ),
        Mistake(
            "the gradient not squared",
            "The gradient came in once. It stands on both sides of the inverse: the variance of c t is c² that of t.",
            _bound(lambda I, n, g: float(np.sum(np.linalg.inv(I) @ g)) / n),
        ),
        Mistake(
            "the gradient forgotten",
            "The gradient is missing: all entries of the inverse were added.",
            _bound(lambda I, n, g: float(np.sum(np.linalg.inv(I))) / n),
        ),
        Mistake(
            "the trace",
            "This is the trace of the inverse: the variances of all parameters together. That of one function g of "
            "them is asked for.",
            _bound(lambda I, n, g: float(np.trace(np.linalg.inv(I))) / n),
        ),
        Mistake(
            "not inverted",
            "I stands in place of its inverse: much information would mean a large variance.",
            _bound(lambda I, n, g: float(g @ I @ g) / n),
        ),
        Mistake(
            "the information about g",
            "The inverse of the bound came back: that is the information. The least variance is asked for.",
            _bound(lambda I, n, g: 1 / np.float64(_right(I, n, g))),
        ),
        Mistake(
            "the information along the gradient",
            "The information along the gradient was inverted: |g|⁴/(n gᵀI g). The inverse stands between the two "
            "gradients: gᵀ(n I)⁻¹g, which is larger.",
            _bound(lambda I, n, g: np.float64(g @ g) ** 2 / (n * float(g @ I @ g))),
        ),
        Mistake(
            "divided by the determinant",
            "|g|² was divided by the determinant of n I. Its inverse is a matrix.",
            _bound(lambda I, n, g: float(g @ g) / np.linalg.det(n * I)),
        ),
        Mistake(
            "the standard deviation",
            "The root was taken: this is the least standard deviation. The least variance is asked for.",
            _bound(lambda I, n, g: np.sqrt(_right(I, n, g))),
        ),
        Mistake(
            "divided by the gradient",
            "The inverse was divided by the squares of the gradient, as for the information about g. Variances are "
            "multiplied by them.",
            _bound(lambda I, n, g: float((1 / g) @ np.linalg.inv(I) @ (1 / g)) / n),
        ),
        Mistake(
            "a table of one number",
            "An array of shape (1, 1) came back. A number is asked for.",
            _bound(lambda I, n, g: g[None] @ np.linalg.inv(n * I) @ g[:, None]),
        ),
        Mistake(
            "a matrix only",
            "A number in place of I or of the gradient was not understood: a number stands for d = 1. "
            "`np.atleast_2d` and `np.atleast_1d` make arrays of both.",
            lambda information, n, gradient: float(gradient @ np.linalg.solve(n * information, gradient)),
        ),
        Mistake(
            "a small number on the diagonal",
            "A small number was added to the diagonal of I. Where the units are far apart an entry of I is small as "
            "well: solve with I as it is.",
            _bound(lambda I, n, g: _right(I + 1e-9 * np.eye(len(g)), n, g)),
        ),
    ),
    hints=(
        "Information of independent draws adds up; its inverse is a covariance; and the variance of a function g is "
        "that covariance between two gradients.",
        "gᵀ (n I)⁻¹ g: solve (n I) v = g for v, then the answer is g · v.",
        "`np.linalg.solve(A, b)` solves A v = b. `np.atleast_2d` makes a matrix of a number, `np.atleast_1d` a vector.",
    ),
    second_solution=_along_the_axes_of_the_ellipsoid,
    equivalent_mutants=(  # a number either way; a scalar product may be turned round
        "return float(gradient @ np.linalg.solve(n * I, gradient)) -> "
        "return gradient @ np.linalg.solve(n * I, gradient)",
        "return float(gradient @ np.linalg.solve(n * I, gradient)) -> "
        "return float(np.linalg.solve(n * I, gradient) @ gradient)",
    ),
)
