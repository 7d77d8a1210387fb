"""Regression scores: closed forms, scikit-learn, and the coverage of the standard error."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn import metrics as sklearn_metrics

from abinitio.metrics.regression import mean_squared_error, mean_squared_error_with_error, r2_score, squared_errors


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 30), k=st.integers(0, 3))
def test_equal_to_scikit_learn(seed, n, k):
    rng = np.random.default_rng(seed)
    y, y_pred = rng.standard_normal((2, n, k) if k else (2, n))
    assert_allclose(mean_squared_error(y, y_pred), sklearn_metrics.mean_squared_error(y, y_pred), rtol=1e-13)
    assert_allclose(r2_score(y, y_pred), sklearn_metrics.r2_score(y, y_pred), rtol=1e-11, atol=1e-13)
    assert_allclose(mean_squared_error_with_error(y, y_pred)[0], mean_squared_error(y, y_pred), rtol=1e-13)


def test_known_values():
    y = np.array([1.0, 2.0, 3.0])
    assert mean_squared_error(y, y + 2) == 4.0
    assert r2_score(y, y) == 1.0
    assert r2_score(y, np.full(3, 2.0)) == 0.0
    assert r2_score(y, y[::-1]) == -3.0
    assert r2_score(np.ones(3), np.ones(3)) == 1.0
    assert r2_score(np.ones(3), y) == 0.0
    assert mean_squared_error_with_error(np.zeros(2), np.array([1.0, 3.0])) == (5.0, 4.0)


def test_standard_error_is_the_scatter_of_repeated_test_sets():
    """Residuals N(0, s²): the variance of the mean squared error of n is 2 s⁴/n."""
    rng, n, repeats, s = np.random.default_rng(0), 50, 4000, 3.0
    scores = [mean_squared_error_with_error(np.zeros(n), s * rng.standard_normal(n)) for _ in range(repeats)]
    mse, error = np.array(scores).T
    assert abs(mse.mean() - s**2) < 4 * s**2 * np.sqrt(2 / n / repeats)
    squares = error**2
    assert abs(squares.mean() - 2 * s**4 / n) < 4 * squares.std() / np.sqrt(repeats)


def test_targets_of_one_sample_are_not_independent():
    rng = np.random.default_rng(1)
    y = rng.standard_normal(40)
    twice = np.column_stack([y, y])  # the same target twice says nothing new
    assert_allclose(
        mean_squared_error_with_error(twice, 0 * twice), mean_squared_error_with_error(y, 0 * y), rtol=1e-13
    )


@pytest.mark.parametrize("score", [mean_squared_error, mean_squared_error_with_error, r2_score, squared_errors])
def test_shapes_that_would_broadcast_are_refused(score):
    with pytest.raises(ValueError, match=r"\(3,\).*\(3, 1\)"):
        score(np.ones(3), np.ones((3, 1)))
