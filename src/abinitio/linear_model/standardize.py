"""Features in units of their own spread, measured on the training set alone.

A penalty on the size of the coefficients compares features, so they need a common unit. The test set is scaled with the
training set's mean and deviation: with its own, or with those of both together, test data would leak into the model.

Oracle: `sklearn.preprocessing.StandardScaler`, fitted on the training set.
"""

import numpy as np


def standardize(X_train, X_test):
    r"""Both sets, shifted and scaled so that every feature of the *training* set has mean 0 and standard deviation 1.

    X_train : (n, d);  X_test : (m, d), scaled with the mean and the deviation of X_train.
    The standard deviation is the root of the mean squared deviation ($1/n$, not $1/(n-1)$). A feature that is constant
    on the training set is shifted but not scaled (divided by 1).
    Returns (X_train scaled, X_test scaled), new arrays of shapes (n, d) and (m, d).

    >>> train, test = standardize(np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([[4.0, 6.0]]))
    >>> train
    array([[-1.,  0.], [ 1.,  0.]])
    >>> test
    array([[2., 1.]])
    """
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    # n equal numbers have a mean, and so a deviation, that is off by rounding: constant means all equal
    scale = np.where((X_train == X_train[0]).all(axis=0), 1.0, deviation)
    return (X_train - mean) / scale, (X_test - mean) / scale
