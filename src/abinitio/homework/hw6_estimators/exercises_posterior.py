"""The exercise on Bayesian linear regression: the posterior of the coefficients."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw6_estimators.exercise_inputs_linear import big_linear_data, linear_data, measured
from abinitio.statistics.bayesian_regression import linear_posterior


def the_mean_is_where_the_posterior_is_flat(answer, X, y, noise, prior):
    """At the mean, the gradient of |y - Xw|^2 / noise + |w|^2 / prior is zero."""
    m = answer[0]
    gradient = X.T @ (y - X @ m) / noise - m / prior
    size = np.abs(X).T @ (np.abs(y) + np.abs(X) @ np.abs(m)) / noise + np.abs(m) / prior
    return bool((np.abs(gradient) <= 1e-6 * (1 + size)).all())


def no_variance_grows(answer, X, y, noise, prior):
    """Data add no uncertainty: each variance lies between 0 and that of the prior."""
    variances = np.diag(answer[1])
    return bool((variances >= 0).all() and (variances <= prior * (1 + 1e-6)).all())


def it_is_symmetric(answer, X, y, noise, prior):
    """The covariance is symmetric."""
    C = answer[1]
    return bool(np.abs(C - C.T).max() <= 1e-7 * (1 + np.abs(C).max()))


def _precision(X, noise, prior):
    return X.T @ X / noise + np.eye(X.shape[1]) / prior


def _posterior(
    precision=_precision,
    mean=lambda C, X, y, noise: C @ (X.T @ y) / noise,
    covariance=lambda C, noise: C,
    result=lambda mean, covariance: (mean, covariance),
):
    """The posterior with one wrong part: the matrix precision(X, noise, prior) whose inverse is C, the mean, the
    covariance, or what is returned of both."""

    def posterior(X, y, noise, prior):
        C = np.linalg.pinv(precision(X, noise, prior), rcond=1e-15, hermitian=True)
        return result(mean(C, X, y, noise), covariance(C, noise))

    return posterior


def _with_other_variances(change):
    """The posterior for change(noise), change(prior)."""
    return lambda X, y, noise, prior: _posterior()(X, y, change(noise), change(prior))


def _as_a_difference(X, y, noise, prior):
    A = noise * np.eye(len(y)) + prior * X @ X.T
    gain = prior * np.linalg.solve(A, X).T
    return gain @ y, prior * np.eye(X.shape[1]) - gain @ X * prior


def _by_rows_more(X, y, noise, prior):
    """The prior as d measurements more, of 0 for each coefficient, and the triangle of all of them."""
    d = X.shape[1]
    rows = np.vstack([X / np.sqrt(noise), np.eye(d) / np.sqrt(prior)])
    values = np.append(y / np.sqrt(noise), np.zeros(d))
    Q, R = np.linalg.qr(rows)
    inverse = np.linalg.solve(R, np.eye(d))
    return inverse @ (Q.T @ values), inverse @ inverse.T


SKEW = [[1, 2], [0, 1], [1, -1]]

LINEAR_POSTERIOR = Exercise(
    function=linear_posterior,
    points=3,
    inputs=linear_data,
    holds=(the_mean_is_where_the_posterior_is_flat, no_variance_grows, it_is_symmetric),
    large=lambda rng: big_linear_data(rng, 5000, 30),
    edges={
        "one measurement": measured([[1]], [4], 0.5, 2.0),
        "no measurement yet": measured(np.zeros((0, 2)), [], 0.5, 2.0),
        "fewer measurements than coefficients": measured([[1, 2, 0]], [3], 0.5, 3.0),
        "two equal features": measured([[1, 1], [-1, -1]], [3, -3], 2.0, 0.5),
        "a coefficient of which the data know nothing": measured([[1, 0], [2, 0]], [1, 3], 2.0, 3.0),
        "all measured values are 0": measured(SKEW, [0, 0, 0], 2.0, 3.0),
        "as many measurements as coefficients": measured([[1, 2], [0, 1]], [3, 1], 0.5, 4.0),
    },
    stable={
        "a prior that says next to nothing": measured(SKEW, [1, 3, -2], 2.0, 1e12),
        "only the prior knows, and it says little": measured([[1, 0], [2, 0]], [1, 3], 2.0, 1e8),
        "a prior that is sure": measured(SKEW, [1, 3, -2], 2.0, 1e-6),
        "next to exact measurements": measured(SKEW, [1, 3, -2], 1e-10, 2.0),
        "worthless measurements": measured(SKEW, [1, 3, -2], 1e10, 2.0),
        "features in different units": measured([[1e3, 0.1], [-2e3, 0.2], [1e3, 0.3]], [1, 3, -2], 2.0, 3.0),
    },
    mistakes=(
        Mistake(
            "the prior counted twice",
            "The precision of the prior was added twice, so that the coefficients are drawn to 0 as by two priors. "
            "Each source of information counts once.",
            _posterior(lambda X, noise, prior: X.T @ X / noise + 2 * np.eye(X.shape[1]) / prior),
        ),
        Mistake(
            "variances in place of precisions",
            "Variances were added: X'X noise + prior. What adds up is information, the inverse of a variance: divide "
            "by noise and by prior.",
            _posterior(lambda X, noise, prior: X.T @ X * noise + np.eye(X.shape[1]) * prior),
        ),
        Mistake(
            "the prior's variance in place of its precision",
            "The prior's variance stands on the diagonal. A wide prior says little, and is to change little: 1/prior.",
            _posterior(lambda X, noise, prior: X.T @ X / noise + np.eye(X.shape[1]) * prior),
        ),
        Mistake(
            "the noise multiplied",
            "X'X was multiplied by the noise. The noisier the data, the less they say: divide.",
            _posterior(lambda X, noise, prior: X.T @ X * noise + np.eye(X.shape[1]) / prior),
        ),
        Mistake(
            "the noise forgotten in the mean",
            "The mean is Sigma X'y here. Data enter it as they enter the precision, in units of their noise: Sigma X'y "
            "/ noise.",
            _posterior(mean=lambda C, X, y, noise: C @ (X.T @ y)),
        ),
        Mistake(
            "the noise forgotten",
            "These are mean and covariance for noise = 1.",
            lambda X, y, noise, prior: _posterior()(X, y, 1.0, prior),
        ),
        Mistake(
            "the noise forgotten in the covariance",
            "The mean is right, as that of ridge regression with alpha = noise/prior. (X'X + alpha 1)^-1 is the "
            "covariance in units of the noise: multiply by it.",
            _posterior(covariance=lambda C, noise: C / noise),
        ),
        Mistake(
            "the ratio upside down",
            "This is ridge regression with alpha = prior/noise. A narrow prior and noisy data make the penalty strong: "
            "alpha = noise/prior.",
            _posterior(lambda X, noise, prior: (X.T @ X + prior / noise * np.eye(X.shape[1])) / noise),
        ),
        Mistake(
            "no prior",
            "These are least squares and their covariance. The prior adds 1/prior to the diagonal of X'X/noise.",
            _posterior(lambda X, noise, prior: X.T @ X / noise),
        ),
        Mistake(
            "the prior on every entry",
            "`X.T @ X / noise + 1 / prior` adds to all entries: a prior that knows of correlations. An equal and "
            "independent prior for each coefficient stands on the diagonal only.",
            _posterior(lambda X, noise, prior: X.T @ X / noise + 1 / prior),
        ),
        Mistake(
            "the sign of the prior",
            "The precision of the prior was subtracted. It is information that was there before: it adds.",
            _posterior(lambda X, noise, prior: X.T @ X / noise - np.eye(X.shape[1]) / prior),
        ),
        Mistake(
            "variances squared",
            "noise and prior are variances already; they were squared once more.",
            _with_other_variances(np.square),
        ),
        Mistake(
            "standard deviations in place of variances",
            "The roots of noise and prior were taken. The exponents of both normal laws have the variances.",
            _with_other_variances(np.sqrt),
        ),
        Mistake(
            "a mean over the data",
            "X'X was divided by the number of measurements. Each measurement adds its information: that is why errors "
            "shrink.",
            _posterior(
                lambda X, noise, prior: X.T @ X / noise / max(len(X), 1) + np.eye(X.shape[1]) / prior,
                mean=lambda C, X, y, noise: C @ (X.T @ y) / noise / max(len(X), 1),
            ),
        ),
        Mistake(
            "around the means of the data",
            "The means of X and y were subtracted first. This model has no intercept: its plane goes through 0.",
            lambda X, y, noise, prior: _posterior()(X - X.mean(axis=0), y - y.mean(), noise, prior),
        ),
        Mistake(
            "the precision in place of the covariance",
            "The matrix that came back is the precision. Its inverse is the covariance.",
            _posterior(covariance=lambda C, noise: np.linalg.inv(C)),
        ),
        Mistake(
            "only the variances",
            "These are the diagonal of the covariance. All of it is asked for, (d, d): errors of coefficients are "
            "correlated, and predictions need that.",
            _posterior(covariance=lambda C, noise: np.diag(C)),
        ),
        Mistake(
            "only the mean",
            "Two arrays are asked for, the mean and the covariance.",
            _posterior(result=lambda mean, covariance: mean),
        ),
        Mistake(
            "a small number of your own",
            "A small number was added to the diagonal. Here the prior is weaker than that: its precision 1/prior is "
            "all that is needed for the inverse to exist.",
            _posterior(lambda X, noise, prior: _precision(X, noise, prior) + 1e-7 * np.eye(X.shape[1])),
        ),
        Mistake(
            "the difference of two large numbers",
            "prior 1 - prior X' (noise 1 + prior XX')^-1 X prior is the covariance too, but with a wide prior it is a "
            "small difference of large numbers, and all rounding. Add precisions, and invert.",
            _as_a_difference,
        ),
    ),
    hints=(
        "The logarithm of the posterior is a quadratic function of w. Its curvature is the precision, its maximum the "
        "mean.",
        "Precisions add: Sigma^-1 = X'X/noise + 1/prior, the latter on the diagonal only; and Sigma^-1 m = X'y/noise.",
        "`np.eye(X.shape[1])` is the unit matrix, `np.linalg.inv` gives Sigma, which the mean needs too.",
    ),
    second_solution=_by_rows_more,
    equivalent_mutants=(  # the covariance is symmetric
        "return (covariance @ (X.T @ y) / noise, covariance) -> return (X.T @ y @ covariance / noise, covariance)",
    ),
)
