"""What the estimators share: gamma, checks of the parameters, kernels by name, function and matrix."""

import numpy as np
import pytest
import sklearn.svm
from numpy.testing import assert_allclose

from abinitio.kernels.functions import gaussian_kernel
from abinitio.svm import machine
from abinitio.svm.classification import SVC
from abinitio.svm.regression import SVR


@pytest.mark.parametrize("gamma", ["scale", "auto", 0.3])
@pytest.mark.parametrize("kernel", ["rbf", "poly", "linear"])
def test_gamma_and_kernels_are_scikit_learns(overlapping, kernel, gamma):
    X, y, _ = overlapping(0, n=60, d=3)
    X = 0.5 * X
    ours = SVC(kernel=kernel, gamma=gamma, coef0=0.2, degree=2, tol=1e-8).fit(X, y)
    theirs = sklearn.svm.SVC(kernel=kernel, gamma=gamma, coef0=0.2, degree=2, tol=1e-8).fit(X, y)
    scale = np.abs(theirs.decision_function(X)).max()
    assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=1e-5 * scale)
    if kernel == "linear":
        assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    else:
        with pytest.raises(AttributeError, match="kernel = 'linear' only"):
            _ = ours.coef_


def test_a_function_and_a_matrix_are_the_same_kernel(wavy):
    X, y, _ = wavy(0)
    kernel = lambda A, B: gaussian_kernel(A, B, 2.0)
    new = np.linspace(0, 3, 7)[:, None]
    named = SVR(gamma=2.0, tol=1e-6).fit(X, y).predict(new)
    assert_allclose(SVR(kernel=kernel, tol=1e-6).fit(X, y).predict(new), named, atol=1e-4)
    matrix = SVR(kernel="precomputed", tol=1e-6).fit(kernel(X, X), y)
    assert_allclose(matrix.predict(kernel(new, X)), named, atol=1e-4)
    assert matrix.__sklearn_tags__().input_tags.pairwise and not SVR().__sklearn_tags__().input_tags.pairwise
    assert matrix.support_vectors_.size == 0


def test_queries_go_by_blocks_of_rows(wavy, monkeypatch):
    X, y, _ = wavy(1)
    model = SVR().fit(X, y)
    whole = model.predict(X)
    monkeypatch.setattr(machine, "ENTRIES", 3 * len(model.support_))
    assert_allclose(model.predict(X), whole, rtol=1e-12)


def test_constant_features_have_a_scale():
    X, y = np.ones((4, 2)), np.array([0, 1, 0, 1])
    assert np.isfinite(SVC().fit(X, y).decision_function(X)).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gamma": 0.0}, "gamma = 0.0 must be a number > 0, 'scale' or 'auto'"),
        ({"gamma": "wide"}, "gamma = 'wide'"),
        ({"tol": 0.0}, "tol = 0.0"),
        ({"cache_size": 0}, "cache_size = 0"),
        ({"kernel": "precomputed"}, "precomputed kernel must be a square matrix"),
        ({"kernel": "gauss"}, "kernel = 'gauss' must be one of"),
    ],
)
def test_errors(overlapping, settings, message):
    X, y, _ = overlapping(1)
    with pytest.raises(ValueError, match=message):
        SVC(**settings).fit(X, y)
