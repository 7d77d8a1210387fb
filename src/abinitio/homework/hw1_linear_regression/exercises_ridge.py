"""Exercises on ridge regression: its coefficients and its leave-one-out error."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw1_linear_regression.exercise_inputs import (
    CENTRED,
    big_centred,
    centred,
    columns_have_mean_zero,
    penalty,
    regression,
)
from abinitio.linear_model.ridge import ridge_coefficients, ridge_leave_one_out


def _ridge_inputs(rng, size):
    return {**centred(rng, size), "alpha": penalty(rng)}


def _augmented_least_squares(X, y, alpha):
    d = X.shape[1]
    rows, targets = np.vstack([X, np.sqrt(alpha) * np.eye(d)]), np.concatenate([y, np.zeros(d)])
    return np.linalg.lstsq(rows, targets, rcond=None)[0]


def _ridge(matrix):
    """Ridge with a wrong matrix in place of X'X + alpha 1: matrix(X, alpha) of shape (d, d)."""
    return lambda X, y, alpha: np.linalg.lstsq(matrix(X, alpha), X.T @ y, rcond=None)[0]


RIDGE_COEFFICIENTS = Exercise(
    function=ridge_coefficients,
    points=2,
    inputs=_ridge_inputs,
    valid=columns_have_mean_zero,
    large=lambda rng: {**big_centred(rng, 20_000, 30), "alpha": 10.0},
    edges={
        "one feature": {"X": np.array([[1.0], [-1.0]]), "y": np.array([2.0, -2.0]), "alpha": 1.0},
        "more features than samples": {
            "X": np.array([[1.0, 2.0, 0.0], [-1.0, -2.0, 0.0]]),
            "y": np.array([1.0, -1.0]),
            "alpha": 0.5,
        },
        "two equal columns": {"X": np.array([[1.0, 1.0], [-1.0, -1.0]]), "y": np.array([3.0, -3.0]), "alpha": 2.0},
        "a column of zeros": {"X": np.array([[1.0, 0.0], [-1.0, 0.0]]), "y": np.array([3.0, -3.0]), "alpha": 2.0},
    },
    stable={
        "an enormous penalty": {**CENTRED, "alpha": 1e9},
        "features of very different size": {
            "X": np.array([[1e3, 2.0], [-2e3, 1.0], [1e3, -3.0]]),
            "y": np.array([1e4, -1e4, 0.0]),
            "alpha": 3.0,
        },
        "nearly parallel features": {
            "X": np.array([[1.0, 1.001], [-1.0, -0.999], [0.0, -0.002]]),
            "y": np.array([1.0, 1.0, -2.0]),
            "alpha": 1e-3,
        },
    },
    mistakes=(
        Mistake(
            "no penalty",
            "The penalty has no effect: these are the least-squares coefficients.",
            _ridge(lambda X, alpha: X.T @ X),
        ),
        Mistake(
            "n alpha",
            "The penalty is n times too large: this minimises the mean of the squared residuals plus alpha |w|^2. In "
            "scikit-learn's convention for ridge the squares are summed, not averaged.",
            _ridge(lambda X, alpha: X.T @ X + len(X) * alpha * np.eye(X.shape[1])),
        ),
        Mistake(
            "alpha / n",
            "The penalty is n times too small: alpha was divided by n, but X'X was not.",
            _ridge(lambda X, alpha: X.T @ X + alpha / len(X) * np.eye(X.shape[1])),
        ),
        Mistake(
            "alpha on every entry",
            "alpha was added to every entry of X'X: a number plus a matrix adds to all of it. The penalty |w|^2 "
            "couples no two weights, so alpha belongs on the diagonal only.",
            _ridge(lambda X, alpha: X.T @ X + alpha),
        ),
        Mistake(
            "the wrong sign",
            "alpha was subtracted from the diagonal: that rewards large weights, and near an eigenvalue of X'X they "
            "explode.",
            _ridge(lambda X, alpha: X.T @ X - alpha * np.eye(X.shape[1])),
        ),
        Mistake(
            "alpha squared",
            "The penalty enters as alpha squared. In the objective it is alpha |w|^2, so alpha comes to the first "
            "power.",
            _ridge(lambda X, alpha: X.T @ X + alpha**2 * np.eye(X.shape[1])),
        ),
        Mistake(
            "the intercept is penalised too",
            "A column of ones was added and its weight penalised with the others and returned. An intercept must not "
            "be shrunk: moving the zero of y should move the predictions with it. Centring X and y takes care of it.",
            lambda X, y, alpha: _augmented_least_squares(np.column_stack([X, np.ones(len(X))]), y, alpha),
        ),
    ),
    hints=(
        "Set the gradient of the objective to zero, as for least squares: the penalty adds one term.",
        "(X'X + alpha 1) w = X'y, with the d-by-d identity 1.",
        "`np.eye(X.shape[1])` is the identity; solve the system, do not invert.",
    ),
    second_solution=_augmented_least_squares,
)


def _loo_inputs(rng, size):
    count = 1 + int(rng.integers(0, 3))
    alphas = np.sort(rng.choice([0.5, 1.0, 2.0, 3.0, 5.0], count, replace=False))
    return {**regression(rng, size, at_least=2), "alphas": alphas}


def _refit_without_each(X, y, alphas):
    errors = np.zeros((len(alphas), len(y)))
    for i in range(len(y)):
        rest, others = np.delete(X, i, axis=0), np.delete(y, i)
        for k, alpha in enumerate(alphas):
            w = _augmented_least_squares(rest - rest.mean(axis=0), others - others.mean(), alpha)
            errors[k, i] = y[i] - others.mean() - (X[i] - rest.mean(axis=0)) @ w
    return (errors**2).mean(axis=1)


def _loo(score=lambda r, h: np.mean((r / (1 - h)) ** 2), centre=1.0, intercept=1.0):
    """The leave-one-out error with one wrong part: score(r, h) of residuals and leverages; centre = 0 does not centre
    the data; intercept = 0 leaves the intercept's 1/n out of the leverages."""

    def formula(X, y, alphas):
        X, y, scores = X - centre * X.mean(axis=0), y - centre * y.mean(), []
        for alpha in alphas:
            H = X @ np.linalg.solve(X.T @ X + alpha * np.eye(X.shape[1]), X.T)
            scores.append(score(y - H @ y, np.diag(H) + centre * intercept / len(y)))
        return np.array(scores)

    return formula


RIDGE_LEAVE_ONE_OUT = Exercise(
    function=ridge_leave_one_out,
    points=4,
    graduate=True,
    inputs=_loo_inputs,
    large=lambda rng: {**big_centred(rng, 400, 40), "alphas": np.geomspace(0.1, 100, 20)},
    edges={
        "one feature, one alpha": {
            "X": np.array([[1.0], [-1.0]]),
            "y": np.array([2.0, -2.0]),
            "alphas": np.array([1.0]),
        },
        "more features than samples": {
            "X": np.array([[1.0, 2.0, 0.0], [-1.0, -2.0, 0.0]]),
            "y": np.array([1.0, -1.0]),
            "alphas": np.array([0.5, 2.0]),
        },
    },
    stable={
        "an enormous penalty": {**CENTRED, "alphas": np.array([1.0, 1e9])},
        "large targets": {"X": CENTRED["X"], "y": 1e6 * CENTRED["y"], "alphas": np.array([0.5, 2.0])},
    },
    mistakes=(
        Mistake(
            "the training error",
            "This is the mean squared residual of the fit to all the data. The fit has seen each point that it is "
            "judged on; leaving the point out makes its residual larger by 1/(1 - h).",
            _loo(lambda r, h: np.mean(r**2)),
        ),
        Mistake(
            "divided once",
            "The squared residuals were divided by 1 - h once. It is the residual that grows by 1/(1 - h), so its "
            "square grows by the square of that.",
            _loo(lambda r, h: np.mean(r**2 / (1 - h))),
        ),
        Mistake(
            "the mean leverage",
            "Every residual was divided by the same, average 1 - h. That is generalised cross-validation, an "
            "approximation; the exact leave-one-out error uses each point's own leverage.",
            _loo(lambda r, h: np.mean(r**2) / (1 - h.mean()) ** 2),
        ),
        Mistake(
            "the intercept is not left out",
            "The leverages lack the intercept's share, 1/n: the mean of y was computed once, with the point that is "
            "left out. The intercept is fitted anew without it as well.",
            _loo(intercept=0.0),
        ),
        Mistake(
            "no intercept",
            "The data were not centred: the model here has an intercept, which is not penalised.",
            _loo(centre=0.0),
        ),
        Mistake(
            "1 + h",
            "The residual is divided by 1 + h, which makes it smaller. A point pulls the fit towards itself, so "
            "without it the residual is larger: divide by 1 - h.",
            _loo(lambda r, h: np.mean((r / (1 + h)) ** 2)),
        ),
        Mistake(
            "the sum",
            "The squared errors were summed. The mean is asked for, so that it can be compared with a mean squared "
            "error.",
            _loo(lambda r, h: np.sum((r / (1 - h)) ** 2)),
        ),
    ),
    hints=(
        "Taking one row out changes X'X by a matrix of rank one, so the fit without it follows from the fit with it.",
        "With centred X, y, H = 1/n + X (X'X + alpha 1)^-1 X' and r = y - Hy: the error at point i, left out, is "
        "r_i / (1 - H_ii); the 1/n is the leverage of the intercept.",
        "One SVD X = U S V' serves all alphas: X (X'X + alpha 1)^-1 X' = U diag(s^2 / (s^2 + alpha)) U'; of H only the "
        "diagonal is needed.",
    ),
    second_solution=_refit_without_each,
    equivalent_mutants=(
        "Xc, yc = (X - X.mean(axis=0), y - y.mean()) -> Xc, yc = (X.mean(axis=0) - X, y - y.mean())",
        "Xc, yc = (X - X.mean(axis=0), y - y.mean()) -> Xc, yc = (X - X.mean(axis=0), y.mean() - y)",
        "residuals = yc - filters * (U.T @ yc) @ U.T -> residuals = filters * (U.T @ yc) @ U.T - yc",
        "return np.mean((residuals / (1 - leverages)) ** 2, axis=1) -> return np.mean((residuals / (leverages - 1)) "
        "** 2, axis=1)",
    ),
)
