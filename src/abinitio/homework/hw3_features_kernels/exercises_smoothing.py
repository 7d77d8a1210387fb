"""The exercise on kernel smoothing: the Nadaraya-Watson estimator, also far from all samples."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw3_features_kernels.exercise_inputs import halves, table, two_tables
from abinitio.kernels.smoothing import nadaraya_watson


def _queries_and_samples(rng, size):
    queries, X = two_tables(rng, size)
    k = () if rng.random() < 0.7 else (int(rng.integers(1, 4)),)
    return {"queries": queries, "X": X, "y": halves(rng, len(X), *k), "bandwidth": float(rng.choice([0.5, 1.0, 2.0]))}


def the_curve_stays_between_the_targets(curve, queries, X, y, bandwidth):
    """A mean lies between the smallest and the largest of the targets."""
    slack = 1e-6 * (1 + np.abs(y).max())
    return bool((curve >= y.min(axis=0) - slack).all() and (curve <= y.max(axis=0) + slack).all())


def _squares(queries, X):
    return ((queries[:, None, :] - X) ** 2).sum(axis=2)


def _over(numerator, denominator):
    """Row i of the numerator over entry i of the denominator."""
    return numerator / (denominator if numerator.ndim == 1 else denominator[:, None])


def _smooth(
    exponent=lambda squares, h: -squares / (2 * h**2),
    shift=lambda e: e.max(axis=1, keepdims=True),
    mean=lambda W, y: _over(W @ y, W.sum(axis=1)),
):
    """A smoother with one wrong part: the exponent, what is subtracted from it, or the mean with weights W."""

    def curve(queries, X, y, bandwidth):
        e = exponent(_squares(queries, X), bandwidth)
        return mean(np.exp(e - shift(e)), y)

    return curve


def _query_by_query(queries, X, y, bandwidth):
    curve = []
    for q in queries:
        e = np.array([np.sum((q - x) ** 2) for x in X]) / (2 * bandwidth**2)
        shares = [1 / np.sum(np.exp(share - e)) for share in e]  # e^-a / sum e^-b = 1 / sum e^(a - b)
        curve.append(sum(share * target for share, target in zip(shares, y)))
    return np.array(curve)


def _far(W, y, otherwise):
    total = W.sum(axis=1)
    found = total > 0
    curve = np.full((len(W), *y.shape[1:]), 1.0) * otherwise
    curve[found] = _over(W[found] @ y, total[found])
    return curve


PAIR = {"X": table([[-1], [1]]), "y": table([2, 4])}

NADARAYA_WATSON = Exercise(
    function=nadaraya_watson,
    points=2,
    inputs=_queries_and_samples,
    holds=(the_curve_stays_between_the_targets,),
    large=lambda rng: {
        "queries": rng.normal(size=(200, 5)),
        "X": rng.normal(size=(300, 5)),
        "y": rng.normal(size=300),
        "bandwidth": 0.5,
    },
    edges={
        "half-way": {**PAIR, "queries": table([[0]]), "bandwidth": 1.0},
        "one sample": {"queries": table([[0], [2]]), "X": table([[1]]), "y": table([3]), "bandwidth": 0.5},
        "a query at a sample": {**PAIR, "queries": table([[1]]), "bandwidth": 2.0},
        "two targets": {"queries": table([[0], [1], [2]]), **PAIR, "y": table([[2, 0], [4, 1]]), "bandwidth": 1.0},
        "as many targets as queries": {
            "queries": table([[0], [0.5]]),
            **PAIR,
            "y": table([[2, 0], [4, 1]]),
            "bandwidth": 1.0,
        },
        "as many queries as samples": {**PAIR, "queries": table([[0], [3]]), "bandwidth": 1.0},
        "a narrow kernel": {**PAIR, "queries": table([[0.5]]), "bandwidth": 0.25},
        "a wide kernel": {**PAIR, "queries": table([[0.5]]), "bandwidth": 10.0},
    },
    stable={
        "far from all samples": {**PAIR, "queries": table([[1000]]), "bandwidth": 1.0},
        "rather far from all samples": {**PAIR, "queries": table([[9]]), "bandwidth": 1.0},
        "one query near, one far": {**PAIR, "queries": table([[0], [-1000]]), "bandwidth": 1.0},
        "far from all, half-way": {
            "queries": table([[0, 500]]),
            "X": table([[-1, 0], [1, 0]]),
            "y": table([2, 4]),
            "bandwidth": 1.0,
        },
        "far from all, two targets": {
            **PAIR,
            "queries": table([[500], [1]]),
            "y": table([[2, 0], [4, 1]]),
            "bandwidth": 1.0,
        },
    },
    mistakes=(
        Mistake(
            "the weights are not normalised",
            "The kernel values were used as weights as they are. A mean divides by the sum of its weights.",
            _smooth(shift=lambda e: 0.0, mean=lambda W, y: W @ y),
        ),
        Mistake(
            "divided by n",
            "The weighted sum was divided by the number of samples. A weighted mean divides by the sum of the weights.",
            _smooth(shift=lambda e: 0.0, mean=lambda W, y: W @ y / len(y)),
        ),
        Mistake(
            "normalised over the queries",
            "The weights of each sample sum to 1 over the queries. For each query they have to sum to 1 over the "
            "samples.",
            _smooth(shift=lambda e: 0.0, mean=lambda W, y: (W / W.sum(axis=0)) @ y),
        ),
        Mistake(
            "the sum lost its axis",
            "The sums of the weights have shape (m,), which NumPy does not divide into (m, k) row by row. Keep the "
            "axis: keepdims=True.",
            _smooth(mean=lambda W, y: W @ y / W.sum(axis=1)),
        ),
        Mistake(
            "no 2 in the exponent",
            "The exponent is |q - x|^2 / h^2. With the standard deviation h it has 2 h^2 below.",
            _smooth(exponent=lambda squares, h: -squares / h**2),
        ),
        Mistake(
            "the bandwidth is not squared",
            "The exponent is |q - x|^2 / 2h, which has a unit: the bandwidth is squared like the distance.",
            _smooth(exponent=lambda squares, h: -squares / (2 * h)),
        ),
        Mistake(
            "the bandwidth taken for gamma",
            "The bandwidth multiplies the squares. It is a length, the standard deviation: a larger one makes a wider "
            "kernel.",
            _smooth(exponent=lambda squares, h: -squares * h),
        ),
        Mistake(
            "the distance is not squared",
            "The exponent has the distance in place of its square.",
            _smooth(exponent=lambda squares, h: -np.sqrt(squares) / (2 * h**2)),
        ),
        Mistake(
            "no minus sign",
            "The far samples have the large weights.",
            _smooth(exponent=lambda squares, h: squares / (2 * h**2)),
        ),
        Mistake(
            "the nearest sample only",
            "The target of the nearest sample was taken: that is the limit of a small bandwidth.",
            lambda queries, X, y, bandwidth: y[_squares(queries, X).argmin(axis=1)],
        ),
        Mistake(
            "0/0 far from all samples",
            "Far from all samples every exponential underflows to 0, and 0/0 is not a number. A factor that all "
            "weights of a query share cancels in the mean: choose it such that the nearest sample has weight 1.",
            _smooth(shift=lambda e: 0.0),
        ),
        Mistake(
            "one shift for all queries",
            "The largest exponent of the whole table was subtracted. A query that is far from all samples is left with "
            "zeros only: each query has its own nearest sample.",
            _smooth(shift=lambda e: e.max()),
        ),
        Mistake(
            "a small number in the denominator",
            "A small constant was added to the sum of the weights. Far from the samples it is larger than the sum, and "
            "the curve falls to 0. A factor that all weights of a query share cancels: use that.",
            _smooth(shift=lambda e: 0.0, mean=lambda W, y: _over(W @ y, W.sum(axis=1) + 1e-12)),
        ),
        Mistake(
            "zero far from all samples",
            "Where all exponentials underflow the answer was set to 0. The mean exists there too, and is near the "
            "target of the nearest sample.",
            _smooth(shift=lambda e: 0.0, mean=lambda W, y: _far(W, y, 0.0)),
        ),
        Mistake(
            "the mean of all far from all samples",
            "Where all exponentials underflow the answer was set to the mean of all targets. The weighted mean exists "
            "there too, and is near the target of the nearest sample.",
            _smooth(shift=lambda e: 0.0, mean=lambda W, y: _far(W, y, y.mean(axis=0))),
        ),
    ),
    hints=(
        "A weighted mean: the weights fall off with the distance like a Gaussian, and sum to 1 for each query.",
        "f(q) = sum_i w_i y_i / sum_i w_i with w_i = exp(-(|q - x_i|^2 - m) / 2h^2), where any m is right, and "
        "m = min_i |q - x_i|^2 is safe.",
        "`squared_distances` of `abinitio.neighbors.distances` gives all |q - x|^2; divide the weights by "
        "`W.sum(axis=1, keepdims=True)`, then one matrix product with y.",
    ),
    second_solution=_query_by_query,
)
