"""The exercise on squared distances: all pairs at once, far from the origin, in bytes."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.neighbors.distances import squared_distances


def _tables(rng, size):
    m, n, d = (int(rng.integers(1, 3 + reach)) for reach in (size // 2, size // 2, size // 3))
    return {"X": _decimals(rng, m, d), "Y": _decimals(rng, n, d)}


def _decimals(rng, *shape):
    return np.round(rng.normal(scale=2.0, size=shape), 1) + 0.0  # + 0.0: no minus zero


def no_squared_distance_is_negative(squares, X, Y):
    """A squared distance is never negative."""
    return bool((squares >= 0).all())


def whole_numbers_give_whole_numbers(squares, X, Y):
    """Between points with whole coordinates every squared distance is a whole number, exactly."""
    rounded = np.argwhere(squares != np.round(squares)).tolist()
    if not rounded or any((np.asarray(table) != np.round(table)).any() for table in (X, Y)):
        return True
    i, j = rounded[0]
    return f"entry ({i}, {j}) is {float(squares[i, j])!r}"


def differences(X, Y):
    """All differences of a row of X and a row of Y: (m, n, d)."""
    return np.asarray(X, dtype=float)[:, None, :] - np.asarray(Y, dtype=float)


def expanded(X, Y, cross=2.0, least=-np.inf):
    """|x|^2 + |y|^2 - cross x.y, where that is not below `least`: (m, n), with the rounding errors of that formula."""
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    return np.maximum((X**2).sum(axis=1)[:, None] + (Y**2).sum(axis=1) - cross * X @ Y.T, least)


def _row_by_row(X, Y, dtype=float):
    X, Y = np.asarray(X, dtype=dtype), np.asarray(Y, dtype=dtype)
    return np.array([((Y - x) ** 2).sum(axis=1) for x in X])


def _expanded_in_bytes(X, Y):
    return (X**2).sum(axis=1)[:, None] + (Y**2).sum(axis=1) - 2 * X @ Y.T


CORNERS = np.array([[0.3, -1.1, 2.3], [3.1, 1.7, -0.6], [-1.9, 0.7, 0.2]])
CORNERS_AGAIN, NUMBERS = np.repeat(CORNERS, 4, axis=0), 7 * np.arange(36).reshape(12, 3) % 11

SQUARED_DISTANCES = Exercise(
    function=squared_distances,
    points=3,
    inputs=_tables,
    holds=(no_squared_distance_is_negative, whole_numbers_give_whole_numbers),
    large=lambda rng: {"X": rng.normal(size=(200, 150)), "Y": rng.normal(size=(400, 150))},
    edges={
        "one point and itself": {"X": np.array([[3.0, 4.0]]), "Y": np.array([[3.0, 4.0]])},
        "one feature": {"X": np.array([[0.0], [1.0], [5.0]]), "Y": np.array([[2.0], [-1.0]])},
        "one query": {"X": np.array([[0.0, 0.0, 0.0]]), "Y": np.array([[1.0, 2.0, 2.0], [0.0, 0.0, 3.0]])},
        "more features than points": {"X": np.array([[1.0, 0.0, 2.0, 0.0]]), "Y": np.array([[0.0, 1.0, 0.0, 2.0]])},
        "a table against itself": {"X": np.eye(4, 2), "Y": np.eye(4, 2)},
    },
    stable={
        "grey values in bytes, dtype=np.uint8": {
            "X": np.array([[0, 255], [10, 20]], dtype=np.uint8),
            "Y": np.array([[255, 0], [20, 10], [10, 20]], dtype=np.uint8),
        },
        "some way from the origin": {
            "X": 1e3 + np.array([[0.1, 0.7], [1.3, 0.2]]),
            "Y": 1e3 + np.array([[0.4, 0.0], [0.2, 1.1], [3.0, 2.0]]),
        },
        "far from the origin": {
            "X": 1e8 + np.array([[0.0, 0.5], [1.0, 0.0], [0.25, 0.75]]),
            "Y": 1e8 + np.array([[0.0, 0.0], [0.25, 1.0], [0.5, 0.5], [1.0, 1.0]]),
        },
        "points that nearly coincide": {"X": CORNERS_AGAIN + 1e-8 * NUMBERS, "Y": CORNERS_AGAIN + 1e-8 * NUMBERS},
        "points close together, far from the origin": {
            "X": 2e5 + CORNERS_AGAIN + 1e-5 * NUMBERS,
            "Y": 2e5 + CORNERS_AGAIN + 1e-5 * NUMBERS,
        },
        "whole numbers": {
            "X": np.array([[1.0, 0.0, 2.0], [5.0, 3.0, 1.0], [0.0, 1.0, 1.0], [7.0, 2.0, 6.0], [4.0, 4.0, 1.0]]),
            "Y": np.array([[0.0, 1.0, 3.0], [2.0, 6.0, 1.0], [5.0, 0.0, 4.0]]),
        },
    },
    mistakes=(
        Mistake(
            "distances in place of their squares",
            "The root was taken. Squares are asked for: they order the neighbours in the same way, and cost no roots.",
            lambda X, Y: np.sqrt((differences(X, Y) ** 2).sum(axis=2)),
        ),
        Mistake(
            "the cross term counted once",
            "In |x - y|^2 = |x|^2 - 2 x.y + |y|^2 the cross term has a factor 2.",
            lambda X, Y: expanded(X, Y, cross=1.0),
        ),
        Mistake(
            "the sign of the cross term",
            "This is |x + y|^2, the squared distance to the mirror images -y.",
            lambda X, Y: expanded(X, Y, cross=-2.0),
        ),
        Mistake(
            "rows and columns exchanged",
            "Row i must belong to row i of X and column j to row j of Y: this is the transpose.",
            lambda X, Y: (differences(Y, X) ** 2).sum(axis=2),
        ),
        Mistake(
            "absolute values in place of squares",
            "The differences of the coordinates were added without squaring them: this is the Manhattan distance.",
            lambda X, Y: np.abs(differences(X, Y)).sum(axis=2),
        ),
        Mistake(
            "mean in place of sum",
            "The squares were averaged over the d coordinates. By Pythagoras they add up.",
            lambda X, Y: (differences(X, Y) ** 2).mean(axis=2),
        ),
        Mistake(
            "summed over the wrong axis",
            "The sum runs over the samples here. It has to run over the coordinates, the last axis of the differences.",
            lambda X, Y: (differences(X, Y) ** 2).sum(axis=1),
        ),
        Mistake(
            "|x|^2 as a row",
            "Without its second axis the array of the |x_i|^2 is added as a row, to the columns. |x_i|^2 belongs to "
            "row i: make it a column, with [:, None] or keepdims=True.",
            lambda X, Y: (X**2).sum(axis=1) + (Y**2).sum(axis=1) - 2 * X @ Y.T,
        ),
        Mistake(
            "row i with row i only",
            "Each row of X was compared with one row of Y, the one of the same number. Every row of X has to meet "
            "every row of Y: m times n distances.",
            lambda X, Y: ((np.asarray(X, dtype=float) - Y) ** 2).sum(axis=1),
        ),
        Mistake(
            "each table centred by itself",
            "X and Y were shifted by different vectors, and that moves the two sets of points against each other. "
            "Distances stay what they are only if both are shifted by the same vector.",
            lambda X, Y: expanded(X - np.mean(X, axis=0), Y - np.mean(Y, axis=0), least=0.0),
        ),
        Mistake(
            "a small difference of large squares",
            "Far from the origin |x|^2 and |y|^2 are huge, and their rounding errors are larger than |x - y|^2: it "
            "comes out wrong, even negative. Distances do not depend on the origin: put it among the points first.",
            expanded,
        ),
        Mistake(
            "a small difference of large squares, cut at zero",
            "Setting negative results to zero does not bring the digits back: far from the origin |x|^2 and |y|^2 "
            "have rounding errors larger than |x - y|^2. Distances do not depend on the origin: put it among the "
            "points first.",
            lambda X, Y: expanded(X, Y, least=0.0),
        ),
        Mistake(
            "single precision",
            "float32 keeps 7 digits: at 1000 a coordinate is known to 0.0001 only. Compute in float64.",
            lambda X, Y: _row_by_row(X, Y, dtype=np.float32),
        ),
        Mistake(
            "negative by rounding",
            "For points that nearly coincide the three terms cancel, and rounding leaves a small number of either "
            "sign. A negative square has no root: the distance would be nan. Cut at zero.",
            lambda X, Y: expanded(np.asarray(X, dtype=float) - Y[0], np.asarray(Y, dtype=float) - Y[0]),
        ),
        Mistake(
            "whole numbers rounded",
            "The origin was moved to a point such as the mean, whose coordinates are not whole: then equal distances "
            "come out different in the last digit, and who is the nearest neighbour is left to chance. Take one of "
            "the samples.",
            lambda X, Y: expanded(X - np.mean(Y, axis=0), Y - np.mean(Y, axis=0), least=0.0),
        ),
        Mistake(
            "bytes wrap around",
            "Unsigned bytes know nothing below 0 or above 255: 10 - 20 is 246 there. Convert to float before the "
            "first subtraction.",
            lambda X, Y: _row_by_row(X, Y, dtype=X.dtype),
        ),
        Mistake(
            "squares of bytes wrap around",
            "Unsigned bytes know nothing above 255: 20 * 20 is 144 there. Convert to float before the first square "
            "and before the product.",
            lambda X, Y: _expanded_in_bytes(X, Y) if X.dtype == np.uint8 else _row_by_row(X, Y),
        ),
        Mistake(
            "no negative bytes",
            "A factor -2 does not fit into unsigned bytes, which know nothing below 0 or above 255. Convert X and Y "
            "to float first.",
            lambda X, Y: _row_by_row(X, Y) + 0 * (-2 * X[0, 0]),
        ),
    ),
    hints=(
        "Multiply out |x - y|^2. Two of the three terms belong to one point each; the third is needed for all pairs.",
        "|x_i - y_j|^2 = |x_i|^2 - 2 x_i.y_j + |y_j|^2, and all the products x_i.y_j together are one matrix product.",
        "`(X**2).sum(axis=1)[:, None]` is a column, `(Y**2).sum(axis=1)` a row, and NumPy adds them to a table. "
        "Before, convert to float and take the same sample off both tables; after, look at what rounding can do near "
        "zero.",
    ),
    second_solution=_row_by_row,
    equivalent_mutants=(
        # any of the samples is an origin among the points
        *(
            f"centre = Y[((Y - Y.mean(axis=0)) ** 2).sum(axis=1).argmin()] -> centre = Y[{other}]"
            for other in (
                "((Y - Y.mean(axis=0)) ** 2).sum(axis=1).argmax()",
                "((Y - Y.mean(axis=0)) ** 2).sum().argmin()",
                "((Y - Y.mean(axis=0)) ** 2).mean(axis=1).argmin()",
                "((Y - Y.mean(axis=0)) * 2).sum(axis=1).argmin()",
                "(2 ** (Y - Y.mean(axis=0))).sum(axis=1).argmin()",
                "(Y ** 2).sum(axis=1).argmin()",
                "((Y + Y.mean(axis=0)) ** 2).sum(axis=1).argmin()",
                "((Y.mean(axis=0) - Y) ** 2).sum(axis=1).argmin()",
                "((Y - Y.mean(axis=0)) ** 3).sum(axis=1).argmin()",
                "((Y - Y.mean(axis=0)) ** 1).sum(axis=1).argmin()",
                "((Y - Y.mean()) ** 2).sum(axis=1).argmin()",
                "((Y - Y.sum(axis=0)) ** 2).sum(axis=1).argmin()",
            )
        ),
        # bytes minus floats are floats
        "X, Y = (np.asarray(X, dtype=float), np.asarray(Y, dtype=float)) -> X, Y = (np.asarray(X), np.asarray(Y, "
        "dtype=float))",
    ),
)
