"""Exercises on kernel ridge regression: its coefficients, and what it predicts."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw3_features_kernels.exercise_inputs import (
    big_kernel,
    halves,
    is_kernel,
    kernel_of_samples,
    penalty,
    rows,
    table,
)
from abinitio.kernels.ridge import kernel_predictions, kernel_ridge_coefficients


def _kernel_and_targets(rng, size):
    n = rows(rng, size)
    return {"K": kernel_of_samples(rng, n), "y": halves(rng, n), "alpha": penalty(rng)}


def what_the_fit_leaves_over_is_alpha_times_a(a, K, y, alpha):
    """What the fit leaves over, y - Ka, is alpha times a."""
    error = 1e-7 * (1 + np.abs(y).max() + len(y) * np.abs(K).max() * np.abs(a).max())
    return bool(np.abs(y - K @ a - alpha * a).max() <= error)


def _ridge(matrix=lambda K, alpha: K + alpha * np.eye(len(K)), target=lambda y: y, result=lambda a, K, alpha: a):
    """Coefficients with one wrong part: the matrix that is solved with, the target, or what is returned of them."""
    return lambda K, y, alpha: result(np.linalg.solve(matrix(K, alpha), target(y)), K, alpha)


def _by_eigenvectors(K, y, alpha):
    eigenvalues, Q = np.linalg.eigh(K)
    return sum(q * (q @ y) / (value + alpha) for value, q in zip(eigenvalues, Q.T))


KERNEL_RIDGE_COEFFICIENTS = Exercise(
    function=kernel_ridge_coefficients,
    points=3,
    inputs=_kernel_and_targets,
    valid=lambda K, y, alpha: is_kernel(K),
    holds=(what_the_fit_leaves_over_is_alpha_times_a,),
    large=lambda rng: {"K": big_kernel(rng, 300), "y": rng.normal(size=300), "alpha": 0.1},
    edges={
        "one sample": {"K": table([[2]]), "y": table([3]), "alpha": 1.0},
        "samples that do not see each other": {"K": np.eye(3), "y": table([1, 2, 3]), "alpha": 0.5},
        "two samples at the same place": {"K": np.ones((2, 2)), "y": table([1, 2]), "alpha": 0.5},
        "a kernel that is zero": {"K": np.zeros((2, 2)), "y": table([1, -2]), "alpha": 2.0},
        "a large penalty": {"K": table([[1, 0.5], [0.5, 1]]), "y": table([1, 2]), "alpha": 100.0},
    },
    stable={
        "the same place, a very small penalty": {"K": np.ones((2, 2)), "y": table([1, 2]), "alpha": 1e-8},
        "few features, a very small penalty": {
            "K": np.outer([1, 2, 3.0], [1, 2, 3]),
            "y": table([1, 2, 4]),
            "alpha": 1e-7,
        },
        "large kernel values": {"K": 1e8 * table([[2, 1], [1, 2]]), "y": table([1, -1]), "alpha": 1e8},
        "small kernel values": {"K": 1e-6 * table([[2, 1], [1, 2]]), "y": table([1, -1]), "alpha": 1e-6},
    },
    mistakes=(
        Mistake(
            "alpha on every entry",
            "`K + alpha` adds alpha to all entries of K, which is another kernel: one with a constant feature. The "
            "penalty stands on the diagonal only.",
            _ridge(matrix=lambda K, alpha: K + alpha),
        ),
        Mistake(
            "n alpha",
            "alpha was multiplied by the number of samples. That belongs to a loss that is a mean; here it is a sum.",
            _ridge(matrix=lambda K, alpha: K + len(K) * alpha * np.eye(len(K))),
        ),
        Mistake(
            "half of alpha",
            "The derivatives of both terms, |y - Ka|^2 and alpha a'Ka, carry a factor 2: it cancels.",
            _ridge(matrix=lambda K, alpha: K + alpha / 2 * np.eye(len(K))),
        ),
        Mistake(
            "no penalty",
            "This solves K a = y, whatever alpha is: it passes through every target, and has no solution where two "
            "samples at the same place have different ones.",
            _ridge(matrix=lambda K, alpha: K),
        ),
        Mistake(
            "alpha is subtracted",
            "The matrix is K - alpha 1. The penalty adds to the eigenvalues of K, so that none is near zero.",
            _ridge(matrix=lambda K, alpha: K - alpha * np.eye(len(K))),
        ),
        Mistake(
            "|a|^2 is penalised",
            "The columns of K were taken for features and a for their weights: alpha |a|^2. The norm of f is "
            "a'Ka, and with it one factor K cancels.",
            lambda K, y, alpha: np.linalg.solve(K @ K + alpha * np.eye(len(K)), K @ y),
        ),
        Mistake(
            "a factor K that cancels was kept",
            "K (K + alpha 1) a = K y is true, but where K is singular it does not determine a, and elsewhere the "
            "condition number is squared. Leave out the K on both sides.",
            lambda K, y, alpha: np.linalg.solve(K @ K + alpha * K, K @ y),
        ),
        Mistake(
            "the inverse of every entry",
            "`A ** -1` takes 1/A_ij, entry by entry. The inverse of a matrix is `np.linalg.inv`, and better than any "
            "inverse is `np.linalg.solve`.",
            lambda K, y, alpha: (K + alpha * np.eye(len(K))) ** -1.0 @ y,
        ),
        Mistake(
            "only the diagonal",
            "Each target was divided by K_ii + alpha, as if the samples did not see each other.",
            lambda K, y, alpha: y / (np.diag(K) + alpha),
        ),
        Mistake(
            "the fit in place of the coefficients",
            "These are the values f(x_i) = (Ka)_i on the samples. The coefficients a are asked for.",
            _ridge(result=lambda a, K, alpha: K @ a),
        ),
        Mistake(
            "the residuals in place of the coefficients",
            "This is y - Ka, which is alpha times the coefficients.",
            _ridge(result=lambda a, K, alpha: alpha * a),
        ),
        Mistake(
            "the targets are centred",
            "The mean of the targets was subtracted. The function asked for has no intercept: whoever wants one "
            "subtracts the mean before, and adds it to the predictions.",
            _ridge(target=lambda y: y - y.mean()),
        ),
        Mistake(
            "a jitter of its own",
            "A small number was added to the diagonal besides alpha. alpha > 0 is enough for the matrix to be "
            "invertible, and where alpha is itself small the jitter changes the answer.",
            _ridge(matrix=lambda K, alpha: K + (alpha + 1e-8) * np.eye(len(K))),
        ),
    ),
    hints=(
        "Write the loss as a function of a alone: f(X) = Ka and |f|^2 = a'Ka. Then set the gradient to zero.",
        "2K((K + alpha 1) a - y) = 0, which (K + alpha 1) a = y solves.",
        "`np.eye(n)` is the unit matrix; `np.linalg.solve(A, y)` solves A a = y.",
    ),
    second_solution=_by_eigenvectors,
)


def _table_and_coefficients(rng, size):
    m, n = rows(rng, size // 2), rows(rng, size // 2)
    k = () if rng.random() < 0.7 else (int(rng.integers(1, 4)),)
    return {"K": halves(rng, m, n), "a": halves(rng, n, *k)}


def _predictions_by_sums(K, a):
    total = np.zeros((len(K), *a.shape[1:]))
    for column, coefficient in zip(K.T, a):
        total += np.multiply.outer(column, coefficient)
    return total


KERNEL_PREDICTIONS = Exercise(
    function=kernel_predictions,
    points=1,
    inputs=_table_and_coefficients,
    large=lambda rng: {"K": rng.normal(size=(400, 300)), "a": rng.normal(size=300)},
    edges={
        "one query, one sample": {"K": table([[2]]), "a": table([3])},
        "as many queries as samples": {"K": table([[1, 2], [0, 3]]), "a": table([1, -1])},
        "more samples than queries": {"K": table([[1, 0, 2]]), "a": table([1, 5, 2])},
        "two functions": {"K": table([[1, 2], [0, 3], [1, 1]]), "a": table([[1, 0], [2, 1]])},
        "as many functions as samples": {"K": table([[1, 2], [0, 3]]), "a": table([[1, 0], [2, 1]])},
        "as many functions as queries": {"K": table([[1, 2, 0], [0, 3, 1]]), "a": table([[1, 0], [2, 1], [0, 1]])},
        "a query that no sample sees": {"K": table([[0, 0], [1, 2]]), "a": table([1, 3])},
    },
    mistakes=(
        Mistake(
            "the kernel transposed",
            "The table was read with the samples in its rows. Rows are queries, columns are samples: K_ij is the "
            "kernel of query i with sample j, and the sum runs over j.",
            lambda K, a: K.T @ a,
        ),
        Mistake(
            "the products are not summed",
            "These are the m x n products a_j K_ij. Query i has the sum of its row.",
            lambda K, a: K * a,
        ),
        Mistake(
            "summed over the queries",
            "The products were added down the columns, over the queries. Each query has a sum over the samples.",
            lambda K, a: (K * a).sum(axis=0),
        ),
        Mistake(
            "a mean in place of a sum",
            "The sum was divided by the number of samples. f is the sum of its n terms.",
            lambda K, a: K @ a / len(a),
        ),
        Mistake(
            "a weighted mean",
            "The sum was divided by the sum of the kernel values, as in kernel smoothing. The coefficients of kernel "
            "regression already know how near the samples are to one another: f is the plain sum.",
            lambda K, a: ((K @ a).T / K.sum(axis=1)).T,
        ),
        Mistake(
            "the nearest sample only",
            "The coefficient of the sample with the largest kernel value was taken. All samples take part, each with "
            "its kernel value.",
            lambda K, a: a[K.argmax(axis=1)],
        ),
        Mistake(
            "absolute values",
            "The kernel values were made positive. A kernel may be negative, as the linear one is.",
            lambda K, a: np.abs(K) @ a,
        ),
        Mistake(
            "one function only",
            "`a` has a column for each of k functions here, and each has its own column of predictions.",
            lambda K, a: K @ (a if a.ndim == 1 else a[:, 0]),
        ),
    ),
    hints=(
        "f is a sum of n terms, one for each sample; do it for all queries at once.",
        "f(x_i) = sum_j K_ij a_j.",
        "Which axis of K has the length of a? It is the one that the matrix product sums over.",
    ),
    second_solution=_predictions_by_sums,
)
