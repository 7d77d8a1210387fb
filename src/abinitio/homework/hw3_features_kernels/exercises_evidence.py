"""The exercise on the evidence of a Gaussian process."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.gaussian_process.evidence import log_evidence
from abinitio.homework.hw3_features_kernels.exercises_gaussian_process import (
    NEARLY_THE_SAME,
    NO_COVARIANCE,
    big_prior,
    definite,
    measured,
    small_prior,
    value_error_unless_definite,
    with_noise,
)


def _measured(rng, size):
    case = small_prior(rng, size)
    return {name: case[name] for name in ("K", "y", "noise")}


def it_is_a_covariance(K, y, noise):
    """K is a covariance, and the errors have a variance."""
    return bool(np.linalg.eigvalsh(K).min() >= -1e-9 and np.min(noise) > 0)


def no_data_are_more_probable_than_zeros(value, K, y, noise):
    """The mean of the prior is 0: of all data y = 0 has the largest density."""
    largest = -np.linalg.slogdet(2 * np.pi * with_noise(K, noise))[1] / 2
    return bool(value <= largest + 1e-6 * (1 + abs(largest)))


def _evidence(
    matrix=with_noise,
    fit=lambda A, y: y @ np.linalg.solve(A, y) / 2,
    volume=lambda A: np.linalg.slogdet(A)[1] / 2,
    constant=lambda n: n / 2 * np.log(2 * np.pi),
    result=lambda value, n: value,
):
    """The log evidence with one wrong part: the matrix A(K, noise), one of the three terms, or what is returned."""

    def log_density(K, y, noise):
        A, n = matrix(K, noise), len(y)
        return result(-fit(A, y) - volume(A) - constant(n), n)

    return log_density


def _chain_rule(K, y, noise):
    """The sum of the log densities of each value, given those before it."""
    n, noise, total = len(y), np.broadcast_to(noise, len(y)), 0.0
    C, f = K.copy(), np.zeros(n)
    for i in range(n):
        s = C[i, i] + noise[i]
        if not s > 0:
            raise np.linalg.LinAlgError("this is no covariance")
        total -= ((y[i] - f[i]) ** 2 / s + np.log(2 * np.pi * s)) / 2
        f, C = f + C[:, i] / s * (y[i] - f[i]), C - np.outer(C[:, i] / s, C[i])
    return total


def _long(scale):
    """40 zeros for a function whose covariance halves on each step, in a unit in which its variance is `scale`."""
    i = np.arange(40)
    return measured(scale * 2.0 ** -np.abs(i[:, None] - i), np.zeros(40), scale)


LOG_EVIDENCE = Exercise(
    function=log_evidence,
    points=3,
    inputs=_measured,
    valid=it_is_a_covariance,
    holds=(no_data_are_more_probable_than_zeros,),
    large=lambda rng: {name: value for name, value in big_prior(rng, 400, 0).items() if name in ("K", "y", "noise")},
    edges={
        "one value": measured([[3]], [2], 1.0),
        "y = 0": measured([[2, 1], [1, 2]], [0, 0], 1.0),
        "independent values": measured([[1, 0], [0, 1]], [1, -2], 0.5),
        "one place, measured twice": measured([[2, 2], [2, 2]], [1, 3], 1.0),
        "exact measurements": measured([[2, 1], [1, 2]], [1, 3], 0.0),
        "errors of their own": measured([[2, 1], [1, 2]], [1, 3], [0.5, 2]),
    },
    stable={
        "a determinant that is too small for a float": _long(1e-10),
        "a determinant that is too large for a float": _long(1e10),
        "even the root of the determinant is too small": _long(1e-20),
        "small errors": measured(NEARLY_THE_SAME, [1, 1.001], 1e-6),
        "errors of very different size": measured([[2, 1], [1, 2]], [1, 500], [1e-3, 1e6]),
        "a matrix that is no covariance": measured(NO_COVARIANCE, [1, 0], 0.5),
    },
    mistakes=(
        Mistake(
            "log det without its 1/2",
            "The logarithm of the determinant counts twice. The density has the root of det A: half of log det A.",
            _evidence(volume=lambda A: np.linalg.slogdet(A)[1]),
        ),
        Mistake(
            "the determinant of the factor",
            "The logarithms of the diagonal of L add up to log det L. That is half of log det A already; it was "
            "halved once more.",
            _evidence(volume=lambda A: np.linalg.slogdet(A)[1] / 4),
        ),
        Mistake(
            "the sign of the determinant",
            "log det A was added. It is the penalty on kernels that could have fitted anything: subtract half of it.",
            _evidence(volume=lambda A: -np.linalg.slogdet(A)[1] / 2),
        ),
        Mistake(
            "the sign of the fit",
            "y'A^-1 y makes the evidence larger here: the worse the data fit, the more probable they would be.",
            _evidence(fit=lambda A, y: -y @ np.linalg.solve(A, y) / 2),
        ),
        Mistake(
            "the fit without its 1/2",
            "The exponent of a Gaussian is -y'A^-1 y / 2: the 1/2 is missing.",
            _evidence(fit=lambda A, y: y @ np.linalg.solve(A, y)),
        ),
        Mistake(
            "half of the factor",
            "With A = L L', y'A^-1 y is the square of z = L^-1 y, z'z. Here y'z stands in its place.",
            _evidence(fit=lambda A, y: y @ np.linalg.solve(np.linalg.cholesky(A), y) / 2),
        ),
        Mistake(
            "no constant",
            "-n/2 log(2 pi) is missing. It is the same for every kernel, so the best one stays the best; the density "
            "is normalised only with it.",
            _evidence(constant=lambda n: 0.0),
        ),
        Mistake(
            "the constant of one value",
            "log(2 pi) / 2 was subtracted once. Each of the n values brings its own.",
            _evidence(constant=lambda n: np.log(2 * np.pi) / 2),
        ),
        Mistake(
            "no noise",
            "The covariance of the measured values is K plus that of their errors; here it is K alone.",
            _evidence(matrix=lambda K, noise: K),
        ),
        Mistake(
            "the noise on every entry",
            "`K + noise` adds to all entries: that is one error, common to all measurements. Independent errors have "
            "no covariances: the noise belongs on the diagonal only.",
            _evidence(matrix=lambda K, noise: K + noise),
        ),
        Mistake(
            "the noise squared",
            "noise is a variance already; it was squared once more.",
            _evidence(matrix=lambda K, noise: with_noise(K, np.square(noise))),
        ),
        Mistake(
            "the wrong sign",
            "This is minus the log evidence, as one hands it to a minimiser.",
            _evidence(result=lambda value, n: -value),
        ),
        Mistake(
            "the density itself",
            "This is the density, not its logarithm: for some hundred points it over- or underflows.",
            _evidence(result=lambda value, n: np.exp(value)),
        ),
        Mistake(
            "a mean over the values",
            "The log density was divided by n. Asked for is the one of all values together.",
            _evidence(result=lambda value, n: value / n),
        ),
        Mistake(
            "around the mean of y",
            "The mean of y was subtracted first. Here the mean of the prior is 0: a common offset of y is less "
            "probable than none.",
            lambda K, y, noise: _evidence()(K, y - y.mean(), noise),
        ),
        Mistake(
            "det over- or underflows",
            "The determinant is a product of n numbers, and no float holds it for long: its logarithm became infinite. "
            "Add up logarithms: of the diagonal of L, or by np.linalg.slogdet.",
            _evidence(definite, volume=lambda A: np.log(np.linalg.det(A)) / 2),
        ),
        Mistake(
            "the product of the diagonal underflows",
            "The diagonal of L was multiplied, and the logarithm taken of the product: that only needs twice as many "
            "points to fail. Take the logarithms first, then add them up.",
            _evidence(volume=lambda A: np.log(np.prod(np.diag(np.linalg.cholesky(A))))),
        ),
        Mistake(
            "a noise of your own",
            "A small number was added to the diagonal, and here it is as large as the errors of y. The errors are "
            "given by noise; who needs more asks for more.",
            _evidence(matrix=lambda K, noise: definite(K, noise + 1e-6)),
        ),
        Mistake(
            "any matrix is taken for a covariance",
            "K plus the noise has a negative eigenvalue here: there is no such Gaussian, and no density. The task asks "
            "for a LinAlgError; np.linalg.cholesky raises it, slogdet and solve do not.",
            _evidence(),
        ),
        Mistake(
            "another kind of error",
            "That there is no such Gaussian was noticed. The error that the task asks for is numpy.linalg.LinAlgError.",
            value_error_unless_definite(_evidence()),
        ),
    ),
    hints=(
        "The measured values are one draw from a Gaussian in n dimensions, with mean 0 and covariance K plus the "
        "noise. Write down the logarithm of its density.",
        "With A = K + diag(noise): -y'A^-1 y / 2 - log(det A) / 2 - n log(2 pi) / 2.",
        "`L = np.linalg.cholesky(A)`: log(det A) / 2 is the sum of the logarithms of its diagonal, and y'A^-1 y the "
        "square of L^-1 y.",
    ),
    second_solution=_chain_rule,
    equivalent_mutants=(
        "return -z @ z / 2 - np.sum(np.log(np.diag(L))) - len(y) / 2 * np.log(2 * np.pi) -> return z @ -z / 2 - "
        "np.sum(np.log(np.diag(L))) - len(y) / 2 * np.log(2 * np.pi)",
    ),
)
