"""The exercise on double descent: the exact risk of least squares with fewer or more samples than features."""

import math
from fractions import Fraction

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw6_estimators.exercise_inputs import number_of, positive
from abinitio.statistics.double_descent import ridgeless_risk


def _sizes(rng, size):
    d = int(rng.integers(2, 5 + 2 * size))
    finite = np.concatenate([np.arange(d - 1), np.arange(d + 2, 3 * d + 6)])
    n = int(rng.choice(finite)) if rng.random() < 0.3 else rng.choice(finite, number_of(rng, size))
    return {"n": n, "d": d, "beta_square": positive(rng), "noise": positive(rng)}


def no_risk_lies_below_its_bound(risk, n, d, beta_square, noise):
    """No risk lies below σ² d/n where n > d, and below |β|² (1 - n/d), what the rows of X cannot see, where n < d."""
    n = np.asarray(n)
    least = np.where(n > d, noise * d / np.maximum(n, 1), beta_square * (1 - n / d))
    return bool(np.all(np.asarray(risk) >= least * (1 - 1e-6)))


def it_is_infinite_around_n_equal_d(risk, n, d, beta_square, noise):
    """It is infinite where n is d - 1, d or d + 1, and only there."""
    return bool(np.array_equal(np.isinf(risk), np.abs(np.asarray(n) - d) <= 1))


def _of_one_size(n, d, beta_square, noise):
    if abs(n - d) <= 1:
        return math.inf
    from_noise = noise * float(Fraction(min(n, d), abs(n - d) - 1))
    return from_noise + beta_square * float(Fraction(max(d - n, 0), d))


def _size_by_size(n, d, beta_square, noise):
    """Both sides at once: the noise has min(n, d)/(|n - d| - 1), and d - n directions of d are not seen."""
    if np.ndim(n) == 0:
        return _of_one_size(int(n), d, beta_square, noise)
    return np.array([_of_one_size(int(k), d, beta_square, noise) for k in n.ravel()]).reshape(n.shape)


def _many(n, d, beta_square, noise):
    return noise * d / (n - d - 1)


def _few(n, d, beta_square, noise):
    return beta_square * (1 - n / d) + noise * n / (d - n - 1)


def _risk(many=_many, few=_few, between=lambda n, d, beta_square, noise: np.inf, result=lambda risk, noise: risk):
    """A risk with one wrong part: where n > d + 1, where n < d - 1, in between, or what is made of it."""

    def wrong(n, d, beta_square, noise):
        n = np.asarray(n, dtype=float)
        parts = [np.asarray(part(n, d, beta_square, noise)) for part in (many, few, between)]
        return result(np.where(n > d + 1, parts[0], np.where(n < d - 1, parts[1], parts[2]))[()], noise)

    return wrong


def _for_one_size_only(n, d, beta_square, noise):
    if n > d + 1:
        return _many(n, d, beta_square, noise)
    return _few(n, d, beta_square, noise) if n < d - 1 else np.inf


FEW_AND_MANY = np.array([0, 1, 2, 3, 4, 5, 6, 9, 20])
SIGNAL = {"beta_square": 2.0, "noise": 0.5}

RIDGELESS_RISK = Exercise(
    function=ridgeless_risk,
    points=3,
    inputs=_sizes,
    holds=(no_risk_lies_below_its_bound, it_is_infinite_around_n_equal_d),
    atol=0.0,
    large=lambda rng: {"n": rng.integers(0, 2000, 200_000), "d": 1000, **SIGNAL},
    edges={
        "no sample": {"n": 0, "d": 4, **SIGNAL},
        "one sample": {"n": 1, "d": 4, **SIGNAL},
        "as many samples as features": {"n": 4, "d": 4, **SIGNAL},
        "one sample less": {"n": 3, "d": 4, **SIGNAL},
        "one sample more": {"n": 5, "d": 4, **SIGNAL},
        "two samples less": {"n": 2, "d": 4, **SIGNAL},
        "two samples more": {"n": 6, "d": 4, **SIGNAL},
        "across the peak": {"n": FEW_AND_MANY, "d": 4, **SIGNAL},
        "two features": {"n": FEW_AND_MANY, "d": 2, **SIGNAL},
        "nothing to learn": {"n": FEW_AND_MANY, "d": 6, "beta_square": 0.0, "noise": 1.0},
        "a table of sizes": {"n": np.array([[1, 2, 8], [9, 10, 20]]), "d": 5, **SIGNAL},
    },
    stable={
        "very many of both": {"n": 10**9 + np.array([-10, -2, 0, 2, 10]), "d": 10**9, **SIGNAL},
        "hardly any noise": {"n": FEW_AND_MANY, "d": 4, "beta_square": 1.0, "noise": 1e-12},
        "much noise": {"n": FEW_AND_MANY, "d": 4, "beta_square": 1e-12, "noise": 1e12},
    },
    mistakes=(
        Mistake(
            "n - d in place of n - d - 1",
            "Where n > d the noise was divided by n - d. The mean of the inverse of XᵀX has n - d - 1.",
            _risk(many=lambda n, d, b, noise: noise * d / (n - d)),
        ),
        Mistake(
            "d - n in place of d - n - 1",
            "Where n < d the noise was divided by d - n. The mean of the inverse of XXᵀ has d - n - 1.",
            _risk(few=lambda n, d, b, noise: b * (1 - n / d) + noise * n / (d - n)),
        ),
        Mistake(
            "the limit of large n and d",
            "On both sides the 1 is missing: these are the limits for large n and d. For finite ones divide by "
            "|n - d| - 1.",
            _risk(
                many=lambda n, d, b, noise: noise * d / (n - d),
                few=lambda n, d, b, noise: b * (1 - n / d) + noise * n / (d - n),
            ),
        ),
        Mistake(
            "d + 1 - n in place of d - n - 1",
            "Where n < d the noise was divided by d - n + 1, as if -1 changed its sign too. It is d - n - 1: n and d "
            "change places.",
            _risk(few=lambda n, d, b, noise: b * (1 - n / d) + noise * n / (d - n + 1)),
        ),
        Mistake(
            "the noise of the new measurement",
            "σ² of the new measurement was added. That belongs to the error of a prediction; the excess risk is what "
            "comes on top of it.",
            _risk(result=lambda risk, noise: risk + noise),
        ),
        Mistake(
            "the bias part forgotten",
            "Where n < d the bias is missing: n rows say nothing about d - n directions, in which |β|² (1 - n/d) is "
            "lost.",
            _risk(few=lambda n, d, b, noise: noise * n / (d - n - 1)),
        ),
        Mistake(
            "the noise forgotten",
            "Where n < d the noise is missing: fits that go through all points go through their noise as well.",
            _risk(few=lambda n, d, b, noise: b * (1 - n / d)),
        ),
        Mistake(
            "the whole signal",
            "Where n < d all of |β|² was counted as lost. n of the d directions are seen: 1 - n/d is left.",
            _risk(few=lambda n, d, b, noise: b + noise * n / (d - n - 1)),
        ),
        Mistake(
            "what is seen in place of what is not",
            "Where n < d the bias is |β|² n/d here: the part that the rows of X see. What they do not see is lost.",
            _risk(few=lambda n, d, b, noise: b * n / d + noise * n / (d - n - 1)),
        ),
        Mistake(
            "a bias where n > d",
            "|β|² (1 - n/d) was added on both sides. Where n > d it is negative: there least squares has no bias.",
            _risk(many=lambda n, d, b, noise: _many(n, d, b, noise) + b * (1 - n / d)),
        ),
        Mistake(
            "negative where n < d",
            "σ² d/(n - d - 1) was used for every n: it is negative where n < d. There the fit of smallest norm has "
            "another risk.",
            _risk(few=_many),
        ),
        Mistake(
            "n in place of d",
            "Where n > d the numerator is σ² n. The noise is in d coefficients: σ² d.",
            _risk(many=lambda n, d, b, noise: noise * n / (n - d - 1)),
        ),
        Mistake(
            "d in place of n",
            "Where n < d the numerator is σ² d. The noise of n samples gets in: σ² n.",
            _risk(few=lambda n, d, b, noise: b * (1 - n / d) + noise * d / (d - n - 1)),
        ),
        Mistake(
            "the variance squared",
            "noise is the variance σ² already, and was squared once more.",
            _risk(lambda n, d, b, noise: _many(n, d, b, noise**2), lambda n, d, b, noise: _few(n, d, b, noise**2)),
        ),
        Mistake(
            "fixed features",
            "Where n > d this is σ² d/n, the excess error at the n measured points themselves. At a new point it is "
            "larger: σ² d/(n - d - 1).",
            _risk(many=lambda n, d, b, noise: noise * d / n),
        ),
        Mistake(
            "finite at n = d",
            "The formula was used for n = d as well, where it gives -σ² d, less than nothing. XᵀX has eigenvalues so "
            "near to 0 that the mean is infinite for n = d - 1, d and d + 1.",
            _risk(between=lambda n, d, b, noise: np.where(n < d, _few(n, d, b, noise), _many(n, d, b, noise))),
        ),
        Mistake(
            "not a number at n = d",
            "In between nan came back. The mean exists, and is infinite: inf.",
            _risk(between=lambda n, d, b, noise: np.nan),
        ),
        Mistake(
            "for one size only",
            "An array of sizes was not understood: `if` wants one answer for all of them. `np.where` chooses entry by "
            "entry.",
            _for_one_size_only,
        ),
        Mistake(
            "n - d + 1 in place of n - d - 1",
            "1 was added to |n - d| where it is to be taken off, and so nothing is infinite. It is |n - d| - 1.",
            _risk(
                lambda n, d, b, noise: noise * d / (n - d + 1),
                lambda n, d, b, noise: b * (1 - n / d) + noise * n / (d - n + 1),
                lambda n, d, b, noise: b * np.maximum(1 - n / d, 0) + noise * np.minimum(n, d) / (np.abs(n - d) + 1),
            ),
        ),
    ),
    hints=(
        "Three cases: more samples than features, where only noise is fitted; fewer, where a part of β is out of reach "
        "as well; about as many.",
        "n > d + 1: σ² d/(n - d - 1).  n < d - 1: |β|² (1 - n/d) + σ² n/(d - n - 1).  In between: inf.",
        "`np.where(condition, a, b)` chooses entry by entry, and can stand inside another. Both a and b are computed, "
        "also where they are divided by 0: `np.errstate(divide='ignore')` keeps that quiet.",
    ),
    second_solution=_size_by_size,
    equivalent_mutants=(  # warnings are not judged; both formulas are infinite at n = d - 1 and d + 1 by themselves
        "with np.errstate(divide='ignore'): -> with np.errstate():",
        *(
            "return np.where(n > d + 1, many, np.where(n < d - 1, few, np.inf))[()] -> "
            f"return np.where({many}, many, np.where({few}, few, np.inf))[()]"
            for many, few in (
                ("n >= d + 1", "n < d - 1"),
                ("n > d", "n < d - 1"),
                ("n > d + 0", "n < d - 1"),
                ("n > d + 1", "n <= d - 1"),
                ("n > d + 1", "n < d"),
                ("n > d + 1", "n < d - 0"),
            )
        ),
    ),
)
