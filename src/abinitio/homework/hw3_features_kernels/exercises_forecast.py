"""The exercise on forecasts: a time series as a table of the past and of what came after."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.linear_model.lagged import lagged_features


def _series(rng, size):
    lags, horizon = (int(number) for number in rng.integers(1, 3 + size // 3, 2))
    T = lags + horizon + int(rng.integers(0, 2 + size))
    return {"series": _different(rng, T), "lags": lags, "horizon": horizon}


def _different(rng, T):
    """T different multiples of 1/2: each value tells the moment that it belongs to."""
    return rng.permutation(2 * T)[:T] / 2


def all_values_differ(series, lags, horizon):
    """No two values are equal, so that each tells its moment, and at least one row is complete."""
    return len(np.unique(series)) == len(series) >= lags + horizon


def a_step_later_the_past_moves_by_one(answer, series, lags, horizon):
    """From one row to the next the time moves on: what was now in row i is one step ago in row i + 1."""
    X = answer[0]
    return bool(np.array_equal(X[1:, 1:], X[:-1, :-1]))


def what_is_the_future_now_is_the_present_later(answer, series, lags, horizon):
    """The target of a row is the present value of the row `horizon` further down, where there is one."""
    X, y = answer
    return bool(np.array_equal(y[:-horizon], X[horizon:, 0]))


def _moment_by_moment(series, lags, horizon):
    moments = [t for t in range(len(series)) if t >= lags - 1 and t + horizon < len(series)]
    X = np.zeros((len(moments), lags))
    for row, t in zip(X, moments):
        row[:] = [series[t - back] for back in range(lags)]
    return X, np.array([series[t + horizon] for t in moments], dtype=float)


def _lagged(
    moments=lambda T, lags, horizon: np.arange(lags - 1, T - horizon),
    past=lambda lags, horizon: np.arange(lags),
    ahead=lambda horizon: horizon,
    result=lambda X, y: (X, y),
):
    """The table with one wrong part: the moments of the rows, how long ago the features are, how far ahead the target,
    or what is returned. Before the first value comes the last one, after the last one the first."""

    def table(series, lags, horizon):
        T = len(series)
        now = moments(T, lags, horizon)
        X = series[(now[:, None] - past(lags, horizon)) % T]
        return result(X, series[(now + ahead(horizon)) % T])

    return table


def _zeros_before_the_start(series, lags, horizon):
    padded = np.concatenate([np.zeros(lags - 1), series])
    return _lagged()(padded, lags, horizon)


def _all_steps(series, lags, horizon):
    X, _ = _lagged()(series, lags, horizon)
    return X, series[np.arange(lags, lags + len(X))[:, None] + np.arange(horizon)]


def _from_a_list(series, lags, horizon):
    X, y = _moment_by_moment(series, lags, horizon)
    return np.array(X.tolist()), y


LAGGED_FEATURES = Exercise(
    function=lagged_features,
    points=2,
    inputs=_series,
    valid=all_values_differ,
    holds=(a_step_later_the_past_moves_by_one, what_is_the_future_now_is_the_present_later),
    large=lambda rng: {"series": rng.normal(size=50_000), "lags": 24, "horizon": 12},
    slowest=100.0,
    edges={
        "the shortest series with a row": {"series": np.array([3.0, 1.0, 4.0]), "lags": 2, "horizon": 1},
        "only the present": {"series": np.array([3.0, 1.0, 4.0, 2.0]), "lags": 1, "horizon": 1},
        "the past is longer than what is left": {"series": np.arange(1.0, 8.0), "lags": 5, "horizon": 1},
        "the horizon is longer than the past": {"series": np.arange(1.0, 8.0) ** 2, "lags": 2, "horizon": 4},
    },
    stable={
        "one value too few": {"series": np.array([3.0, 1.0, 4.0, 2.0]), "lags": 3, "horizon": 2},
        "much too short": {"series": np.array([3.0]), "lags": 3, "horizon": 2},
    },
    mistakes=(
        Mistake(
            "the future is among the features",
            "The rows end at the target itself, not at the moment of the forecast: what is to be forecast, or what "
            "comes shortly before it, is already known. Every score becomes wonderful, and no forecast can be made "
            "with it.",
            _lagged(past=lambda lags, horizon: np.arange(lags) - horizon),
        ),
        Mistake(
            "one step of the future",
            "The first feature is the value one step after the moment of the forecast. The newest value that is known "
            "is the present one.",
            _lagged(past=lambda lags, horizon: np.arange(lags) - 1),
        ),
        Mistake(
            "the order is turned round",
            "Each row holds the right values, the oldest first. Asked for is the present value first, then the one "
            "before it.",
            _lagged(past=lambda lags, horizon: np.arange(lags)[::-1]),
        ),
        Mistake(
            "the horizon is one step short",
            "The target is horizon - 1 steps ahead; with horizon = 1 that is the present value, the first feature. "
            "Count from the present value, not from the one after it.",
            _lagged(ahead=lambda horizon: horizon - 1),
        ),
        Mistake(
            "the horizon is one step short, and one row more",
            "The target is horizon - 1 steps ahead (with horizon = 1 the present value itself), and so one row more "
            "found its target.",
            _lagged(lambda T, lags, horizon: np.arange(lags - 1, T - horizon + 1), ahead=lambda horizon: horizon - 1),
        ),
        Mistake(
            "one step between",
            "The target is horizon + 1 steps after the first feature. Either the target is too late, or the present "
            "value is left out of the features: at the moment of the forecast it is known, and is the best of them.",
            _lagged(lambda T, lags, horizon: np.arange(lags - 1, T - horizon - 1), ahead=lambda horizon: horizon + 1),
        ),
        Mistake(
            "always one step ahead",
            "The target is the next value, whatever the horizon.",
            _lagged(lambda T, lags, horizon: np.arange(lags - 1, T - 1), ahead=lambda horizon: 1),
        ),
        Mistake(
            "the last row is missing",
            "The rows are right, and one is missing at the end: its target is the last value of the series. A range "
            "ends before its end.",
            _lagged(lambda T, lags, horizon: np.arange(lags - 1, T - horizon - 1)),
        ),
        Mistake(
            "the first row is missing",
            "The rows are right, and one is missing at the start: a full past needs lags values, the present one "
            "included.",
            _lagged(lambda T, lags, horizon: np.arange(lags, T - horizon)),
        ),
        Mistake(
            "the present and so many values before it",
            "Each row has lags + 1 values. The present one is one of the lags.",
            _lagged(
                lambda T, lags, horizon: np.arange(lags, T - horizon), past=lambda lags, horizon: np.arange(lags + 1)
            ),
        ),
        Mistake(
            "before the start comes the end",
            "The first rows have no full past, and a negative index, or np.roll, filled them with the last values of "
            "the series: the future. Leave these rows out.",
            _lagged(lambda T, lags, horizon: np.arange(T - horizon)),
        ),
        Mistake(
            "after the end comes the start",
            "The last rows have no known future, and np.roll gave them the first values of the series as targets. "
            "Leave these rows out.",
            _lagged(lambda T, lags, horizon: np.arange(lags - 1, T)),
        ),
        Mistake(
            "the series as a ring",
            "Every moment has a row: np.roll joins the end of the series to its start, so that the first rows know the "
            "future and the last ones are to forecast the past. Only rows with a full past and a known future count.",
            _lagged(lambda T, lags, horizon: np.arange(T)),
        ),
        Mistake(
            "zeros before the start",
            "The first rows have no full past and were filled with zeros, as if these had been measured. Leave these "
            "rows out.",
            _zeros_before_the_start,
        ),
        Mistake(
            "windows that do not overlap",
            "The windows follow one another, each with values of its own. A forecast can be made at every moment: move "
            "on by one step.",
            _lagged(lambda T, lags, horizon: np.arange(lags - 1, T - horizon, lags)),
        ),
        Mistake(
            "the latest moment first",
            "The rows are right, in the reverse order. The earliest moment comes first: a split in time counts on it.",
            _lagged(lambda T, lags, horizon: np.arange(lags - 1, T - horizon)[::-1]),
        ),
        Mistake(
            "moments in columns",
            "Each row is one lag, for all moments. Asked for is the transpose: each row one moment.",
            _lagged(result=lambda X, y: (X.T, y)),
        ),
        Mistake(
            "all steps up to the horizon",
            "The targets are the next `horizon` values. Only the last of them is asked for.",
            _all_steps,
        ),
        Mistake(
            "no rows, no columns",
            "No rows are left here, and an array made of an empty list has the shape (0,). A table of no rows still "
            "has its columns: (0, lags).",
            _from_a_list,
        ),
    ),
    hints=(
        "Stand at a moment t. Which values are known there, and which one is to be forecast? Which t have all of them?",
        "Row t: s_t, s_(t-1), ..., s_(t-lags+1), with the target s_(t+horizon), for t = lags - 1, ..., T - horizon - 1 "
        "(counted from 0).",
        "An array of indices picks them all at once: `t[:, None] - np.arange(lags)` is a table of indices, a row for "
        "each moment.",
    ),
    second_solution=_moment_by_moment,
)
