"""The exercise on the entropy of a distribution."""

import math

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw5_information.exercise_inputs import (
    big_distribution,
    distribution,
    is_distribution,
    number_of,
    sum_of,
    table,
)
from abinitio.information.entropy import entropy


def _distribution_or_table(rng, size):
    shape = (number_of(rng, size // 3), number_of(rng, size // 3)) if rng.random() < 0.25 else (number_of(rng, size),)
    return {"p": distribution(rng, *shape)}


def it_lies_between_0_and_log_K(value, p):
    """The entropy is not negative and at most ln K: no distribution is more uncertain than the uniform one."""
    return bool(-1e-7 <= value <= np.log(p.size) + 1e-7)


def a_certain_event_has_none(value, p):
    """The entropy is 0 where one outcome is certain, and only there."""
    return bool((abs(value) <= 1e-7) if p.max() == 1 else value > 0)


def _outcome_by_outcome(p):
    return sum_of(x * math.log(1 / x) for x in p.ravel().tolist() if x > 0)


def _terms(p, log=np.log):
    """p log p of the outcomes that can happen."""
    p = p[p > 0]
    return p * log(p)


ENTROPY = Exercise(
    function=entropy,
    points=2,
    inputs=_distribution_or_table,
    valid=is_distribution,
    holds=(it_lies_between_0_and_log_K, a_certain_event_has_none),
    rtol=1e-8,
    atol=1e-11,
    large=lambda rng: {"p": big_distribution(rng, 50_000)},
    edges={
        "one outcome": {"p": table([1])},
        "a certain event": {"p": table([0, 1, 0])},
        "a fair coin": {"p": table([0.5, 0.5])},
        "a loaded coin": {"p": table([0.25, 0.75])},
        "a die": {"p": np.full(6, 1 / 6)},
        "two of four": {"p": table([0, 0.5, 0, 0.5])},
        "a table of pairs": {"p": table([[0.5, 0, 0.25], [0, 0.25, 0]])},
        "a table of one certain pair": {"p": table([[0, 0], [0, 1]])},
        "three axes": {"p": np.full((2, 1, 2), 0.25)},
    },
    stable={
        "nearly certain": {"p": table([1 - 1e-9, 1e-9])},
        "a probability next to nothing": {"p": table([0.5, 1e-300, 0.5])},
        "many outcomes": {"p": np.full(1000, 1e-3)},
    },
    mistakes=(
        Mistake(
            "bits in place of nats",
            "This is the entropy in bits: the logarithm was taken to base 2. In nats it is the natural logarithm.",
            lambda p: -np.sum(_terms(p, np.log2)),
        ),
        Mistake(
            "0 log 0",
            "0 times log 0 is nan for a computer. p log p goes to 0 with p: leave out the outcomes of probability 0.",
            lambda p: -np.sum(p * np.log(p)),
        ),
        Mistake(
            "the wrong sign",
            "Logarithms of probabilities are negative: the sum of p log p needs a minus sign.",
            lambda p: np.sum(_terms(p)),
        ),
        Mistake(
            "the surprise without its weight",
            "The surprises -log p were added. An outcome adds as often as it happens: -p log p.",
            lambda p: -np.sum(np.log(p[p > 0])),
        ),
        Mistake(
            "the mean surprise of the outcomes",
            "The surprises -log p were averaged with equal weights. The weight of an outcome is its probability.",
            lambda p: -np.mean(np.log(p[p > 0])),
        ),
        Mistake(
            "the mean in place of the sum",
            "The terms p log p were averaged. The probabilities in them are the weights already: add the terms.",
            lambda p: -np.sum(_terms(p)) / p.size,
        ),
        Mistake(
            "the logarithm to base 10",
            "The logarithm was taken to base 10. In nats it is the natural logarithm.",
            lambda p: -np.sum(_terms(p, np.log10)),
        ),
        Mistake(
            "the largest entropy",
            "This is ln K, the entropy of K equal probabilities, whatever p is.",
            lambda p: float(np.log(p.size)),
        ),
        Mistake(
            "the number of outcomes",
            "This is the logarithm of how many outcomes can happen: Hartley's measure, which does not see how likely "
            "each is.",
            lambda p: float(np.log(np.count_nonzero(p))),
        ),
        Mistake(
            "divided by the largest entropy",
            "The entropy was divided by ln K. Nats have no such scale: the value may exceed 1.",
            lambda p: -np.sum(_terms(p)) / np.log(p.size),
        ),
        Mistake(
            "each outcome as a coin",
            "-(1 - p) log(1 - p) was added for each outcome, as for a coin that shows it or not. The other outcomes "
            "have terms of their own.",
            lambda p: -np.sum(_terms(p)) - np.sum(_terms(1 - p)),
        ),
        Mistake(
            "Gini's impurity",
            "This is 1 - sum p^2, the probability that two draws differ.",
            lambda p: 1 - np.sum(p**2),
        ),
        Mistake(
            "the collision entropy",
            "This is -ln sum p^2, Rényi's entropy of order 2: the logarithm of a mean. The mean of the logarithm is "
            "asked for.",
            lambda p: -np.log(np.sum(p**2)),
        ),
        Mistake(
            "the surprise of the likeliest outcome",
            "This is -ln max p, the smallest of the surprises. Their mean is asked for.",
            lambda p: -np.log(np.max(p)),
        ),
        Mistake(
            "the perplexity",
            "This is exp(H), the number of equally likely outcomes that would be as uncertain. H itself is asked for.",
            lambda p: np.exp(-np.sum(_terms(p))),
        ),
        Mistake(
            "row by row",
            "The sum went over the last axis only. All entries of a table are outcomes: add them all.",
            lambda p: -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1),
        ),
        Mistake(
            "not added",
            "The terms -p log p came back one by one. Their sum is asked for.",
            lambda p: -p * np.log(np.where(p > 0, p, 1)),
        ),
        Mistake(
            "a small number in the logarithm",
            "A small number was added to p against log 0. It changes the entropy, and that of a certain event comes "
            "out negative: leave out the outcomes of probability 0 instead.",
            lambda p: -np.sum(p * np.log(p + 1e-10)),
        ),
        Mistake(
            "small probabilities left out",
            "Outcomes of a small probability were treated as if they could not happen. Only p = 0 adds nothing.",
            lambda p: -np.sum(p[p > 1e-8] * np.log(p[p > 1e-8])),
        ),
    ),
    hints=(
        "The entropy is the mean of the surprise -ln p: every outcome counts as often as it happens.",
        "-sum_k p_k ln p_k, over those k that have p_k > 0.",
        "`p[p > 0]` picks the entries that are not 0, from an array of any shape; `np.log` is the natural logarithm.",
    ),
    second_solution=_outcome_by_outcome,
)
