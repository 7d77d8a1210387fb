"""Two exercises on what repeated estimates say about an estimator: its bias and its mean squared error, with errors."""

import math

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw6_estimators.exercise_inputs import array, halves, number_of
from abinitio.statistics.estimators import bias_with_error, mse_with_error


def _estimates(rng, size):
    return {"estimates": halves(rng, number_of(rng, size, at_least=2)), "theta": float(halves(rng, most=2))}


def _range_bound(values):
    """The largest error that the mean of values in this range can have, up to rounding."""
    return np.ptp(values) / (2 * np.sqrt(len(values) - 1)) * (1 + 1e-6) + 1e-7


def theta_and_the_bias_make_the_mean(answer, estimates, theta):
    """The true value and the bias add up to the mean of the estimates."""
    return bool(abs(theta + answer[0] - estimates.mean()) <= 1e-6 * (1 + np.abs(estimates).max()))


def the_error_is_within_the_range(answer, estimates, theta):
    """The error is not negative, and at most the range of the estimates divided by 2 sqrt(m - 1)."""
    return bool(0 <= answer[1] <= _range_bound(estimates))


def bias_squared_and_variance_make_it(answer, estimates, theta):
    """The mean squared error is the squared bias and the variance (with 1/m) of the estimates."""
    parts = (estimates.mean() - theta) ** 2 + estimates.var()
    return bool(abs(answer[0] - parts) <= 1e-6 * (1 + parts))


def the_error_is_within_the_range_of_the_squares(answer, estimates, theta):
    """The error is not negative, and at most the range of the squares divided by 2 sqrt(m - 1)."""
    return bool(0 <= answer[1] <= _range_bound((estimates - theta) ** 2))


def _error_by_pairs(values):
    """The error of a mean from the differences of all pairs: sum_{i<j} (x_i - x_j)² = m (m - 1) s²."""
    m = len(values)
    squares = math.fsum((values[i] - values[j]) ** 2 for i in range(m) for j in range(i))
    return math.sqrt(squares / (m - 1)) / m


def _bias_by_pairs(estimates, theta):
    values = [float(value) - theta for value in estimates]
    return math.fsum(values) / len(values), _error_by_pairs(values)


def _mse_by_pairs(estimates, theta):
    squares = [(float(value) - theta) ** 2 for value in estimates]
    return math.fsum(squares) / len(squares), _error_by_pairs(squares)


def _error(values):
    return values.std(ddof=1) / np.sqrt(len(values))


def _with(first=lambda d: d.mean(), error=_error):
    """An answer with one wrong part, as a function of the differences d from the true value."""
    return lambda estimates, theta: (first(estimates - theta), error(estimates - theta))


def _of_the_squares(first=lambda q: q.mean(), error=_error):
    """An answer with one wrong part, as a function of the squared differences q from the true value."""
    return lambda estimates, theta: (first((estimates - theta) ** 2), error((estimates - theta) ** 2))


def _by_large_numbers(values):
    return np.sqrt(max(np.mean(values**2) - np.mean(values) ** 2, 0.0) / (len(values) - 1))


def _squared_bias_added_again(estimates, theta):
    d = estimates - theta
    return np.mean(d**2) + d.mean() ** 2, _error(d**2)


def _unbiased_parts(estimates, theta):
    d = estimates - theta
    return d.mean() ** 2 + d.var(ddof=1), _error(d**2)


def _expanded(estimates, theta):
    mse = np.mean(estimates**2) - 2 * theta * np.mean(estimates) + theta**2
    return mse, _error((estimates - theta) ** 2)


# wrong standard errors of a mean that both exercises share: name, sentence, what is made of the values
ERRORS = (
    (
        "standard deviation in place of the error",
        "The second number is the scatter of a single value. The mean of m independent values is known better than "
        "each of them: its variance is s²/m.",
        lambda v: v.std(ddof=1),
    ),
    (
        "1/m in place of 1/(m - 1)",
        "The scatter was judged with 1/m: about their own mean the values lie closer than about the true one. "
        "Divide the sum of squares by m - 1.",
        lambda v: v.std() / np.sqrt(len(v)),
    ),
    (
        "the variance of the mean",
        "The second number is the square of the error. The error has the unit of the first number: take the root.",
        lambda v: v.var(ddof=1) / len(v),
    ),
    (
        "divided by m, not by its root",
        "The standard deviation was divided by m. Variances of independent values add, so that the error of the "
        "mean falls with the root of m.",
        lambda v: v.std(ddof=1) / len(v),
    ),
    (
        "m - 1 twice",
        "The sum of squares was divided by m - 1 twice. s² is judged with m - 1; the variance of the mean is s²/m.",
        lambda v: v.std(ddof=1) / np.sqrt(len(v) - 1),
    ),
    (
        "not about the mean",
        "The scatter was taken about 0. It is that about the mean of the values, with 1/(m - 1).",
        lambda v: np.sqrt(np.sum(v**2) / (len(v) - 1) / len(v)),
    ),
    (
        "difference of large numbers",
        "Mean of squares minus square of mean loses all digits where the values are close together and far from 0. "
        "Subtract the mean first, then square.",
        _by_large_numbers,
    ),
)

PAIR = array([1, 3])

BIAS_WITH_ERROR = Exercise(
    function=bias_with_error,
    points=2,
    inputs=_estimates,
    holds=(theta_and_the_bias_make_the_mean, the_error_is_within_the_range),
    large=lambda rng: {"estimates": rng.normal(3.0, 1.0, 300_000), "theta": 2.5},
    edges={
        "two estimates": {"estimates": PAIR, "theta": 1.5},
        "no bias": {"estimates": PAIR, "theta": 2.0},
        "a bias downwards": {"estimates": PAIR, "theta": 6.0},
        "the true value is 0": {"estimates": array([-2, 1, 2, 5]), "theta": 0.0},
        "ever the same estimate": {"estimates": array([2, 2, 2]), "theta": 3.0},
        "an outlier": {"estimates": array([0, 0, 0, 0, 10]), "theta": 1.0},
    },
    stable={
        "around a large value": {"estimates": 1e9 + array([1, 2, 4]), "theta": 1e9},
        "far from the true value": {"estimates": 1e10 + array([0, 64, 256]), "theta": 0.0},
        "large values": {"estimates": 1e100 * array([1, 2, 4]), "theta": 1e100},
    },
    mistakes=(
        Mistake(
            "the wrong sign",
            "This is the true value minus the mean. The bias is the mean of the estimates minus the true value: it is "
            "positive where they are too large.",
            _with(lambda d: -d.mean()),
        ),
        Mistake(
            "without its sign",
            "The absolute value came back. A bias has a sign: too large or too small.",
            _with(lambda d: abs(d.mean())),
        ),
        Mistake(
            "the true value forgotten",
            "The first number is the mean of the estimates. The bias is that minus the true value.",
            lambda estimates, theta: (estimates.mean(), _error(estimates)),
        ),
        Mistake(
            "mean absolute error",
            "The distances from the true value were averaged, so that nothing cancels. The bias is the mean of the "
            "differences with their signs.",
            _with(lambda d: np.abs(d).mean()),
        ),
        Mistake(
            "the bias of the median",
            "The median of the estimates stands in for their mean. The bias is a difference of expectations.",
            _with(lambda d: np.median(d)),
        ),
        Mistake(
            "root mean square",
            "The first number is the root of the mean squared error: there the variance is in it. The bias is the "
            "mean of the differences.",
            _with(lambda d: np.sqrt(np.mean(d**2))),
        ),
        Mistake(
            "the sum in place of the mean",
            "The differences were added. Their mean is asked for.",
            _with(lambda d: d.sum()),
        ),
        Mistake(
            "relative to the true value",
            "The bias was divided by the true value. It is asked for in the unit of the estimates.",
            lambda estimates, theta: ((estimates.mean() - theta) / np.float64(theta), _error(estimates)),
        ),
        Mistake(
            "the error first",
            "The two numbers are exchanged: first the bias, then its error.",
            lambda estimates, theta: (_error(estimates), estimates.mean() - theta),
        ),
        Mistake(
            "no error",
            "Only the bias came back. A simulated number has an error: return both.",
            lambda estimates, theta: estimates.mean() - theta,
        ),
        *(Mistake(name, sentence, _with(error=error)) for name, sentence, error in ERRORS if "large" not in name),
        Mistake(*ERRORS[-1][:2], lambda estimates, theta: (estimates.mean() - theta, _by_large_numbers(estimates))),
    ),
    hints=(
        "The bias is an expectation, so a simulation gives it as a mean of independent values, and that has the error "
        "of a mean.",
        "bias = mean_k(t_k) - theta; error² = s²/m with s² = sum_k (t_k - mean)² / (m - 1).",
        "`estimates.std` has an argument ddof; its default divides by m. The root of s²/m has a root of m in it.",
    ),
    second_solution=_bias_by_pairs,
)

MSE_WITH_ERROR = Exercise(
    function=mse_with_error,
    points=2,
    inputs=_estimates,
    holds=(bias_squared_and_variance_make_it, the_error_is_within_the_range_of_the_squares),
    large=lambda rng: {"estimates": rng.normal(3.0, 1.0, 300_000), "theta": 2.5},
    edges={
        "two estimates": {"estimates": PAIR, "theta": 1.0},
        "as far above as below": {"estimates": PAIR, "theta": 2.0},
        "a bias and little scatter": {"estimates": array([4, 4.5, 5]), "theta": 1.0},
        "the true value is 0": {"estimates": array([-2, 1, 2, 5]), "theta": 0.0},
        "ever the same estimate": {"estimates": array([2, 2, 2]), "theta": 3.0},
        "always right": {"estimates": array([2, 2, 2]), "theta": 2.0},
        "an outlier": {"estimates": array([0, 0, 0, 0, 10]), "theta": 1.0},
    },
    stable={
        "around a large value": {"estimates": 1e9 + array([1, 2, 4]), "theta": 1e9},
        "far from the true value": {"estimates": 1e10 + array([0, 64, 256]), "theta": 0.0},
        "large values": {"estimates": 1e60 * array([1, 2, 4]), "theta": 1e60},
    },
    mistakes=(
        Mistake(
            "the squared bias forgotten",
            "The squares were taken about the mean of the estimates: this is their variance, and an estimator that is "
            "always wrong by the same amount would have no error. Take them about the true value.",
            lambda estimates, theta: (estimates.var(), _error((estimates - estimates.mean()) ** 2)),
        ),
        Mistake(
            "the spread about the mean",
            "The first number is s², the spread of the estimates about their own mean. The mean squared error is about "
            "the true value.",
            lambda estimates, theta: (estimates.var(ddof=1), _error((estimates - estimates.mean()) ** 2)),
        ),
        Mistake(
            "m - 1 in place of m",
            "The sum of the squares was divided by m - 1. The true value is known, nothing was fitted: divide by m.",
            _of_the_squares(lambda q: q.sum() / (len(q) - 1)),
        ),
        Mistake(
            "squared bias and s²",
            "The squared bias and s² were added, with 1/(m - 1) in s². For the mean of the squares the variance has "
            "1/m.",
            _unbiased_parts,
        ),
        Mistake(
            "the squared bias twice",
            "The squared bias was added to the mean squared error. It is part of it already.",
            _squared_bias_added_again,
        ),
        Mistake(
            "the variance forgotten",
            "This is the squared bias: the mean was taken before the square. Square each difference, then take the "
            "mean.",
            lambda estimates, theta: ((estimates.mean() - theta) ** 2, _error((estimates - theta) ** 2)),
        ),
        Mistake(
            "the root",
            "The first number is the root of the mean squared error. The mean squared error itself is asked for.",
            _of_the_squares(lambda q: np.sqrt(q.mean())),
        ),
        Mistake(
            "the mean absolute error",
            "The differences were not squared.",
            _of_the_squares(lambda q: np.sqrt(q).mean()),
        ),
        Mistake(
            "the sum in place of the mean",
            "The squares were added. Their mean is asked for.",
            _of_the_squares(lambda q: q.sum()),
        ),
        Mistake(
            "the true value forgotten",
            "The estimates themselves were squared. Subtract the true value first.",
            lambda estimates, theta: (np.mean(estimates**2), _error(estimates**2)),
        ),
        Mistake(
            "the error of the mean estimate",
            "The second number is the error of the mean of the estimates. That of the mean of the squares is asked "
            "for: it comes from their scatter.",
            lambda estimates, theta: (np.mean((estimates - theta) ** 2), _error(estimates)),
        ),
        Mistake(
            "no error",
            "Only the mean squared error came back. A simulated number has an error: return both.",
            lambda estimates, theta: np.mean((estimates - theta) ** 2),
        ),
        Mistake(
            "the square multiplied out",
            "The mean of t² - 2 t theta + theta² loses its digits where the estimates are close to a large true value. "
            "Subtract first, then square.",
            _expanded,
        ),
        *(Mistake(name, sentence, _of_the_squares(error=error)) for name, sentence, error in ERRORS),
    ),
    hints=(
        "The mean of m independent squares: the same two numbers as for the bias, of other values.",
        "With q_k = (t_k - theta)²: mse = mean_k(q_k); error² = sum_k (q_k - mse)² / (m (m - 1)).",
        "First make the array of the squares, then `.mean()` and `.std(ddof=1)` of that array.",
    ),
    second_solution=_mse_by_pairs,
    equivalent_mutants=(  # a square has no sign
        "square = (estimates - theta) ** 2 -> square = (theta - estimates) ** 2",
    ),
)
