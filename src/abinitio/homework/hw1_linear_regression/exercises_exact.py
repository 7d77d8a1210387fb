"""Exercises on exact solutions: least squares, measured errors, and the scaling of features."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw1_linear_regression.exercise_inputs import big_regression, full_rank, numbers, shape
from abinitio.linear_model.least_squares import least_squares_coefficients
from abinitio.linear_model.measured import weighted_least_squares
from abinitio.linear_model.standardize import standardize


def independent_columns(X, **others):
    """The columns of X are independent."""
    return bool(np.linalg.cond(X) < 1e6)


def residual_is_orthogonal_to_the_features(w, X, y):
    """The normal equations: X'(y - Xw) = 0, the residual has no part along any feature."""
    size = np.abs(X).T @ (np.abs(y) + np.abs(X) @ np.abs(w)) + 1.0  # of the terms that cancel
    return bool((np.abs(X.T @ (y - X @ w)) <= 1e-6 * size).all())


def _svd_least_squares(X, y):
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    return Vt.T @ (U.T @ y / s)


LEAST_SQUARES = Exercise(
    function=least_squares_coefficients,
    points=2,
    inputs=full_rank,
    valid=independent_columns,
    holds=(residual_is_orthogonal_to_the_features,),
    large=lambda rng: big_regression(rng, 20_000, 30),
    edges={
        "one sample, one feature": {"X": np.array([[2.0]]), "y": np.array([3.0])},
        "as many samples as features": {"X": np.array([[1.0, 1.0], [1.0, 2.0]]), "y": np.array([0.0, 3.0])},
        "a constant column": {"X": np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 3.0]]), "y": np.array([1.0, 2.0, 4.0])},
        "y = 0": {"X": np.array([[1.0], [2.0]]), "y": np.zeros(2)},
    },
    stable={
        "features of very different size": {
            "X": np.array([[1.0, 2000.0], [2.0, 1000.0], [3.0, 500.0], [4.0, 3000.0]]),
            "y": np.array([1e4, 2e4, 1e4, 3e4]),
        },
        "nearly parallel features": {
            "X": np.array([[1.0, 1.01], [1.0, 0.99], [2.0, 2.01], [1.0, 1.0]]),
            "y": np.array([1.0, 0.0, 2.0, 1.0]),
        },
    },
    mistakes=(
        Mistake(
            "one feature at a time",
            "Each weight is fitted alone, x_j'y / x_j'x_j. That is right only for orthogonal features; correlated "
            "features share the credit, which the off-diagonal part of X'X accounts for.",
            lambda X, y: X.T @ y / (X**2).sum(axis=0),
        ),
        Mistake(
            "multiplied instead of solved",
            "This multiplies by X'X where it should solve with it: the normal equations are (X'X) w = X'y.",
            lambda X, y: X.T @ X @ (X.T @ y),
        ),
        Mistake(
            "1/n on one side",
            "The matrix was divided by n and X'y was not (or the other way round), so the weights come out n times too "
            "large. A factor 1/n belongs on both sides of the normal equations, or on neither.",
            lambda X, y: np.linalg.solve(X.T @ X / len(y), X.T @ y),
        ),
        Mistake(
            "centred first",
            "The means were subtracted from X and y, which fits an intercept as well. Here there is none: the column "
            "of ones, where one is wanted, is part of X.",
            lambda X, y: np.linalg.lstsq(X - X.mean(axis=0), y - y.mean(), rcond=None)[0],
        ),
        Mistake(
            "the wrong sign",
            "Every weight has the opposite sign: the gradient vanishes where X'X w = + X'y.",
            lambda X, y: -np.linalg.solve(X.T @ X, X.T @ y),
        ),
        Mistake(
            "a penalty",
            "A multiple of the identity was added to X'X: that is ridge regression with alpha = 1, and it shrinks the "
            "weights.",
            lambda X, y: np.linalg.solve(X.T @ X + np.eye(X.shape[1]), X.T @ y),
        ),
    ),
    hints=(
        "At the minimum the gradient of the loss is zero; that is a system of d linear equations.",
        "(2/n) X'(Xw - y) = 0, so (X'X) w = X'y: the normal equations.",
        "Solve the system with `np.linalg.solve`; the inverse matrix is not needed.",
    ),
    second_solution=_svd_least_squares,
)


def _measured_inputs(rng, size):
    data = full_rank(rng, size, spare=int(size > 1))
    return {**data, "sigma": np.round(rng.uniform(0.2, 3.0, len(data["y"])), 1)}


def _measured_large(rng):
    data = big_regression(rng, 20_000, 20)
    return {**data, "sigma": rng.uniform(0.5, 2.0, 20_000)}


def _by_whitening(X, y, sigma):
    Q, R = np.linalg.qr(X / sigma[:, None])
    inverse = np.linalg.inv(R)
    return inverse @ (Q.T @ (y / sigma)), inverse @ inverse.T


def _weighted(weights, covariance=lambda X, y, s, w, C: C):
    """A fit with the weights weights(sigma) and a covariance made of the right one's ingredients."""

    def fit(X, y, sigma):
        A = X.T @ (weights(sigma)[:, None] * X)
        w = np.linalg.solve(A, X.T @ (weights(sigma) * y))
        return w, covariance(X, y, sigma, w, np.linalg.inv(A))

    return fit


WEIGHTED_LEAST_SQUARES = Exercise(
    function=weighted_least_squares,
    points=3,
    inputs=_measured_inputs,
    valid=independent_columns,
    large=_measured_large,
    edges={
        "one measurement": {"X": np.array([[2.0]]), "y": np.array([3.0]), "sigma": np.array([0.5])},
        "a weighted mean": {"X": np.ones((3, 1)), "y": np.array([1.0, 2.0, 6.0]), "sigma": np.array([1.0, 1.0, 2.0])},
        "a line through two points": {
            "X": np.array([[1.0, 0.0], [1.0, 2.0]]),
            "y": np.array([1.0, 2.0]),
            "sigma": np.array([1.0, 2.0]),
        },
        "equal errors": {
            "X": np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]),
            "y": np.array([0.0, 1.0, 1.0]),
            "sigma": np.full(3, 0.5),
        },
    },
    stable={
        "one very exact measurement": {
            "X": np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]),
            "y": np.array([0.0, 1.0, 3.0]),
            "sigma": np.array([1.0, 1e-3, 1.0]),
        },
        "errors in small units": {
            "X": np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]),
            "y": np.array([0.0, 1e-6, 3e-6]),
            "sigma": np.array([1e-6, 2e-6, 1e-6]),
        },
    },
    mistakes=(
        Mistake(
            "sigma, not sigma squared",
            "The weights are 1/sigma here. The chi-square divides each residual by its sigma and then squares, so the "
            "weights are 1/sigma^2.",
            _weighted(lambda sigma: 1 / sigma),
        ),
        Mistake(
            "the weights upside down",
            "The weights grow with sigma here: the worst measurements count the most. A weight is the inverse of the "
            "variance.",
            _weighted(lambda sigma: sigma**2),
        ),
        Mistake(
            "unweighted",
            "The errors have no effect on these coefficients: this is ordinary least squares.",
            _weighted(np.ones_like),
        ),
        Mistake(
            "covariance without the errors",
            "The coefficients are right, but the covariance is (X'X)^-1, which knows nothing of sigma. With the "
            "weights in the middle it has the units of the coefficients squared.",
            _weighted(lambda s: s**-2, lambda X, y, s, w, C: np.linalg.inv(X.T @ X)),
        ),
        Mistake(
            "the information, not the covariance",
            "The second array is X' W X, the information that the data hold about w. The covariance is its inverse.",
            _weighted(lambda s: s**-2, lambda X, y, s, w, C: np.linalg.inv(C)),
        ),
        Mistake(
            "errors in place of the covariance",
            "The second array has the standard errors, the square roots of the diagonal. Asked for is the whole (d, d) "
            "covariance: a band of the fitted curve needs the correlations.",
            _weighted(lambda s: s**-2, lambda X, y, s, w, C: np.sqrt(np.diag(C))),
        ),
        Mistake(
            "rescaled by chi-square",
            "The covariance was multiplied by chi-square per degree of freedom. That is for errors known only up to a "
            "factor (scipy's absolute_sigma=False); here sigma is measured and stands as it is.",
            _weighted(
                lambda s: s**-2,
                lambda X, y, s, w, C: C * (((y - X @ w) / s) ** 2).sum() / max(len(y) - len(w), 1),
            ),
        ),
    ),
    hints=(
        "Divide each equation by its error: then all have error 1, and ordinary least squares is right again.",
        "With W = diag(1/sigma^2):  (X' W X) w = X' W y,  and the covariance of w is (X' W X)^-1.",
        "Scale the rows by `sigma[:, None]`; the n-by-n matrix W never has to be built.",
    ),
    second_solution=_by_whitening,
    equivalent_mutants=("return (covariance @ (A.T @ b), covariance) -> return (A.T @ b @ covariance, covariance)",),
)


def _scaling_inputs(rng, size):
    n, d = shape(rng, size, at_least=2)
    train = np.round(numbers(rng, n, d)) / 2 + rng.integers(0, 5)  # halves: a mean of equal ones is exact
    return {"X_train": train, "X_test": numbers(rng, int(rng.integers(1, 3 + size)), d)}


def _scaling_large(rng):
    return {"X_train": rng.normal(size=(20_000, 30)), "X_test": rng.normal(size=(5_000, 30))}


def _by_moments(X_train, X_test):
    n = len(X_train)
    mean = np.add.reduce(X_train) / n
    deviation = np.array([np.sqrt(sum((x - m) ** 2 for x in column) / n) for column, m in zip(X_train.T, mean)])
    deviation[[np.ptp(column) == 0 for column in X_train.T]] = 1.0
    return np.divide(X_train - mean, deviation), np.divide(X_test - mean, deviation)


def _scaled_by(centre, scale):
    """Both sets scaled with centre(train, test) and scale(train, test); a scale of 0 counts as 1."""

    def scaling(X_train, X_test):
        m, s = centre(X_train, X_test), np.asarray(scale(X_train, X_test))
        s = np.where(s == 0, 1.0, s)
        return (X_train - m) / s, (X_test - m) / s

    return scaling


def _each_by_itself(X_train, X_test):
    alone = _scaled_by(lambda A, B: A.mean(axis=0), lambda A, B: A.std(axis=0))
    return alone(X_train, X_train)[0], alone(X_test, X_test)[0]


STANDARDIZE = Exercise(
    function=standardize,
    points=2,
    inputs=_scaling_inputs,
    large=_scaling_large,
    edges={
        "one row to test": {"X_train": np.array([[0.0], [2.0]]), "X_test": np.array([[3.0]])},
        "a constant feature": {"X_train": np.array([[1.0, 5.0], [3.0, 5.0]]), "X_test": np.array([[2.0, 7.0]])},
        "one row to train": {"X_train": np.array([[4.0, 1.0]]), "X_test": np.array([[5.0, 3.0]])},
    },
    stable={
        "a feature in large units": {
            "X_train": np.array([[1e6, 1.0], [3e6, 2.0], [2e6, 6.0]]),
            "X_test": np.array([[2.5e6, 0.0]]),
        },
        "a small spread on a large mean": {
            "X_train": np.array([[1e6], [1e6 + 1], [1e6 + 2]]),
            "X_test": np.array([[1e6 + 3]]),
        },
    },
    mistakes=(
        Mistake(
            "test data in the scaling",
            "Mean and deviation were taken over training and test rows together. Then the test set has helped to make "
            "the model, and its error is no longer that of new data: a leak.",
            _scaled_by(
                lambda A, B: np.vstack([A, B]).mean(axis=0),
                lambda A, B: np.vstack([A, B]).std(axis=0),
            ),
        ),
        Mistake(
            "the test set by its own scale",
            "The test rows were scaled with their own mean and deviation. The model learns in the units of the "
            "training set; a new house must be measured in the same units, even when it comes alone.",
            _each_by_itself,
        ),
        Mistake(
            "n - 1",
            "The deviation was taken with n - 1. The convention here (and of scikit-learn's StandardScaler) is 1/n.",
            _scaled_by(lambda A, B: A.mean(axis=0), lambda A, B: A.std(axis=0) * np.sqrt(len(A) / max(len(A) - 1, 1))),
        ),
        Mistake(
            "divided by the variance",
            "Divided by the variance, which has the unit squared. Divide by its root, the standard deviation, and the "
            "scaled feature is a pure number.",
            _scaled_by(lambda A, B: A.mean(axis=0), lambda A, B: A.var(axis=0)),
        ),
        Mistake(
            "one scale for all features",
            "One mean and one deviation were taken over the whole table. Each feature has its own unit, so each column "
            "needs its own: axis=0.",
            _scaled_by(lambda A, B: A.mean(), lambda A, B: A.std()),
        ),
        Mistake(
            "not centred",
            "The deviation was divided out, but the mean was not subtracted first.",
            _scaled_by(lambda A, B: 0.0, lambda A, B: A.std(axis=0)),
        ),
    ),
    hints=(
        "Whatever is learnt from data is learnt from the training data, and a mean is learnt too.",
        "(x - m_j) / s_j for every row of both sets, with m_j and s_j of column j of the training set.",
        "`X_train.mean(axis=0)`, `X_train.std(axis=0)`; a deviation of 0 is to be replaced by 1 (`np.where`).",
    ),
    second_solution=_by_moments,
    equivalent_mutants=(
        "scale = np.where((X_train == X_train[0]).all(axis=0), 1.0, deviation) -> scale = np.where((X_train == "
        "X_train[-1]).all(axis=0), 1.0, deviation)",
    ),
)
