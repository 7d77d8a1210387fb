"""The exercise on the evidence of a linear model."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw6_estimators.exercise_inputs_linear import big_linear_data, linear_data, measured
from abinitio.statistics.bayesian_regression import linear_log_evidence


def no_data_are_more_probable_than_zeros(value, X, y, noise, prior):
    """Coefficients and errors have mean 0: of all data y = 0 has the largest density."""
    s = np.linalg.svd(X, compute_uv=False)
    largest = -(len(y) * np.log(2 * np.pi * noise) + np.log1p(prior * s**2 / noise).sum()) / 2
    return bool(value <= largest + 1e-6 * (1 + abs(largest)))


def an_average_is_not_above_the_largest(value, X, y, noise, prior):
    """The evidence is an average of likelihoods: it is not above the likelihood of the best coefficients."""
    residual = y - X @ np.linalg.lstsq(X, y)[0]
    largest = -(residual @ residual / noise + len(y) * np.log(2 * np.pi * noise)) / 2
    return bool(value <= largest + 1e-6 * (1 + abs(largest)))


def _posterior(X, y, noise, prior):
    C = np.linalg.inv(X.T @ X / noise + np.eye(X.shape[1]) / prior)
    return C @ (X.T @ y) / noise, C


def _evidence(
    square=lambda r, m, noise, prior: r @ r / noise + m @ m / prior,
    volume=lambda C, n, noise, prior: n * np.log(noise) + len(C) * np.log(prior) - np.linalg.slogdet(C)[1],
    constant=lambda n, d: n * np.log(2 * np.pi),
    result=lambda twice: -twice / 2,
):
    """The log evidence with one wrong part.

    square(r, m, noise, prior) of the residuals r at the posterior mean m; volume(C, n, noise, prior), the logarithm of
    the determinant, from the posterior covariance C; constant(n, d); or what is returned of their sum.
    """

    def log_evidence(X, y, noise, prior):
        (n, d), (m, C) = X.shape, _posterior(X, y, noise, prior)
        twice = square(y - X @ m, m, noise, prior) + volume(C, n, noise, prior) + constant(n, d)
        return result(twice)

    return log_evidence


def _as_a_difference(X, y, noise, prior):
    m, C = _posterior(X, y, noise, prior)
    square = y @ y / noise - m @ np.linalg.solve(C, m)
    return _evidence(square=lambda r, m, noise, prior: square)(X, y, noise, prior)


def _in_n_dimensions(X, y, noise, prior):
    C = noise * np.eye(len(y)) + prior * X @ X.T
    return -(y @ np.linalg.solve(C, y) + np.linalg.slogdet(2 * np.pi * C)[1]) / 2


def _each_by_itself(X, y, noise, prior):
    variances = noise + prior * np.sum(X**2, axis=1)
    return -np.sum(y**2 / variances + np.log(2 * np.pi * variances)) / 2


def _schwarz(X, y, noise, prior):
    residual = y - X @ np.linalg.lstsq(X, y)[0]
    n, d = X.shape
    return -(residual @ residual / noise + n * np.log(2 * np.pi * noise) + d * np.log(n)) / 2


def _around_the_means(X, y, noise, prior):
    return _evidence()(X - X.mean(axis=0), y - y.mean(), noise, prior)


def _chain_rule(X, y, noise, prior):
    """Each value given those before it, along the directions of X in which its values are independent."""
    U, s, _ = np.linalg.svd(X)
    z, variances = U.T @ y, np.full(len(y), noise)
    variances[: len(s)] += prior * s**2
    return -np.sum(z**2 / variances + np.log(2 * np.pi * variances)) / 2


SKEW = [[1, 2], [0, 1], [1, -1]]
LINE = [[1, -2], [1, -1], [1, 0], [1, 1], [1, 2]]

LINEAR_LOG_EVIDENCE = Exercise(
    function=linear_log_evidence,
    points=3,
    inputs=linear_data,
    holds=(no_data_are_more_probable_than_zeros, an_average_is_not_above_the_largest),
    large=lambda rng: big_linear_data(rng, 2000, 20),
    edges={
        "one measurement": measured([[1]], [4], 0.5, 2.0),
        "fewer measurements than coefficients": measured([[1, 2, 0]], [3], 0.5, 3.0),
        "as many measurements as coefficients": measured([[1, 2], [0, 1]], [3, 1], 0.5, 4.0),
        "two equal features": measured([[1, 1], [-1, -1]], [3, -3], 2.0, 0.5),
        "features that are 0": measured([[0], [0], [0]], [1, 3, -2], 2.0, 0.5),
        "all measured values are 0": measured(SKEW, [0, 0, 0], 2.0, 3.0),
        "values on a line": measured(LINE, [-1, 1, 3, 5, 7], 0.5, 3.0),
    },
    stable={
        "a determinant that is too small for a float": measured(1e5 * np.eye(40), np.zeros(40), 2.0, 3.0),
        "a determinant that is too large for a float": measured(np.eye(40), np.zeros(40), 2e12, 3e12),
        "next to exact measurements": measured(LINE, [-1, 1, 3, 5, 7], 1e-12, 3.0),
        "a prior that says next to nothing": measured(SKEW, [1, 3, -2], 2.0, 1e14),
        "a prior that is sure": measured(SKEW, [1, 3, -2], 2.0, 1e-8),
        "large values": measured(LINE, [-1e6, 2e6, 3e6, 5e6, 7e6], 2.0, 3.0),
    },
    mistakes=(
        Mistake(
            "no determinant",
            "The determinant is missing: what is left is how well the model fits. The determinant is what a prior pays "
            "for all the data that it might have explained as well.",
            _evidence(volume=lambda C, n, noise, prior: 0.0),
        ),
        Mistake(
            "the likelihood at the posterior mean",
            "This is the density of y for the coefficients m: the best fit flatters. The evidence averages over the "
            "prior.",
            _evidence(lambda r, m, noise, prior: r @ r / noise, lambda C, n, noise, prior: n * np.log(noise)),
        ),
        Mistake(
            "likelihood times prior at the mean",
            "This is the largest value of likelihood times prior. Their integral is asked for: times the volume of the "
            "posterior, the root of det(2 pi Sigma).",
            _evidence(
                volume=lambda C, n, noise, prior: n * np.log(noise) + len(C) * np.log(prior),
                constant=lambda n, d: (n + d) * np.log(2 * np.pi),
            ),
        ),
        Mistake(
            "the volume of the posterior without its 2 pi",
            "The prior brings d factors of 2 pi, and the volume of the posterior, the root of det(2 pi Sigma), takes "
            "them away again: n are left.",
            _evidence(constant=lambda n, d: (n + d) * np.log(2 * np.pi)),
        ),
        Mistake(
            "d in place of n in the constant",
            "The constant is d log(2 pi) / 2 here. It is a density of the n measured values: each brings its own.",
            _evidence(constant=lambda n, d: d * np.log(2 * np.pi)),
        ),
        Mistake(
            "no constant",
            "n log(2 pi) / 2 is missing. The best model stays the best; but it is not the density.",
            _evidence(constant=lambda n, d: 0.0),
        ),
        Mistake(
            "d in place of n with the noise",
            "log noise counts d times here. There are n errors, each with its own.",
            _evidence(volume=lambda C, n, noise, prior: len(C) * np.log(noise * prior) - np.linalg.slogdet(C)[1]),
        ),
        Mistake(
            "n in place of d with the prior",
            "log prior counts n times here. There are d coefficients, each with its own.",
            _evidence(volume=lambda C, n, noise, prior: n * np.log(noise * prior) - np.linalg.slogdet(C)[1]),
        ),
        Mistake(
            "the volume of the prior forgotten",
            "d log prior is missing. The evidence pays for the share of the prior's volume that the data leave, det "
            "Sigma / prior^d; without it a wider prior would always be the better one.",
            _evidence(volume=lambda C, n, noise, prior: n * np.log(noise) - np.linalg.slogdet(C)[1]),
        ),
        Mistake(
            "the sign of the determinant",
            "log det Sigma has the wrong sign: a narrow posterior would make the evidence large. It pays for a prior "
            "that was wider than the data needed.",
            _evidence(
                volume=lambda C, n, noise, prior: n * np.log(noise) + len(C) * np.log(prior) + np.linalg.slogdet(C)[1]
            ),
        ),
        Mistake(
            "the prior forgotten in the square",
            "|m|^2 / prior is missing in the exponent. y'(noise 1 + prior XX')^-1 y is the least value of |y - Xw|^2 / "
            "noise + |w|^2 / prior, both terms together.",
            _evidence(lambda r, m, noise, prior: r @ r / noise),
        ),
        Mistake(
            "each value by itself",
            "The n values were taken for independent, each of variance noise + prior |x|^2. They share their "
            "coefficients, and are correlated.",
            _each_by_itself,
        ),
        Mistake(
            "Schwarz's approximation",
            "This is -BIC/2, to which the evidence tends for many data, but for a bounded term. Here it can be had "
            "exactly.",
            _schwarz,
        ),
        Mistake(
            "standard deviations in place of variances",
            "The roots of noise and prior were taken. Both are variances, and stand in the covariance as they are.",
            lambda X, y, noise, prior: _evidence()(X, y, np.sqrt(noise), np.sqrt(prior)),
        ),
        Mistake(
            "around the means of the data",
            "The means of X and y were subtracted first. This model has no intercept: a common offset of y is less "
            "probable than none.",
            _around_the_means,
        ),
        Mistake(
            "the 1/2 forgotten",
            "This is twice the log evidence.",
            _evidence(result=lambda twice: -twice),
        ),
        Mistake(
            "the wrong sign",
            "This is minus the log evidence, as one hands it to a minimiser.",
            _evidence(result=lambda twice: twice / 2),
        ),
        Mistake(
            "the determinant over- or underflows",
            "The determinant is a product, and no float holds it for long: its logarithm became infinite. "
            "np.linalg.slogdet adds up logarithms.",
            _evidence(
                volume=lambda C, n, noise, prior: n * np.log(noise) + len(C) * np.log(prior) - np.log(np.linalg.det(C))
            ),
        ),
        Mistake(
            "the difference of two large numbers",
            "y'y / noise - m' Sigma^-1 m is the right number, but where the model fits well it is a small difference "
            "of large numbers, and all rounding. |y - Xm|^2 / noise + |m|^2 / prior is a sum.",
            _as_a_difference,
        ),
        Mistake(
            "in n dimensions",
            "noise 1 + prior XX' is the covariance of y, but of size n, and for a wide prior or exact data next to "
            "singular: what comes out is all rounding. The posterior's mean and covariance give the same in d "
            "dimensions.",
            _in_n_dimensions,
        ),
    ),
    hints=(
        "Bayes' rule holds for every w, also for the posterior mean m: evidence = likelihood(m) prior(m) / "
        "posterior(m), and all three on the right are normal laws.",
        "-1/2 [|y - Xm|^2 / noise + |m|^2 / prior + n log noise + d log prior - log det Sigma + n log(2 pi)].",
        "m and Sigma are the answer to the exercise before. `np.linalg.slogdet(covariance)[1]` is log det Sigma, "
        "however small it is.",
    ),
    second_solution=_chain_rule,
    equivalent_mutants=(
        "square = np.sum((y - X @ mean) ** 2) / noise + mean @ mean / prior -> "
        "square = np.sum((X @ mean - y) ** 2) / noise + mean @ mean / prior",
    ),
)
