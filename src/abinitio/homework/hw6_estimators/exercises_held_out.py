"""The exercise on predictions for samples that nothing has seen: cross-validation done by hand."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw6_estimators.exercise_inputs_linear import halves, table
from abinitio.statistics.selection import held_out_predictions


def features_vary(X, y, alpha, parts):
    """No feature is constant on what is left without a part, and the penalty is positive."""
    return alpha > 0 and all(np.ptp(X[parts != part], axis=0).min(initial=np.inf) > 0 for part in np.unique(parts))


def _samples_in_parts(rng, size):
    n, d = int(rng.integers(4, 7 + size)), int(rng.integers(1, 2 + (size + 1) // 2))
    count = int(rng.integers(2, 3 + min(size, n - 3) // 2))
    case = {"alpha": float(rng.choice([0.5, 2.0, 3.0, 4.0]))}
    while True:  # until each part leaves features that vary
        case |= {"X": halves(rng, n, d), "y": rng.integers(-6, 11, n) / 2, "parts": rng.permutation(n) % count}
        if features_vary(**case):
            return {name: case[name] for name in ("X", "y", "alpha", "parts")}


def _others(X, y, parts, part):
    """What is seen of each sample of the other parts: Z (m, d), y (m,); and Z of the samples of this part."""
    train = parts != part
    centre, scale = X[train].mean(axis=0), X[train].std(axis=0)
    return (X[train] - centre) / scale, y[train], (X[~train] - centre) / scale


def slopes_are_as_small_as_the_penalty_asks(y_pred, X, y, alpha, parts):
    """No prediction is further from the mean of the other parts than |z| |y - mean| / (2 sqrt(alpha))."""
    for part in np.unique(parts) if alpha > 0 else []:
        _, others, Z = _others(X, y, parts, part)
        reach = np.linalg.norm(Z, axis=1) * np.linalg.norm(others - others.mean()) / (2 * np.sqrt(alpha))
        if (np.abs(y_pred[parts == part] - others.mean()) > reach * (1 + 1e-6) + 1e-7 * (1 + np.abs(y).max())).any():
            return False
    return True


def _ridge(Z, y, alpha):
    if not np.isfinite(Z).all():  # a feature that is constant in a part was divided by 0, say
        return np.full(Z.shape[1], np.nan)
    return np.linalg.lstsq(Z.T @ Z + alpha * np.eye(Z.shape[1]), Z.T @ y, rcond=1e-15)[0]


def _predictions(
    seen=lambda parts, part: parts != part,
    centre=lambda X, train: X[train].mean(axis=0),
    scale=lambda X, train: X[train].std(axis=0),
    mean=lambda y, train: y[train].mean(),
    penalty=lambda alpha, m: alpha,
    scaled=lambda X, test, centre, scale: (X[test] - centre) / scale,
    back=lambda y_pred, mean, y: mean + y_pred,
    numbers=np.unique,
):
    """Held-out predictions with one wrong part.

    seen(parts, part): which samples the fit sees; centre and scale of X and the mean of y, from all of them and which
    are seen; the penalty, of alpha and the number m of samples that are seen; the samples of the part, scaled; back to
    the unit of y; and the numbers of the parts.
    """

    def predictions(X, y, alpha, parts):
        y_pred = np.zeros(len(y))
        for part in numbers(parts):
            train, test = seen(parts, part), parts == part
            x0, s, y0 = centre(X, train), scale(X, train), mean(y, train)
            w = _ridge((X[train] - x0) / s, y[train] - y0, penalty(alpha, train.sum()))
            y_pred[test] = back(scaled(X, test, x0, s) @ w, y0, y[train])
        return y_pred

    return predictions


def _scaled_beforehand(X, y, alpha, parts):
    return _predictions(scale=lambda Z, train: np.ones(Z.shape[1]))(
        (X - X.mean(axis=0)) / X.std(axis=0), y, alpha, parts
    )


def _penalised_intercept(X, y, alpha, parts):
    y_pred = np.zeros(len(y))
    for part in np.unique(parts):
        Z, others, new = _others(X, y, parts, part)
        w = _ridge(np.column_stack([np.ones(len(Z)), Z]), others, alpha)
        y_pred[parts == part] = np.column_stack([np.ones(len(new)), new]) @ w
    return y_pred


def _one_by_one(X, y, alpha, parts):
    return _predictions()(X, y, alpha, np.arange(len(y)))


def _part_after_part(X, y, alpha, parts):
    y_pred = _predictions()(X, y, alpha, parts)
    return np.concatenate([y_pred[parts == part] for part in np.unique(parts)])


def _deviation_from_moments(X, train):
    return np.sqrt(np.mean(X[train] ** 2, axis=0) - X[train].mean(axis=0) ** 2)


def _sample_by_sample(X, y, alpha, parts):
    """For each sample, least squares with rows more for the penalty and a coefficient more for the intercept."""
    d, y_pred = X.shape[1], np.zeros(len(y))
    for i, x in enumerate(X):
        others = [j for j in range(len(y)) if parts[j] != parts[i]]
        centre = sum(X[j] for j in others) / len(others)
        scale = np.sqrt(sum((X[j] - centre) ** 2 for j in others) / len(others))
        rows = [np.append((X[j] - centre) / scale, 1.0) for j in others]
        rows += list(np.hstack([np.sqrt(alpha) * np.eye(d), np.zeros((d, 1))]))
        shift = y[others[0]]
        targets = np.append(y[others] - shift, np.zeros(d))
        y_pred[i] = shift + np.append((x - centre) / scale, 1.0) @ np.linalg.lstsq(np.array(rows), targets)[0]
    return y_pred


def _case(X, y, alpha, parts):
    return {"X": table(X), "y": table(y), "alpha": alpha, "parts": np.array(parts)}


def _large(rng):
    return {"X": rng.normal(size=(5000, 20)), "y": rng.normal(size=5000), "alpha": 3.0, "parts": np.arange(5000) % 10}


LINE = [[0], [2], [1], [4], [3]]
PLANE = table([[0, 1], [2, 0], [1, 3], [4, 1], [3, 2], [1, 1]])
VALUES = [1, -2, 3, 0.5, 4, 2]
THREE_PARTS = [0, 1, 2, 2, 1, 0]

HELD_OUT_PREDICTIONS = Exercise(
    function=held_out_predictions,
    points=3,
    inputs=_samples_in_parts,
    valid=features_vary,
    holds=(slopes_are_as_small_as_the_penalty_asks,),
    large=_large,
    edges={
        "two parts": _case(LINE, [1, 3, -2, 0, 4], 2.0, [0, 0, 1, 1, 1]),
        "each sample is a part": _case(LINE, [1, 3, -2, 0, 4], 0.5, [3, 1, 0, 4, 2]),
        "no penalty": _case(PLANE, VALUES, 0.0, THREE_PARTS),
        "values on a line, no penalty": _case(LINE, [1, 5, 3, 9, 7], 0.0, [0, 1, 0, 1, 1]),
        "numbers of the parts that are left out or negative": _case(PLANE, VALUES, 2.0, [7, -1, 3, 3, -1, 7]),
        "more features than samples": _case(
            [[1, 0, 2], [0, 2, 1], [1, 1, 0], [2, 3, 1]], [1, 2, -1, 3], 2.0, [0, 1, 1, 0]
        ),
        "values that are all the same": _case(LINE, [3, 3, 3, 3, 3], 2.0, [0, 1, 0, 1, 1]),
        "parts of different sizes": _case(PLANE, VALUES, 2.0, [0, 1, 1, 1, 0, 1]),
    },
    stable={
        "features in different units": _case(PLANE * [1e-6, 1e6], VALUES, 2.0, THREE_PARTS),
        "features far from 0": _case(PLANE + 2.0**27, VALUES, 2.0, THREE_PARTS),
        "values in another unit": _case(PLANE, 1e8 * table(VALUES), 2.0, THREE_PARTS),
        "a very large penalty": _case(PLANE, VALUES, 1e8, THREE_PARTS),
    },
    mistakes=(
        Mistake(
            "the part is in the scaling",
            "The features were standardised before the split. Their means and deviations then know the samples that "
            "are to be predicted: compute them anew, without each part.",
            _scaled_beforehand,
        ),
        Mistake(
            "the part is in the scaling and in the mean of y",
            "Means and deviations, those of y too, were computed once from all samples. They are part of the fit, and "
            "must not see what is predicted.",
            _predictions(
                centre=lambda X, train: X.mean(axis=0),
                scale=lambda X, train: X.std(axis=0),
                mean=lambda y, train: y.mean(),
            ),
        ),
        Mistake(
            "the part is in the mean of y",
            "The mean of y was computed from all samples: part of what is to be predicted was given away. It is the "
            "intercept, and fitted like the rest.",
            _predictions(mean=lambda y, train: y.mean()),
        ),
        Mistake(
            "the part is scaled with its own mean and deviation",
            "The samples that are predicted were standardised by themselves. The coefficients belong to the scale of "
            "the samples of the fit, and what else is predicted must not matter.",
            _predictions(scaled=lambda X, test, x0, s: (X[test] - X[test].mean(axis=0)) / X[test].std(axis=0)),
        ),
        Mistake(
            "the part is centred with its own mean",
            "The mean of the samples that are predicted was taken off them. They are moved like the samples of the "
            "fit, by their mean.",
            _predictions(scaled=lambda X, test, x0, s: (X[test] - X[test].mean(axis=0)) / s),
        ),
        Mistake(
            "the part is not centred",
            "The mean was not taken off the samples that are predicted. They are moved like those of the fit.",
            _predictions(scaled=lambda X, test, x0, s: X[test] / s),
        ),
        Mistake(
            "the part is not scaled",
            "The samples that are predicted were not divided by the deviations. The coefficients belong to scaled "
            "features.",
            _predictions(scaled=lambda X, test, x0, s: X[test] - x0),
        ),
        Mistake(
            "not fitted anew",
            "There is one fit, to all samples: each was seen before it was predicted.",
            _predictions(seen=lambda parts, part: np.full(len(parts), True)),
        ),
        Mistake(
            "fitted to the part itself",
            "Each part was predicted by a fit to itself: training and test set are exchanged.",
            _predictions(seen=lambda parts, part: parts == part),
        ),
        Mistake(
            "one sample left out at a time",
            "Only the sample itself was left out of the fit. All of its part is to be left out: samples of one part "
            "may tell of one another.",
            _one_by_one,
        ),
        Mistake(
            "no intercept",
            "The mean of y was not added to the predictions: they are relative to it.",
            _predictions(back=lambda y_pred, mean, y: y_pred),
        ),
        Mistake(
            "the intercept is penalised",
            "A column of ones was added and its weight penalised like the others, so that all predictions are drawn to "
            "0. Centring leaves the intercept free.",
            _penalised_intercept,
        ),
        Mistake(
            "in units of the deviation of y",
            "y was divided by its deviation, and the predictions not multiplied by it. They are asked for in the unit "
            "of y.",
            _predictions(back=lambda y_pred, mean, y: mean + y_pred / y.std()),
        ),
        Mistake(
            "alpha times the number of samples",
            "alpha was multiplied by the number of samples that the fit sees. That belongs to a loss that is a mean; "
            "here it is a sum.",
            _predictions(penalty=lambda alpha, m: alpha * m),
        ),
        Mistake(
            "no penalty",
            "These are the predictions of least squares: alpha has no effect.",
            _predictions(penalty=lambda alpha, m: 0.0),
        ),
        Mistake(
            "deviations with n - 1",
            "The deviations have 1/(n - 1). The task asks for 1/n; with a penalty it matters.",
            _predictions(scale=lambda X, train: X[train].std(axis=0, ddof=1)),
        ),
        Mistake(
            "not standardised",
            "The features were centred, and not divided by their deviations: the penalty then depends on their units.",
            _predictions(scale=lambda X, train: np.ones(X.shape[1])),
        ),
        Mistake(
            "part after part",
            "The predictions stand in the order of the parts. That of the samples is asked for.",
            _part_after_part,
        ),
        Mistake(
            "parts counted from 0",
            "The parts were taken for 0, 1, 2, ... . Any integers may name them: np.unique finds which.",
            _predictions(numbers=lambda parts: range(len(np.unique(parts)))),
        ),
        Mistake(
            "the variance as a difference",
            "The mean of the squares less the square of the mean is the variance, but far from 0 it is a small "
            "difference of large numbers, and all rounding.",
            _predictions(scale=_deviation_from_moments),
        ),
    ),
    hints=(
        "Write a function that sees only the samples of the other parts and gives all that predicts: means, "
        "deviations, coefficients. Then apply it to the part.",
        "z = (x - mean) / deviation, w = (Z'Z + alpha 1)^-1 Z'(y - mean y), prediction = mean y + z.w; mean, deviation "
        "and w from the other parts.",
        "`parts != part` is a mask that picks the samples of the fit, `y_pred[parts == part] = ...` puts the "
        "predictions in their places.",
    ),
    second_solution=_sample_by_sample,
    equivalent_mutants=(  # the same part again; the columns of Z sum to 0
        "for part in np.unique(parts): -> for part in parts:",
        "w = np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T @ (y[train] - mean)) -> "
        "w = np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T @ y[train])",
        "w = np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T @ (y[train] - mean)) -> "
        "w = np.linalg.solve(Z.T @ Z + alpha * np.eye(X.shape[1]), Z.T @ (y[train] + mean))",
    ),
)
