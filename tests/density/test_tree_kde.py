"""The sums by way of a tree equal the readable ones within the error that is asked for, however the samples lie."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.density import tree_kde
from abinitio.density.bandwidth import leave_one_out_log_density
from abinitio.density.gridded_kde import gridded_log_density
from abinitio.density.kde import kernel_log_density
from abinitio.density.tree_kde import fast_leave_one_out, fast_log_density, tree_log_density


def clouds(seed, n, d):
    """Samples in clouds of different widths."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) * rng.choice([0.05, 1.0], (n, 1)) + rng.integers(0, 3, (n, 1))


@pytest.mark.parametrize("rtol", [0.0, 1e-8, 1e-3])
@pytest.mark.parametrize("h", [0.02, 0.3, 3.0])
@pytest.mark.parametrize("d", [1, 4, 5, 10])
def test_the_densities_are_the_readable_ones(d, h, rtol):
    rng = np.random.default_rng(d)
    X = clouds(0, 1500, d)
    queries = np.concatenate([X[:50] + h / 10, 4 * rng.standard_normal((50, d)), np.full((1, d), 1e3), X[:1]])
    for weights in (None, rng.uniform(0, 1, 1500)):
        ours = tree_log_density(X, queries, h, weights, rtol)
        assert_allclose(ours, kernel_log_density(X, queries, h, weights), rtol=1e-13, atol=rtol or 1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 1200), d=st.integers(1, 9), h=st.floats(1e-3, 10))
def test_the_error_keeps_the_bound(seed, n, d, h):
    X, queries = clouds(seed, n, d), clouds(seed + 1, 40, d)
    difference = tree_log_density(X, queries, h, rtol=1e-2) - kernel_log_density(X, queries, h)
    rounding = 1e-15 * (1 + np.abs(kernel_log_density(X, queries, h)))
    assert np.all(np.expm1(difference) <= 1e-12 + rounding)  # what is left out is left out
    assert np.all(np.expm1(difference) >= -0.5e-2 - rounding)


def test_boxes_are_left_closed_and_the_bound_is_not_idle():
    X = np.random.default_rng(1).standard_normal((20_000, 4))
    exact = kernel_log_density(X, X[:100], 0.3)
    error = [np.abs(np.expm1(tree_log_density(X, X[:100], 0.3, None, rtol) - exact)).max() for rtol in (1e-2, 1e-6)]
    assert 1e-6 < error[0] < 1e-2 and 1e-11 < error[1] < 1e-6


@pytest.mark.parametrize("h", [0.01, 0.3, 2.0])
@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_each_sample_without_itself(d, h):
    X = clouds(2, 2500, d)
    X[1] = X[0]  # an equal one counts
    X[2] += 1e4  # a lonely one
    expected = leave_one_out_log_density(X, h)
    assert_allclose(fast_leave_one_out(X, h), expected, rtol=1e-13, atol=1e-8)
    assert_allclose(fast_leave_one_out(X, h, 1e-11), expected, rtol=1e-13, atol=1e-11)


@pytest.mark.parametrize("n", [2, 3, 255, 256, 257, 600])
def test_leaves_of_all_sizes(n):
    X = np.random.default_rng(n).standard_normal((n, 4))
    assert_allclose(tree_log_density(X, X, 0.5), kernel_log_density(X, X, 0.5), rtol=1e-12, atol=1e-12)
    assert_allclose(fast_leave_one_out(X, 0.5), leave_one_out_log_density(X, 0.5), rtol=1e-12, atol=1e-8)
    equal = np.zeros((n, 4))
    assert_allclose(fast_leave_one_out(equal, 1.0), -2 * np.log(2 * np.pi), rtol=1e-12)


def test_weights_of_zero_and_weights_too_small_for_the_sums():
    X = np.random.default_rng(3).standard_normal((700, 4))
    queries = X[:50] + 0.01
    for smallest in (0.0, 1e-200, 1e-300):
        weights = np.where(np.arange(700) < 350, 1.0, smallest)
        ours = tree_log_density(np.concatenate([X, X + 1e3]), queries + 1e3, 0.1, np.concatenate([weights[::-1]] * 2))
        exact = kernel_log_density(
            np.concatenate([X, X + 1e3]), queries + 1e3, 0.1, np.concatenate([weights[::-1]] * 2)
        )
        assert_allclose(ours, exact, rtol=1e-12)


@pytest.mark.parametrize(("d", "h"), [(1, 1e-7), (2, 0.3), (3, 1e-4), (3, 1.0), (6, 0.5)])
def test_whichever_way_is_taken_the_answer_is_the_same(d, h):
    X = np.random.default_rng(4).standard_normal((6000, d))
    queries = np.concatenate([X[:200] + h / 3, 5 * X[:20]])
    expected = kernel_log_density(X, queries, h)
    many = np.concatenate([queries, X])
    assert_allclose(fast_log_density(X, many, h)[:220], expected, rtol=1e-12, atol=1e-11)
    assert fast_log_density(X, queries[:0], h).shape == (0,)


def test_the_grid_is_for_few_dimensions_and_bandwidths_not_too_narrow():
    X = np.random.default_rng(5).standard_normal((40_000, 4))
    ways = {
        (d, h): len(gridded_log_density(X[:, :d], X[:, :d], h, None, 1e-8)[1]) for d in (1, 3, 4) for h in (1e-5, 0.4)
    }
    assert [way for way, left in ways.items() if left < 400] == [(1, 1e-5), (1, 0.4), (3, 0.4)]
    assert {left for left in ways.values() if left >= 400} == {40_000}


def test_powers_of_two_are_right_to_rounding():
    row = np.linspace(0, 1100, 2000)
    expected, rounded = np.exp2(-row), np.empty(2000)
    tree_kde._kernels(row, 0.0, 1.0, rounded, rounded.view(np.int64))
    normal = expected > 1e-300
    assert_allclose(row[normal], expected[normal], rtol=1e-14)
    assert np.all(row[~normal] < 1e-299)


def test_inputs_stay():
    X, queries, weights = clouds(6, 600, 4), clouds(7, 20, 4), np.arange(600.0)
    before = [array.copy() for array in (X, queries, weights)]
    tree_log_density(X, queries, 0.2, weights)
    fast_leave_one_out(X, 0.2)
    for old, new in zip(before, (X, queries, weights)):
        assert_array_equal(old, new)
