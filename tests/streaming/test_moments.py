"""Moments of parts: the same as of all samples at once, for any cut, any order, any tree, and far from the origin."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.streaming.moments import Moments, covariance_of, merge_moments, moments_of

EXACT = 1e-10  # what parts and the whole must agree to, relative to the scale of the entry


def scales(moments):
    """The size of every entry of the scatter: the product of its features' root scatters."""
    root = np.sqrt(np.diag(moments.scatter))
    return np.outer(root, root)


def assert_same(a, b, tolerance=EXACT):
    assert a.n == b.n
    spread = np.sqrt(np.diag(b.scatter) / b.n)
    assert np.all(np.abs(a.mean - b.mean) <= tolerance * spread + 4e-15 * np.abs(b.mean))  # a rounding for each join
    assert np.all(np.abs(a.scatter - b.scatter) <= tolerance * scales(b))


def samples(n=3000, d=5, shift=0.0, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + shift


def test_the_covariance_is_numpys():
    X = samples(200)
    assert_allclose(covariance_of(moments_of(X)), np.cov(X.T), rtol=1e-12)
    assert_allclose(covariance_of(moments_of.fast(X), ddof=0), np.cov(X.T, ddof=0), rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 300), min_size=0, max_size=8), st.randoms(use_true_random=False), st.sampled_from([0, 1e6])
)
def test_any_cut_joined_in_any_order_and_tree(cuts, random, shift):
    X = samples(300, 3, shift)
    parts = [moments_of(x) for x in np.split(X, sorted(cuts)) if len(x)]
    while len(parts) > 1:
        a, b = (parts.pop(random.randrange(len(parts))) for _ in range(2))
        parts.append(merge_moments(a, b))
    assert_same(parts[0], moments_of(X))


@pytest.mark.parametrize("shift", [0.0, 1e3, 1e6])
def test_far_from_the_origin_nothing_cancels(shift):
    X = samples(shift=shift)
    exact = moments_of((X - X.mean(axis=0)).astype(np.longdouble))  # the spread alone, in more digits
    parts = [moments_of(x) for x in np.array_split(X, 37)]
    for joined in (reduce(merge_moments, parts), moments_of.fast(X), moments_of.fast(np.asfortranarray(X))):
        assert np.abs(joined.scatter - exact.scatter.astype(float)).max() <= 1e-10 * scales(exact).max()


def test_parts_that_drift_apart():
    X = samples(4000) + 100 * np.arange(4000)[:, None]  # later parts lie far from the earlier ones
    assert_same(reduce(merge_moments, [moments_of(x) for x in np.array_split(X, 9)]), moments_of(X))


def test_single_precision_samples_are_summed_in_double():
    X = samples(50_000, shift=10).astype(np.float32)
    assert_same(moments_of.fast(X), moments_of(X.astype(float)))


def test_empty_parts_and_single_samples():
    nothing = Moments(0.0, np.zeros(2), np.zeros((2, 2)))
    one = moments_of(np.array([[1.0, 2.0]]))
    assert merge_moments(nothing, one) is one and merge_moments(one, nothing) is one
    assert not one.scatter.any()
