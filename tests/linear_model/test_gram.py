"""Centred sums of products: against their definition in extended precision, weighted, and where centring cancels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model.gram import ALONE, BLOCK, centred_blocks, centred_gram, centred_products


def exact_gram(X, Y, s):
    """The definition in extended precision (64-bit mantissa), means and all."""
    A = np.column_stack([X, Y]).astype(np.longdouble)
    s = s.astype(np.longdouble)
    mean = s @ A / s.sum()
    return np.float64((s[:, None] * (A - mean)).T @ (A - mean)), np.float64(mean)


def relative_error(C, exact):
    """Largest error of an entry in units of the two standard deviations it is made of."""
    scale = np.sqrt(exact.diagonal())
    return np.max(np.abs(C - exact) / np.outer(scale, scale))


def both(gram, exact):
    """The sums as one matrix; products of two targets, which are not asked for, taken from the exact one."""
    d = len(gram.XX)
    yy = exact[d:, d:] - np.diag(exact.diagonal()[d:] - gram.yy)
    return np.block([[gram.XX, gram.Xy], [gram.Xy.T, yy]])


@pytest.mark.parametrize("offset", [0.0, 1.0, 1e3, 1e6, 1e9])
def test_ill_centred_data_lose_no_digits(offset):
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((4000, 7)) + offset, rng.standard_normal((4000, 2)) - offset
    exact, mean = exact_gram(X, Y, np.ones(4000))
    gram = centred_gram(X, Y)
    assert relative_error(both(gram, exact), exact) < 1e-14
    assert_allclose(np.append(gram.x_mean, gram.y_mean), mean, rtol=1e-15, atol=1e-15)
    if offset == 1e6:  # what the textbook's one-liner would give
        naive = X.T @ X - len(X) * np.outer(X.mean(0), X.mean(0))
        assert relative_error(naive, exact[:7, :7]) > 1e-7


def test_equals_the_readable_definition_over_several_blocks():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((BLOCK // 20, 50)), rng.standard_normal(BLOCK // 20)
    assert len(list(centred_blocks(X, y[:, None], None, np.zeros(51)))) > 2
    gram, (XX, Xy) = centred_gram(X, y), centred_products(X, y)
    assert_allclose(gram.XX, XX, rtol=1e-12, atol=1e-10)
    assert_allclose(gram.Xy, Xy, rtol=1e-12, atol=1e-10)
    assert_allclose(gram.yy, np.sum((y - y.mean()) ** 2), rtol=1e-13)
    assert gram.Xy.shape == (50,) and np.shape(gram.yy) == () and gram.weight == len(y)


@pytest.mark.parametrize(("n", "d", "small"), [(1797, 64, True), (20000, 5, True), (1000, 100, False), (40, 3, True)])
def test_blocks_of_small_data_are_products_for_one_thread(n, d, small):
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((n, d)) + 4, rng.standard_normal(n)
    rows = [len(A) for A, _, _ in centred_blocks(X, y[:, None], None, np.ones(d + 1))]
    assert sum(rows) == n
    assert (max(rows) * (d + 1) ** 2 <= ALONE) == small
    gram, (XX, Xy) = centred_gram(X, y), centred_products(X, y)
    assert_allclose(gram.XX, XX, rtol=1e-12, atol=1e-10)
    assert_allclose(gram.Xy, Xy, rtol=1e-12, atol=1e-10)


@pytest.mark.parametrize("case", ["sorted", "step", "outlier first", "drift"])
def test_a_pilot_mean_far_off_is_noticed(case):
    rng = np.random.default_rng(2)
    x = rng.standard_normal(5000)
    x = {
        "sorted": np.sort(x),
        "step": x + 1e7 * (np.arange(5000) > 100),
        "outlier first": x + 1e8 * (np.arange(5000) == 0),
        "drift": x + np.arange(5000),
    }[case]
    exact, _ = exact_gram(x[:, None], x[::-1], np.ones(5000))
    assert relative_error(both(centred_gram(x[:, None], x[::-1, None]), exact), exact) < 1e-14


def test_weights_that_hide_the_pilot_rows():
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((5000, 3)), rng.standard_normal(5000)
    s = rng.uniform(size=5000)
    X[s < 0.9] += 1e8  # nine rows in ten are far away and weigh nothing
    s[s < 0.9] = 0
    exact, mean = exact_gram(X, y, s)
    gram = centred_gram(X, y, s)
    assert relative_error(gram.XX, exact[:3, :3]) < 1e-13
    assert_allclose(gram.x_mean, mean[:3], rtol=1e-12)
    assert_allclose(gram.weight, s.sum(), rtol=1e-14)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 40), d=st.integers(1, 5), centre=st.booleans())
def test_an_integer_weight_is_a_repeated_sample(seed, n, d, centre):
    rng = np.random.default_rng(seed)
    X, y, s = rng.standard_normal((n, d)), rng.standard_normal(n), rng.integers(0, 4, n)
    s[0] = 1
    weighted = centred_gram(X, y, s.astype(float), fit_intercept=centre)
    repeated = centred_gram(np.repeat(X, s, axis=0), np.repeat(y, s), fit_intercept=centre)
    for a, b in zip(weighted, repeated):
        assert_allclose(a, b, rtol=1e-12, atol=1e-11)


def test_constant_columns_have_no_sums():
    rng = np.random.default_rng(4)
    X, y = rng.standard_normal((1000, 4)), rng.standard_normal(1000)
    X[:, 1] = 0.1
    X[:, 2] = np.where(rng.uniform(size=1000) < 0.5, 0.3, 0.1 + 0.2)  # differ by one unit in the last place
    gram = centred_gram(X, y, rng.uniform(size=1000))
    assert_array_equal(gram.XX[[1, 2]], 0)
    assert_array_equal(gram.Xy[[1, 2]], 0)
    assert np.all(gram.XX.diagonal()[[0, 3]] > 100)
    assert_allclose(gram.x_mean[1:3], [0.1, 0.3], rtol=1e-14)


def test_without_intercept_the_data_stay_where_they_are():
    rng = np.random.default_rng(5)
    X, y = rng.standard_normal((50, 3)) + 5, rng.standard_normal(50)
    gram = centred_gram(X, y, fit_intercept=False)
    assert_allclose(gram.XX, X.T @ X, rtol=1e-13)
    assert_allclose(gram.Xy, X.T @ y, rtol=1e-12, atol=1e-12)
    assert_allclose(gram.yy, y @ y, rtol=1e-13)
    assert_array_equal(gram.x_mean, 0)


def test_float32_is_summed_in_float64():
    rng = np.random.default_rng(6)
    X, y = rng.standard_normal((3000, 5)).astype("f") + np.float32(1000), rng.standard_normal(3000).astype("f")
    exact, _ = exact_gram(X, y, np.ones(3000))
    gram = centred_gram(X, y)
    assert gram.XX.dtype == np.float64
    assert relative_error(gram.XX, exact[:5, :5]) < 1e-13
    X[:, 0] = 0.1
    assert_array_equal(centred_gram(X, y).XX[0], 0)


def test_integers_are_numbers_too():
    X, y = np.array([[1, 4], [2, 2], [3, 9]]), np.array([1, 0, 5])
    for ours, theirs in zip(centred_gram(X, y), centred_gram(X.astype(float), y.astype(float))):
        assert_array_equal(ours, theirs)


@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray, lambda X: np.repeat(X, 2, axis=1)[:, ::2]])
def test_every_memory_layout_gives_the_same(layout):
    rng = np.random.default_rng(8)
    X, y = rng.standard_normal((3000, 6)), rng.standard_normal(3000)
    for a, b in zip(centred_gram(layout(X), y), centred_gram(X, y)):
        assert_allclose(a, b, rtol=1e-12, atol=1e-11)


def test_inputs_are_not_changed():
    rng = np.random.default_rng(7)
    X, y, s = rng.standard_normal((20, 3)), rng.standard_normal(20), rng.uniform(size=20)
    copies = X.copy(), y.copy(), s.copy()
    centred_gram(np.asfortranarray(X), y, s)
    centred_gram(X, y, s)
    for a, b in zip((X, y, s), copies):
        assert_array_equal(a, b)
