"""Three exercises on samples: a mean with its error, the empirical distribution function, its band."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.statistics.empirical import dkw_band, empirical_cdf, mean_with_error


def _values(rng, size):
    return {"values": np.round(rng.normal(5, 2, 2 + size), 1)}


def _mean_by_deviations(values):
    n, mean = len(values), sum(values) / len(values)
    return mean, np.linalg.norm(values - mean) / (n * (n - 1)) ** 0.5


def _difference_of_large_numbers(values):
    variance = np.mean(values**2) - np.mean(values) ** 2
    return np.mean(values), np.sqrt(max(variance, 0.0) / (len(values) - 1))


MEAN_WITH_ERROR = Exercise(
    function=mean_with_error,
    points=1,
    inputs=_values,
    edges={
        "two values": {"values": np.array([1.0, 3.0])},
        "no scatter": {"values": np.array([2.0, 2.0, 2.0])},
        "mean zero": {"values": np.array([-1.0, 0.0, 1.0])},
    },
    stable={
        "a large offset": {"values": 1e9 + np.array([1.0, 2.0, 4.0])},
        "a large negative offset": {"values": -3e9 + np.array([0.0, 5.0, 1.0, 2.0])},
        "a larger offset": {"values": 1e10 + np.array([0.0, 64.0])},
        "large values": {"values": 1e100 * np.array([1.0, 2.0, 4.0])},
    },
    large=lambda rng: {"values": rng.normal(size=300_000)},
    hints=(
        "Two numbers are asked for: the mean, and how far the mean of another n measurements would lie from it.",
        "The variance of the mean is s²/n, where s² is the sum of squared deviations from the mean divided by n - 1.",
        "values.std has an argument ddof; its default divides by n. The root of s²/n has a root of n in it.",
    ),
    mistakes=(
        Mistake(
            "scatter in place of error",
            "This is the scatter of a single value. The mean of n values is known better than each of them, "
            "by the square root of n.",
            lambda values: (values.mean(), values.std(ddof=1)),
        ),
        Mistake(
            "divided by n, not by its root",
            "The error falls with n too fast: variances of independent values add, so the error of the mean falls "
            "with the root of n.",
            lambda values: (values.mean(), values.std(ddof=1) / len(values)),
        ),
        Mistake(
            "n in place of n - 1",
            "The scatter is a little too small: around their own mean the values lie closer than around the true "
            "mean, so divide the squares by n - 1 (ddof=1).",
            lambda values: (values.mean(), values.std() / np.sqrt(len(values))),
        ),
        Mistake(
            "variance in place of error",
            "This is the square of the error: its unit is the square of the values' unit.",
            lambda values: (values.mean(), values.var(ddof=1) / len(values)),
        ),
        Mistake(
            "difference of large numbers",
            "Mean of squares minus square of mean loses all its digits when the values are large and close together; "
            "subtract the mean first, then square.",
            _difference_of_large_numbers,
        ),
    ),
    second_solution=_mean_by_deviations,
)


def _sample_and_points(rng, size):
    sample, t = rng.integers(0, 5, 1 + size), rng.integers(-1, 6, 1 + size // 2)
    return {"sample": sample.astype(float), "t": t.astype(float)}


def _zero_before_and_one_after(answer, sample, t):
    """F_n is 0 left of the smallest value and 1 from the largest value on."""
    return bool(np.all(answer[t < sample.min()] == 0) and np.all(answer[t >= sample.max()] == 1))


EMPIRICAL_CDF = Exercise(
    function=empirical_cdf,
    points=2,
    inputs=_sample_and_points,
    holds=(_zero_before_and_one_after,),
    edges={
        "on the jump": {"sample": np.array([1.0]), "t": np.array([1.0])},
        "repeated values": {"sample": np.array([2.0, 1.0, 2.0]), "t": np.array([2.0, 1.0])},
        "outside of the sample": {"sample": np.array([1.0, 2.0]), "t": np.array([0.0, 3.0])},
        "points in any order": {"sample": np.array([3.0, 1.0, 2.0]), "t": np.array([2.5, 0.5, 1.5])},
    },
    stable={
        "values a rounding error apart": {
            "sample": 1 + np.array([2, 0, 1]) * np.finfo(float).eps,
            "t": 1 + np.array([0, 1, 2]) * np.finfo(float).eps,
        },
        "large values": {"sample": np.array([3e300, -1e300]), "t": np.array([-1e300, 1e300, 3e300])},
    },
    large=lambda rng: {"sample": rng.normal(size=4000), "t": rng.normal(size=1000)},
    hints=(
        "Take one point of t: which part of the sample does not lie to the right of it?",
        "F_n(t) = (number of i with x_i <= t) / n, and the mean of True and False is a fraction.",
        "sample[:, None] <= t compares every value with every point and has shape (n, m); or look at np.searchsorted "
        "and its argument side.",
    ),
    mistakes=(
        Mistake(
            "a value at t is left out",
            "A value exactly at t counts: F_n(t) is the fraction that is <= t, so use <= (or side='right'), not <.",
            lambda sample, t: np.mean(sample[:, None] < t, axis=0),
        ),
        Mistake(
            "the fraction above",
            "This is the fraction of the sample that lies above t, 1 - F_n(t).",
            lambda sample, t: np.mean(sample[:, None] > t, axis=0),
        ),
        Mistake(
            "a number in place of a fraction",
            "These are counts; divide by the size of the sample.",
            lambda sample, t: np.sum(sample[:, None] <= t, axis=0).astype(float),
        ),
        Mistake(
            "mean over the wrong axis",
            "The counts are divided by the number of points t in place of the number of values in the sample.",
            lambda sample, t: np.sum(sample[:, None] <= t, axis=0) / len(t),
        ),
        Mistake(
            "the sample is not sorted",
            "np.searchsorted looks into an ordered list: sort the sample first (a copy of it).",
            lambda sample, t: np.searchsorted(sample, t, side="right") / len(sample),
        ),
        Mistake(
            "n + 1 in place of n",
            "Divided by n + 1 it never reaches 1, which F_n does at the largest value.",
            lambda sample, t: np.sum(sample[:, None] <= t, axis=0) / (len(sample) + 1),
        ),
    ),
    second_solution=lambda sample, t: np.array([np.count_nonzero(sample <= u) for u in t]) / len(sample),
)


def _size_and_confidence(rng, size):
    return {"n": int(rng.integers(1, 5 * (1 + size) ** 2)), "confidence": round(float(rng.uniform(0.5, 0.99)), 2)}


DKW_BAND = Exercise(
    function=dkw_band,
    points=1,
    inputs=_size_and_confidence,
    edges={
        "one draw": {"n": 1, "confidence": 0.9},
        "no confidence at all": {"n": 2, "confidence": 0.0},
        "nearly sure": {"n": 100, "confidence": 0.999},
    },
    stable={
        "very many draws": {"n": 10**12, "confidence": 0.95},
        "very sure": {"n": 1000, "confidence": 1 - 2.0**-50},
    },
    atol=0.0,
    hints=(
        "Set the bound on the probability of leaving the band equal to the probability that you allow for it.",
        "2 exp(-2 n ε²) = 1 - confidence; solve for ε.",
        "Take the logarithm (np.log is the natural one) of 2 / (1 - confidence), then divide, then take the root.",
    ),
    mistakes=(
        Mistake(
            "one side only",
            "The 2 in front of the exponential is missing: the band can be left on its upper and on its lower side.",
            lambda n, confidence: np.sqrt(np.log(1 / (1 - confidence)) / (2 * n)),
        ),
        Mistake(
            "the 2 in the exponent is missing",
            "The exponent is -2nε², so the logarithm is divided by 2n.",
            lambda n, confidence: np.sqrt(np.log(2 / (1 - confidence)) / n),
        ),
        Mistake(
            "no root",
            "This is ε²; the band shrinks with the root of n.",
            lambda n, confidence: np.log(2 / (1 - confidence)) / (2 * n),
        ),
        Mistake(
            "confidence and its complement exchanged",
            "The probability to leave the band is 1 - confidence: a surer band is wider, this one is narrower.",
            lambda n, confidence: np.sqrt(np.log(2 / max(confidence, 1e-300)) / (2 * n)),
        ),
        Mistake(
            "logarithm to base ten",
            "The inverse of exp is the natural logarithm, np.log.",
            lambda n, confidence: np.sqrt(np.log10(2 / (1 - confidence)) / (2 * n)),
        ),
    ),
    second_solution=lambda n, confidence: ((np.log(2) - np.log1p(-confidence)) / n / 2) ** 0.5,
)
