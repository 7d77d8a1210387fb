"""MNIST's digits for the benchmarks: shifted copies, error rates over random splits, error rates on the official test.

The official test set is used where its files are in the cache of data (`abinitio data get mnist`), and never fetched.
"""

import numpy as np

from abinitio.data.cache import cache_folder, is_intact
from abinitio.data.mnist import fetch_mnist, load_mnist_5k
from abinitio.data.registry import find_entry
from benchmarks.row import Measured, Quantity

ABSENT = "not run: MNIST's test files are not in the cache"


def shifted_mnist(n):
    """n <= 60,000 images (n, 784) and digits (n,): 5,000 of MNIST, in the nine shifts by up to one pixel and three by
    two, in random order."""
    data, moves = load_mnist_5k(), [(i, j) for i in (0, -1, 1, -2) for j in (0, -1, 1)]
    images = data.X.reshape(-1, 28, 28)
    X = np.concatenate([np.roll(images, move, axis=(1, 2)) for move in moves]).reshape(-1, 784)
    order = np.random.default_rng(0).permutation(len(X))[:n]
    return X[order], np.tile(data.y, len(moves))[order]


def split_errors(ours, theirs, smoke):
    """Error rates of two classifiers on the same random splits of 5,000 digits, 4,000 to train.

    The value is our mean and the spread its standard deviation over the splits; the limit is the peer's mean and two
    standard errors of the difference, at least one digit.
    """
    data, rates = load_mnist_5k(), []
    for seed in range(2 if smoke else 10):
        order = np.random.default_rng(seed).permutation(5000)
        train, test = order[:1000] if smoke else order[:4000], order[4000:]
        rates.append(
            [1 - m.fit(data.X[train], data.y[train]).score(data.X[test], data.y[test]) for m in (ours, theirs)]
        )
    a, b = np.array(rates).T
    slack = max(2 * np.std(a - b, ddof=1) / np.sqrt(len(a)), 1 / (1000 * len(a)))
    return Measured(a.mean(), a.std(ddof=1), {"scikit-learn": b.mean(), "its spread": b.std(ddof=1)}, b.mean() + slack)


def official_error(ours, theirs):
    """Error rates on MNIST's official 10,000 test digits after 5,000 training digits; nan where they are not here."""
    if not official_test_is_here():
        return Measured(np.nan, np.nan)
    train, test = load_mnist_5k(), fetch_mnist(subset="test", progress=False)
    rates = [1 - model.fit(train.X, train.y).score(test.X, test.y) for model in (ours, theirs)]
    return Measured(rates[0], np.sqrt(rates[0] * (1 - rates[0]) / len(test.y)), {"scikit-learn": rates[1]})


def official_test_is_here():
    """Whether MNIST's two test files are in the cache, intact."""
    files = [file for file in find_entry("mnist").files if file.name.startswith("t10k")]
    return all(is_intact(cache_folder() / file.name, file) for file in files)


def accuracy(name, ours, theirs, must):
    """The two quantities of a classifier: over random splits, and on the official test with an error of `must`."""
    here = official_test_is_here()
    return (
        Quantity(
            name=f"{name}: error rate on digits",
            data="real: 5,000 digits of MNIST in ten random splits, 4,000 to train (smoke: two splits, 1,000 to train)",
            unit="",
            measure=lambda smoke: split_errors(ours, theirs, smoke),
        ),
        Quantity(
            name=f"{name}: error rate on MNIST's official test",
            data="real: 5,000 digits of MNIST to train, the official 10,000 to test" if here else ABSENT,
            unit="",
            measure=lambda smoke: official_error(ours, theirs),
            must=must if here else None,
        ),
    )
