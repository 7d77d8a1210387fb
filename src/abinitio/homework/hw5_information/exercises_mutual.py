"""The exercise on mutual information: what two variables tell about each other."""

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
from abinitio.information.mutual_information import mutual_information


def it_is_what_both_have_in_common(value, joint):
    """I = H(X) + H(Y) - H(X, Y): the same for x about y as for y about x."""
    shared = entropy_of(joint.sum(axis=1)) + entropy_of(joint.sum(axis=0)) - entropy_of(joint)
    return bool(abs(value - shared) <= 1e-6 * (1 + entropy_of(joint)))


def neither_tells_more_than_there_is(value, joint):
    """0 <= I <= the smaller of H(X) and H(Y)."""
    return bool(-1e-7 <= value <= min(entropy_of(joint.sum(axis=0)), entropy_of(joint.sum(axis=1))) + 1e-7)


def _pair_by_pair(joint):
    p_x, p_y = [math.fsum(row) for row in joint.tolist()], [math.fsum(column) for column in joint.T.tolist()]
    pairs = ((p, p_x[i], p_y[j]) for i, row in enumerate(joint.tolist()) for j, p in enumerate(row) if p > 0)
    return sum_of(p * (math.log(p / x) - math.log(y)) for p, x, y in pairs)


def _information(joint):
    return entropy_of(joint.sum(axis=1)) + entropy_of(joint.sum(axis=0)) - entropy_of(joint)


def _product(joint):
    return joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)


def _over_the_pairs(weights=lambda joint: joint, below=_product):
    """The sum over the pairs that occur with one wrong part: its weights, or what p(x, y) is divided by."""

    def total(joint):
        seen = joint > 0
        return np.sum(weights(joint)[seen] * np.log(joint[seen] / below(joint)[seen]))

    return total


def _rows(joint):
    sums = joint.sum(axis=1, keepdims=True)
    return joint / np.where(sums > 0, sums, 1)


def _direction(joint):
    product = _product(joint)
    seen = product > 0
    return np.sum(product[seen] * np.log(product[seen] / joint[seen]))


def _chi_squared(joint):
    product = _product(joint)
    seen = product > 0
    return np.sum((joint - product)[seen] ** 2 / product[seen])


def _zeros_in_the_logarithm(joint):
    return np.sum(joint * np.log(joint / _product(joint)))


def _small_number_added(joint):
    return np.sum(joint * np.log((joint + 1e-9) / (_product(joint) + 1e-9)))


def _marginals_exchanged(joint):
    return np.outer(joint.sum(axis=0), joint.sum(axis=1)) + 0 * joint


_LINE = "independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0{})"

MUTUAL_INFORMATION = Exercise(
    function=mutual_information,
    points=3,
    inputs=lambda rng, size: {"joint": joint_distribution(rng, size)},
    valid=lambda joint: is_distribution(joint),
    holds=(neither_tells_more_than_there_is, it_is_what_both_have_in_common),
    rtol=1e-8,
    atol=1e-10,
    large=lambda rng: {"joint": big_distribution(rng, 100, 150)},
    edges={
        "one pair": {"joint": table([[1]])},
        "y is x": {"joint": np.eye(3) / 3},
        "y is a function of x": {"joint": table([[0.25, 0], [0.25, 0], [0, 0.5]])},
        "independent": {"joint": np.outer([0.25, 0.75], [0.5, 0.25, 0.25])},
        "a noisy channel": {"joint": table([[0.375, 0.125], [0.125, 0.375]])},
        "x is certain": {"joint": table([[0.5, 0.25, 0.25]])},
        "a row that does not occur": {"joint": table([[0.5, 0, 0.25], [0, 0, 0], [0, 0.25, 0]])},
        "a column that does not occur": {"joint": table([[0.5, 0, 0.25], [0.125, 0, 0.125]])},
    },
    stable={
        "nearly independent": {"joint": table([[0.25 + 1e-4, 0.25 - 1e-4], [0.25 - 1e-4, 0.25 + 1e-4]])},
        "a pair next to nothing": {"joint": table([[0.5, 1e-100], [1e-100, 0.5]])},
        "many of both": {"joint": np.eye(50) / 50},
    },
    mistakes=(
        Mistake(
            "bits in place of nats",
            "The logarithm was taken to base 2. In nats it is the natural logarithm.",
            lambda joint: _information(joint) / np.log(2),
        ),
        Mistake(
            "the marginals exchanged",
            "joint.sum(axis=0) was taken for p(x), joint.sum(axis=1) for p(y). x is in rows: the sum over y, along "
            "axis 1, is p(x).",
            _over_the_pairs(below=_marginals_exchanged),
        ),
        Mistake(
            "means in place of marginals",
            "Rows and columns were averaged. Marginals are sums: those of a mean do not sum to 1.",
            _over_the_pairs(below=lambda joint: joint.mean(axis=1, keepdims=True) * joint.mean(axis=0, keepdims=True)),
        ),
        Mistake(
            "the rows normalised, not the table",
            "The terms were weighted with p(y|x), the rows divided by their sums: every x counts as much as any other. "
            "The weight of a pair is p(x, y).",
            _over_the_pairs(weights=_rows),
        ),
        Mistake(
            "the weight of independent pairs",
            "The terms were weighted with p(x) p(y). The pairs come as often as the joint distribution says: p(x, y).",
            _over_the_pairs(weights=_product),
        ),
        Mistake(
            "no weight",
            "The logarithms were added without their weight p(x, y).",
            _over_the_pairs(weights=np.ones_like),
        ),
        Mistake(
            "the divergence the other way round",
            "This is the divergence of the product p(x) p(y) from the joint distribution. It is that of the joint "
            "distribution from the product.",
            _direction,
        ),
        Mistake(
            "the marginal of y forgotten",
            "The logarithm is that of p(y|x) = p(x, y) / p(x). Divide by p(y) as well.",
            _over_the_pairs(below=lambda joint: joint.sum(axis=1, keepdims=True) + 0 * joint),
        ),
        Mistake(
            "the marginal of x forgotten",
            "The logarithm is that of p(x|y) = p(x, y) / p(y). Divide by p(x) as well.",
            _over_the_pairs(below=lambda joint: joint.sum(axis=0, keepdims=True) + 0 * joint),
        ),
        Mistake(
            "the wrong sign",
            "Mutual information is not negative: p(x, y) belongs above, p(x) p(y) below.",
            lambda joint: -_information(joint),
        ),
        Mistake(
            "the joint entropy",
            "This is H(X, Y), what is not known of both. What they share is H(X) + H(Y) - H(X, Y).",
            entropy_of,
        ),
        Mistake(
            "the sum of the entropies",
            "This is H(X) + H(Y). Take off H(X, Y): what they share remains.",
            lambda joint: entropy_of(joint.sum(axis=0)) + entropy_of(joint.sum(axis=1)),
        ),
        Mistake(
            "what is not shared",
            "This is H(X|Y) + H(Y|X), what only one of both knows. What they share is asked for.",
            lambda joint: 2 * entropy_of(joint) - entropy_of(joint.sum(axis=0)) - entropy_of(joint.sum(axis=1)),
        ),
        Mistake(
            "H(X) - H(Y|X)",
            "H(Y|X) was taken from H(X). What knowing x takes from the uncertainty of y is H(Y) - H(Y|X).",
            lambda joint: 2 * entropy_of(joint.sum(axis=1)) - entropy_of(joint),
        ),
        Mistake(
            "chi squared",
            "This is sum (p(x, y) - p(x) p(y))^2 / (p(x) p(y)), twice the mutual information where that is small, and "
            "something else where it is not.",
            _chi_squared,
        ),
        Mistake(
            "divided by the smaller entropy",
            "This is a share, between 0 and 1, of the smaller entropy. The information itself is asked for, in nats.",
            lambda joint: _information(joint) / min(entropy_of(joint.sum(axis=0)), entropy_of(joint.sum(axis=1))),
        ),
        Mistake(
            "0 log 0",
            "A pair of probability 0 made it nan: 0 times log 0. It adds nothing: leave it out.",
            _zeros_in_the_logarithm,
        ),
        Mistake(
            "a small number in the logarithm",
            "A small number was added against log 0. It changes the information: leave out what has the probability 0.",
            _small_number_added,
        ),
    ),
    hints=(
        "How much more often does each pair occur than if x and y knew nothing of each other?",
        "sum_xy p(x, y) ln [p(x, y) / (p(x) p(y))] over the pairs that have p(x, y) > 0; or H(X) + H(Y) - H(X, Y).",
        "`joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)` is the table of p(x) p(y); `joint > 0` "
        "picks the pairs that occur.",
    ),
    second_solution=_pair_by_pair,
    equivalent_mutants=tuple(  # a row needs no second axis to be multiplied by a column
        f"{_LINE.format(', keepdims=True')} -> {_LINE.format(other)}" for other in ("", ", keepdims=False")
    ),
)
