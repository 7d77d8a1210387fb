"""The exercise on the confusion matrix."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.metrics.classification import confusion_matrix


def _labels(rng, size):
    n, K = int(rng.integers(1, 4 + 3 * size)), int(rng.integers(2, 4 + size // 4))
    y = rng.integers(0, K, n)
    y_pred = np.where(rng.random(n) < 0.6, y, rng.integers(0, K, n))
    if rng.random() < 0.5:
        return {"y": y, "y_pred": y_pred}
    return {"y": y, "y_pred": y_pred, "labels": rng.permutation(K)[: int(rng.integers(1, K + 1))]}


def _labels_large(rng):
    y = rng.integers(0, 10, 20_000)
    return {"y": y, "y_pred": np.where(rng.random(20_000) < 0.9, y, rng.integers(0, 10, 20_000))}


def _count_pairs(y, y_pred, labels=None):
    """The matrix, counted pair by pair, of as many pairs as the shorter argument has."""
    labels = np.unique(np.append(y, y_pred)).tolist() if labels is None else list(labels)
    M = np.zeros((len(labels), len(labels)), dtype=int)
    for true, taken_for in zip(y, y_pred):
        if true in labels and taken_for in labels:
            M[labels.index(true), labels.index(taken_for)] += 1
    return M


def _count(y, y_pred, labels=None):
    if np.shape(y) != np.shape(y_pred):
        raise ValueError("y and y_pred have different shapes")
    return _count_pairs(y, y_pred, labels)


def _confusion(by_default=lambda y, y_pred: None, given=lambda labels: labels, change=lambda M: M):
    """The matrix with one thing wrong: the classes by default or those given, or change(M) at the end."""

    def matrix(y, y_pred, labels=None):
        return change(_count(y, y_pred, by_default(y, y_pred) if labels is None else given(labels)))

    return matrix


def _look_up(y, y_pred, labels=None):
    place = {label: i for i, label in enumerate(np.union1d(y, y_pred) if labels is None else labels)}
    pairs = [(place[true], place[taken_for]) for true, taken_for in zip(y, y_pred)]
    return _count(*np.transpose(pairs), labels=range(len(place)))


CONFUSION_MATRIX = Exercise(
    function=confusion_matrix,
    points=2,
    inputs=_labels,
    large=_labels_large,
    edges={
        "one sample, right": {"y": np.array([3]), "y_pred": np.array([3])},
        "one sample, wrong": {"y": np.array([1]), "y_pred": np.array([0])},
        "a class that is only predicted": {"y": np.array([0, 0, 1]), "y_pred": np.array([0, 2, 1])},
        "a class that is never predicted": {"y": np.array([0, 2, 1]), "y_pred": np.array([0, 1, 1])},
        "a gap between the classes": {"y": np.array([1, 5, 5]), "y_pred": np.array([5, 5, 1])},
        "negative labels": {"y": np.array([-1, 1, 1]), "y_pred": np.array([-1, -1, 1])},
        "labels that are not whole": {"y": np.array([0.5, 1.5, 1.5]), "y_pred": np.array([0.5, 0.5, 1.5])},
        "labels in an order of their own": {
            "y": np.array([0, 1, 2, 2]),
            "y_pred": np.array([0, 2, 2, 1]),
            "labels": np.array([2, 0, 1]),
        },
        "labels that do not occur": {"y": np.array([0, 1]), "y_pred": np.array([0, 0]), "labels": np.array([0, 1, 7])},
        "other classes": {"y": np.array([0, 1, 2]), "y_pred": np.array([0, 2, 1]), "labels": np.array([0, 1])},
        "unequal lengths": {"y": np.array([0, 1, 1]), "y_pred": np.array([0, 1])},
        "one prediction for all": {"y": np.array([0, 1, 1]), "y_pred": np.array([1])},
        "a prediction in a column": {"y": np.array([1]), "y_pred": np.array([[1]])},
    },
    stable={"labels far apart": {"y": np.array([7, 10**15, 7]), "y_pred": np.array([7, 7, 10**15])}},
    mistakes=(
        Mistake(
            "transposed",
            "Rows and columns are exchanged. The row is the true class, the column the predicted one: a row sums to "
            "the number of samples of its class.",
            _confusion(change=np.transpose),
        ),
        Mistake(
            "repeated pairs count once",
            "`M[i, j] += 1` with arrays i and j adds once to each entry that they name, however often it is named. "
            "Every sample counts.",
            _confusion(change=lambda M: np.minimum(M, 1)),
        ),
        Mistake(
            "only the true classes",
            "A class that was predicted but never occurs in y has no row and column. By default there is one for each "
            "class in y or in y_pred.",
            _confusion(by_default=lambda y, y_pred: np.unique(y)),
        ),
        Mistake(
            "every number up to the largest",
            "There is a row for every integer up to the largest label. By default only the classes that occur have "
            "one.",
            _confusion(by_default=lambda y, y_pred: np.arange(max(np.max(y), np.max(y_pred)) + 1)),
        ),
        Mistake(
            "labels is not used",
            "The argument labels has no effect. If it is given, it says which classes are wanted, and in which order.",
            _confusion(given=lambda labels: None),
        ),
        Mistake(
            "labels are sorted",
            "The classes were sorted. If labels is given, rows and columns have its order.",
            _confusion(given=np.sort),
        ),
        Mistake(
            "other classes are not left out",
            "A class that is not among labels was looked up there. Samples whose true or predicted class is not wanted "
            "are not counted.",
            _look_up,
        ),
        Mistake(
            "the shorter one decides",
            "y and y_pred have different lengths, and an answer came back all the same: `zip` stops at the shorter "
            "one. A mistake in the data would pass in silence; raise a ValueError.",
            _count_pairs,
        ),
        Mistake(
            "one prediction counts for all",
            "y and y_pred have different lengths, and an answer came back all the same: NumPy repeats a single value. "
            "A mistake in the data would pass in silence; raise a ValueError.",
            lambda y, y_pred, labels=None: _count(*np.broadcast_arrays(y, np.ravel(y_pred)), labels),
        ),
        Mistake(
            "fractions",
            "Each row was divided by its sum: these are fractions of the true class. Counts are asked for: whole "
            "numbers.",
            _confusion(change=lambda M: M / M.sum(axis=1, keepdims=True)),
        ),
        Mistake(
            "only the errors",
            "The diagonal is empty. It holds the samples that were predicted correctly.",
            _confusion(change=lambda M: M - np.diag(np.diag(M))),
        ),
    ),
    hints=(
        "Count, for each pair of classes (i, j), the samples that belong to i and were taken for j.",
        "M_ij = sum over the samples of [y = i] [y_pred = j]: a product of two tables of zeros and ones.",
        "`y[:, None] == labels` is such a table, (n, K); `np.union1d(y, y_pred)` holds the classes, sorted. Compare "
        "the shapes first.",
    ),
    second_solution=_count,
    equivalent_mutants=(
        "correct(y, y_pred) -> correct(y_pred, y)",
        "labels = np.union1d(y, y_pred) if labels is None else np.asarray(labels) "
        "-> labels = np.union1d(y_pred, y) if labels is None else np.asarray(labels)",
        "labels = np.union1d(y, y_pred) if labels is None else np.asarray(labels) "
        "-> labels = np.union1d(y, y_pred) if labels is None else labels",
        "is_class, is_taken_for = (np.equal(np.asarray(given)[:, None], labels).astype(float) for given in (y, y_pred))"
        " -> is_class, is_taken_for = (np.equal(labels, np.asarray(given)[:, None]).astype(float) for given in (y, "
        "y_pred))",
        "is_class, is_taken_for = (np.equal(np.asarray(given)[:, None], labels).astype(float) for given in (y, y_pred))"
        " -> is_class, is_taken_for = (np.equal(given[:, None], labels).astype(float) for given in (y, y_pred))",
    ),
)
