"""The exercise on locally linear regression."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw1_linear_regression.exercise_inputs import numbers
from abinitio.linear_model.local import local_linear


def _local_inputs(rng, size):
    n = int(rng.integers(2, 5 + size))
    x = np.sort(rng.choice(np.arange(0, 2 * n + 1), n, replace=False)) / 2.0
    queries = np.round(rng.uniform(0, n, int(rng.integers(1, 3 + size // 2))), 1)
    return {"queries": queries, "x": x, "y": numbers(rng, n), "bandwidth": float(rng.choice([0.5, 1.0, 2.0]))}


def _local_large(rng):
    x = np.sort(rng.uniform(0, 10, 400))
    return {"queries": np.linspace(0, 10, 400), "x": x, "y": np.sin(x) + rng.normal(size=400), "bandwidth": 0.5}


def distinct_positions(queries, x, y, bandwidth):
    """The positions x are all different."""
    return len(np.unique(x)) == len(x) >= 2


def _by_least_squares(queries, x, y, bandwidth):
    fitted = []
    for q in queries:
        root = np.exp(-(((x - q) / bandwidth) ** 2) / 4)  # the square root of the kernel weighs the equations
        design = np.column_stack([np.ones_like(x), x - q])
        fitted.append(np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0][0])
    return np.array(fitted)


def _local(weight=lambda u: np.exp(-(u**2) / 2), powers=2, root=np.sqrt, read=lambda c, q: c[0]):
    """Local fits with one wrong part: weight(u) of u = (x - q)/bandwidth, powers, root, and what read(c, q) takes."""

    def fit(queries, x, y, bandwidth):
        fitted = []
        for q in queries:
            k = root(weight((x - q) / bandwidth))
            design = ((x - q) ** np.arange(powers)[:, None]).T
            fitted.append(read(np.linalg.lstsq(design * k[:, None], y * k, rcond=None)[0], q))
        return np.array(fitted)

    return fit


def _bandwidth_not_squared(queries, x, y, bandwidth):
    return _local(weight=lambda u: np.exp(-(u**2) * bandwidth / 2))(queries, x, y, bandwidth)


LOCAL_LINEAR = Exercise(
    function=local_linear,
    points=3,
    inputs=_local_inputs,
    valid=distinct_positions,
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
            _local(weight=np.ones_like),
        ),
        Mistake(
            "a local constant",
            "This is the weighted mean of the neighbours (Nadaraya and Watson). Without the local slope it is biased "
            "at the ends of the data, where all neighbours lie on one side.",
            _local(powers=1),
        ),
        Mistake(
            "the bandwidth is not squared",
            "The distance was squared and the bandwidth was not, so the exponent has a unit. A Gaussian is exp(-u^2 / "
            "2) with u = (x - q) / bandwidth.",
            _bandwidth_not_squared,
        ),
        Mistake(
            "no 1/2 in the exponent",
            "The kernel is exp(-u^2) here, as if the bandwidth were smaller by the square root of 2.",
            _local(weight=lambda u: np.exp(-(u**2))),
        ),
        Mistake(
            "the weights are squared",
            "Rows and targets were multiplied by the kernel and then solved by least squares, which squares what it is "
            "given: the kernel counts twice. Multiply them by its square root.",
            _local(root=lambda k: k),
        ),
        Mistake(
            "read off in the wrong place",
            "The line was fitted in x - q and then evaluated at x = q, which adds slope times q. In x - q the value "
            "at the query is the intercept.",
            _local(read=lambda c, q: c[0] + c[1] * q),
        ),
    ),
    hints=(
        "At each query fit a straight line to the data, in which near points count more, and keep its value at the "
        "query.",
        "Minimise sum_i k_i (y_i - a - b (x_i - q))^2 with k_i = exp(-(x_i - q)^2 / (2 bandwidth^2)); the answer is a.",
        "Two unknowns: the weighted sums of 1, u, u^2, y and u y with u = x - q give a in closed form, for all "
        "queries at once with an (m, n) array of weights.",
    ),
    second_solution=_by_least_squares,
)
