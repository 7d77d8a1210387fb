"""Kernels by name and by function, and the base of the estimators that use them."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics.pairwise import pairwise_kernels

from abinitio.kernels import functions
from abinitio.kernels.kernel_matrix import NAMES, KernelEstimator, kernel_matrix
from abinitio.kernels.ridge import KernelRidge


def points():
    rng = np.random.default_rng(0)
    return rng.standard_normal((8, 3)), rng.standard_normal((6, 3))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("gamma", [None, 0.4])
def test_names_are_those_of_scikit_learn(name, gamma):
    X, Y = points()
    theirs = pairwise_kernels(X, Y, metric=name, filter_params=True, gamma=gamma, degree=2, coef0=0.5)
    assert_allclose(kernel_matrix(X, Y, name, gamma, degree=2, coef0=0.5), theirs, rtol=1e-11, atol=1e-14)


def test_callables_get_all_rows_and_their_parameters():
    X, Y = points()
    K = kernel_matrix(X, Y, functions.matern_kernel, kernel_params={"length": 2.0, "nu": 1.5})
    assert_allclose(K, functions.matern_kernel(X, Y, 2.0, 1.5), rtol=1e-14)
    assert_allclose(kernel_matrix(X, Y, partial(functions.gaussian_kernel, gamma=2.0)), np.exp(-2 * distances(X, Y)))


def distances(X, Y):
    return ((X[:, None] - Y) ** 2).sum(axis=2)


def test_the_kernel_by_name_is_the_function_of_the_module(monkeypatch):
    X, Y = points()
    monkeypatch.setitem(kernel_matrix.__globals__, "gaussian_kernel", lambda X, Y, gamma: gamma * X @ Y.T)
    assert_allclose(kernel_matrix(X, Y, "rbf", gamma=3.0), 3 * X @ Y.T)


def test_errors_name_the_way_out():
    X, Y = points()
    with pytest.raises(ValueError, match=r"'gauss' must be one of 'linear'"):
        kernel_matrix(X, Y, "gauss")
    with pytest.raises(ValueError, match=r"shape \(\); it takes all rows at once and must return \(8, 6\)"):
        kernel_matrix(X, Y, lambda x, y: 1.0)
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="not finite"):
        kernel_matrix(1e200 * X, Y * 1e200, "poly", gamma=1.0)
    with pytest.raises(ValueError, match="gamma = -1"):
        KernelRidge(kernel="rbf", gamma=-1).fit(X, X[:, 0])
    with pytest.raises(ValueError, match=r"shape \(8, 3\).* square"):
        KernelRidge(kernel="precomputed").fit(X, X[:, 0])


def test_tags_say_whether_the_data_are_a_kernel():
    assert issubclass(KernelRidge, KernelEstimator)
    assert KernelRidge(kernel="precomputed").__sklearn_tags__().input_tags.pairwise
    assert not KernelRidge().__sklearn_tags__().input_tags.pairwise
