"""The exercise on locally linear regression."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw1_linear_regression.exercise_inputs import numbers
from abinitio.linear_model.local import local_linear


def _local_inputs(rng, size):
    if size >= 3 and rng.random() < 0.4:
        return _plane_inputs(rng, size)
    n = int(rng.integers(2, 5 + size))
    x = np.cumsum(rng.choice([0.5, 1.0], n))
    queries = np.round(rng.uniform(x[0] - 0.5, x[-1] + 0.5, int(rng.integers(1, 3 + size // 2))), 1)
    return {"queries": queries, "x": x, "y": numbers(rng, n), "bandwidth": float(rng.choice([0.5, 1.0, 2.0]))}


def _plane_inputs(rng, size):
    while True:
        n, m = int(rng.integers(4, 6 + size)), int(rng.integers(1, 4))
        x, queries = np.round(rng.uniform(0, 3, (n, 2)), 1), np.round(rng.uniform(0, 3, (m, 2)), 1)
        inputs = {"queries": queries, "x": x, "y": numbers(rng, n), "bandwidth": float(rng.choice([1.0, 2.0]))}
        if every_query_determines_a_line(**inputs):
            return inputs


def _local_large(rng):
    x = np.sort(rng.uniform(0, 10, 400))
    return {"queries": np.linspace(0, 10, 400), "x": x, "y": np.sin(x) + rng.normal(size=400), "bandwidth": 0.5}


def _weighted_rows(x, q, bandwidth):
    """Rows (1, x - q) and their kernel relative to the nearest sample's, which cannot underflow for all of them."""
    u = np.reshape(x, (len(x), -1)) - q
    distance2 = (u**2).sum(axis=1)
    return np.column_stack([np.ones(len(u)), u]), np.exp((distance2.min() - distance2) / (2 * bandwidth**2))


def every_query_determines_a_line(queries, x, y, bandwidth):
    """At every query the samples that carry weight determine one line or plane."""
    weighted = (_weighted_rows(x, q, bandwidth) for q in queries)
    return all(np.linalg.cond(rows * np.sqrt(k)[:, None]) < 1e4 for rows, k in weighted)


def _by_least_squares(queries, x, y, bandwidth):
    fitted = []
    for q in queries:
        rows, kernel = _weighted_rows(x, q, bandwidth)
        Q, R = np.linalg.qr(rows * np.sqrt(kernel)[:, None])
        fitted.append(np.linalg.solve(R, Q.T @ (y * np.sqrt(kernel)))[0])
    return np.array(fitted)


def _local(weight=lambda k, h: k, slope=True, read=lambda c, q: c[0]):
    """Local fits with one wrong part: weight(k, h) of the right kernel k, no slope, what read(c, q) takes."""

    def fit(queries, x, y, bandwidth):
        fitted = []
        for q in queries:
            rows, kernel = _weighted_rows(x, q, bandwidth)
            rows, k = rows if slope else rows[:, :1], np.sqrt(weight(kernel, bandwidth))
            fitted.append(read(np.linalg.lstsq(rows * k[:, None], y * k, rcond=None)[0], q))
        return np.array(fitted)

    return fit


LOCAL_LINEAR = Exercise(
    function=local_linear,
    points=4,
    inputs=_local_inputs,
    valid=every_query_determines_a_line,
    large=_local_large,
    rtol=1e-5,
    atol=1e-7,
    edges={
        "two points": {
            "queries": np.array([0.5]),
            "x": np.array([0.0, 1.0]),
            "y": np.array([1.0, 3.0]),
            "bandwidth": 1.0,
        },
        "a straight line": {
            "queries": np.array([0.0, 1.5, 4.0]),
            "x": np.array([0.0, 1.0, 2.0, 4.0]),
            "y": np.array([1.0, 3.0, 5.0, 9.0]),
            "bandwidth": 1.0,
        },
        "two features": {
            "queries": np.array([[0.5, 0.5]]),
            "x": np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
            "y": np.array([1.0, 2.0, 0.0, 5.0]),
            "bandwidth": 1.0,
        },
        "outside the data": {
            "queries": np.array([-0.5, 3.5]),
            "x": np.array([0.0, 1.0, 3.0]),
            "y": np.array([1.0, 0.0, 2.0]),
            "bandwidth": 1.0,
        },
    },
    stable={
        "a very wide kernel": {
            "queries": np.array([1.0]),
            "x": np.array([0.0, 1.0, 3.0]),
            "y": np.array([1.0, 0.0, 2.0]),
            "bandwidth": 1e4,
        },
        "a query far from all samples, and a sample far from all others": {
            "queries": np.array([0.5, 41.0]),
            "x": np.array([0.0, 0.25, 0.5, -60.0]),
            "y": np.array([1.0, 0.0, 2.0, 1.0]),
            "bandwidth": 1.0,
        },
        "positions far from zero": {
            "queries": np.array([1001.0, 1002.5]),
            "x": np.array([1000.0, 1001.0, 1002.0, 1003.0]),
            "y": np.array([1.0, 0.0, 2.0, 1.0]),
            "bandwidth": 1.0,
        },
    },
    mistakes=(
        Mistake(
            "the kernel is not used",
            "All points count the same: this is one straight line through all the data, read off at the queries.",
            _local(weight=lambda k, h: np.ones_like(k)),
        ),
        Mistake(
            "a local constant",
            "This is the weighted mean of the neighbours (Nadaraya and Watson). Without the local slope it is biased "
            "at the ends of the data, where all neighbours lie on one side.",
            _local(slope=False),
        ),
        Mistake(
            "the bandwidth is not squared",
            "The distance was squared and the bandwidth was not, so the exponent has a unit. A Gaussian is exp(-u^2 / "
            "2) with u = (x - q) / bandwidth.",
            _local(weight=lambda k, h: k**h),
        ),
        Mistake(
            "the kernel is squared",
            "The kernel counts twice: exp(-u^2) in place of exp(-u^2 / 2). Either the 1/2 is missing in the exponent, "
            "or rows and targets were multiplied by the kernel and then solved by least squares, which squares what "
            "it is given: multiply them by its square root.",
            _local(weight=lambda k, h: k**2),
        ),
        Mistake(
            "read off in the wrong place",
            "The line was fitted in x - q and then evaluated at x = q, which adds slope times q. In x - q the value "
            "at the query is the intercept.",
            _local(read=lambda c, q: c[0] + np.sum(c[1:] * q)),
        ),
    ),
    hints=(
        "At each query fit a straight line to the data, in which near points count more, and keep its value at the "
        "query.",
        "Minimise sum_i k_i (y_i - a - b'(x_i - q))^2 with k_i = exp(-|x_i - q|^2 / (2 bandwidth^2)); the answer is a.",
        "Weighted least squares with the columns 1 and x - q, for each query. Far from all samples every k_i "
        "underflows to 0; only their ratios matter, so subtract the smallest |x_i - q|^2 from all of them before the "
        "exponential.",
    ),
    second_solution=_by_least_squares,
    equivalent_mutants=(
        "X, Q = (x.reshape(len(x), -1), queries.reshape(len(queries), -1)) "
        "-> X, Q = (x.reshape(len(x), -2), queries.reshape(len(queries), -1))",
        "X, Q = (x.reshape(len(x), -1), queries.reshape(len(queries), -1)) "
        "-> X, Q = (x.reshape(len(x), -1), queries.reshape(len(queries), -2))",
        "D = X.T - Q[:, :, None] -> D = Q[:, :, None] - X.T",
        "S, t = (KD @ D.swapaxes(1, 2), KD @ (y - y_mean[:, None])[:, :, None]) "
        "-> S, t = (KD @ D.swapaxes(2, 1), KD @ (y - y_mean[:, None])[:, :, None])",
        "S, t = (KD @ D.swapaxes(1, 2), KD @ (y - y_mean[:, None])[:, :, None]) "
        "-> S, t = (KD @ D.swapaxes(1, 2), KD @ (y + y_mean[:, None])[:, :, None])",
        "b = inverse_on_span(S, m[:, :, 0]) @ t -> b = inverse_on_span(S, m[:, :, -1]) @ t",
    ),
)
