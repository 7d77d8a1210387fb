"""The exercise on Fisher information as a metric: what it is in other parameters."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw5_information.exercise_inputs import number_of, table
from abinitio.information.fisher import transform_fisher


def _information_and_jacobian(rng, size):
    d, new = number_of(rng, size // 3), number_of(rng, size // 3)
    A = rng.integers(-2, 3, (d, d))
    J = rng.integers(-4, 5, (d, new)) / 2
    J[rng.integers(d), rng.integers(new)] += 3
    return {"information": (A @ A.T + np.eye(d)), "jacobian": J}


def _is_positive_definite(information, jacobian):
    symmetric = np.array_equal(information, information.T)
    return bool(symmetric and np.linalg.eigvalsh(information)[0] > 1e-3 and jacobian.any())


def it_is_a_metric(value, information, jacobian):
    """The result is symmetric, and no step has a negative square."""
    scale = 1e-6 * (1 + np.abs(value).max())
    return bool(np.abs(value - value.T).max() <= scale and np.linalg.eigvalsh(value + value.T)[0] >= -scale)


def the_length_of_a_step_stays(value, information, jacobian):
    """A step d phi, and the step d theta = J d phi that it is in the old parameters, have the same length ds^2."""
    n = jacobian.shape[1]
    steps = np.concatenate([np.eye(n), np.ones((1, n)), np.arange(1, n + 1)[None] * 1.0])
    for step in steps:
        old = jacobian @ step
        if abs(step @ value @ step - old @ information @ old) > 1e-6 * (1 + np.abs(value).max()) * (step @ step):
            return False
    return True


def _entry_by_entry(information, jacobian):
    d, new = jacobian.shape
    result = np.zeros((new, new))
    for i, j in np.ndindex(new, new):
        result[i, j] = sum(
            float(jacobian[a, i] * information[a, b] * jacobian[b, j]) for a in range(d) for b in range(d)
        )
    return result


def _inverse(information, jacobian):
    back = np.linalg.inv(jacobian)
    return back.T @ information @ back


ROUND = np.eye(2)
TILTED = table([[2, 1], [1, 3]])

TRANSFORM_FISHER = Exercise(
    function=transform_fisher,
    points=2,
    inputs=_information_and_jacobian,
    valid=_is_positive_definite,
    holds=(it_is_a_metric, the_length_of_a_step_stays),
    large=lambda rng: {"information": 40 * np.eye(40) + 1, "jacobian": rng.normal(size=(40, 50))},
    edges={
        "from the width to the variance": {"information": table([[0.5]]), "jacobian": table([[0.25]])},
        "from the width to its logarithm": {"information": table([[0.5]]), "jacobian": table([[2]])},
        "the same parameters": {"information": TILTED, "jacobian": ROUND},
        "other units": {"information": TILTED, "jacobian": table([[10, 0], [0, 0.5]])},
        "the parameters exchanged": {"information": TILTED, "jacobian": table([[0, 1], [1, 0]])},
        "a shear": {"information": TILTED, "jacobian": table([[1, 2], [0, 1]])},
        "a turn": {"information": TILTED, "jacobian": table([[0, -1], [1, 0]])},
        "along a curve": {"information": TILTED, "jacobian": table([[1], [2]])},
        "more parameters than before": {"information": table([[4]]), "jacobian": table([[0.5, 1, 0]])},
    },
    stable={
        "units far apart": {"information": TILTED, "jacobian": table([[1e6, 0], [1e-3, 1e-6]])},
    },
    mistakes=(
        Mistake(
            "the inverse Jacobian",
            "The inverse of J was used. J = d theta / d phi turns a step in the new parameters into one in the old "
            "ones, and that is what the old information measures.",
            _inverse,
        ),
        Mistake(
            "J once",
            "This is I J. A step comes twice into ds^2, from the left and from the right: J^T I J.",
            lambda information, jacobian: information @ jacobian,
        ),
        Mistake(
            "J once, from the left",
            "This is J^T I. A step comes twice into ds^2, from the left and from the right: J^T I J.",
            lambda information, jacobian: jacobian.T @ information,
        ),
        Mistake(
            "J and its transpose exchanged",
            "This is J I J^T. The rows of J belong to the old parameters, as those of I do: J^T I J.",
            lambda information, jacobian: jacobian @ information @ jacobian.T,
        ),
        Mistake(
            "without the transpose",
            "This is J I J: a step d theta = J d phi comes from the left as d phi^T J^T.",
            lambda information, jacobian: jacobian @ information @ jacobian,
        ),
        Mistake(
            "the information forgotten",
            "This is J^T J, which holds for an information of 1 only.",
            lambda information, jacobian: jacobian.T @ jacobian,
        ),
        Mistake(
            "the inverse information",
            "The covariance, the inverse of I, was transformed. The information itself has J^T I J.",
            lambda information, jacobian: jacobian.T @ np.linalg.inv(information) @ jacobian,
        ),
        Mistake(
            "the covariance",
            "The inverse of the new information came back: that is the least covariance. The information is asked for.",
            lambda information, jacobian: np.linalg.inv(jacobian.T @ information @ jacobian),
        ),
        Mistake(
            "entry by entry",
            "The entries of I were multiplied by the squares of those of J. These are products of matrices: J^T I J.",
            lambda information, jacobian: jacobian**2 * information,
        ),
        Mistake(
            "* in place of @",
            "The matrices were multiplied entry by entry. `@` is the product of matrices.",
            lambda information, jacobian: jacobian.T * information * jacobian,
        ),
        Mistake(
            "the determinant",
            "I was multiplied by the determinant of J, as a density would be. The information is no density: J^T I J.",
            lambda information, jacobian: abs(np.linalg.det(jacobian)) * information,
        ),
        Mistake(
            "the square of the determinant",
            "I was multiplied by the square of the determinant of J: its determinant does change like that, but not "
            "its entries.",
            lambda information, jacobian: np.linalg.det(jacobian) ** 2 * information,
        ),
        Mistake(
            "unchanged",
            "The information came back as it was. The information on sigma is not that on sigma^2.",
            lambda information, jacobian: information.copy(),
        ),
        Mistake(
            "the diagonal only",
            "Only the diagonal was transformed, and the rest set to 0. New parameters are in general correlated.",
            lambda information, jacobian: np.diag(np.diag(jacobian.T @ information @ jacobian)),
        ),
        Mistake(
            "the information on each parameter",
            "The diagonal came back. The whole table is asked for.",
            lambda information, jacobian: np.diag(jacobian.T @ information @ jacobian),
        ),
        Mistake(
            "correlations forgotten",
            "Only the diagonal of I was used. Its other entries count as well.",
            lambda information, jacobian: jacobian.T @ np.diag(np.diag(information)) @ jacobian,
        ),
    ),
    hints=(
        "ds^2 = d theta^T I d theta is the same, whichever parameters one uses: what is d theta for a step d phi?",
        "d theta = J d phi, so that ds^2 = d phi^T (J^T I J) d phi.",
        "`@` multiplies matrices, `.T` transposes. Check the shapes: (d', d) (d, d) (d, d').",
    ),
    second_solution=_entry_by_entry,
)
