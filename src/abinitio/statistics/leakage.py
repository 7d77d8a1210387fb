r"""Leakage: how good a model of pure noise looks when the test samples have had a say in its making.

Labels are fair coins and features independent of them: no rule is right more often than 1/2. Choose the few features
that agree best with the labels of *all* samples, then cross-validate a classifier on them: it seems to work. Choose
them anew from each training set, and it does not.

Oracle: 1/2, exactly, for every classifier that has not seen the test labels.
Source: C. Ambroise, G. J. McLachlan, PNAS 99 (2002) 6562; T. Hastie, R. Tibshirani, J. Friedman, "The Elements of
Statistical Learning" (2009), section 7.10.2.
"""

import numpy as np

from abinitio.statistics.selection import k_fold_splits


def most_correlated(X, y, count):
    """The features that agree most with the targets in a sample.

    X : (n, d), no column constant;  y : (n,), not constant;  count : number of features.
    Returns (count,) indices of columns, in the order of falling absolute correlation with y.

    >>> most_correlated(np.array([[1.0, 0.0], [-1.0, 1.0], [1.0, 2.0]]), np.array([0.0, 1.0, 2.0]), 1)
    array([1])
    """
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    return np.argsort(-np.abs(yc @ Xc) / np.sqrt(np.sum(Xc**2, axis=0)), kind="stable")[:count]


def nearest_mean_labels(X, y, queries):
    """Labels of the class with the nearer mean.

    X : (n, d);  y : (n,) labels 0 or 1, both present;  queries : (m, d).  Returns (m,) labels; 1 at equal distance.

    >>> nearest_mean_labels(np.array([[0.0], [4.0]]), np.array([0, 1]), np.array([[1.0], [3.0]]))
    array([0, 1])
    """
    distance = [np.sum((queries - X[y == label].mean(axis=0)) ** 2, axis=1) for label in (0, 1)]
    return (distance[1] <= distance[0]).astype(int)


def leaky_and_honest_accuracy(X, y, count, folds, rng):
    """Cross-validated accuracy with the features chosen from all the samples, and from each training set alone.

    X : (n, d);  y : (n,) labels 0 or 1;  count : number of features kept, those most correlated with y; the classifier
    takes the nearer class mean;  folds : number of parts of the cross-validation, each training set with both labels.
    Returns (leaky, honest), the fractions of samples that are predicted right.

    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.standard_normal((40, 2000)), np.arange(40) % 2  # features that know nothing
    >>> leaky, honest = leaky_and_honest_accuracy(X, y, count=10, folds=5, rng=rng)
    >>> bool(leaky > 0.85), bool(honest < 0.7)
    (True, True)
    """
    chosen_once, leaky, honest = most_correlated(X, y, count), 0, 0
    for train, test in k_fold_splits(len(y), folds, rng):
        leaky += _hits(X[:, chosen_once], y, train, test)
        honest += _hits(X[:, most_correlated(X[train], y[train], count)], y, train, test)
    return leaky / len(y), honest / len(y)


def _hits(X, y, train, test):
    """How many test labels are predicted right."""
    return np.sum(nearest_mean_labels(X[train], y[train], X[test]) == y[test])
