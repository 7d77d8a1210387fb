"""The exercise on the bias of an entropy that is estimated from counts."""

import math
from collections import Counter

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw5_information.exercise_inputs import number_of
from abinitio.information.entropy_estimators import miller_madow_entropy


def _counts(rng, size):
    K = number_of(rng, size)
    counts = rng.integers(0, 2, K) * rng.integers(1, 4 + size, K)
    counts[rng.integers(K)] += 1
    return {"counts": counts}


def it_is_the_plug_in_where_one_outcome_was_seen(value, counts):
    """Where a single outcome was seen nothing is uncertain and nothing is put right: the estimate is 0."""
    return bool(np.count_nonzero(counts) > 1 or abs(value) <= 1e-7)


def the_correction_raises_the_estimate(value, counts):
    """The plug-in entropy is too low on average: the estimate is not below it, and not above ln K+ + (K+ - 1)/2n."""
    p = counts[counts > 0] / counts.sum()
    most = np.log(len(p)) + (len(p) - 1) / (2 * counts.sum())
    return bool(-np.sum(p * np.log(p)) - 1e-7 <= value <= most + 1e-7)


def _by_counts_of_counts(counts):
    n, seen = int(counts.sum()), Counter(c for c in counts.tolist() if c > 0)
    plug_in = math.log(n) - sum(times * c * math.log(c) for c, times in seen.items()) / n
    return plug_in + (sum(seen.values()) - 1) / (2 * n)


def _plug_in(counts, log=np.log):
    p = counts[counts > 0] / counts.sum()
    return -np.sum(p * log(p))


def _seen(counts):
    return np.count_nonzero(counts)


def _corrected(by):
    """The plug-in entropy and a wrong correction of it."""
    return lambda counts: _plug_in(counts) + by(counts)


def _with_one_added(counts):
    return _plug_in(counts + 1) + (len(counts) - 1) / (2 * (counts + 1).sum())


def _zeros_not_left_out(counts):
    p = counts / counts.sum()
    return -np.sum(p * np.log(p)) + (_seen(counts) - 1) / (2 * counts.sum())


def _only_what_was_seen_twice(counts):
    return _plug_in(counts) + (np.count_nonzero(counts > 1) - 1) / (2 * counts.sum())


MILLER_MADOW_ENTROPY = Exercise(
    function=miller_madow_entropy,
    points=2,
    inputs=_counts,
    holds=(it_is_the_plug_in_where_one_outcome_was_seen, the_correction_raises_the_estimate),
    large=lambda rng: {"counts": rng.integers(0, 20, 50_000)},
    edges={
        "one draw": {"counts": np.array([0, 1, 0])},
        "one outcome": {"counts": np.array([5])},
        "always the same": {"counts": np.array([0, 0, 7])},
        "two draws, two outcomes": {"counts": np.array([1, 1])},
        "a coin": {"counts": np.array([3, 1])},
        "every outcome once": {"counts": np.array([1, 1, 1, 1])},
        "most outcomes never": {"counts": np.array([0, 2, 0, 0, 1, 0, 0, 1])},
    },
    stable={
        "very many draws": {"counts": np.array([3_000_000_000, 1_000_000_000, 0])},
        "a rare outcome": {"counts": np.array([10**12, 1])},
    },
    mistakes=(
        Mistake(
            "the bias ignored",
            "This is the plug-in entropy, that of the frequencies. It is too low on average: add (K+ - 1)/2n.",
            _plug_in,
        ),
        Mistake(
            "the sign of the correction",
            "The correction was subtracted. The entropy of the frequencies is too low on average, since the entropy is "
            "concave: raise it.",
            _corrected(lambda counts: -(_seen(counts) - 1) / (2 * counts.sum())),
        ),
        Mistake(
            "all letters in place of those seen",
            "The correction counts all K outcomes. Here only the K+ that were seen at least once count.",
            _corrected(lambda counts: (len(counts) - 1) / (2 * counts.sum())),
        ),
        Mistake(
            "K in place of K - 1",
            "The correction is K+/2n here. The frequencies sum to 1, so that only K+ - 1 of them are free: with one "
            "outcome there is nothing to put right.",
            _corrected(lambda counts: _seen(counts) / (2 * counts.sum())),
        ),
        Mistake(
            "the 2 forgotten",
            "The correction is (K+ - 1)/n here, twice too large. It comes from the second-order term of a Taylor "
            "series: (K+ - 1)/2n.",
            _corrected(lambda counts: (_seen(counts) - 1) / counts.sum()),
        ),
        Mistake(
            "the half times n",
            "(K+ - 1)/2 was multiplied by n. It is divided by 2n: the bias vanishes for many draws.",
            _corrected(lambda counts: (_seen(counts) - 1) / 2 * counts.sum()),
        ),
        Mistake(
            "the number of outcomes in place of n",
            "The correction was divided by twice the number of outcomes. n is the number of draws, the sum of the "
            "counts.",
            _corrected(lambda counts: (_seen(counts) - 1) / (2 * len(counts))),
        ),
        Mistake(
            "n - 1 in place of n",
            "The correction was divided by 2(n - 1). It is (K+ - 1)/2n.",
            _corrected(lambda counts: (_seen(counts) - 1) / (2 * (counts.sum() - 1))),
        ),
        Mistake(
            "the square of n",
            "The correction was divided by n^2. The leading bias falls as 1/n.",
            _corrected(lambda counts: (_seen(counts) - 1) / (2 * counts.sum() ** 2)),
        ),
        Mistake(
            "outcomes seen twice",
            "Only outcomes that were seen more than once were counted. K+ counts all that were seen at least once.",
            _only_what_was_seen_twice,
        ),
        Mistake(
            "the outcomes never seen",
            "The correction counts the outcomes that were never seen. It counts those that were.",
            _corrected(lambda counts: (len(counts) - _seen(counts)) / (2 * counts.sum())),
        ),
        Mistake(
            "the correction alone",
            "This is (K+ - 1)/2n. The plug-in entropy is to be added.",
            lambda counts: (_seen(counts) - 1) / (2 * counts.sum()),
        ),
        Mistake(
            "in bits",
            "Plug-in entropy and correction were both turned into bits. The answer is in nats.",
            lambda counts: (_plug_in(counts) + (_seen(counts) - 1) / (2 * counts.sum())) / np.log(2),
        ),
        Mistake(
            "bits and nats mixed",
            "The plug-in entropy was taken in bits, the correction in nats. Both are to be in nats.",
            lambda counts: _plug_in(counts, np.log2) + (_seen(counts) - 1) / (2 * counts.sum()),
        ),
        Mistake(
            "0 log 0",
            "An outcome that was never seen made it nan: 0 times log 0. It adds nothing: leave it out.",
            _zeros_not_left_out,
        ),
        Mistake(
            "one added to every count",
            "Every outcome was counted once more than it was seen. The frequencies are those of the draws.",
            _with_one_added,
        ),
        Mistake(
            "counts in place of frequencies",
            "The counts themselves were put in place of the frequencies n_k / n.",
            lambda counts: (
                -np.sum(counts[counts > 0] * np.log(counts[counts > 0])) + (_seen(counts) - 1) / (2 * counts.sum())
            ),
        ),
    ),
    hints=(
        "Two terms: the entropy of the frequencies, and a correction that needs two numbers: how many draws, and how "
        "many outcomes were seen.",
        "-sum_k p_k ln p_k + (K+ - 1)/(2n) with p_k = n_k / n, n = sum_k n_k, and K+ the number of n_k > 0.",
        "`counts[counts > 0]` holds the outcomes that were seen: its length is K+. `np.count_nonzero` counts them too.",
    ),
    second_solution=_by_counts_of_counts,
)
