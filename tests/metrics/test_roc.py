"""ROC curve and area: Gaussians, the sum over pairs, the scatter over repeated test sets, scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import ndtr
from sklearn import metrics as sklearn_metrics

from abinitio.metrics.classification import bootstrap_scores
from abinitio.metrics.roc import (
    both_classes,
    placements,
    roc_auc_covariance,
    roc_auc_score,
    roc_auc_score_with_error,
    roc_curve,
)

problems = given(seed=st.integers(0, 10**6), n=st.integers(4, 40), values=st.integers(1, 12))


def problem(seed, n, values):
    """Labels with at least two of each class, and scores with many ties."""
    rng = np.random.default_rng(seed)
    y = np.append([0, 0, 1, 1], rng.integers(2, size=n - 4))
    return y, rng.integers(values, size=n) + 0.3 * y * rng.integers(2)


@settings(max_examples=60, deadline=None)
@problems
def test_equal_to_scikit_learn_with_ties(seed, n, values):
    y, score = problem(seed, n, values)
    theirs = sklearn_metrics.roc_curve(y, score, drop_intermediate=False)
    for ours, other in zip(roc_curve(y, score), theirs, strict=True):
        assert_allclose(ours, other, rtol=1e-14)
    area = roc_auc_score(y, score)
    assert_allclose(area, sklearn_metrics.roc_auc_score(y, score), rtol=1e-13)
    false, true, _ = roc_curve(y, score)
    assert_allclose(np.trapezoid(true, false), area, rtol=1e-13)


@settings(max_examples=60, deadline=None)
@problems
def test_area_and_variance_are_the_sums_over_pairs(seed, n, values):
    """DeLong's structural components by their definition: row and column means of [s_i > s_j] + [s_i = s_j]/2."""
    y, score = problem(seed, n, values)
    wins = score[y == 1][:, None] - score[y == 0]
    kernel = (wins > 0) + 0.5 * (wins == 0)
    area, error = roc_auc_score_with_error(y, score)
    assert_allclose([area, roc_auc_score(y, score)], kernel.mean(), rtol=1e-13)
    variance = kernel.mean(axis=1).var(ddof=1) / len(kernel) + kernel.mean(axis=0).var(ddof=1) / kernel.shape[1]
    assert_allclose(error**2, variance, rtol=1e-9, atol=1e-15)


def test_two_gaussians():
    """The area is Φ(Δ/√2); DeLong's error is the scatter of the area over repeated test sets."""
    rng, delta, ones, zeros, repeats = np.random.default_rng(0), 1.2, 40, 60, 1500
    y = np.append(np.ones(ones), np.zeros(zeros))
    results = [roc_auc_score_with_error(y, rng.standard_normal(100) + delta * y) for _ in range(repeats)]
    areas, errors = np.array(results).T
    assert abs(areas.mean() - ndtr(delta / np.sqrt(2))) < 4 * areas.std() / np.sqrt(repeats)
    squares = (areas - areas.mean()) ** 2 - errors**2  # DeLong's variance is unbiased up to terms of order 1/n²
    assert abs(squares.mean()) < 4 * squares.std() / np.sqrt(repeats)
    inside = np.mean(np.abs(areas - ndtr(delta / np.sqrt(2))) < errors)
    assert abs(inside - 0.683) < 0.05


def test_no_information_and_perfect_order():
    rng, n = np.random.default_rng(1), 2000
    y = rng.integers(2, size=n)
    area, error = roc_auc_score_with_error(y, rng.standard_normal(n))
    ones = y.sum()
    exact = np.sqrt((n + 1) / (12 * ones * (n - ones)))  # Mann-Whitney's variance where the two distributions are equal
    assert abs(area - 0.5) < 4 * exact
    assert_allclose(error, exact, rtol=0.05)
    assert roc_auc_score_with_error(y, y + 0.1 * rng.random(n)) == (1.0, 0.0)
    assert roc_auc_score(y, -y) == 0.0
    assert roc_auc_score(y, np.zeros(n)) == 0.5


def test_the_area_depends_on_the_order_alone_and_turns_with_the_sign():
    y, score = problem(2, 40, 7)
    assert_allclose(roc_auc_score(y, np.exp(3 * score)), roc_auc_score(y, score), rtol=1e-14)
    assert_allclose(roc_auc_score(y, -score), 1 - roc_auc_score(y, score), rtol=1e-13)
    assert_allclose(roc_auc_score(1 - y, score), 1 - roc_auc_score(y, score), rtol=1e-13)


def test_comparison_of_two_classifiers_on_the_same_samples():
    """The error of a difference, with the covariance, against the scatter over repeated test sets."""
    rng, n, repeats = np.random.default_rng(3), 80, 1000
    y = (np.arange(n) < 40).astype(int)
    differences, variances = np.empty(repeats), np.empty(repeats)
    for i in range(repeats):
        shared = rng.standard_normal(n) + y
        scores = np.stack([shared, shared + 0.7 * rng.standard_normal(n)])
        areas, C = roc_auc_covariance(y, scores)
        differences[i], variances[i] = areas[0] - areas[1], C[0, 0] + C[1, 1] - 2 * C[0, 1]
    squares = (differences - differences.mean()) ** 2 - variances
    assert abs(squares.mean()) < 4 * squares.std() / np.sqrt(repeats)
    assert differences.var() < 0.6 * 2 * C[0, 0]  # paired samples say more than independent ones


def test_covariance_matrix_and_single_errors():
    y, score = problem(4, 30, 9)
    scores = np.stack([score, -score, score**2])
    areas, C = roc_auc_covariance(y, scores)
    assert_allclose(C, C.T, atol=1e-18)
    assert np.linalg.eigvalsh(C).min() > -1e-15
    assert_allclose(C[0, 1], -C[0, 0], rtol=1e-12)
    for k, s in enumerate(scores):
        assert_allclose((areas[k], np.sqrt(C[k, k])), roc_auc_score_with_error(y, s), rtol=1e-12)


def test_the_bootstrap_agrees_with_delong():
    rng, n, repeats = np.random.default_rng(5), 300, 600
    y = rng.integers(2, size=n)
    score = rng.standard_normal(n) + y
    spread = bootstrap_scores(roc_auc_score, y, score, repeats, rng).std()
    assert abs(spread / roc_auc_score_with_error(y, score)[1] - 1) < 4 / np.sqrt(2 * repeats) + 0.03  # and order 1/n


def test_placements():
    sample = np.random.default_rng(6).integers(5, size=20)
    x = np.arange(-1, 7)
    expected = [np.mean(sample < v) + np.mean(sample == v) / 2 for v in x]
    assert_allclose(placements(x, sample), expected, rtol=1e-14)


def test_unsigned_and_boolean_inputs():
    y, score = np.array([False, True, False, True]), np.array([1, 4, 4, 250], dtype=np.uint8)
    assert roc_auc_score(y, score) == 0.875
    assert_array_equal(roc_curve(y, score)[2], [np.inf, 250, 4, 1])


@pytest.mark.parametrize("function", [roc_curve, roc_auc_score, roc_auc_score_with_error])
@pytest.mark.parametrize("y", [[-1, 1, 1, -1], [1, 1, 1, 1], [0, 1, 2, 1]])
def test_other_labels_are_refused(function, y):
    with pytest.raises(ValueError, match="both 0 and 1 must occur"):
        function(np.array(y), np.arange(4.0))
    with pytest.raises(ValueError, match="both 0 and 1 must occur"):
        both_classes(np.array(y))


def test_delong_needs_two_of_each():
    with pytest.raises(ValueError, match="two samples of each class"):
        roc_auc_score_with_error(np.array([0, 1, 1]), np.arange(3.0))
