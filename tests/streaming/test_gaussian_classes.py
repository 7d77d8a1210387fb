"""Gaussian classes: joint densities against SciPy's, moments by class in parts, conventions of the covariances."""

from functools import reduce

import numpy as np
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal

from abinitio.streaming.gaussian_classes import (
    class_covariances,
    class_log_joint,
    class_moments_of,
    common_covariance,
    merge_class_moments,
    naive_covariances,
)


def samples(n=600, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(3, size=n)
    return rng.normal(size=(n, 2)) @ np.array([[1.0, 0.5], [0.0, 2.0]]) + 3 * y[:, None] + 100, y


def test_the_joint_density_is_scipys():
    X, y = samples()
    moments = class_moments_of(X, y, 3)
    C = class_covariances(moments)
    ours = class_log_joint(X[:50], moments, C)
    for k in range(3):
        law = multivariate_normal(X[y == k].mean(axis=0), np.cov(X[y == k].T, ddof=0))
        assert_allclose(ours[:, k], law.logpdf(X[:50]) + np.log(np.mean(y == k)), rtol=1e-9, atol=1e-9)


def test_parts_are_the_whole_also_where_a_class_is_absent():
    X, y = samples()
    order = np.argsort(y, kind="stable")  # the first parts hold one class only
    parts = [class_moments_of(X[i], y[i], 3) for i in np.array_split(order, 7)]
    for ours, theirs in zip(reduce(merge_class_moments, parts), class_moments_of(X, y, 3)):
        assert_allclose(ours, theirs, rtol=1e-10, atol=1e-8)


def test_conventions():
    X, y = samples()
    moments = class_moments_of(X, y, 3)
    within = sum(np.sum(y == k) * np.cov(X[y == k].T, ddof=0) for k in range(3)) / len(y)
    assert_allclose(common_covariance(moments), [within] * 3, rtol=1e-10)
    naive = naive_covariances(moments, smoothing=0.5)
    assert_allclose(naive[1], np.diag(X[y == 1].var(axis=0) + 0.5 * X.var(axis=0).max()), rtol=1e-10)
