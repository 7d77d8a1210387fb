"""The exercise on the leave-one-out error of kernel ridge regression, in closed form."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw3_features_kernels.exercise_inputs import (
    big_kernel,
    halves,
    is_kernel,
    kernel_of_samples,
    rows,
    table,
)
from abinitio.kernels.ridge_path import kernel_ridge_leave_one_out


def _kernel_and_penalties(rng, size):
    n = rows(rng, size // 2, at_least=2)
    alphas = rng.choice([0.5, 1.0, 2.0, 3.0], size=int(rng.integers(1, 4)), replace=False)
    return {"K": kernel_of_samples(rng, n), "y": halves(rng, n), "alphas": alphas}


def errors_are_not_below_those_on_the_training_set(errors, K, y, alphas):
    """A sample that is left out is missed by at least as much as one that is not."""
    for error, alpha in zip(errors, alphas):
        residual = alpha * np.linalg.solve(K + alpha * np.eye(len(y)), y)
        if error < np.mean(residual**2) * (1 - 1e-6) - 1e-9:
            return False
    return True


def _closed_form(
    error=lambda a, inverse, K, y, alpha: a / np.diag(inverse),
    penalty=lambda alpha, n: alpha,
    total=lambda e: np.mean(e**2),
):
    """Leave-one-out errors with one wrong part: error(a, inverse, K, y, alpha) (n,), the penalty, or their total."""

    def errors(K, y, alphas):
        found = []
        for alpha in alphas:
            alpha = penalty(alpha, len(y))
            inverse = np.linalg.inv(K + alpha * np.eye(len(y)))
            found.append(total(error(inverse @ y, inverse, K, y, alpha)))
        return np.array(found)

    return errors


def _fit_by_fit(K, y, alphas):
    def error(i, alpha):
        rest = np.arange(len(y)) != i
        A = K[np.ix_(rest, rest)] + alpha * np.eye(len(y) - 1)
        return y[i] - K[i, rest] @ np.linalg.solve(A, y[rest])

    return np.array([np.mean([error(i, alpha) ** 2 for i in range(len(y))]) for alpha in alphas])


def _hat(K, inverse):
    return K @ inverse


PAIR = table([[1, 0.5], [0.5, 1]])
CHAIN = table([[2, 1, 0], [1, 2, 1], [0, 1, 2]])

KERNEL_RIDGE_LEAVE_ONE_OUT = Exercise(
    function=kernel_ridge_leave_one_out,
    points=3,
    inputs=_kernel_and_penalties,
    valid=lambda K, y, alphas: is_kernel(K),
    holds=(errors_are_not_below_those_on_the_training_set,),
    large=lambda rng: {"K": big_kernel(rng, 150), "y": rng.normal(size=150), "alphas": np.geomspace(0.01, 10, 10)},
    edges={
        "two samples": {"K": PAIR, "y": table([1, 2]), "alphas": table([1])},
        "samples that do not see each other": {"K": np.eye(3), "y": table([1, 2, 3]), "alphas": table([0.5, 2])},
        "two samples at the same place": {"K": np.ones((2, 2)), "y": table([1, 2]), "alphas": table([0.5])},
        "as many penalties as samples": {"K": CHAIN, "y": table([1, 3, -2]), "alphas": table([1, 0.5, 2])},
        "samples of different weight": {
            "K": np.diag([1.0, 4.0, 9.0]) + 1,
            "y": table([1, -2, 3]),
            "alphas": table([1]),
        },
        "targets that are zero": {"K": CHAIN, "y": np.zeros(3), "alphas": table([1, 2])},
    },
    stable={
        "a penalty far below the eigenvalues": {"K": 1e9 * CHAIN, "y": table([1, 3, -2]), "alphas": table([1e-3, 1])},
        "a very large penalty": {"K": CHAIN, "y": table([1, 3, -2]), "alphas": table([1e9])},
        "the same place, a small penalty": {"K": np.ones((2, 2)), "y": table([1, 2]), "alphas": table([1e-6])},
        "large targets": {"K": CHAIN, "y": 1e6 * table([1, 3, -2]), "alphas": table([0.5, 1])},
    },
    mistakes=(
        Mistake(
            "the errors on the training set",
            "These are the residuals of the one fit that has seen all samples. A sample that is left out is missed by "
            "more: the smaller alpha, the more.",
            _closed_form(error=lambda a, inverse, K, y, alpha: y - K @ a),
        ),
        Mistake(
            "the coefficients alone",
            "The squares of the a_i were averaged. Each a_i is to be divided by the diagonal entry of the inverse of "
            "K + alpha 1 first.",
            _closed_form(error=lambda a, inverse, K, y, alpha: a),
        ),
        Mistake(
            "the diagonal of K in place of the hat matrix",
            "The residuals were divided by 1 - K_ii. What stands there is the hat matrix H = K (K + alpha 1)^-1, which "
            "takes the targets to the fit.",
            _closed_form(error=lambda a, inverse, K, y, alpha: (y - K @ a) / (1 - np.diag(K))),
        ),
        Mistake(
            "the inverse of the diagonal",
            "1 / (K_ii + alpha) was taken for the diagonal of the inverse. The inverse of a matrix knows about the "
            "entries off the diagonal: first invert, then take the diagonal.",
            _closed_form(error=lambda a, inverse, K, y, alpha: a * (np.diag(K) + alpha)),
        ),
        Mistake(
            "the mean of the diagonal",
            "Every a_i was divided by the same number, the mean of the diagonal: that is generalised cross-validation, "
            "an approximation. Each sample has its own diagonal entry.",
            _closed_form(error=lambda a, inverse, K, y, alpha: a / np.diag(inverse).mean()),
        ),
        Mistake(
            "a target of 0 in place of no sample",
            "The sample's target was left out of the fit, but the sample was not: the function is drawn to 0 there. "
            "Divide by 1 - H_ii.",
            _closed_form(
                error=lambda a, inverse, K, y, alpha: y - K @ a + np.diag(_hat(K, inverse)) * y,
            ),
        ),
        Mistake(
            "multiplied in place of divided",
            "The residuals were multiplied by 1 - H_ii, so that they shrank. Leaving a sample out makes its error "
            "larger.",
            _closed_form(error=lambda a, inverse, K, y, alpha: (y - K @ a) * (1 - np.diag(_hat(K, inverse)))),
        ),
        Mistake(
            "the residual divided twice by alpha",
            "y - Ka is alpha a, and 1 - H_ii is alpha times the diagonal of the inverse: alpha belongs to both or to "
            "neither.",
            _closed_form(error=lambda a, inverse, K, y, alpha: (y - K @ a) / np.diag(inverse)),
        ),
        Mistake(
            "n alpha",
            "alpha was multiplied by the number of samples. That belongs to a loss that is a mean; here it is a sum.",
            _closed_form(penalty=lambda alpha, n: alpha * n),
        ),
        Mistake(
            "sum in place of mean",
            "The squared errors were added. The mean over the samples is asked for.",
            _closed_form(total=lambda e: np.sum(e**2)),
        ),
        Mistake(
            "the root of the mean",
            "The root was taken. The mean of the squares is asked for.",
            _closed_form(total=lambda e: np.sqrt(np.mean(e**2))),
        ),
        Mistake(
            "the spread of the errors",
            "This is the variance of the errors, with their mean taken off. A fit that misses all samples by the same "
            "amount is not a good one: the mean of the squares is asked for.",
            _closed_form(total=np.var),
        ),
        Mistake(
            "not squared",
            "The errors were averaged with their signs, and cancel.",
            _closed_form(total=np.mean),
        ),
        Mistake(
            "absolute errors",
            "The absolute errors were averaged; the squared ones are asked for.",
            _closed_form(total=lambda e: np.mean(np.abs(e))),
        ),
        Mistake(
            "one number for all penalties",
            "The mean was taken over the penalties too. Each alpha has its own error: that is how one is chosen.",
            lambda K, y, alphas: _closed_form()(K, y, alphas).mean(),
        ),
        Mistake(
            "one minus almost one",
            "(y - Ka) / (1 - H_ii) is the same number, but for a small alpha both of its differences are all rounding: "
            "y is nearly Ka, H_ii nearly 1. Without them: a_i over the diagonal entry of the inverse of K + alpha 1.",
            _closed_form(error=lambda a, inverse, K, y, alpha: (y - K @ a) / (1 - np.diag(_hat(K, inverse)))),
        ),
    ),
    hints=(
        "Suppose the left-out target were exactly what the other n - 1 samples predict there: then the fit to all n "
        "would be the same function.",
        "The error of sample i is (y_i - f(x_i)) / (1 - H_ii) with H = K (K + alpha 1)^-1, which is a_i divided by the "
        "i-th diagonal entry of (K + alpha 1)^-1.",
        "`np.linalg.eigh(K)` gives K = Q diag(eigenvalues) Q' once; for each alpha both a and the diagonal follow from "
        "1 / (eigenvalues + alpha).",
    ),
    second_solution=_fit_by_fit,
    equivalent_mutants=(  # it cancels in the ratio
        "inverse = 1 / (eigenvalues + alphas[:, None]) -> inverse = 2 / (eigenvalues + alphas[:, None])",
    ),
)
