"""Scores of labels: the binomial distribution and its exact sums, scipy's intervals, scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from sklearn import metrics as sklearn_metrics

from abinitio.metrics.classification import (
    accuracy_score,
    accuracy_score_with_error,
    bootstrap_scores,
    clopper_pearson_interval,
    confusion_matrix,
    correct,
    wilson_interval,
)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 40), classes=st.integers(2, 5), words=st.booleans())
def test_equal_to_scikit_learn(seed, n, classes, words):
    names = np.array(["muon", "kaon", "pion", "proton", "electron"]) if words else np.array([3, -1, 7, 0, 2])
    y, y_pred = names[np.random.default_rng(seed).integers(classes, size=(2, n))]
    y[:2] = names[:2]  # scikit-learn warns where there is one class only
    assert accuracy_score(y, y_pred) == sklearn_metrics.accuracy_score(y, y_pred)
    assert_array_equal(confusion_matrix(y, y_pred), sklearn_metrics.confusion_matrix(y, y_pred))
    labels = names[[2, 0, 3]]
    if np.isin(labels, y).any():
        theirs = sklearn_metrics.confusion_matrix(y, y_pred, labels=labels)
        assert_array_equal(confusion_matrix(y, y_pred, labels=labels), theirs)


def test_the_confusion_matrix_counts_every_sample_once():
    y, y_pred = np.random.default_rng(0).integers(4, size=(2, 1000))
    C = confusion_matrix(y, y_pred)
    assert C.dtype.kind == "i" and C.sum() == 1000
    assert np.trace(C) == 1000 * accuracy_score(y, y_pred)
    assert_array_equal(C.sum(axis=1), np.bincount(y))  # rows are the true classes
    assert_array_equal(confusion_matrix(y_pred, y), C.T)
    assert confusion_matrix(np.array(["up"]), np.array(["up"])).tolist() == [[1]]


def test_accuracy_error_is_the_scatter_of_repeated_test_sets():
    """E[s²/n] = p(1-p)/n exactly: the estimate is unbiased."""
    rng, n, p, repeats = np.random.default_rng(1), 30, 0.8, 4000
    hits = rng.random((repeats, n)) < p
    scores, errors = np.array([accuracy_score_with_error(np.ones(n), row) for row in hits]).T
    variance = p * (1 - p) / n
    assert abs(scores.mean() - p) < 4 * np.sqrt(variance / repeats)
    assert abs(np.mean(errors**2) - variance) < 4 * np.std(errors**2) / np.sqrt(repeats)
    assert_allclose(errors, np.sqrt(scores * (1 - scores) / (n - 1)), rtol=1e-9)


@pytest.mark.parametrize("confidence", [0.68, 0.95])
@pytest.mark.parametrize("n", [1, 7, 50])
def test_intervals_are_scipys(n, confidence):
    for k in range(n + 1):
        test = stats.binomtest(k, n)
        wilson, exact = (test.proportion_ci(confidence, method=method) for method in ("wilson", "exact"))
        assert_allclose(wilson_interval(k, n, confidence), [wilson.low, wilson.high], rtol=1e-9, atol=1e-14)
        assert_allclose(clopper_pearson_interval(k, n, confidence), [exact.low, exact.high], rtol=1e-8, atol=1e-12)


def coverage(interval, n, p, confidence):
    """The exact probability that an interval holds p: the sum of the binomial over the counts whose interval does."""
    k = np.arange(n + 1)
    low, high = interval(k, n, confidence)
    return stats.binom.pmf(k, n, p) @ ((low <= p) & (p <= high))


def test_exact_coverage():
    """Clopper-Pearson covers at least as often as it says, everywhere; Wilson on average, to within 1 % at n = 50."""
    p = np.linspace(0.005, 0.995, 199)
    exact = np.array([coverage(clopper_pearson_interval, 50, q, 0.95) for q in p])
    wilson = np.array([coverage(wilson_interval, 50, q, 0.95) for q in p])
    assert exact.min() >= 0.95 and exact.mean() > wilson.mean()
    assert abs(wilson.mean() - 0.95) < 0.01 and wilson.min() > 0.8
    naive = lambda k, n, confidence: (
        k / n - stats.norm.ppf(0.975) * np.sqrt(k / n * (1 - k / n) / n),
        k / n + stats.norm.ppf(0.975) * np.sqrt(k / n * (1 - k / n) / n),
    )
    assert coverage(naive, 50, 0.02, 0.95) < 0.7 < coverage(wilson_interval, 50, 0.02, 0.95)  # why they are needed


def test_wilson_solves_its_equation_and_clopper_pearson_its_tails():
    k, n, confidence = np.array([1, 4, 11]), 12, 0.9
    z = stats.norm.ppf(0.95)
    for bound in wilson_interval(k, n, confidence):
        assert_allclose((k / n - bound) ** 2, z**2 * bound * (1 - bound) / n, rtol=1e-9)
    low, high = clopper_pearson_interval(k, n, confidence)
    assert_allclose(stats.binom.sf(k - 1, n, low), 0.05, rtol=1e-9)
    assert_allclose(stats.binom.cdf(k, n, high), 0.05, rtol=1e-9)


def test_bootstrap_agrees_with_the_binomial():
    """The bootstrap variance of a mean is p(1-p)/n in the limit of many repeats; their scatter is known."""
    rng, n, repeats = np.random.default_rng(2), 200, 2000
    y = np.ones(n)
    y_pred = (np.arange(n) < 150).astype(float)
    scores = bootstrap_scores(accuracy_score, y, y_pred, repeats, rng)
    sigma = np.sqrt(0.75 * 0.25 / n)
    assert abs(scores.mean() - 0.75) < 4 * sigma / np.sqrt(repeats)
    assert abs(scores.std() - sigma) < 4 * sigma / np.sqrt(2 * repeats)


def test_bootstrap_keeps_rows_together():
    y = np.arange(30)
    table = np.column_stack([y, 2 * y])
    same = lambda y, rows: float(np.array_equal(rows, np.column_stack([y, 2 * y])) and len(set(y)) < 30)
    assert bootstrap_scores(same, y, table, 20, np.random.default_rng(3)).tolist() == [1.0] * 20


@pytest.mark.parametrize("score", [accuracy_score, accuracy_score_with_error, correct, confusion_matrix])
def test_shapes_that_would_broadcast_are_refused(score):
    with pytest.raises(ValueError, match=r"\(3,\).*\(3, 1\)"):
        score(np.ones(3), np.ones((3, 1)))
