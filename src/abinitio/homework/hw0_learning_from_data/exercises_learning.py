"""Three exercises on learning: the two steps of k-means, and the index of UCB1."""

import numpy as np

from abinitio.cluster.kmeans import assign_clusters, update_centres
from abinitio.course.exercise import Exercise, Mistake
from abinitio.reinforcement.bandit import ucb1_index


def _points_and_centres(rng, size):
    # whole numbers: equal distances are equal in every formula, so that the rule for ties can be asked for
    n, k, d = 1 + size, 2 + size // 4, 1 + (size + 1) // 3
    return {"X": rng.integers(-4, 5, (n, d)).astype(float), "centres": rng.integers(-4, 5, (k, d)).astype(float)}


def _far_from_origin(offset, X, centres):
    return {"X": offset + np.array(X), "centres": offset + np.array(centres)}


def _expanded_square(X, centres):
    squares = (X**2).sum(axis=1)[:, None] - 2 * X @ centres.T + (centres**2).sum(axis=1)
    return squares.argmin(axis=1)


ASSIGN_CLUSTERS = Exercise(
    function=assign_clusters,
    points=2,
    inputs=_points_and_centres,
    edges={
        "one centre": {"X": np.array([[1.0, 2.0], [3.0, 4.0]]), "centres": np.array([[0.0, 0.0]])},
        "equal distances": {"X": np.array([[0.0]]), "centres": np.array([[2.0], [-2.0]])},
        "more centres than points": {"X": np.array([[1.0, 1.0]]), "centres": np.eye(2)[[0, 1, 0]] * 3},
        "diagonal against axis": {"X": np.array([[0.0, 0.0]]), "centres": np.array([[4.0, 0.0], [3.0, 2.0]])},
    },
    stable={
        "far from the origin": _far_from_origin(1e9, [[3.0]], [[0.0], [4.0]]),
        "far from the origin in the plane": _far_from_origin(-4e9, [[1.0, 9.0], [7.0, 1.0]], [[8.0, 8.0], [2.0, 3.0]]),
        "farther from the origin": _far_from_origin(2e11, [[5.0], [1.0]], [[0.0], [9.0], [2.0]]),
        "large scale": {"X": 1e120 * np.eye(3), "centres": 1e120 * np.eye(3)[::-1]},
        "small scale": {"X": 1e-120 * np.eye(3), "centres": 1e-120 * np.eye(3)[::-1]},
    },
    large=lambda rng: {"X": rng.normal(size=(20_000, 5)), "centres": rng.normal(size=(8, 5))},
    hints=(
        "For one point, compute its squared distance to every centre and ask which is the smallest.",
        "label_i = argmin_k Σ_j (X_ij - c_kj)².",
        "X[:, None, :] - centres has shape (n, k, d): square it, sum over the last axis, and argmin over the centres.",
    ),
    mistakes=(
        Mistake(
            "the farthest centre",
            "This is the centre at the largest distance.",
            lambda X, centres: ((X[:, None] - centres) ** 2).sum(axis=2).argmax(axis=1),
        ),
        Mistake(
            "sum of absolute differences",
            "The distance is the Euclidean one: squares are summed. A sum of absolute values makes round "
            "neighbourhoods into diamonds.",
            lambda X, centres: np.abs(X[:, None] - centres).sum(axis=2).argmin(axis=1),
        ),
        Mistake(
            "summed before squared",
            "The differences of the coordinates are summed before they are squared, so that they cancel; square each.",
            lambda X, centres: ((X[:, None] - centres).sum(axis=2) ** 2).argmin(axis=1),
        ),
        Mistake(
            "one coordinate only",
            "Only the first coordinate is compared; the distance contains all of them.",
            lambda X, centres: ((X[:, None, 0] - centres[:, 0]) ** 2).argmin(axis=1),
        ),
        Mistake(
            "labels from 1",
            "The clusters are numbered from 0 to k - 1, as Python numbers everything.",
            lambda X, centres: 1 + ((X[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1),
        ),
        Mistake(
            "ties go to the higher number",
            "At equal distance the lower number is asked for, which is what argmin gives.",
            lambda X, centres: len(centres) - 1 - ((X[:, None] - centres[::-1]) ** 2).sum(axis=2).argmin(axis=1),
        ),
        Mistake(
            "difference of large numbers",
            "|x|² - 2x·c + |c|² loses its digits when points and centres are far from the origin: subtract first, "
            "then square.",
            _expanded_square,
        ),
    ),
    second_solution=lambda X, centres: np.linalg.norm(X[:, None, :] - centres, axis=2).argmin(axis=1),
    equivalent_mutants=(
        # the smallest mean is the smallest sum, and a square has no sign
        "distances = [((X - centre) ** 2).sum(axis=1) for centre in centres] -> "
        "distances = [((X - centre) ** 2).mean(axis=1) for centre in centres]",
        "distances = [((X - centre) ** 2).sum(axis=1) for centre in centres] -> "
        "distances = [((centre - X) ** 2).sum(axis=1) for centre in centres]",
    ),
)


def _labelled_points(rng, size):
    n, k, d = 1 + size, 2 + size // 4, 1 + size // 3
    X, centres = rng.integers(-4, 5, (n, d)).astype(float), rng.integers(-4, 5, (k, d)).astype(float)
    return {"X": X, "labels": rng.integers(0, k, n), "centres": centres}


def _centres_by_indicator_matrix(X, labels, centres):
    Z = (labels[:, None] == np.arange(len(centres))).astype(float)
    n = Z.sum(axis=0)[:, None]
    return np.where(n > 0, Z.T @ X / np.maximum(n, 1), centres)


def _means(X, labels, centres, average=lambda points: points.mean(axis=0), empty=lambda centre: centre):
    k = range(len(centres))
    return np.array([average(X[labels == i]) if np.any(labels == i) else empty(centres[i]) for i in k])


UPDATE_CENTRES = Exercise(
    function=update_centres,
    points=2,
    inputs=_labelled_points,
    edges={
        "a cluster without points": {
            "X": np.array([[1.0], [3.0]]),
            "labels": np.array([1, 1]),
            "centres": np.array([[5.0], [7.0]]),
        },
        "one point": {"X": np.array([[2.0, 4.0]]), "labels": np.array([0]), "centres": np.ones((1, 2))},
        "three points": {
            "X": np.array([[0.0], [0.0], [9.0]]),
            "labels": np.zeros(3, dtype=int),
            "centres": np.array([[1.0]]),
        },
    },
    stable={
        "large scale": {"X": 1e150 * np.eye(3), "labels": np.array([0, 1, 1]), "centres": np.zeros((2, 3))},
        "far from the origin": {
            "X": 1e9 + np.arange(8.0).reshape(4, 2),
            "labels": np.array([0, 1, 0, 0]),
            "centres": np.full((3, 2), 1e9),
        },
    },
    large=lambda rng: {
        "X": rng.normal(size=(50_000, 3)),
        "labels": rng.integers(0, 8, 50_000),
        "centres": rng.normal(size=(8, 3)),
    },
    hints=(
        "Take one cluster: which place has the smallest sum of squared distances to its points?",
        "c_k = (1/n_k) Σ over the points i with label k of x_i; where n_k = 0, c_k stays.",
        "X[labels == k] are the points of cluster k; its length tells whether there are any; the mean is over axis 0.",
    ),
    mistakes=(
        Mistake(
            "an empty cluster is moved to the origin",
            "A cluster without points keeps its present centre; this moves it to the origin.",
            lambda X, labels, centres: _means(X, labels, centres, empty=np.zeros_like),
        ),
        Mistake(
            "sum in place of mean",
            "The points are summed but not divided by their number.",
            lambda X, labels, centres: _means(X, labels, centres, average=lambda points: points.sum(axis=0)),
        ),
        Mistake(
            "divided by the number of all points",
            "Each sum is divided by n; divide it by the number of points of its own cluster.",
            lambda X, labels, centres: _means(
                X, labels, centres, average=lambda points: points.sum(axis=0) / len(labels)
            ),
        ),
        Mistake(
            "median in place of mean",
            "The median minimises the sum of absolute distances; squared distances ask for the mean.",
            lambda X, labels, centres: _means(X, labels, centres, average=lambda points: np.median(points, axis=0)),
        ),
        Mistake(
            "the old centre takes part",
            "The present centre is averaged in, as if it were one more point; it matters only where there are none.",
            lambda X, labels, centres: np.array(
                [np.vstack([X[labels == i], centres[i]]).mean(axis=0) for i in range(len(centres))]
            ),
        ),
    ),
    second_solution=_centres_by_indicator_matrix,
)


def _counts_and_sums(rng, size):
    shape = (2 + size // 3,) if size % 2 == 0 else (1 + (size + 1) // 2, 2 + size // 3)
    counts = rng.integers(1, 4 + 3 * size, shape).astype(float)
    return {"counts": counts, "sums": np.floor(counts * rng.uniform(0, 1, shape) + 0.5)}


def _total(counts):
    return counts.sum(axis=-1, keepdims=True)


UCB1_INDEX = Exercise(
    function=ucb1_index,
    points=2,
    inputs=_counts_and_sums,
    edges={
        "one arm, one pull": {"counts": np.array([1.0]), "sums": np.array([1.0])},
        "nothing won": {"counts": np.array([2.0, 2.0]), "sums": np.zeros(2)},
        "runs of different length": {
            "counts": np.array([[1.0, 2.0], [10.0, 20.0]]),
            "sums": np.array([[1.0, 1.0], [4.0, 9.0]]),
        },
        "as many runs as arms": {
            "counts": np.array([[1.0, 3.0], [1.0, 1.0]]),
            "sums": np.array([[0.0, 1.0], [1.0, 1.0]]),
        },
    },
    stable={
        "an arm pulled a million million times": {"counts": np.array([1e12, 1.0]), "sums": np.array([5e11, 0.0])},
        "many runs": {"counts": np.full((200, 3), 7.0), "sums": np.arange(600.0).reshape(200, 3) / 100},
    },
    large=lambda rng: {
        "counts": rng.integers(1, 1000, (20_000, 4)).astype(float),
        "sums": rng.integers(0, 1000, (20_000, 4)).astype(float),
    },
    hints=(
        "An arm is worth a pull because it pays well, or because it was pulled too seldom to know.",
        "x̄_k + sqrt(2 ln t / n_k): x̄_k is the mean reward of arm k, n_k its pulls, t the pulls of all arms of the run.",
        "The arms are the last axis: counts.sum(axis=-1, keepdims=True) is t, with a shape that divides by counts.",
    ),
    mistakes=(
        Mistake(
            "total in place of mean",
            "The first term is what the arm paid in total; the index holds its mean, sums / counts.",
            lambda counts, sums: sums + np.sqrt(2 * np.log(_total(counts)) / counts),
        ),
        Mistake(
            "the 2 is missing",
            "The bonus is sqrt(2 ln t / n_k); without the 2 the bound of the theorem is lost.",
            lambda counts, sums: sums / counts + np.sqrt(np.log(_total(counts)) / counts),
        ),
        Mistake(
            "no root",
            "The uncertainty of a mean falls with the root of the number of pulls; the bonus needs its root.",
            lambda counts, sums: sums / counts + 2 * np.log(_total(counts)) / counts,
        ),
        Mistake(
            "subtracted",
            "The bonus is subtracted: this is pessimism, and an arm with bad luck at the start is never tried again.",
            lambda counts, sums: sums / counts - np.sqrt(2 * np.log(_total(counts)) / counts),
        ),
        Mistake(
            "the arm's own pulls in the logarithm",
            "The logarithm is that of t, the pulls of all arms together: it makes the index of a neglected arm grow.",
            lambda counts, sums: sums / counts + np.sqrt(2 * np.log(counts) / counts),
        ),
        Mistake(
            "pulls of all runs added",
            "Each row is a run with its own t: sum over the last axis only.",
            lambda counts, sums: sums / counts + np.sqrt(2 * np.log(counts.sum()) / counts),
        ),
    ),
    second_solution=lambda counts, sums: (
        ((sums.T + np.sqrt(2 * counts.T * np.log(np.einsum("...k->...", counts)))) / counts.T).T
    ),
)
