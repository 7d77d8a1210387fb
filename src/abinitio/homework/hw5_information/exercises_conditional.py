"""The exercise on conditional entropy: what is not known of y once x is."""

import math

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw5_information.exercise_inputs import (
    big_distribution,
    entropy_of,
    is_distribution,
    joint_distribution,
    sum_of,
    table,
)
from abinitio.information.entropy import conditional_entropy


def the_chain_rule(value, joint):
    """H(X, Y) = H(X) + H(Y|X)."""
    return bool(abs(entropy_of(joint) - entropy_of(joint.sum(axis=1)) - value) <= 1e-6 * (1 + entropy_of(joint)))


def knowing_x_does_not_harm(value, joint):
    """0 <= H(Y|X) <= H(Y): on average, knowing x makes y no less certain."""
    return bool(-1e-7 <= value <= entropy_of(joint.sum(axis=0)) + 1e-7)


def _row_by_row(joint):
    rows = [(math.fsum(row), [x for x in row if x > 0]) for row in joint.tolist()]
    return sum_of(p * sum(x / p * math.log(p / x) for x in row) for p, row in rows if p > 0)


def _rows(joint):
    """p(x) of the rows that occur, and p(y|x) in them."""
    joint = joint[joint.sum(axis=1) > 0]
    p_x = joint.sum(axis=1)
    return p_x, joint / p_x[:, None]


def _weighted(weights):
    """The entropies of the rows with wrong weights, from the p(x)."""

    def total(joint):
        p_x, rows = _rows(joint)
        return float(np.sum(weights(p_x) * np.array([entropy_of(row) for row in rows])))

    return total


def _zeros_in_the_logarithm(joint):
    p_x, rows = _rows(joint)
    return -np.sum(p_x[:, None] * rows * np.log(rows))


def _empty_rows_divided(joint):
    rows = joint / joint.sum(axis=1, keepdims=True)
    return -np.sum(joint * np.log(np.where(rows == 0, 1, rows)))


def _marginal_along_the_wrong_axis(joint):
    seen = joint > 0
    return -np.sum(joint[seen] * np.log((joint / joint.sum(axis=1))[seen]))


def _h_of_y_given_x(joint):
    return entropy_of(joint) - entropy_of(joint.sum(axis=1))


def _rows_not_normalised(joint):
    return float(np.sum(joint.sum(axis=1) * np.array([entropy_of(row) for row in joint])))


SLIGHTLY_NOISY = table([[0.5 - 1e-9, 1e-9], [0, 0.5]])

CONDITIONAL_ENTROPY = Exercise(
    function=conditional_entropy,
    points=3,
    inputs=lambda rng, size: {"joint": joint_distribution(rng, size)},
    valid=lambda joint: is_distribution(joint),
    holds=(knowing_x_does_not_harm, the_chain_rule),
    rtol=1e-8,
    atol=1e-10,
    large=lambda rng: {"joint": big_distribution(rng, 100, 150)},
    edges={
        "one pair": {"joint": table([[1]])},
        "y is a function of x": {"joint": table([[0.25, 0], [0.25, 0], [0, 0.5]])},
        "x is a function of y": {"joint": table([[0.25, 0.25, 0], [0, 0, 0.5]])},
        "independent": {"joint": np.outer([0.25, 0.75], [0.5, 0.25, 0.25])},
        "x is certain": {"joint": table([[0.5, 0.25, 0.25]])},
        "y is certain": {"joint": table([[0.5], [0.25], [0.25]])},
        "a row that does not occur": {"joint": table([[0.5, 0.25, 0.25], [0, 0, 0]])},
        "a column that does not occur": {"joint": table([[0.5, 0, 0.25], [0.125, 0, 0.125]])},
        "a rare context that tells little": {"joint": table([[0.875, 0], [0.0625, 0.0625]])},
    },
    stable={
        "hardly any noise": {"joint": SLIGHTLY_NOISY},
        "a context next to nothing": {"joint": table([[0.5, 0.5], [1e-300, 3e-300]])},
        "many contexts": {"joint": np.full((40, 25), 1e-3)},
    },
    mistakes=(
        Mistake(
            "the joint entropy",
            "This is H(X, Y), what is not known of both. Once x is known, H(X) is to be taken off.",
            entropy_of,
        ),
        Mistake(
            "x given y",
            "This is H(X|Y): the columns were taken for what is known. x, in rows, is known, and y is asked for.",
            lambda joint: entropy_of(joint) - entropy_of(joint.sum(axis=0)),
        ),
        Mistake(
            "the contexts without their weights",
            "The entropies of the rows were added. That of a row counts as often as its x happens: weight it with "
            "p(x).",
            _weighted(lambda p_x: 1),
        ),
        Mistake(
            "all contexts with the same weight",
            "The entropies of the rows were averaged with equal weights. That of a row counts as often as its x "
            "happens: weight it with p(x).",
            _weighted(lambda p_x: 1 / len(p_x)),
        ),
        Mistake(
            "the weights squared",
            "The entropies of the rows were weighted with p(x)^2: p(x, y) p(x) is no weight. Take p(x, y) = p(x) "
            "p(y|x) once.",
            _weighted(lambda p_x: p_x**2),
        ),
        Mistake(
            "the rows not normalised",
            "The rows of the table were taken for distributions of y. They sum to p(x): p(y|x) = p(x, y) / p(x).",
            _rows_not_normalised,
        ),
        Mistake(
            "the entropy of y",
            "This is H(Y), what is not known of y as long as x is not known.",
            lambda joint: entropy_of(joint.sum(axis=0)),
        ),
        Mistake(
            "the entropy of x",
            "This is H(X), what one learns from x. What is not known of y afterwards is asked for.",
            lambda joint: entropy_of(joint.sum(axis=1)),
        ),
        Mistake(
            "what is known of y",
            "This is the mutual information H(Y) - H(Y|X), what x tells about y. H(Y|X) is what it does not tell.",
            lambda joint: entropy_of(joint.sum(axis=0)) - _h_of_y_given_x(joint),
        ),
        Mistake(
            "the difference of the entropies",
            "This is H(Y) - H(X). What x and y share is in both: H(Y|X) = H(X, Y) - H(X).",
            lambda joint: entropy_of(joint.sum(axis=0)) - entropy_of(joint.sum(axis=1)),
        ),
        Mistake(
            "bits in place of nats",
            "The logarithm was taken to base 2. In nats it is the natural logarithm.",
            lambda joint: _h_of_y_given_x(joint) / np.log(2),
        ),
        Mistake(
            "the wrong sign",
            "Logarithms of probabilities are negative: the sum of p(x, y) log p(y|x) needs a minus sign.",
            lambda joint: -_h_of_y_given_x(joint),
        ),
        Mistake(
            "divided by the entropy of y",
            "This is the share of H(Y) that is left. H(Y|X) itself is asked for.",
            lambda joint: _h_of_y_given_x(joint) / entropy_of(joint.sum(axis=0)),
        ),
        Mistake(
            "the marginal lies along the wrong axis",
            "joint.sum(axis=1) was divided by as if it stood in a row: the columns were divided by p(x), or the shapes "
            "did not fit. Use keepdims=True, so that it stands in a column.",
            _marginal_along_the_wrong_axis,
        ),
        Mistake(
            "0 log 0",
            "A pair of probability 0 made it nan: 0 times log 0. It adds nothing: leave it out.",
            _zeros_in_the_logarithm,
        ),
        Mistake(
            "a context that does not occur",
            "A row of probability 0 made it nan: 0 divided by 0. It adds nothing: leave it out.",
            _empty_rows_divided,
        ),
        Mistake(
            "a small number in the logarithm",
            "A small number was added against log 0. It changes the entropy: leave out what has the probability 0.",
            lambda joint: -np.sum(joint * np.log((joint + 1e-9) / (joint.sum(axis=1, keepdims=True) + 1e-9))),
        ),
    ),
    hints=(
        "Each x leaves a distribution of y, the row divided by its sum. Average the entropies of these distributions.",
        "-sum_xy p(x, y) ln p(y|x) with p(y|x) = p(x, y) / p(x), over the pairs that have p(x, y) > 0.",
        "`joint.sum(axis=1, keepdims=True)` is p(x) in a column, which divides the rows. Or use the chain rule, "
        "H(X, Y) - H(X), with an entropy that you have written.",
    ),
    second_solution=_row_by_row,
)
