"""Exercises on features and their kernels: the quadratic feature map, and the Gaussian kernel."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw3_features_kernels.exercise_inputs import columns, halves, rows, table, two_tables
from abinitio.kernels.features import quadratic_features
from abinitio.kernels.functions import gaussian_kernel


def _points_and_constant(rng, size):
    X = halves(rng, rows(rng, size // 2), columns(rng, size))
    return {"X": X, "coef0": float(rng.choice([0.0, 0.5, 1.0, 2.0, 3.0]))}


def inner_products_are_the_quadratic_kernel(Phi, X, coef0):
    """The inner products of the features are the kernel (x.x' + c)^2."""
    return bool(np.allclose(Phi @ Phi.T, (X @ X.T + coef0) ** 2, rtol=1e-5))


def _features(
    constant=lambda c: c,
    linear=lambda X, c: np.sqrt(2 * c) * X,
    square=lambda x: x * x,
    cross=lambda x, z: np.sqrt(2) * x * z,
    order=lambda first, linear, squares, crosses, products: [first, linear, products],
):
    """The features with one wrong part: the constant, the linear features, squares, cross terms, or their order."""

    def features(X, coef0):
        d = X.shape[1]
        first = np.full((len(X), 1), constant(coef0))
        pairs = [(a, b) for a in range(d) for b in range(a, d)]
        products = {(a, b): square(X[:, a]) if a == b else cross(X[:, a], X[:, b]) for a, b in pairs}
        squares, crosses = ([f for (a, b), f in products.items() if (a == b) == same] for same in (True, False))
        tables = [np.array(part).reshape(-1, len(X)).T for part in (squares, crosses, list(products.values()))]
        return np.hstack(order(first, linear(X, coef0), *tables))

    return features


def _by_hand(X, coef0):
    """Feature by feature: the square of (c + x_1 + ... + x_d) multiplied out, each pair of factors once."""
    features = []
    for x in X.tolist():
        row = [coef0, *((2 * coef0) ** 0.5 * value for value in x)]
        for a, first in enumerate(x):
            row += [first**2, *(2**0.5 * first * second for second in x[a + 1 :])]
        features.append(row)
    return np.array(features)


QUADRATIC_FEATURES = Exercise(
    function=quadratic_features,
    points=2,
    inputs=_points_and_constant,
    holds=(inner_products_are_the_quadratic_kernel,),
    large=lambda rng: {"X": rng.normal(size=(1000, 30)), "coef0": 1.0},
    edges={
        "no constant": {"X": table([[1, 2], [0.5, -1]]), "coef0": 0.0},
        "one feature": {"X": table([[3], [-2]]), "coef0": 2.0},
        "one point": {"X": table([[1, 2, 3]]), "coef0": 1.0},
        "as many points as features": {"X": table([[1, 2], [3, 4]]), "coef0": 0.5},
        "four features": {"X": table([[1, 2, 3, 5], [-1, 0, 2, 0.5]]), "coef0": 3.0},
    },
    mistakes=(
        Mistake(
            "the cross terms without their root of 2",
            "x_a x_b occurs twice in the square of x.x', as ab and as ba. One feature has to stand for both: its "
            "square, not itself, is to be doubled, so it carries the factor sqrt(2).",
            _features(cross=lambda x, z: x * z),
        ),
        Mistake(
            "a factor 2 on the cross terms",
            "The kernel has 2 x_a x_b x'_a x'_b, and of that factor 2 each of the two points takes its root.",
            _features(cross=lambda x, z: 2 * x * z),
        ),
        Mistake(
            "a root of 2 on the squares too",
            "x_a^2 occurs once in the square of x.x', and needs no factor. Only the products of two different features "
            "occur twice.",
            _features(square=lambda x: np.sqrt(2) * x * x),
        ),
        Mistake(
            "every cross term twice",
            "Both x_a x_b and x_b x_a are among the features. The kernel comes out right, but the two are the same "
            "number: keep one, and give it the factor sqrt(2).",
            lambda X, coef0: np.hstack(
                [np.full((len(X), 1), coef0), np.sqrt(2 * coef0) * X, *(X[:, [a]] * X for a in range(X.shape[1]))]
            ),
        ),
        Mistake(
            "the constant is forgotten",
            "There is no feature for c^2, the constant term of the kernel: without it a function of these features "
            "is always 0 at the origin.",
            _features(order=lambda first, linear, squares, crosses, products: [linear, products]),
        ),
        Mistake(
            "the constant is 1",
            "A feature 1 adds 1 to every kernel value, and c^2 is wanted: the feature is c.",
            _features(constant=lambda c: 1.0),
        ),
        Mistake(
            "the root of the constant",
            "A feature sqrt(c) adds c to every kernel value, and c^2 is wanted: the feature is c.",
            _features(constant=np.sqrt),
        ),
        Mistake(
            "the linear features are forgotten",
            "(x.x' + c)^2 has the term 2 c x.x': d features are missing. Without them every function of the features "
            "is the same at x and at -x.",
            _features(order=lambda first, linear, squares, crosses, products: [first, products]),
        ),
        Mistake(
            "x itself in place of sqrt(2c) x",
            "The linear features are x, without a factor. The kernel has the term 2 c x.x': half of that factor, its "
            "root, belongs to each point.",
            _features(linear=lambda X, c: X),
        ),
        Mistake(
            "sqrt(2) x in place of sqrt(2c) x",
            "The linear features do not depend on c. In the kernel they are the term 2 c x.x'.",
            _features(linear=lambda X, c: np.sqrt(2) * X),
        ),
        Mistake(
            "sqrt(c) x in place of sqrt(2c) x",
            "The linear features give c x.x', half of what the kernel has: like the cross terms they occur twice.",
            _features(linear=lambda X, c: np.sqrt(c) * X),
        ),
        Mistake(
            "2c x in place of sqrt(2c) x",
            "The factor 2c of the kernel was given to both points, so that it counts twice. Each takes its root.",
            _features(linear=lambda X, c: 2 * c * X),
        ),
        Mistake(
            "the squares are forgotten",
            "The products of different features are there, x_a^2 is not.",
            _features(order=lambda first, linear, squares, crosses, products: [first, linear, crosses]),
        ),
        Mistake(
            "the cross terms are forgotten",
            "Only squares are there. Their inner product is the sum of (x_a x'_a)^2, not the square of the sum.",
            _features(order=lambda first, linear, squares, crosses, products: [first, linear, squares]),
        ),
        Mistake(
            "first all squares, then the cross terms",
            "The features are right but in another order. Each square is followed by the cross terms that begin with "
            "the same x_a: 11, 12, 13, 22, 23, 33.",
            _features(order=lambda first, linear, squares, crosses, products: [first, linear, squares, crosses]),
        ),
        Mistake(
            "the constant comes last",
            "The features are right but in another order: the constant is the first one, then come x, then the "
            "products.",
            _features(order=lambda first, linear, squares, crosses, products: [linear, products, first]),
        ),
        Mistake(
            "the kernel in place of the features",
            "These are the values (x_i.x_j + c)^2, one for each pair of points. The task asks for the features of each "
            "point, whose inner products they are.",
            lambda X, coef0: (X @ X.T + coef0) ** 2,
        ),
    ),
    hints=(
        "Multiply (x.x' + c)^2 out, and sort: each term is a product of something of x with the same thing of x'.",
        "c^2 + sum_a 2c x_a x'_a + sum_a x_a^2 x'_a^2 + sum_(a<b) 2 x_a x_b x'_a x'_b, and each factor is shared as "
        "its root times its root.",
        "`np.triu_indices(d)` gives all pairs a <= b in the order that is asked for; `np.hstack` joins tables side by "
        "side.",
    ),
    second_solution=_by_hand,
)


def _two_tables_and_width(rng, size):
    X, Y = two_tables(rng, size)
    return {"X": X, "Y": Y, "gamma": float(rng.choice([0.25, 0.5, 1.0, 2.0]))}


def no_value_exceeds_one(K, X, Y, gamma):
    """No value exceeds 1, the value of a point with itself."""
    return bool((K <= 1).all())


def _differences(X, Y):
    return np.asarray(X, dtype=float)[:, None, :] - np.asarray(Y, dtype=float)


def _squares(X, Y):
    return (_differences(X, Y) ** 2).sum(axis=2)


def _expanded(X, Y):
    return (X**2).sum(axis=1)[:, None] + (Y**2).sum(axis=1) - 2 * X @ Y.T


def _gaussian(squares=_squares, value=lambda s, gamma: np.exp(-gamma * s)):
    """The kernel with one wrong part: squares(X, Y), or value(squares, gamma)."""
    return lambda X, Y, gamma: value(squares(X, Y), gamma)


def _axis_by_axis(X, Y, gamma):
    """A product of d kernels of one coordinate each."""
    K = np.ones((len(X), len(Y)))
    for x, y in zip(X.T, Y.T):
        K = K * np.exp(-gamma * np.subtract.outer(x, y) ** 2)
    return K


CORNERS = np.repeat([[0.3, -1.1, 2.3], [3.1, 1.7, -0.6], [-1.9, 0.7, 0.2]], 4, axis=0)
CLOSE = CORNERS + 1e-8 * (7 * np.arange(36).reshape(12, 3) % 11)

GAUSSIAN_KERNEL = Exercise(
    function=gaussian_kernel,
    points=2,
    inputs=_two_tables_and_width,
    holds=(no_value_exceeds_one,),
    large=lambda rng: {"X": rng.normal(size=(200, 40)), "Y": rng.normal(size=(300, 40)), "gamma": 0.02},
    edges={
        "a point with itself": {"X": table([[3, 4]]), "Y": table([[3, 4]]), "gamma": 2.0},
        "one feature": {"X": table([[0], [1], [3]]), "Y": table([[2], [-1]]), "gamma": 0.25},
        "one query": {"X": table([[0, 0, 0]]), "Y": table([[1, 2, 2], [0, 0, 3]]), "gamma": 0.25},
        "too far to see each other": {"X": table([[0, 0]]), "Y": table([[60, 80], [1, 0]]), "gamma": 1.0},
        "a table against itself": {"X": np.eye(4, 2), "Y": np.eye(4, 2), "gamma": 0.5},
    },
    stable={
        "far from the origin": {
            "X": 1e8 + table([[0, 0.5], [1, 0], [0.25, 0.75]]),
            "Y": 1e8 + table([[0, 0], [0.25, 1], [0.5, 0.5], [1, 1]]),
            "gamma": 1.0,
        },
        "points that nearly coincide": {"X": CLOSE, "Y": CLOSE, "gamma": 1.0},
        "a very narrow kernel": {"X": 1e-6 * table([[0, 1], [2, 3]]), "Y": 1e-6 * table([[1, 1]]), "gamma": 1e12},
        "a very wide kernel": {"X": 1e6 * table([[0, 1], [2, 3]]), "Y": 1e6 * table([[1, 1]]), "gamma": 1e-12},
    },
    mistakes=(
        Mistake(
            "gamma taken for the width",
            "gamma was used as the standard deviation h, in exp(-|x - x'|^2 / 2 h^2). Here gamma = 1 / 2h^2 stands in "
            "front of the square: a large gamma makes a narrow kernel.",
            _gaussian(value=lambda s, gamma: np.exp(-s / (2 * gamma**2))),
        ),
        Mistake(
            "divided by gamma",
            "The squares were divided by gamma; they are multiplied by it. Its unit is that of X to the power -2.",
            _gaussian(value=lambda s, gamma: np.exp(-s / gamma)),
        ),
        Mistake(
            "a factor 1/2 too many",
            "This is exp(-gamma |x - x'|^2 / 2). The 1/2 of the Gaussian is already in gamma = 1 / 2h^2.",
            _gaussian(value=lambda s, gamma: np.exp(-gamma * s / 2)),
        ),
        Mistake(
            "gamma squared",
            "This is exp(-gamma^2 |x - x'|^2). gamma has the unit of 1/x^2 already, and is not squared again.",
            _gaussian(value=lambda s, gamma: np.exp(-(gamma**2) * s)),
        ),
        Mistake(
            "the distance is not squared",
            "This is exp(-gamma |x - x'|): a kernel too, but one with a cusp at zero distance, the Matern kernel of "
            "nu = 1/2. The Gaussian has the square of the distance.",
            _gaussian(value=lambda s, gamma: np.exp(-gamma * np.sqrt(s))),
        ),
        Mistake(
            "absolute values in place of squares",
            "The absolute differences were added: this is the Laplace kernel.",
            _gaussian(squares=lambda X, Y: np.abs(_differences(X, Y)).sum(axis=2)),
        ),
        Mistake(
            "mean in place of sum",
            "The squares were averaged over the d features. By Pythagoras they add up.",
            _gaussian(squares=lambda X, Y: (_differences(X, Y) ** 2).mean(axis=2)),
        ),
        Mistake(
            "no minus sign",
            "The values grow with the distance. Points that are far apart have a kernel value near zero.",
            _gaussian(value=lambda s, gamma: np.exp(gamma * s)),
        ),
        Mistake(
            "no exponential",
            "This is the exponent alone.",
            _gaussian(value=lambda s, gamma: -gamma * s),
        ),
        Mistake(
            "a normalised density",
            "The factor (gamma / pi)^(d/2) makes the integral 1. A kernel is no density: its value for a point with "
            "itself is 1.",
            lambda X, Y, gamma: (gamma / np.pi) ** (X.shape[1] / 2) * np.exp(-gamma * _squares(X, Y)),
        ),
        Mistake(
            "rows and columns exchanged",
            "Row i must belong to row i of X and column j to row j of Y: this is the transpose.",
            lambda X, Y, gamma: np.exp(-gamma * _squares(Y, X)),
        ),
        Mistake(
            "row i with row i only",
            "Each row of X was compared with the row of Y of the same number. Every row of X has to meet every row of "
            "Y: m times n values.",
            lambda X, Y, gamma: np.exp(-gamma * ((X - Y) ** 2).sum(axis=1)),
        ),
        Mistake(
            "summed over the wrong axis",
            "The sum runs over the rows of Y. It has to run over the features, the last axis of the differences.",
            _gaussian(squares=lambda X, Y: (_differences(X, Y) ** 2).sum(axis=1)),
        ),
        Mistake(
            "each table centred by itself",
            "X and Y were shifted by different vectors, which moves the two sets of points against each other. Shift "
            "both by the same vector.",
            _gaussian(squares=lambda X, Y: _squares(X - X.mean(axis=0), Y - Y.mean(axis=0))),
        ),
        Mistake(
            "a small difference of large squares",
            "Far from the origin |x|^2 - 2 x.x' + |x'|^2 has rounding errors larger than |x - x'|^2; cutting at zero "
            "does not bring the digits back. The kernel does not depend on the origin: put it among the points first.",
            _gaussian(squares=_expanded),
        ),
        Mistake(
            "negative by rounding",
            "For points that nearly coincide the three terms of |x|^2 - 2 x.x' + |x'|^2 cancel, and rounding leaves a "
            "small number of either sign. A negative square makes a kernel above 1. Cut at zero.",
            _gaussian(squares=lambda X, Y: _expanded(X - Y[0], Y - Y[0])),
        ),
    ),
    hints=(
        "First all squared distances between a row of X and a row of Y; the rest is one exponential.",
        "K_ij = exp(-gamma sum_a (x_ia - y_ja)^2).",
        "`squared_distances` of `abinitio.neighbors.distances`, which you wrote in homework 2, may be used.",
    ),
    second_solution=_axis_by_axis,
)
