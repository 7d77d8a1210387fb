"""Exercises on nearest neighbours: the nearest other samples, and the vote."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.homework.hw2_linear_classification.exercises_distances import differences, expanded
from abinitio.neighbors.knn import k_nearest_others, majority_vote


def _samples_on_a_grid(rng, size):
    n, d = int(rng.integers(2, 4 + size)), int(rng.integers(1, 3))
    X = rng.integers(-2, 3, size=(n, d)).astype(float)  # whole numbers: equal distances are exactly equal
    return {"X": X, "k": int(rng.integers(1, n))}


def samples_are_whole_numbers(X, k):
    """Whole coordinates, so that it is certain which distances are equal; enough samples for k neighbours."""
    return bool((X == np.round(X)).all()) and 1 <= k < len(X)


def no_sample_is_its_own_neighbour(answer, X, k):
    """No sample is its own neighbour: row i of the indices does not hold i."""
    return bool((answer[0] != np.arange(len(X))[:, None]).all())


def each_row_is_in_order(answer, X, k):
    """Along each row the distances grow, and where two are equal the lower index comes first."""
    indices, distances = answer
    nearer, tied = distances[:, :-1] < distances[:, 1:], distances[:, :-1] == distances[:, 1:]
    return bool((nearer | tied & (indices[:, :-1] < indices[:, 1:])).all())


def _by_sorting_pairs(X, k):
    X = np.asarray(X, dtype=float).tolist()
    rows = [
        sorted((sum((a - b) ** 2 for a, b in zip(x, z)), j) for j, z in enumerate(X) if j != i) for i, x in enumerate(X)
    ]
    nearest = np.array([row[:k] for row in rows])
    return nearest[:, :, 1].astype(int), nearest[:, :, 0] ** 0.5


def _others(order=None, squares=None, result=None):
    """Neighbours with one wrong part: squares(X) with whatever is left out, order(squares, k), result(indices, d2)."""
    order = order or (lambda squares, k: np.argsort(squares, axis=1, kind="stable")[:, :k])
    squares = squares or _without_the_diagonal
    result = result or (lambda indices, d2: (indices, np.sqrt(d2)))

    def neighbours(X, k):
        d2 = squares(X)
        indices = order(d2, k)
        return result(indices, np.take_along_axis(d2, indices, axis=1))

    return neighbours


def _all_squares(X):
    return (differences(X, X) ** 2).sum(axis=2)


def _without_the_diagonal(X, squares=_all_squares):
    d2 = squares(X)
    d2[np.diag_indices(len(d2))] = np.inf
    return d2


def _squares_from_the_mean(X):
    return expanded(X - np.mean(X, axis=0), X - np.mean(X, axis=0), least=0.0)


def _higher_index_first(squares, k):
    last = squares.shape[1] - 1
    return last - np.argsort(squares[:, ::-1], axis=1, kind="stable")[:, :k]


LINE = np.array([[0.0], [2.0], [5.0], [9.0]])
SAME_PLACE = np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 1.0], [1.0, 1.0]])
LATTICE = np.array([[i, j] for i in range(6) for j in range(6)], dtype=float)

K_NEAREST_OTHERS = Exercise(
    function=k_nearest_others,
    points=3,
    inputs=_samples_on_a_grid,
    valid=samples_are_whole_numbers,
    holds=(no_sample_is_its_own_neighbour, each_row_is_in_order),
    large=lambda rng: {"X": rng.normal(size=(400, 5)), "k": 10},
    edges={
        "two samples": {"X": np.array([[0.0], [3.0]]), "k": 1},
        "all the others": {"X": LINE, "k": 3},
        "two at the same distance": {"X": np.array([[2.0], [0.0], [1.0]]), "k": 1},
        "three at the same place": {"X": SAME_PLACE, "k": 2},
        "a square lattice": {"X": LATTICE, "k": 8},
    },
    stable={
        "far from the origin": {"X": 1e9 + LINE, "k": 2},
        "grey values in bytes, dtype=np.uint8": {
            "X": np.array([[0, 255], [250, 0], [10, 200], [128, 7]], dtype=np.uint8),
            "k": 2,
        },
    },
    mistakes=(
        Mistake(
            "the sample is its own neighbour",
            "Each sample found itself first, at distance 0. In a vote it would tell its own class, and the error on "
            "the training set with k = 1 would be zero: that measures nothing.",
            _others(squares=_all_squares),
        ),
        Mistake(
            "itself and k others",
            "These are k + 1 neighbours, the sample itself among them. Leave it out and return k columns.",
            _others(squares=_all_squares, order=lambda d2, k: np.argsort(d2, axis=1, kind="stable")[:, : k + 1]),
        ),
        Mistake(
            "the first column left out",
            "Dropping the first neighbour supposes that it is the sample itself. Where another sample lies at the "
            "same place it may come first, and the sample stays among its own neighbours: leave it out by its index.",
            _others(squares=_all_squares, order=lambda d2, k: np.argsort(d2, axis=1, kind="stable")[:, 1 : k + 1]),
        ),
        Mistake(
            "all at distance 0 left out",
            "Every sample at distance 0 was taken for the sample itself. A second measurement with the same values is "
            "another sample, and a neighbour.",
            _others(squares=lambda X: np.where(_all_squares(X) == 0, np.inf, _all_squares(X))),
        ),
        Mistake(
            "at equal distance the higher index",
            "Of samples at the same distance the one with the lower index comes first; here it is the other way round.",
            _others(order=_higher_index_first),
        ),
        Mistake(
            "an unstable sort",
            "Samples at the same distance came in no particular order. np.argsort keeps equal values in the order of "
            "their index only if it is told to: look at its argument kind.",
            _others(order=lambda d2, k: np.argsort(d2, axis=1)[:, :k]),
        ),
        Mistake(
            "the right neighbours in another order",
            "These are the k nearest, but ordered by index, not by distance (np.argpartition promises no order "
            "either).",
            _others(order=lambda d2, k: np.sort(np.argsort(d2, axis=1, kind="stable")[:, :k], axis=1)),
        ),
        Mistake(
            "squares of the distances",
            "The neighbours are right, the distances are squared. Take the root: they have the unit of X.",
            _others(result=lambda indices, d2: (indices, d2)),
        ),
        Mistake(
            "the farthest",
            "The order is turned round: these are the samples that are farthest away.",
            _others(order=lambda d2, k: np.argsort(np.where(np.isinf(d2), 1, -d2), axis=1, kind="stable")[:, :k]),
        ),
        Mistake(
            "indices and distances exchanged",
            "The two arrays came back in the other order: first the indices, then the distances.",
            _others(result=lambda indices, d2: (np.sqrt(d2), indices)),
        ),
        Mistake(
            "only the indices",
            "Two arrays are asked for, the indices and the distances.",
            _others(result=lambda indices, d2: indices),
        ),
        Mistake(
            "sorted along the wrong axis",
            "The table was sorted down its columns, and then its first k columns were taken. Sort along one axis and "
            "cut along the same: axis=1.",
            _others(order=lambda d2, k: np.argsort(d2, axis=0, kind="stable")[:, :k]),
        ),
        Mistake(
            "ties broken by rounding",
            "Samples that are equally far away came in a random order, because rounding made their squared distances "
            "differ in the last digit. Between whole numbers squared distances are whole numbers: mend "
            "`squared_distances`, the exercise before.",
            _others(squares=lambda X: _without_the_diagonal(X, _squares_from_the_mean)),
        ),
        Mistake(
            "a small difference of large squares",
            "Far from the origin the squared distances lost their digits, and with them the order of the neighbours. "
            "`squared_distances`, the exercise before, is to stand this: call yours.",
            _others(squares=lambda X: _without_the_diagonal(X, lambda X: expanded(X, X, least=0.0))),
        ),
        Mistake(
            "bytes wrap around",
            "Unsigned bytes know nothing below 0 or above 255: 10 - 20 is 246 there. Convert to float before the "
            "first subtraction.",
            _others(squares=lambda X: _without_the_diagonal(X, lambda X: ((X[:, None] - X) ** 2).sum(axis=2) + 0.0)),
        ),
    ),
    hints=(
        "Sort the samples by distance. Which one must not be in the list, and how can it be sent to the end?",
        "The neighbours of i are the j != i in the order of |x_i - x_j|; a sample at infinite distance is never among "
        "them.",
        "`np.fill_diagonal`; `np.argsort(..., axis=1, kind='stable')`, where stable keeps the lower index first at "
        "equal distance; `np.take_along_axis` picks the distances.",
    ),
    second_solution=_by_sorting_pairs,
    equivalent_mutants=(  # axis=1 is the last axis, which is the default
        "indices = np.argsort(squares, axis=1, kind='stable')[:, :k] -> indices = np.argsort(squares, "
        "kind='stable')[:, :k]",
        "return (indices, np.sqrt(np.take_along_axis(squares, indices, axis=1))) -> return (indices, "
        "np.sqrt(np.take_along_axis(squares, indices)))",
    ),
)


def _neighbours_classes(rng, size):
    m, k = int(rng.integers(1, 3 + size // 2)), int(rng.integers(1, 3 + size // 2))
    n_classes = int(rng.integers(2, 4 + size // 3))
    return {"labels": rng.integers(0, n_classes, size=(m, k)), "n_classes": n_classes}


def _count(labels, n_classes):
    return np.stack([(labels == c).sum(axis=1) for c in range(n_classes)], axis=1)


def _of_each(row_vote):
    """The vote that row_vote(row of labels as a list) gives, for each query."""
    return lambda labels, n_classes: np.array([row_vote(row) for row in labels.tolist()])


MAJORITY_VOTE = Exercise(
    function=majority_vote,
    points=2,
    inputs=_neighbours_classes,
    large=lambda rng: {"labels": rng.integers(0, 10, size=(20_000, 5)), "n_classes": 10},
    edges={
        "one neighbour": {"labels": np.array([[2], [0], [1]]), "n_classes": 3},
        "a tie, the higher class first": {"labels": np.array([[1, 0], [2, 1]]), "n_classes": 3},
        "a tie of two, and one more": {"labels": np.array([[2, 0, 2, 1, 1]]), "n_classes": 3},
        "a class that nobody has": {"labels": np.array([[3, 3, 1], [1, 1, 3]]), "n_classes": 4},
        "a single class": {"labels": np.array([[0, 0], [0, 0]]), "n_classes": 1},
        "more classes than neighbours": {"labels": np.array([[7, 4]]), "n_classes": 9},
    },
    mistakes=(
        Mistake(
            "a tie to the higher class",
            "Of classes with equally many neighbours the highest was taken; the task says the lowest.",
            lambda labels, n_classes: n_classes - 1 - _count(labels, n_classes)[:, ::-1].argmax(axis=1),
        ),
        Mistake(
            "a tie to the one seen first",
            "Of classes with equally many neighbours the one was taken that comes first in the row "
            "(collections.Counter does so). The order of a row must not matter; the lowest class wins.",
            _of_each(lambda row: max(row, key=row.count)),
        ),
        Mistake(
            "a tie to the one seen last",
            "Of classes with equally many neighbours the one was taken that comes last in the row. The order of a row "
            "must not matter; the lowest class wins.",
            _of_each(lambda row: max(row[::-1], key=row.count)),
        ),
        Mistake(
            "the mean of the classes",
            "The numbers of the classes were averaged. They are names, not quantities: between a 0 and a 2 there is "
            "no 1.",
            _of_each(lambda row: int(np.round(np.mean(row)))),
        ),
        Mistake(
            "the median of the classes",
            "The classes were put in order and the middle one was taken. Their numbers are names, without an order; "
            "count how often each appears.",
            _of_each(lambda row: int(np.median(row))),
        ),
        Mistake(
            "how many, not which",
            "These are the numbers of votes of the winners. Asked for is which class won: argmax, not max.",
            lambda labels, n_classes: _count(labels, n_classes).max(axis=1),
        ),
        Mistake(
            "counted over the queries",
            "The votes were counted down the columns, over the queries. Each query has its own vote: count along its "
            "row.",
            lambda labels, n_classes: np.stack([(labels == c).sum(axis=0) for c in range(n_classes)]).argmax(axis=0),
        ),
        Mistake(
            "one vote for all queries",
            "All neighbours of all queries were counted together, and every query got the same class.",
            lambda labels, n_classes: np.full(len(labels), np.bincount(labels.ravel()).argmax()),
        ),
        Mistake(
            "the nearest alone",
            "The first neighbour of each row decided. All k of them vote.",
            lambda labels, n_classes: labels[:, 0].copy(),
        ),
        Mistake(
            "the position in place of the class",
            "The winner's place among the classes that appear in the row came back, not the class itself (np.unique "
            "numbers only those that are there).",
            _of_each(lambda row: int(np.unique(row, return_counts=True)[1].argmax())),
        ),
    ),
    hints=(
        "Count, for each query, how many of its neighbours have class 0, how many class 1, and so on.",
        "votes[i, c] = number of j with labels[i, j] = c; the answer for query i is the c with the most.",
        "`(labels == c).sum(axis=1)` counts class c for all queries at once; of equal values `argmax` takes the first.",
    ),
    second_solution=_of_each(lambda row: min(set(row), key=lambda c: (-row.count(c), c))),
)
