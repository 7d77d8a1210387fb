"""Exercises on how far one distribution is from another: Kullback and Leibler's divergence, Jensen and Shannon's."""

import math

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw5_information.exercise_inputs import (
    are_distributions,
    big_distribution,
    distribution,
    entropy_of,
    number_of,
    sum_of,
    table,
)
from abinitio.information.divergence import jensen_shannon_divergence, kl_divergence


def _expected_and_true(rng, size):
    """q allows all that p allows; now and then both are the same, now and then tables."""
    K = number_of(rng, size, at_least=2)
    p = distribution(rng, 2, K) if rng.random() < 0.2 else distribution(rng, K)
    if rng.random() < 0.1:
        return {"p": p, "q": p.copy()}
    counts = (p > 0) * 1 + rng.integers(0, 2, p.shape) * rng.integers(0, 4, p.shape)
    return {"p": p, "q": counts / counts.sum()}


def _two(rng, size):
    K = number_of(rng, size, at_least=2)
    shape = (2, K) if rng.random() < 0.2 else (K,)
    p = distribution(rng, *shape)
    return {"p": p, "q": p.copy() if rng.random() < 0.1 else distribution(rng, *shape)}


def it_is_0_only_between_equals(value, p, q):
    """The divergence is not negative, and 0 only where p and q are the same."""
    return bool(abs(value) <= 1e-7 if np.array_equal(p, q) else value > -1e-7)


def it_is_at_most_log_2(value, p, q):
    """The divergence lies between 0 and ln 2, which it reaches where p and q have no outcome in common."""
    return bool(-1e-7 <= value <= np.log(2) + 1e-7 and ((p * q).any() or abs(value - np.log(2)) <= 1e-6))


def it_grows_with_every_difference(value, p, q):
    """Pinsker: the divergence is at least half the square of sum |p - q|."""
    return bool(value >= np.abs(p - q).sum() ** 2 / 2 - 1e-7)


def _kl(p, q):
    seen = p > 0
    return float(np.sum(p[seen] * (np.log(p[seen]) - np.log(q[seen]))))


def _outcome_by_outcome(p, q):
    pairs = [(x, y) for x, y in zip(p.ravel().tolist(), q.ravel().tolist()) if x > 0]
    return sum_of(x * (math.log(x) - math.log(y)) if y > 0 else math.inf for x, y in pairs)


def _js_by_entropies(p, q):
    return entropy_of((p + q) / 2) - (entropy_of(p) + entropy_of(q)) / 2


def _common(function):
    """The same function of those outcomes only that both allow."""
    return lambda p, q: function(p[(p > 0) & (q > 0)], q[(p > 0) & (q > 0)])


def _by_rows(p, q):
    return np.sum(np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / q), 0), axis=-1)


def _surprise(p, q):
    seen = p > 0
    return -np.sum(p[seen] * np.log(q[seen]))


def _logarithms_without_weight(p, q):
    seen = p > 0
    return np.sum(np.log(p[seen] / q[seen]))


def _weighted_with_q(p, q):
    seen = p > 0
    return np.sum(q[seen] * np.log(p[seen] / q[seen]))


def _ratio_first(p, q):
    seen = p > 0
    return np.sum(p[seen] * np.log(p[seen] / q[seen]))


def _symmetric(half):
    return lambda p, q: half * (_kl(p, q) + _kl(q, p))


HALF_AND_HALF, ONE_SIDE = table([0.5, 0.5]), table([1, 0])

KL_DIVERGENCE = Exercise(
    function=kl_divergence,
    points=2,
    inputs=_expected_and_true,
    valid=are_distributions,
    holds=(it_is_0_only_between_equals, it_grows_with_every_difference),
    rtol=1e-8,
    atol=1e-10,
    large=lambda rng: {"p": big_distribution(rng, 50_000), "q": big_distribution(rng, 50_000)},
    edges={
        "one outcome": {"p": table([1]), "q": table([1])},
        "equal": {"p": table([0.5, 0, 0.5]), "q": table([0.5, 0, 0.5])},
        "a certain event, expected as a coin": {"p": ONE_SIDE, "q": HALF_AND_HALF},
        "a coin, expected to be certain": {"p": HALF_AND_HALF, "q": ONE_SIDE},
        "nothing in common": {"p": table([0.5, 0.5, 0, 0]), "q": table([0, 0, 0.25, 0.75])},
        "an outcome that neither allows": {"p": table([0.25, 0, 0.75]), "q": table([0.5, 0, 0.5])},
        "an outcome that only q allows": {"p": table([0.25, 0, 0.75]), "q": table([0.5, 0.25, 0.25])},
        "tables": {"p": table([[0.5, 0], [0.25, 0.25]]), "q": table([[0.25, 0.25], [0.25, 0.25]])},
    },
    stable={
        "nearly equal": {"p": table([0.5 + 1e-4, 0.5 - 1e-4]), "q": HALF_AND_HALF},
        "a ratio beyond all floats": {"p": HALF_AND_HALF, "q": table([1e-310, 1])},
        "hardly possible": {"p": table([1e-300, 1]), "q": HALF_AND_HALF},
    },
    mistakes=(
        Mistake(
            "the other direction",
            "This is D(q||p), the loss of one who expects p while q is true. The divergence is not symmetric: p stands "
            "in front, as the weight.",
            lambda p, q: _kl(q, p),
        ),
        Mistake(
            "bits in place of nats",
            "The logarithm was taken to base 2. In nats it is the natural logarithm.",
            lambda p, q: _kl(p, q) / np.log(2),
        ),
        Mistake(
            "0 log 0",
            "An outcome of probability 0 made it nan: 0 times log 0. What does not happen adds nothing: leave it out.",
            lambda p, q: np.sum(p * np.log(p / q)),
        ),
        Mistake(
            "what q forbids is left out",
            "Outcomes with q = 0 were left out. Where p allows one of them the divergence is infinite: q calls "
            "impossible what happens.",
            _common(_kl),
        ),
        Mistake(
            "a small number in the logarithm",
            "A small number was added against log 0. It makes finite what is infinite: leave out only what has p = 0.",
            lambda p, q: np.sum(p * np.log((p + 1e-9) / (q + 1e-9))),
        ),
        Mistake(
            "infinite for every 0 in q",
            "Every outcome with q = 0 made it infinite, also one that p does not allow either. Such an outcome adds "
            "nothing.",
            lambda p, q: float(np.inf) if (q == 0).any() else _kl(p, q),
        ),
        Mistake(
            "the cross entropy",
            "This is -sum p ln q, all of the surprise. Take off what nobody can avoid, the entropy of p.",
            _surprise,
        ),
        Mistake(
            "the wrong sign",
            "The divergence is not negative: p belongs above, q below.",
            lambda p, q: -_kl(p, q),
        ),
        Mistake(
            "the difference of the entropies",
            "This is H(q) - H(p), which is 0 for distributions that differ in order only. Both surprises are to be "
            "weighted with p.",
            lambda p, q: entropy_of(q) - entropy_of(p),
        ),
        Mistake(
            "weighted with q",
            "The logarithms of p/q were weighted with q. It is p that says how often each outcome comes.",
            _weighted_with_q,
        ),
        Mistake(
            "no weight",
            "The logarithms of p/q were added without their weight p.",
            _logarithms_without_weight,
        ),
        Mistake(
            "the mean in place of the sum",
            "The terms were averaged. The probabilities in them are the weights already: add the terms.",
            lambda p, q: _kl(p, q) / p.size,
        ),
        Mistake(
            "both directions added",
            "D(p||q) + D(q||p) is symmetric (Jeffreys). Only D(p||q) is asked for.",
            _symmetric(1),
        ),
        Mistake(
            "the mean of both directions",
            "This is the mean of D(p||q) and D(q||p). Only D(p||q) is asked for.",
            _symmetric(0.5),
        ),
        Mistake(
            "without sign, term by term",
            "The absolute values of the terms were added. Terms with p < q are negative and stay so.",
            _common(lambda p, q: np.sum(np.abs(p * np.log(p / q)))),
        ),
        Mistake(
            "chi squared",
            "This is sum (p - q)^2 / q, twice the divergence where p and q are close, and something else elsewhere.",
            lambda p, q: np.sum((p - q)[q > 0] ** 2 / q[q > 0]),
        ),
        Mistake(
            "the total variation",
            "This is half of sum |p - q|.",
            lambda p, q: np.abs(p - q).sum() / 2,
        ),
        Mistake(
            "row by row",
            "The sum went over the last axis only. All entries of a table are outcomes: add them all.",
            _by_rows,
        ),
        Mistake(
            "the ratio overflows",
            "p/q is beyond the largest float where q is tiny. Take the difference of the logarithms, ln p - ln q.",
            _ratio_first,
        ),
    ),
    hints=(
        "How much more surprised is one who expects q than one who knows p, on average over what really happens?",
        "sum_k p_k (ln p_k - ln q_k) over the k that have p_k > 0; inf where one of them has q_k = 0.",
        "Take `seen = p > 0` and index both arrays with it: then only q can be 0, and `np.log(0.0)` is -inf, as it "
        "should be.",
    ),
    second_solution=_outcome_by_outcome,
    # an answer runs with all warnings off
    equivalent_mutants=("with np.errstate(divide='ignore'): -> with np.errstate():",),
)


def _js(
    mixture=lambda p, q: (p + q) / 2,
    together=lambda p, q, m: (_kl(p, m) + _kl(q, m)) / 2,
):
    """A Jensen-Shannon divergence with one wrong part: the mixture, or how the two divergences are put together."""
    return lambda p, q: together(p, q, mixture(p, q))


def _js_with_zeros(p, q):
    m = (p + q) / 2
    return (np.sum(p * np.log(p / m)) + np.sum(q * np.log(q / m))) / 2


JENSEN_SHANNON_DIVERGENCE = Exercise(
    function=jensen_shannon_divergence,
    points=2,
    inputs=_two,
    valid=are_distributions,
    holds=(it_is_0_only_between_equals, it_is_at_most_log_2),
    rtol=1e-6,
    atol=1e-10,
    large=lambda rng: {"p": big_distribution(rng, 20_000), "q": big_distribution(rng, 20_000)},
    edges={
        "one outcome": {"p": table([1]), "q": table([1])},
        "equal": {"p": table([0.5, 0, 0.5]), "q": table([0.5, 0, 0.5])},
        "a certain event and a coin": {"p": ONE_SIDE, "q": HALF_AND_HALF},
        "a coin and a certain event": {"p": HALF_AND_HALF, "q": ONE_SIDE},
        "nothing in common": {"p": table([0.5, 0.5, 0, 0]), "q": table([0, 0, 0.25, 0.75])},
        "an outcome that neither allows": {"p": table([0.25, 0, 0.75]), "q": table([0.5, 0, 0.5])},
        "no zeros": {"p": table([0.25, 0.5, 0.25]), "q": table([0.125, 0.125, 0.75])},
        "tables": {"p": table([[0.5, 0], [0.25, 0.25]]), "q": table([[0.25, 0.25], [0.5, 0]])},
    },
    stable={
        "nearly equal": {"p": table([0.5 + 1e-4, 0.5 - 1e-4]), "q": HALF_AND_HALF},
        "hardly possible": {"p": table([1e-300, 1]), "q": table([1, 0])},
    },
    mistakes=(
        Mistake(
            "without the halves",
            "The divergences from the mixture were added. Each counts half: (D(p||m) + D(q||m)) / 2.",
            _js(together=lambda p, q, m: _kl(p, m) + _kl(q, m)),
        ),
        Mistake(
            "without the mixture",
            "p and q were compared with each other, (D(p||q) + D(q||p)) / 2: infinite where one forbids what the other "
            "allows. Compare each with their mean m.",
            _symmetric(0.5),
        ),
        Mistake(
            "the mixture without its half",
            "m = p + q sums to 2. The mixture is the mean, (p + q) / 2.",
            _js(mixture=lambda p, q: p + q),
        ),
        Mistake(
            "one side only",
            "Only p was compared with the mixture. Take the mean of D(p||m) and D(q||m).",
            _js(together=lambda p, q, m: _kl(p, m)),
        ),
        Mistake(
            "the other side only",
            "Only q was compared with the mixture. Take the mean of D(p||m) and D(q||m).",
            _js(together=lambda p, q, m: _kl(q, m)),
        ),
        Mistake(
            "half of one side",
            "Only half of D(p||m) came back. Take half of D(q||m) as well.",
            _js(together=lambda p, q, m: _kl(p, m) / 2),
        ),
        Mistake(
            "the other direction",
            "These are D(m||p) and D(m||q). p and q are the true ones, m is what is expected: D(p||m), D(q||m).",
            _js(together=lambda p, q, m: (_kl(m, p) + _kl(m, q)) / 2),
        ),
        Mistake(
            "the geometric mean",
            "The mixture was the root of p q, which does not sum to 1. It is the mean, (p + q) / 2.",
            _js(mixture=lambda p, q: np.sqrt(p * q)),
        ),
        Mistake(
            "Kullback-Leibler",
            "This is D(p||q) itself.",
            _kl,
        ),
        Mistake(
            "the distance",
            "The root was taken: that is a metric, the Jensen-Shannon distance. The divergence is its square.",
            lambda p, q: np.sqrt(max(_js_by_entropies(p, q), 0)),
        ),
        Mistake(
            "bits in place of nats",
            "The logarithm was taken to base 2, or the value divided by ln 2. In nats it is at most ln 2, not 1.",
            lambda p, q: _js_by_entropies(p, q) / np.log(2),
        ),
        Mistake(
            "the sign of the entropies",
            "The mean of the entropies less the entropy of the mean: mixing adds uncertainty, so it is the other way "
            "round.",
            lambda p, q: -_js_by_entropies(p, q),
        ),
        Mistake(
            "the entropies without their halves",
            "H(p) and H(q) were taken off whole. Their mean is taken off the entropy of the mixture.",
            lambda p, q: entropy_of((p + q) / 2) - entropy_of(p) - entropy_of(q),
        ),
        Mistake(
            "the entropy of the mixture",
            "This is H(m). Take off the mean of H(p) and H(q).",
            lambda p, q: entropy_of((p + q) / 2),
        ),
        Mistake(
            "common outcomes only",
            "Outcomes that only one of both allows were left out. They are what differs most.",
            _common(_js()),
        ),
        Mistake(
            "0 log 0",
            "An outcome of probability 0 made it nan: 0 times log 0. It adds nothing to that divergence: leave it out.",
            _js_with_zeros,
        ),
        Mistake(
            "the total variation",
            "This is half of sum |p - q|.",
            lambda p, q: np.abs(p - q).sum() / 2,
        ),
    ),
    hints=(
        "Toss a coin to draw from p or from q: how far is each of both from the mixture that comes out?",
        "With m = (p + q)/2: half of D(p||m) plus half of D(q||m); or H(m) less the mean of H(p) and H(q).",
        "Call the divergence that you have written, twice: m is > 0 wherever p or q is, so that nothing is infinite.",
    ),
    second_solution=_js_by_entropies,
)
