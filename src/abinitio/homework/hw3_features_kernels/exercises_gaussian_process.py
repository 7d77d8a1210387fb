"""The exercise on the posterior of a Gaussian process."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.gaussian_process.posterior import gp_posterior


def small_prior(rng, size):
    """All arguments, for a function of whole x: its covariance is v 2^-|x - x'|, plus that of a line, c x x'."""
    n, m = (int(count) for count in rng.integers(1, 3 + size // 2, 2))
    x = np.concatenate([rng.permutation(n + 2)[:n], rng.integers(0, n + 2, m)]) - 1.0
    v, c = rng.choice([1.0, 2.0, 4.0]), rng.choice([0.0, 0.5, 1.0])
    C = v * 2.0 ** -np.abs(x[:, None] - x) + c * np.outer(x, x)
    noise = rng.choice([0.5, 1.0, 2.0, 3.0], n)
    return {
        "K": C[:n, :n],
        "K_cross": C[n:, :n],
        "K_new": C[n:, n:],
        "y": rng.integers(-6, 7, n) / 2,
        "noise": noise if size > 2 and rng.random() < 0.3 else float(noise[0]),
    }


def big_prior(rng, n, m):
    """All arguments for the question of speed: a smooth function of time, n measurements and m queries."""
    t = rng.uniform(0, 10, n + m)
    C = np.exp(-((t[:, None] - t) ** 2))
    return {"K": C[:n, :n], "K_cross": C[n:, :n], "K_new": C[n:, n:], "y": rng.normal(size=n), "noise": 0.1}


def measured(K, y, noise, K_cross=None, K_new=None):
    """A case that is written out: the arguments as arrays of the right types."""
    noise = noise if np.ndim(noise) == 0 else np.array(noise, float)
    values = {"K": np.array(K, float), "y": np.array(y, float), "noise": noise}
    if K_cross is not None:
        values |= {"K_cross": np.array(K_cross, float), "K_new": np.array(K_new, float)}
    return values


def they_are_covariances(K, K_cross, K_new, y, noise):
    """K, K_cross and K_new are covariances of one and the same function, and the errors have a variance."""
    joint = np.block([[K, K_cross.T], [K_cross, K_new]])
    return bool(np.linalg.eigvalsh(joint).min() >= -1e-9 and np.min(noise) > 0)


def no_variance_grows(answer, K, K_cross, K_new, y, noise):
    """A measurement adds no uncertainty: each variance lies between 0 and that of the prior."""
    variance, before = np.diag(answer[1]), np.diag(K_new)
    slack = 1e-8 * (1 + before)
    return bool((variance >= -slack).all() and (variance <= before + slack).all())


def it_is_symmetric(answer, K, K_cross, K_new, y, noise):
    """The covariance is symmetric."""
    C = answer[1]
    return bool(np.abs(C - C.T).max() <= 1e-8 * (1 + np.abs(C).max()))


def with_noise(K, noise):
    """The covariance of the measured values."""
    return K + noise * np.eye(len(K))


def definite(K, noise):
    """The same; LinAlgError where it is no covariance."""
    A = with_noise(K, noise)
    np.linalg.cholesky(A)
    return A


def _posterior(
    matrix=with_noise,
    mean=lambda A, K_cross, y: K_cross @ np.linalg.solve(A, y),
    covariance=lambda A, K_cross, K_new: K_new - K_cross @ np.linalg.solve(A, K_cross.T),
    result=lambda mean, covariance: (mean, covariance),
):
    """The posterior with one wrong part: the matrix A(K, noise) that is inverted, the mean, the covariance, or what
    is returned of both."""

    def posterior(K, K_cross, K_new, y, noise):
        A = matrix(K, noise)
        return result(mean(A, K_cross, y), covariance(A, K_cross, K_new))

    return posterior


def _learnt(A, K_cross):
    return K_cross @ np.linalg.solve(A, K_cross.T)


def _of_new_measurements(K, K_cross, K_new, y, noise):
    mean, covariance = _posterior()(K, K_cross, K_new, y, noise)
    return mean, covariance + noise * np.eye(len(K_new))


def _noise_in_the_mean_only(K, K_cross, K_new, y, noise):
    return _posterior()(K, K_cross, K_new, y, noise)[0], K_new - _learnt(K, K_cross)


def _one_after_the_other(K, K_cross, K_new, y, noise):
    """The joint Gaussian, conditioned on one measurement at a time."""
    n, noise = len(y), np.broadcast_to(noise, len(y))
    C, f = np.block([[K, K_cross.T], [K_cross, K_new]]), np.zeros(n + len(K_new))
    for i in range(n):
        if not C[i, i] + noise[i] > 0:
            raise np.linalg.LinAlgError("this is no covariance")
        gain = C[:, i] / (C[i, i] + noise[i])
        f, C = f + gain * (y[i] - f[i]), C - np.outer(gain, C[i])
    return f[n:], C[n:, n:]


def value_error_unless_definite(function):
    """`function`, with a ValueError where K plus the noise has a negative eigenvalue."""

    def careful(K, *, noise, **others):
        if np.linalg.eigvalsh(with_noise(K, noise))[0] <= 0:
            raise ValueError("K plus the noise is not positive definite")
        return function(K=K, noise=noise, **others)

    return careful


NEARLY_THE_SAME = [[1, 0.999], [0.999, 1]]
NO_COVARIANCE = [[1, 2], [2, 1]]  # a correlation of 2

GP_POSTERIOR = Exercise(
    function=gp_posterior,
    points=4,
    inputs=small_prior,
    valid=they_are_covariances,
    holds=(no_variance_grows, it_is_symmetric),
    large=lambda rng: big_prior(rng, 300, 150),
    edges={
        "one measurement": measured([[1]], [4], 1.0, [[1], [0.5]], [[1, 0.5], [0.5, 1]]),
        "a query that no measurement reaches": measured([[2, 1], [1, 2]], [1, -1], 0.5, [[0, 0]], [[3]]),
        "one place, measured twice": measured([[2, 2], [2, 2]], [1, 3], 1.0, [[1, 1]], [[2]]),
        "exact measurements": measured([[2, 1], [1, 2]], [1, 3], 0.0, [[1, 2], [0.5, 0.5]], [[2, 0.5], [0.5, 1]]),
        "errors of their own": measured([[2, 1], [1, 2]], [1, 3], [0.5, 2], [[1.5, 1]], [[2]]),
        "as many queries as measurements": measured(
            [[2, 0], [0, 1]], [2, 1], 1.0, [[1, 0.5], [0, 1]], [[2, 1], [1, 2]]
        ),
    },
    stable={
        "small errors": measured(NEARLY_THE_SAME, [1, 1.001], 1e-6, [[0.9995, 0.9995]], [[1]]),
        "small units": measured([[1e-4, 5e-5], [5e-5, 1e-4]], [0.01, -0.02], 1e-6, [[5e-5, 1e-4]], [[1e-4]]),
        "large units": measured([[4e8, 1e8], [1e8, 2e8]], [1e4, -3e4], 1e7, [[2e8, 1e8]], [[3e8]]),
        "one of the measurements is worthless": measured([[2, 1], [1, 2]], [1, 500], [0.5, 1e12], [[1, 2]], [[2]]),
        "a matrix that is no covariance": measured(NO_COVARIANCE, [1, 0], 0.5, [[1, 1]], [[1]]),
    },
    mistakes=(
        Mistake(
            "the variance grows",
            "The term of the data was added to the prior's covariance. To measure is to learn: subtract it.",
            _posterior(covariance=lambda A, K_cross, K_new: K_new + _learnt(A, K_cross)),
        ),
        Mistake(
            "what was learnt, not what is left",
            "This is how much the data took off the covariance. It has to be subtracted from what was there before, "
            "K_new: far from all data nothing is learnt, and the prior is left.",
            _posterior(covariance=lambda A, K_cross, K_new: _learnt(A, K_cross)),
        ),
        Mistake(
            "the covariance of the prior",
            "The covariance came back as it was before the data.",
            _posterior(covariance=lambda A, K_cross, K_new: K_new.copy()),
        ),
        Mistake(
            "no noise",
            "The errors of y are left out: this curve runs through every point, whatever its error. The covariance of "
            "the measured values is K plus that of their errors.",
            _posterior(matrix=lambda K, noise: K),
        ),
        Mistake(
            "no noise in the covariance",
            "The mean knows of the errors, the covariance does not: it is that of exact measurements. Both have the "
            "same matrix, K plus the noise.",
            _noise_in_the_mean_only,
        ),
        Mistake(
            "the noise on every entry",
            "`K + noise` adds to all entries: that is one error, common to all measurements. Independent errors have "
            "no covariances: the noise belongs on the diagonal only.",
            _posterior(matrix=lambda K, noise: K + noise),
        ),
        Mistake(
            "the noise squared",
            "noise is a variance already; it was squared once more.",
            _posterior(matrix=lambda K, noise: with_noise(K, np.square(noise))),
        ),
        Mistake(
            "the covariance of new measurements",
            "The noise was added at the queries too. That is right for what a new measurement will read; asked for is "
            "the function itself.",
            _of_new_measurements,
        ),
        Mistake(
            "around the mean of y",
            "The mean of y was subtracted and added again. Here the mean of the prior is 0, and a query far from all "
            "data goes back to 0.",
            _posterior(mean=lambda A, K_cross, y: y.mean() + K_cross @ np.linalg.solve(A, y - y.mean())),
        ),
        Mistake(
            "samples and queries exchanged",
            "K_cross was read with the samples in its rows. Its rows are the queries, (m, n): the transpose is needed "
            "where you have none, and none where you have it.",
            lambda K, K_cross, K_new, y, noise: _posterior()(K, K_cross.T, K_new, y, noise),
        ),
        Mistake(
            "half of the factor",
            "With A = L L', one triangular system was solved, with L, and y was left as it is: this is K L'^-1 y. "
            "A^-1 = L'^-1 L^-1 needs L^-1 twice, once on each side.",
            _posterior(mean=lambda A, K_cross, y: np.linalg.solve(np.linalg.cholesky(A), K_cross.T).T @ y),
        ),
        Mistake(
            "the coefficients in place of the mean",
            "This is A^-1 y, one number for each sample. The mean at a query is their sum, each times the covariance "
            "of the query with that sample.",
            _posterior(mean=lambda A, K_cross, y: np.linalg.solve(A, y)),
        ),
        Mistake(
            "only the variances",
            "These are the diagonal of the covariance. Asked for is all of it, (m, m): neighbouring queries are wrong "
            "together.",
            _posterior(result=lambda mean, covariance: (mean, np.diag(covariance))),
        ),
        Mistake(
            "standard deviations",
            "These are the standard deviations. Asked for is the whole covariance, (m, m), whose diagonal holds their "
            "squares.",
            _posterior(result=lambda mean, covariance: (mean, np.sqrt(np.diag(covariance)))),
        ),
        Mistake(
            "only the mean",
            "Two arrays are asked for, the mean and the covariance.",
            _posterior(result=lambda mean, covariance: mean),
        ),
        Mistake(
            "a noise of your own",
            "A small number was added to the diagonal, and here it is as large as the errors of y. The errors are "
            "given by noise; who needs more asks for more.",
            _posterior(matrix=lambda K, noise: definite(K, noise + 1e-6)),
        ),
        Mistake(
            "any matrix is taken for a covariance",
            "K plus the noise has a negative eigenvalue here: some combination of the values would have a negative "
            "variance. The task asks for a LinAlgError; np.linalg.cholesky raises it, np.linalg.solve does not.",
            _posterior(),
        ),
        Mistake(
            "another kind of error",
            "That this is no covariance was noticed. The error that the task asks for is numpy.linalg.LinAlgError.",
            value_error_unless_definite(_posterior()),
        ),
    ),
    hints=(
        "The measured values and the values at the queries are jointly Gaussian. Condition on the measured ones: the "
        "block formula for Gaussians.",
        "With A = K + diag(noise): mean = K_cross A^-1 y, covariance = K_new - K_cross A^-1 K_cross'.",
        "`L = np.linalg.cholesky(A)` also finds out whether A is a covariance. V = L^-1 K_cross' and z = L^-1 y are "
        "all that is needed: V'z and K_new - V'V.",
    ),
    second_solution=_one_after_the_other,
)
