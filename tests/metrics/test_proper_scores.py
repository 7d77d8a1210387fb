"""Log loss and Brier score: their expectations in closed form, that they are proper, scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn import metrics as sklearn_metrics

from abinitio.metrics.proper_scores import (
    brier_score_loss,
    brier_score_loss_with_error,
    brier_terms,
    class_probabilities,
    log_loss,
    log_loss_with_error,
    surprises,
)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 30), K=st.integers(2, 5))
def test_equal_to_scikit_learn(seed, n, K):
    rng = np.random.default_rng(seed)
    P, y = rng.dirichlet(np.full(K, 0.5), size=n), rng.integers(K, size=n)
    labels = np.arange(K)
    assert_allclose(log_loss(y, P), sklearn_metrics.log_loss(y, P, labels=labels), rtol=1e-12)
    theirs = sklearn_metrics.brier_score_loss(y, P, labels=labels, scale_by_half=False)
    assert_allclose(brier_score_loss(y, P), theirs, rtol=1e-12)
    y2, p = (y > 0).astype(int), P[:, 1]
    assert_allclose(log_loss(y2, p), sklearn_metrics.log_loss(y2, p, labels=[0, 1]), rtol=1e-10)
    theirs = sklearn_metrics.brier_score_loss(y2, p, labels=[0, 1], pos_label=1)
    assert_allclose(brier_score_loss(y2, p), theirs, rtol=1e-12)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 30))
def test_two_columns_and_one(seed, n):
    rng = np.random.default_rng(seed)
    y, p = rng.integers(2, size=n), rng.random(n)
    P = np.column_stack([1 - p, p])
    assert_allclose(class_probabilities(y, p), P, rtol=1e-15)
    assert_allclose(surprises(y, p), surprises(y, P), rtol=1e-12)
    assert_allclose(2 * brier_terms(y, p), brier_terms(y, P), rtol=1e-12)


def test_expectations_and_propriety():
    """Under the true q: E log loss = H(q) + KL(q|p), E Brier = |p - q|² + 1 - |q|²; the truth scores best."""
    q = np.array([0.5, 0.3, 0.2])
    truth = np.repeat(np.arange(3), [50, 30, 20])  # the distribution itself, so that means are expectations
    for p in (q, np.array([0.4, 0.4, 0.2]), np.full(3, 1 / 3)):
        P = np.tile(p, (100, 1))
        assert_allclose(log_loss(truth, P), -q @ np.log(q) + q @ np.log(q / p), rtol=1e-12)
        assert_allclose(brier_score_loss(truth, P), np.sum((p - q) ** 2) + 1 - q @ q, rtol=1e-12)
        assert log_loss(truth, P) >= log_loss(truth, np.tile(q, (100, 1)))


@pytest.mark.parametrize("score", [log_loss_with_error, brier_score_loss_with_error])
def test_errors_are_the_scatter_of_repeated_test_sets(score):
    rng, n, repeats = np.random.default_rng(0), 60, 2000
    results = []
    for _ in range(repeats):
        p = rng.uniform(0.05, 0.95, n)
        results.append(score((rng.random(n) < p).astype(int), p))
    values, errors = np.array(results).T
    squares = (values - values.mean()) ** 2 * repeats / (repeats - 1) - errors**2
    assert abs(squares.mean()) < 4 * squares.std() / np.sqrt(repeats)


def test_values_of_calibrated_forecasts():
    """p uniform in (0, 1) and calibrated: E log loss = ∫ H(p) dp = 1/2 nat, E Brier = ∫ p(1-p) dp = 1/6."""
    rng, n = np.random.default_rng(1), 40_000
    p = rng.random(n)
    y = (rng.random(n) < p).astype(int)
    for (value, error), expected in [(log_loss_with_error(y, p), 1 / 2), (brier_score_loss_with_error(y, p), 1 / 6)]:
        assert abs(value - expected) < 4 * error
    assert log_loss_with_error(y, p)[0] == log_loss(y, p)
    assert brier_score_loss_with_error(y, p)[0] == brier_score_loss(y, p)


def test_the_impossible_costs_36_nats_and_not_infinity():
    assert_allclose(log_loss(np.array([1]), np.array([0.0])), -np.log(np.finfo(float).eps), rtol=1e-12)
    assert log_loss(np.array([1]), np.array([1.0])) == 0
    tiny = 1e-12  # above the clip
    assert_allclose(log_loss(np.array([1]), np.array([tiny])), -np.log(tiny), rtol=1e-12)


@pytest.mark.parametrize("score", [log_loss, brier_score_loss, log_loss_with_error, brier_score_loss_with_error])
def test_wrong_inputs_are_refused(score):
    with pytest.raises(ValueError, match="from 0 to 1"):
        score(np.array([0, 1]), np.array([0.5, 1.5]))
    with pytest.raises(ValueError, match="from 0 to 1"):
        score(np.array([0, 1]), np.array([0.5, np.nan]))
    with pytest.raises(ValueError, match=r"classes \[-1  1\]"):
        score(np.array([-1, 1]), np.array([0.5, 0.5]))
    with pytest.raises(ValueError, match="0 to 1"):
        score(np.array([0, 2]), np.full((2, 2), 0.5))
    with pytest.raises(ValueError, match="3 samples and y_proba 2"):
        score(np.array([0, 1, 1]), np.array([0.5, 0.5]))
