"""Logistic regression by passes: the minimum in core and by passes are the same, in a few passes."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.data import ArrayRows
from abinitio.linear_model import LogisticRegression
from abinitio.linear_model.multinomial import cross_entropy_hessian
from abinitio.streaming import StreamedLogisticRegression
from abinitio.streaming import softmax as module
from abinitio.streaming.softmax import sample_hessian


def problem(K, n=4000, d=5, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * [1, 10, 0.1, 3, 1] + [0, 100, 0, -5, 0]
    Z = (X - X.mean(axis=0)) / X.std(axis=0) @ rng.normal(size=(d, K)) + rng.gumbel(size=(n, K))
    return X, Z.argmax(axis=1) + 3


def rows_of(X, y):
    return ArrayRows(np.column_stack([y, X]), columns=("kind", *(f"x{j}" for j in range(X.shape[1]))))


@parametrize_with_checks([StreamedLogisticRegression()])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("K", [2, 3, 6])
@pytest.mark.parametrize("C", [1.0, 1e-4])
def test_the_minimum_is_that_in_core(K, C, monkeypatch):
    monkeypatch.setattr(module, "SAMPLE", 600 * 6)  # of 4,000 rows the sample has 600
    X, y = problem(K)
    ours = StreamedLogisticRegression(C=C, tol=1e-8).fit_rows(rows_of(X, y), "kind", memory=200_000)
    theirs = LogisticRegression(C=C, tol=1e-8, max_iter=1000).fit(X, y)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-5, atol=1e-6 * np.abs(theirs.coef_).max())
    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)
    assert ours.n_passes_ <= 16 and ours.classes_.tolist() == list(range(3, 3 + K))


def test_without_an_intercept():
    X, y = problem(2)
    settings = {"fit_intercept": False, "tol": 1e-8}
    ours = StreamedLogisticRegression(**settings).fit_rows(rows_of(X, y), "kind")
    assert_allclose(ours.coef_, LogisticRegression(**settings, max_iter=1000).fit(X, y).coef_, rtol=1e-5)
    assert ours.intercept_ == 0


@pytest.mark.parametrize("K", [2, 4])
def test_the_hessian_of_the_sample(K):
    rng = np.random.default_rng(1)
    Z, theta = rng.normal(size=(50, 3)), rng.normal(size=(4, K))
    H = sample_hessian(theta, Z, np.array([0.5, 0.5, 0.5, 0.0]))
    assert_allclose(H, cross_entropy_hessian(theta, Z, 0.5), rtol=1e-12, atol=1e-14)


def test_sorted_rows_and_several_processes():
    X, y = problem(3)
    order = np.argsort(y)
    one, two = (
        StreamedLogisticRegression(tol=1e-6).fit_rows(rows_of(X[order], y[order]), "kind", memory=100_000, jobs=jobs)
        for jobs in (1, 2)
    )
    assert_array_equal(one.coef_, two.coef_)


def test_what_cannot_be_done_is_said(monkeypatch):
    monkeypatch.setattr(module, "SAMPLE", 600 * 6)
    X, y = problem(2)
    with pytest.raises(ValueError, match="only one class"):
        StreamedLogisticRegression().fit_rows(rows_of(X, 0 * y), "kind")
    with pytest.raises(ValueError, match="not among the classes"):
        StreamedLogisticRegression().fit_rows(rows_of(X, y), "kind", classes=[3, 7])
    with pytest.raises(ValueError, match="l1_ratio"):
        StreamedLogisticRegression(l1_ratio=0.5).fit_rows(rows_of(X, y), "kind")
    with pytest.warns(ConvergenceWarning, match="2 of max_iter = 2 passes"):
        StreamedLogisticRegression(max_iter=2, tol=1e-14).fit_rows(rows_of(X, y), "kind")


def test_a_class_too_rare_for_the_sample(monkeypatch):
    monkeypatch.setattr(module, "SAMPLE", 600)
    X, y = problem(2)
    y[1234] = 9
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ours = StreamedLogisticRegression(tol=1e-6, max_iter=300).fit_rows(rows_of(X, y), "kind")
    theirs = LogisticRegression(tol=1e-8, max_iter=1000).fit(X, y)
    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-4)
