r"""Scores of regression, with their standard errors.

A mean over n test samples is known to within $s/\sqrt n$, where s is the standard deviation of what is averaged: a
difference of two mean squared errors that is smaller than that says nothing.
"""

import numpy as np


def mean_squared_error(y, y_pred):
    r"""The mean squared error $\frac1n \sum_i (y_i - \hat y_i)^2$: with 1/n, without 1/2.

    y : (n,) or (n, k) measured values;  y_pred : predictions of the same shape.
    Returns a float in the unit of y squared, averaged over the k targets too.  ValueError where the shapes differ
    (NumPy would broadcast (n,) against (n, 1) to n² differences).

    >>> mean_squared_error(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    2.0
    """
    return float(np.mean(squared_errors(y, y_pred)))


def mean_squared_error_with_error(y, y_pred):
    r"""The mean squared error over test samples and its standard error.

    y : (n,) measured values, n >= 2 independent samples that were not used in the fit;  y_pred : (n,) predictions.
    Returns (mse, standard error): the error is that of a mean, the standard deviation (with n - 1) of the squared
    errors over $\sqrt n$; for (n, k) the k targets of one sample count as one squared error, their mean.

    >>> mean_squared_error_with_error(np.zeros(3), np.array([1.0, 1.0, 2.0]))
    (2.0, 1.0)
    """
    squared = squared_errors(y, y_pred).reshape(len(y), -1).mean(axis=1)
    return float(squared.mean()), float(squared.std(ddof=1) / np.sqrt(len(squared)))


def r2_score(y, y_pred):
    r"""The coefficient of determination $R^2 = 1 - \sum_i (y_i - \hat y_i)^2 / \sum_i (y_i - \bar y)^2$.

    y : (n,) or (n, k) measured values;  y_pred : predictions of the same shape (ValueError otherwise).
    Returns a float, 1 for perfect predictions, 0 for the mean, negative for worse than the mean; for k targets the
    average of their R². Where all y are equal: 1 if the predictions are perfect, else 0.

    >>> r2_score(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]))
    0.5
    """
    residual = squared_errors(y, y_pred).sum(axis=0)
    total = np.sum((y - np.mean(y, axis=0)) ** 2, axis=0)
    undefined = np.where(residual == 0, 1.0, 0.0)  # 0/0 and r/0
    return float(np.mean(np.where(total > 0, 1 - residual / np.where(total > 0, total, 1), undefined)))


def squared_errors(y, y_pred):
    """The squared errors (y - y_pred)², of the shape that y and y_pred share; ValueError where they do not.

    >>> squared_errors(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    array([0., 4.])
    """
    if np.shape(y) != np.shape(y_pred):
        raise ValueError(f"y has shape {np.shape(y)} and y_pred {np.shape(y_pred)}; they must be equal")
    return np.subtract(y, y_pred) ** 2
